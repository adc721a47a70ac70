/* gtmd/plan/plan_watch.h - pools that are about to serve, or may have to: what would
 * answer if they were enabled.
 *
 * A disabled pool is not probed, and so nobody knows of its members; one that is
 * watched is probed as if it were enabled. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_WATCH_H
#define GTMD_PLAN_PLAN_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "gtmd/types/recordtype.h"

struct addr_prefix;
struct ledger;
struct plan;

/* From here on it is watched, or no more. A pool that is not there is neither. */
void plan_watch_pool(struct plan *p, enum wide_type type, const char *pool,
    bool watched);

/* The same of a wide IP: whom it is answered to is entered into the ledger. */
void plan_watch_wide(struct plan *p, enum wide_type type, const char *wide,
    bool watched);

struct plan_watch_told {
	enum wide_type	 type;
	const char	*wide, *pool;
	uint32_t	 ttl_s;		/* the longest that it was told for */
};

/* Until when (s, as decision_keep_now) a cache may have the pool; 0: the ledger
 * does not know. */
uint32_t plan_watch_until(const struct plan *p, const struct ledger *l,
    const struct plan_watch_told *of);

/* Somebody from net still comes to the pool: has every cache that it may ask run out,
 * so that a TTL is not kept? */
bool plan_watch_is_late(const struct plan *p, const struct ledger *l,
    const struct plan_watch_told *of, const struct addr_prefix *net,
    uint32_t now_s);

struct plan_watch {
	uint32_t	 live;		/* members that would answer: enabled, and
					 * up or without a monitor */
	uint32_t	 checking;	/* enabled, without a verdict yet */
	uint32_t	 members;
};

/* What would answer; zeros for a pool that is not there. */
void plan_watch_look(const struct plan *p, enum wide_type type,
    const char *pool, struct plan_watch *out);

struct plan_watch_asker {
	mono_ns		 since;		/* results that came later are told */
	void		(*tell)(void *arg, bool ok, uint32_t rtt_us);
	void		*arg;
};

/* Tells of the newest result of each monitor of the pool's members that are enabled, up
 * or down; of a virtual server's own monitors where the pool demands none. Faults of
 * ours are no results. */
void plan_watch_probes(const struct plan *p, enum wide_type type,
    const char *pool, const struct plan_watch_asker *asker);

/* Of the answers that a wide IP has given by these pools since it counts: how
 * many by each. */
void plan_watch_served(const struct plan *p, enum wide_type type,
    const char *wide, const char *const pools[2], uint64_t out[2]);

/* Connections that the members of these pools have at this moment, enabled or not, as
 * their virtual servers are measured, or where those are not, the servers that are
 * theirs. False when nothing is known of one of the pools. */
bool plan_watch_connections(const struct plan *p, enum wide_type type,
    const char *const pools[2], uint64_t out[2]);

#endif
