/* gtmd/types/metric.h - what can be measured of a server or virtual server, as plain
 * values. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_METRIC_H
#define GTMD_TYPES_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum metric {
	METRIC_BITS,		/* bit/s, both ways together */
	METRIC_CAPACITY,	/* nodes up behind a virtual server */
	METRIC_CONNECTIONS,	/* at this moment */
	METRIC_PACKETS,		/* packet/s, both ways together */
	METRIC_SCORE,		/* given by its load balancer */
	METRIC_CPU,		/* % of a server's that is used */
	METRIC_MEMORY,		/* KiB of a server's that are free */
	METRICS
};

/* So many of them as are known at one moment. */
struct metric_values {
	uint32_t	 known;		/* bit 1 << metric */
	uint64_t	 v[METRICS];
};

/* What a value is called in JSON, how it is told, its range and whose it is. */
struct metric_name {
	const char	*key;		/* "bitsPerSecond" */
	const char	*unit;		/* "bit/s" */
	uint64_t	 max;
	bool		 of_server, of_virtual_server;
};

extern const struct metric_name metric_names[METRICS];

static inline bool
metric_is_known(const struct metric_values *m, enum metric which)
{
	return (m->known >> which & 1) != 0;
}

static inline void
metric_set(struct metric_values *m, enum metric which, uint64_t value)
{
	m->known |= UINT32_C(1) << which;
	m->v[which] = value;
}

/* Adds what other has of a metric, if it has it. */
void metric_add(struct metric_values *m, enum metric which,
    const struct metric_values *other);

#endif
