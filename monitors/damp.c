/* monitors/damp.c - see damp.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/damp.h"

#include <math.h>

static float
penalty_at(const struct damp *d, const struct damp_policy *p, mono_ns now)
{
	double lives;

	if (p->half_life_ns == 0 || now <= d->at_ns)
		return d->penalty;
	lives = (double)(now - d->at_ns) / (double)p->half_life_ns;
	return (float)(d->penalty * exp2(-lives));
}

void
damp_fall(struct damp *d, const struct damp_policy *p, mono_ns now)
{
	float most = (float)p->suppress * DAMP_LIMIT;

	if (p->half_life_ns == 0)
		return;
	d->penalty = fminf(penalty_at(d, p, now) + DAMP_FALL, most);
	d->at_ns = now;
	d->held = d->held || d->penalty >= (float)p->suppress;
}

bool
damp_holds(struct damp *d, const struct damp_policy *p, mono_ns now)
{
	if (d->held && (p->half_life_ns == 0 ||
	    penalty_at(d, p, now) <= (float)p->reuse))
		d->held = false;
	return d->held;
}

uint32_t
damp_penalty(const struct damp *d, const struct damp_policy *p, mono_ns now)
{
	return (uint32_t)(penalty_at(d, p, now) + 0.5F);
}
