/* monitors/health.c - the rules of health.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/health.h"

#include <stddef.h>

/* What it is found to be, and what is told of that. */
static bool
settle(struct health *h, const struct health_policy *p, enum health_state found,
    mono_ns now)
{
	enum health_state was = h->state;

	if (found == HEALTH_DOWN && h->found == HEALTH_UP)
		damp_fall(&h->damp, &p->damp, now);
	h->found = found;
	h->state = found == HEALTH_UP && damp_holds(&h->damp, &p->damp, now) ?
	    HEALTH_DOWN : found;
	return h->state != was;
}

bool
health_is_held(const struct health *h)
{
	return h->state == HEALTH_DOWN && h->found == HEALTH_UP;
}

void
health_init(struct health *h, enum health_state state, mono_ns now)
{
	*h = (struct health){ .state = state, .found = state,
	    .last_good_ns = now };
}

static bool
push_good(struct health *h, const struct health_policy *p, mono_ns now)
{
	h->bad = 0;
	if (h->good < UINT8_MAX)
		h->good++;
	h->last_good_ns = now;
	return h->good >= p->rise && settle(h, p, HEALTH_UP, now);
}

static bool
push_bad(struct health *h, const struct health_policy *p, bool failure,
    mono_ns now)
{
	h->good = 0;
	if (h->bad < UINT8_MAX)
		h->bad++;
	if (p->fall != 0 ? h->bad >= p->fall : failure && !p->ignore_down)
		return settle(h, p, HEALTH_DOWN, now);
	return health_expire(h, p, now);
}

bool
health_push(struct health *h, const struct health_policy *p,
    enum health_outcome outcome, mono_ns now)
{
	h->history = h->history << 1 | (outcome == HEALTH_SUCCESS);
	switch (outcome) {
	case HEALTH_SUCCESS:
		return push_good(h, p, now);
	case HEALTH_FAILURE:
		return push_bad(h, p, true, now);
	case HEALTH_SILENCE:
		return push_bad(h, p, false, now);
	}
	return false;
}

bool
health_expire(struct health *h, const struct health_policy *p, mono_ns now)
{
	if (h->bad == 0 || now < health_deadline(h, p))
		return false;
	return settle(h, p, HEALTH_DOWN, now);
}

mono_ns
health_deadline(const struct health *h, const struct health_policy *p)
{
	return h->last_good_ns + p->timeout_ns;
}

const char *
health_name(enum health_state s)
{
	switch (s) {
	case HEALTH_UNKNOWN:
		return "unknown";
	case HEALTH_UP:
		return "up";
	case HEALTH_DOWN:
		return "down";
	}
	return NULL;
}
