/* gtmd/mover/moverclock.c - see moverclock.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverclock.h"

#include <time.h>

#define OFF_MS	2000

/* Of the system's clock to the millisecond; one that a test sets has seconds. */
static int64_t
wall_ms(const struct clock *clock)
{
	struct timespec ts;

	if (clock != &clock_system || clock_gettime(CLOCK_REALTIME, &ts) != 0)
		return clock_real(clock) * 1000;
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
moverclock_init(struct moverclock *c, const struct clock *clock)
{
	c->clock = clock;
	c->mono = clock_mono(clock);
	c->wall_ms = wall_ms(clock);
}

int64_t
moverclock_ms(const struct moverclock *c)
{
	return c->wall_ms +
	    (int64_t)((clock_mono(c->clock) - c->mono) / CLOCK_MS);
}

void
moverclock_tune(struct moverclock *c)
{
	if (wall_ms(c->clock) - moverclock_ms(c) > OFF_MS)
		moverclock_init(c, c->clock);
}

void
moverclock_reach(struct moverclock *c, int64_t at_ms)
{
	int64_t behind = at_ms - moverclock_ms(c);

	if (behind > 0)
		c->wall_ms += behind;
}

int64_t
moverclock_ahead_ms(const struct moverclock *c)
{
	int64_t ahead = moverclock_ms(c) - wall_ms(c->clock);

	return ahead > OFF_MS ? ahead : 0;
}
