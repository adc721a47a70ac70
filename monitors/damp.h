/* monitors/damp.h - how often something came down of late, as a figure of merit
 * that halves with time: RFC 2439, with health in the place of a route.
 *
 * Each fall adds DAMP_FALL. From `suppress` on what comes up again is held down,
 * until the figure has sunk to `reuse`; it stops at DAMP_LIMIT times suppress,
 * so that even the worst is let go after half_life * log2(DAMP_LIMIT *
 * suppress / reuse). Down is never delayed. Pure. Layer: monitors, may include
 * core/base only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_DAMP_H
#define MONITORS_DAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/clock.h"

#define DAMP_FALL	1000
#define DAMP_LIMIT	4

struct damp_policy {
	dur_ns	 half_life_ns;	/* 0 = nothing is damped */
	uint32_t suppress;	/* holds from here on; > reuse */
	uint32_t reuse;		/* lets go from here on; >= 1 */
};

/* All zero is one that never fell. */
struct damp {
	float	 penalty;	/* at at_ns */
	bool	 held;
	mono_ns	 at_ns;
};

/* It came down. */
void damp_fall(struct damp *d, const struct damp_policy *p, mono_ns now);
/* Is it to be held down, now that it is well? */
bool damp_holds(struct damp *d, const struct damp_policy *p, mono_ns now);
/* The figure of this moment. */
uint32_t damp_penalty(const struct damp *d, const struct damp_policy *p,
    mono_ns now);

#endif
