/* gtmd/control/control_stats.h - states and counters of an object, under F5's names.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_STATS_H
#define GTMD_CONTROL_CONTROL_STATS_H

#include <stdbool.h>

#include "core/base/clock.h"

struct json;
struct object;
struct plan;
struct strbuf;

/* From where, and into what; borrowed. */
struct control_stats {
	const struct plan *plan;
	real_s		 now;
	struct json	*entries;	/* added to */
	struct strbuf	*as;		/* appended: F5's name of the entry, when
					 * it is not the object's */
};

/* False when such an object has no statistics. The second is for pool members
 * and virtual servers of o. What nobody measures is 0. */
bool control_stats(const struct control_stats *s, const struct object *o);
bool control_stats_item(const struct control_stats *s, const struct object *o,
    const struct object *item);

#endif
