/* gtmd/mover/moverclock.h - the wall clock in milliseconds, as records have it.
 *
 * Counted on by the monotonic clock, and set right when the wall clock was set.
 * Layer: gtmd/mover. SPDX-License-Identifier: Apache-2.0
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
/* Compares, and is set right when it is more than two seconds off. */
void moverclock_tune(struct moverclock *c);
int64_t moverclock_ms(const struct moverclock *c);

#endif
