/* gtmd/mover/moverclock.h - the wall clock in milliseconds, as records have it.
 *
 * Counted on by the monotonic clock, and set right when the wall clock was set
 * forward. It never goes back, neither in a process nor from one to the next: what
 * waits for a time that is on record would wait for as long as the clock was set
 * back. Layer: gtmd/mover. SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERCLOCK_H
#define GTMD_MOVER_MOVERCLOCK_H

#include <stdint.h>

#include "core/base/clock.h"

struct moverclock {
	const struct clock *clock;
	mono_ns		 mono;		/* when it was set right, */
	int64_t		 wall_ms;	/* and what it was then */
};

void moverclock_init(struct moverclock *c, const struct clock *clock);
/* Compares, and is set right when it is more than two seconds behind. */
void moverclock_tune(struct moverclock *c);
/* It is at least that late: a record says so. */
void moverclock_reach(struct moverclock *c, int64_t at_ms);
/* How far it is ahead of the wall clock, which was set back; or 0. */
int64_t moverclock_ahead_ms(const struct moverclock *c);
int64_t moverclock_ms(const struct moverclock *c);

#endif
