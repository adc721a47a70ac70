/* monitors/wallclock.h - may the time of day be believed? It is set by people and
 * by other machines, and a certificate is judged by it.
 *
 * Time of day and monotonic time go on together. Where they part by more than a
 * day at once, the new time is not believed until it has stood for a day.
 * Pure. Layer: monitors, may include core/base only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_WALLCLOCK_H
#define MONITORS_WALLCLOCK_H

#include <stdbool.h>

#include "core/base/clock.h"

#define WALLCLOCK_LEAP_S	86400		/* more than this is a leap, */
#define WALLCLOCK_STAND_NS	(86400 * CLOCK_S)	/* for so long */

struct wallclock {
	mono_ns	mono;		/* when the time was believed last, */
	real_s	real;		/* and what it was then */
	bool	leapt;
	mono_ns	leapt_ns;	/* since when it has been another, */
	real_s	leapt_s;	/* and what it was first */
};

void wallclock_init(struct wallclock *w, const struct clock *clk);

/* Looks at the clock, now and then. True while it may be believed. by: how far
 * it has leapt when that is so. */
bool wallclock_look(struct wallclock *w, const struct clock *clk,
    int64_t *by_s);

#endif
