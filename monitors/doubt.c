/* monitors/doubt.c - see doubt.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/doubt.h"

#include <assert.h>

void
doubt_add_control(struct doubt *d)
{
	d->controls++;
}

static void
lose(struct doubt *d)
{
	d->sight = DOUBT_LOST;
	d->loss++;
	d->standing = d->well = d->ill = 0;
	d->withheld = 0;
}

/* What the results of this round come to. True when something is decided. */
static bool
judge(struct doubt *d)
{
	const enum doubt_sight was = d->sight;
	const bool asked = d->asking;

	if (2 * d->good >= d->controls)
		d->sight = DOUBT_CLEAR;
	else if (2 * d->bad <= d->controls)
		return false;		/* more have to be heard */
	else if (d->sight == DOUBT_CLEAR)
		lose(d);
	d->asking = false;
	return asked || d->sight != was;
}

static void
take_back(struct doubt *d, const struct doubt_control *c)
{
	if (c->round != d->round || c->round == 0)
		return;
	assert(c->ok ? d->good > 0 : d->bad > 0);
	if (c->ok)
		d->good--;
	else
		d->bad--;
}

bool
doubt_drop_control(struct doubt *d, const struct doubt_control *c)
{
	assert(d->controls > 0);
	d->controls--;
	take_back(d, c);
	return judge(d);
}

enum doubt_verdict
doubt_fall(struct doubt *d, bool *ask)
{
	*ask = false;
	if (d->controls == 0 || d->sight == DOUBT_ALONE)
		return DOUBT_BELIEVE;
	if (d->sight == DOUBT_LOST) {
		d->withheld++;
		return DOUBT_WITHHOLD;
	}
	if (!d->asking) {
		d->asking = *ask = true;
		d->round++;
		d->good = d->bad = 0;
	}
	return DOUBT_WAIT;
}

bool
doubt_control(struct doubt *d, struct doubt_control *c, bool ok)
{
	if (d->round == 0)
		d->round = 1;
	take_back(d, c);
	c->round = d->round;
	c->ok = ok;
	if (ok)
		d->good++;
	else
		d->bad++;
	return judge(d);
}

void
doubt_stand(struct doubt *d, struct doubt_target *t)
{
	assert(d->sight == DOUBT_LOST && t->loss != d->loss);
	*t = (struct doubt_target){ .loss = d->loss };
	d->standing++;
}

static void
forget(struct doubt *d, const struct doubt_target *t)
{
	if (t->heard && t->ok)
		d->well--;
	else if (t->heard)
		d->ill--;
}

bool
doubt_target(struct doubt *d, struct doubt_target *t, bool ok)
{
	if (d->sight != DOUBT_LOST || t->loss != d->loss)
		return false;
	forget(d, t);
	t->heard = true;
	t->ok = ok;
	if (ok)
		d->well++;
	else
		d->ill++;
	if (d->well + d->ill < d->standing || d->well <= d->ill)
		return false;
	d->sight = DOUBT_ALONE;
	return true;
}

void
doubt_drop_target(struct doubt *d, const struct doubt_target *t)
{
	if (d->sight != DOUBT_LOST || t->loss != d->loss)
		return;
	forget(d, t);
	d->standing--;
}
