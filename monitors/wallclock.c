/* monitors/wallclock.c - see wallclock.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/wallclock.h"

void
wallclock_init(struct wallclock *w, const struct clock *clk)
{
	*w = (struct wallclock){ .mono = clock_mono(clk),
	    .real = clock_real(clk) };
}

/* By how much the time of day is not what it should be, so long after. */
static int64_t
apart(const struct clock *clk, real_s real, mono_ns mono)
{
	return clock_real(clk) - real -
	    (int64_t)((clock_mono(clk) - mono) / CLOCK_S);
}

static bool
is_leap(int64_t by_s)
{
	return by_s > WALLCLOCK_LEAP_S || by_s < -WALLCLOCK_LEAP_S;
}

bool
wallclock_look(struct wallclock *w, const struct clock *clk, int64_t *by_s)
{
	*by_s = apart(clk, w->real, w->mono);
	if (!is_leap(*by_s)) {
		wallclock_init(w, clk);
		return true;
	}
	if (!w->leapt || is_leap(apart(clk, w->leapt_s, w->leapt_ns))) {
		w->leapt = true;
		w->leapt_ns = clock_mono(clk);
		w->leapt_s = clock_real(clk);
	}
	if (clock_mono(clk) - w->leapt_ns < WALLCLOCK_STAND_NS)
		return false;
	wallclock_init(w, clk);
	return true;
}
