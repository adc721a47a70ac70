/* monitors/sched_instance.c - see sched_instance.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/sched_instance.h"

#include <stdio.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/obj.h"
#include "monitors/gateways.h"
#include "monitors/instance.h"
#include "monitors/lastknown.h"
#include "monitors/monitor.h"
#include "monitors/probe.h"
#include "monitors/recipe.h"
#include "monitors/sched_inside.h"
#include "monitors/sched_recipe.h"

/* The same for a name in every process, so that phases outlive restarts. */
static uint64_t
hash(const char *name)
{
	struct hash_key key;

	hash_key_init(&key, 0);
	return hash_octets(&key, name, strlen(name));
}

void
sched_instance_name(char name[SCHED_INSTANCE_NAME], const char *monitor,
    const struct addrport *to)
{
	char text[ADDR_TEXT_MAX];

	(void)snprintf(name, SCHED_INSTANCE_NAME, "%s %s", monitor,
	    addr_format_port(to, text));
}

/* What a new instance starts with: the state of another one of its name, else
 * the seed, else unknown. */
static enum health_state
first_state(struct sched *s, const char *name, const struct instance *other)
{
	enum health_state *seed = map_remove(&s->seeds, name);

	if (other != NULL)
		return other->health.state;
	return seed != NULL ? *seed : HEALTH_UNKNOWN;
}

/* It goes on with what the file knows of just this monitor and place, and what
 * is found from here on is kept there. */
static void
recall_kept(struct sched *s, struct instance *i)
{
	struct staterecord_key key;
	struct staterecord r;

	if (s->last == NULL || i->is_control)
		return;
	key = instance_key(i);
	if (i->health.state == HEALTH_UNKNOWN &&
	    lastknown_find(s->last, &key, &r)) {
		instance_start(i, r.state, loop_clock(s->loop));
		instance_since(i, r.since_s);
	}
	instance_keep(i, s->last);
}

struct instance *
sched_instance_new(struct sched *s, struct recipe *r, const char *name,
    const struct addrport *to, bool control)
{
	struct instance *other = map_find(&s->instances, name), *i;

	i = instance_new(r, name, to, s->board);
	i->sched = s;
	i->is_control = control;
	i->next = other;
	(void)map_put(&s->instances, name, i);
	s->stats.instances++;
	sched_prepare(i);
	i->phase_ns = hash(name) % r->interval_ns;
	suspect_join(&s->suspect, i);
	instance_start(i, first_state(s, name, other), loop_clock(s->loop));
	recall_kept(s, i);
	if (s->afar != NULL)
		s->afar->join(s->afar_arg, i);
	if (!instance_can_be_asked(i) || s->afar != NULL)
		return i;		/* stays unknown, or is asked there */
	if (r->monitor->transparent)
		i->gateway = gateways_join(s->gateways, &to->addr);
	sched_begin(i);
	return i;
}

static void
unlink_instance(struct sched *s, struct instance *i)
{
	struct instance *at = map_find(&s->instances, i->name);

	if (at == i && i->next != NULL)
		(void)map_put(&s->instances, i->name, i->next);
	else if (at == i)
		(void)map_remove(&s->instances, i->name);
	for (; at != i; at = at->next) {
		if (at->next == i) {
			at->next = i->next;
			break;
		}
	}
	s->stats.instances--;
}

void
sched_instance_free(struct instance **pi)
{
	struct instance *i = *pi;
	struct sched *s = i->sched;

	*pi = NULL;
	if (s->afar != NULL)
		s->afar->leave(s->afar_arg, i);
	loop_timer_stop(&i->next_start);
	loop_timer_stop(&i->deadline);
	if (i->step == INSTANCE_WAITING)
		s->stats.waiting--;
	list_remove(&i->queue);
	if (i->step == INSTANCE_RUNNING) {
		i->recipe->type->stop(&i->probe);
		s->stats.in_flight--;
	}
	gateways_leave(&i->gateway);
	suspect_leave(&s->suspect, i);
	unlink_instance(s, i);
	sched_recipe_drop(s, &i->recipe);
	instance_free(&i);
}
