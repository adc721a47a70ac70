/* gtmd/control_stats.h - states and counters of an object, under F5's names.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_STATS_H
#define GTMD_CONTROL_STATS_H

#include <stdbool.h>

struct json;
struct object;
struct plan;

/* Adds to entries; false when such an object has no statistics. The second is
 * for pool members and virtual servers of o. What nobody measures is 0. */
bool control_stats(const struct plan *p, const struct object *o,
    struct json *entries);
bool control_stats_item(const struct plan *p, const struct object *o,
    const struct object *item, struct json *entries);

#endif
