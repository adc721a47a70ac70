/* gtmd/types/metric.c - see metric.h. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/metric.h"

/* 2^53: what any reader of JSON can hold. Sums of so many stay in 64 bits. */
#define NUMBER_MAX	(UINT64_C(1) << 53)

const struct metric_name metric_names[METRICS] = {
	[METRIC_BITS] = { "bitsPerSecond", "bit/s", NUMBER_MAX, true, true },
	[METRIC_CAPACITY] = { "capacity", "nodes up", NUMBER_MAX, false,
	    true },
	[METRIC_CONNECTIONS] = { "connections", "connections", NUMBER_MAX,
	    true, true },
	[METRIC_PACKETS] = { "packetsPerSecond", "packet/s", NUMBER_MAX, true,
	    true },
	[METRIC_SCORE] = { "score", "points", NUMBER_MAX, false, true },
	[METRIC_CPU] = { "cpuUsage", "% CPU", 100, true, false },
	[METRIC_MEMORY] = { "memoryAvailable", "KiB free", NUMBER_MAX, true,
	    false },
};

void
metric_add(struct metric_values *m, enum metric which,
    const struct metric_values *other)
{
	if (!metric_is_known(other, which))
		return;
	metric_set(m, which, other->v[which] +
	    (metric_is_known(m, which) ? m->v[which] : 0));
}
