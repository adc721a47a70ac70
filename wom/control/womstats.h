/* wom/control/womstats.h - the …/stats pages of wom objects. Control loop only.
 * Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CONTROL_WOMSTATS_H
#define WOM_CONTROL_WOMSTATS_H

#include <stdbool.h>

struct enact;
struct json;
struct object;

/* Adds what there is to tell of o. False: nothing of its type is counted. */
bool womstats_add(const struct enact *n, const struct object *o,
    struct json *entries);

#endif
