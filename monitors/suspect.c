/* monitors/suspect.c - see suspect.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/suspect.h"

#include <stddef.h>

#include "core/base/obj.h"
#include "monitors/instance.h"
#include "monitors/recipe.h"

void
suspect_init(struct suspect *s, const struct suspect_host *host)
{
	*s = (struct suspect){ .host = *host };
	list_init(&s->controls);
	list_init(&s->parked);
}

static struct instance *
first_of(struct list *l)
{
	return OBJ_OF(l->next, struct instance, suspect);
}

/* Those who wait get their answer. One that is released may fall, and close
 * others: none is remembered. */
static void
let_go(struct suspect *s)
{
	const bool believed = s->doubt.sight != DOUBT_LOST;

	if (s->doubt.asking || s->letting_go)
		return;
	s->letting_go = true;
	while (!list_empty(&s->parked)) {
		struct instance *i = first_of(&s->parked);
		struct probe_result r = i->parked;

		list_remove(&i->suspect);
		if (!believed) {
			s->doubt.withheld++;
			s->withheld++;
		}
		s->host.release(s->host.arg, i, i->parked_result ? &r : NULL,
		    believed);
	}
	s->letting_go = false;
}

static void
on_change(struct suspect *s, enum doubt_sight was)
{
	if (was != DOUBT_LOST && s->doubt.sight == DOUBT_LOST)
		s->host.lost(s->host.arg);
	if (was == DOUBT_LOST && s->doubt.sight == DOUBT_CLEAR)
		s->host.clear(s->host.arg);
	let_go(s);
	s->host.changed(s->host.arg);
}

void
suspect_join(struct suspect *s, struct instance *i)
{
	list_init(&i->suspect);
	if (!i->is_control)
		return;
	list_append(&s->controls, &i->suspect);
	doubt_add_control(&s->doubt);
}

void
suspect_leave(struct suspect *s, struct instance *i)
{
	const enum doubt_sight was = s->doubt.sight;

	list_remove(&i->suspect);
	if (!i->is_control)
		doubt_drop_target(&s->doubt, &i->target);
	else if (doubt_drop_control(&s->doubt, &i->control))
		on_change(s, was);
}

void
suspect_stand(struct suspect *s, struct instance *i)
{
	if (!i->is_control && i->health.state != HEALTH_DOWN)
		doubt_stand(&s->doubt, &i->target);
}

static void
ask_controls(struct suspect *s)
{
	LIST_EACH(&s->controls, n)
		s->host.ask(s->host.arg, OBJ_OF(n, struct instance, suspect));
}

/* Would it go down by this, or by the time that has passed? */
static bool
would_fall(const struct instance *i, const struct probe_result *r, mono_ns now)
{
	const struct health_policy *p = &i->recipe->policy;
	struct health h = i->health;

	if (h.state == HEALTH_DOWN)
		return false;
	if (r == NULL)
		return health_expire(&h, p, now) && h.state == HEALTH_DOWN;
	switch (r->outcome) {
	case PROBE_UP:
	case PROBE_ABSTAIN:
		return false;
	case PROBE_DOWN:
		(void)health_push(&h, p, HEALTH_FAILURE, now);
		break;
	case PROBE_SILENT:
		(void)health_push(&h, p, HEALTH_SILENCE, now);
		break;
	}
	return h.state == HEALTH_DOWN;
}

static void
hear_control(struct suspect *s, struct instance *i,
    const struct probe_result *r)
{
	const enum doubt_sight was = s->doubt.sight;

	if (doubt_control(&s->doubt, &i->control, r->outcome == PROBE_UP))
		on_change(s, was);
}

/* Does its result say that most targets are well, though the controls are not? */
static void
hear_target(struct suspect *s, struct instance *i,
    const struct probe_result *r)
{
	const enum doubt_sight was = s->doubt.sight;

	if (r != NULL && r->outcome != PROBE_ABSTAIN &&
	    doubt_target(&s->doubt, &i->target, r->outcome == PROBE_UP))
		on_change(s, was);
}

static enum suspect_say
park(struct suspect *s, struct instance *i, const struct probe_result *r,
    bool ask)
{
	i->parked_result = r != NULL;
	if (r != NULL)
		i->parked = *r;
	list_append(&s->parked, &i->suspect);
	if (ask)
		ask_controls(s);
	return SUSPECT_PARKED;
}

enum suspect_say
suspect_judge(struct suspect *s, struct instance *i,
    const struct probe_result *r, mono_ns now)
{
	bool ask;

	if (s->doubt.controls == 0)
		return SUSPECT_GO_ON;
	if (i->is_control) {
		if (r != NULL)
			hear_control(s, i, r);
		return SUSPECT_GO_ON;
	}
	if (!list_empty(&i->suspect) && r == NULL)
		return SUSPECT_PARKED;
	if (!list_empty(&i->suspect) && r->outcome == PROBE_ABSTAIN)
		return SUSPECT_GO_ON;		/* and it waits on */
	list_remove(&i->suspect);
	hear_target(s, i, r);
	if (!would_fall(i, r, now))
		return SUSPECT_GO_ON;
	switch (doubt_fall(&s->doubt, &ask)) {
	case DOUBT_BELIEVE:
		return SUSPECT_GO_ON;
	case DOUBT_WAIT:
		return park(s, i, r, ask);
	case DOUBT_WITHHOLD:
		break;
	}
	if (++s->withheld, s->doubt.withheld == 1)
		s->host.changed(s->host.arg);
	return SUSPECT_WITHHOLD;
}

void
suspect_pulse(struct suspect *s)
{
	if (s->doubt.sight != DOUBT_CLEAR)
		ask_controls(s);
}

void
suspect_view(const struct suspect *s, struct suspect_view *out)
{
	*out = (struct suspect_view){
		.doubting = s->doubt.sight == DOUBT_LOST &&
		    s->doubt.withheld > 0,
		.controls = (uint32_t)s->doubt.controls,
		.silent = (uint32_t)s->doubt.bad,
		.withheld = s->withheld,
	};
}
