/* gtmd/migrate/migask.h - one question to a migration, what comes next: what it is asked
 * with, and how an answer is put. For migstep and migphase alone.
 *
 * Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_MIGASK_H
#define GTMD_MIGRATE_MIGASK_H

#include <stdbool.h>
#include <stdint.h>

#include "gtmd/migrate/migstep.h"

/* All borrowed. */
struct migask {
	const struct migstate		*m;
	const struct migspec		*s;
	const struct migstep_seen	*seen;
	int64_t				 now_ms;
	struct migevent			*ev;	/* the answer, where there is one */
	struct migtraffic_target	*target;
};

/* The answer is an event of this kind, of now. Always true. */
bool migask_put(struct migask *a, enum migevent_kind k);
/* The same of a host's step, with its direction and attempt. */
bool migask_put_step(struct migask *a, enum migevent_kind k, int host,
    enum migevent_step step);

/* Do both tell users the same? */
bool migask_is_same(const struct migevent_traffic *a, const struct migevent_traffic *b);
/* All that was decided is what users are told, and nothing else is to be. */
bool migask_is_settled(const struct migask *a);

/* How long an attempt of a step may take; 0 = for ever. */
uint32_t migask_timeout_s(const struct migspec *s, enum migevent_step step);
/* When a time-out that began then is over; 0 = never. */
int64_t migask_deadline(int64_t from_ms, uint32_t timeout_s);
bool migask_is_over(int64_t deadline_ms, int64_t now_ms);

#endif
