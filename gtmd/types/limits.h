/* gtmd/types/limits.h - how much a server, virtual server, pool or member may
 * be used: the values, and the rows that several tables share.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_LIMITS_H
#define GTMD_TYPES_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/model/prop.h"
#include "gtmd/types/metric.h"

struct limit {
	uint64_t	 value;		/* 0 = no limit */
	bool		 enabled;	/* is it watched? */
};

/* Of each metric; those that an object has no rows for stay off. */
struct limits {
	struct limit	 by[METRICS];
};

/* A limit of the struct owner, and the row that says whether it is watched; f: the
 * flags of both. */
#define LIMITS_ROW(owner, f, what, metric, u, text)			\
	{ .name = "limit-" what, .kind = PROP_U64, .flags = f,		\
	  .off = offsetof(struct owner, limits.by[metric].value),	\
	  .max = INT64_MAX, .dflt = "0", .unit = u, .help = text },	\
	{ .name = "limit-" what "-status", .kind = PROP_BOOL, .flags = f,	\
	  .off = offsetof(struct owner, limits.by[metric].enabled),	\
	  .names = prop_disabled_enabled, .dflt = "disabled",		\
	  .help = "watch limit-" what }

/* Virtual servers, servers, pools and members have these. */
#define LIMITS_ROWS(owner, f)						\
	LIMITS_ROW(owner, f, "max-bps", METRIC_BITS, "bit/s",		\
	    "throughput above which it is unavailable; 0 = none"),	\
	LIMITS_ROW(owner, f, "max-connections", METRIC_CONNECTIONS, NULL,	\
	    "connections above which it is unavailable; 0 = none"),	\
	LIMITS_ROW(owner, f, "max-pps", METRIC_PACKETS, "packet/s",	\
	    "packet rate above which it is unavailable; 0 = none")

#endif
