/* etherip/control/netstats.h - the …/stats pages of net objects. Control loop only.
 * Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_NETSTATS_H
#define ETHERIP_CONTROL_NETSTATS_H

#include <stdbool.h>

struct json;
struct netenact;
struct object;

/* Adds what there is to tell of o. False: nothing of its type is counted. */
bool netstats_add(const struct netenact *n, const struct object *o,
    struct json *entries);

#endif
