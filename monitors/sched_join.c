/* monitors/sched_join.c - the scheduler's instances: who shares one, what it begins
 * with, and its end. See sched.h.
 *
 * Instances of one monitor and place have one name, in every process; their
 * recipes tell them apart. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/sched_inside.h"

#include <stdio.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/hash.h"
#include "core/base/obj.h"
#include "monitors/gateways.h"
#include "monitors/instance.h"
#include "monitors/lastknown.h"
#include "monitors/monitor.h"
#include "monitors/probe.h"
#include "monitors/recipe.h"
#include "monitors/sched_recipe.h"

#define NAME_MAX_LEN	(255 + 1 + ADDR_TEXT_MAX)	/* path, blank, pair */

static enum health_state seed_values[] = {
	HEALTH_UNKNOWN, HEALTH_UP, HEALTH_DOWN
};

/* ---- birth and end ---- */

/* The same for a name in every process, so that phases outlive restarts. */
static uint64_t
hash(const char *name)
{
	struct hash_key key;

	hash_key_init(&key, 0);
	return hash_octets(&key, name, strlen(name));
}

static void
make_name(char *name, size_t cap, const char *monitor,
    const struct addrport *to)
{
	char text[ADDR_TEXT_MAX];

	(void)snprintf(name, cap, "%s %s", monitor,
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

static struct instance *
make_instance(struct sched *s, struct recipe *r, const char *name,
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

struct instance *
sched_join(struct sched *s, struct monitor *m, const struct addrport *vs,
    bool control)
{
	char name[NAME_MAX_LEN];
	struct recipe *r = sched_recipe_find(s, m);
	struct addrport at = *vs, *to = &at;
	struct instance *i;

	OBJ_CHECK(s, SCHED_MAGIC);
	if (r->type->portless || m->transparent)
		at.port = 0;		/* all ports of it are one */
	make_name(name, sizeof(name), m->obj.name, to);
	for (i = map_find(&s->instances, name); i != NULL; i = i->next) {
		if (i->recipe == r && i->is_control == control)
			break;
	}
	if (i != NULL)
		recipe_unref(&r);	/* the instance has its own */
	else
		i = make_instance(s, r, name, to, control);
	i->refs++;
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
sched_leave(struct instance **pi)
{
	struct instance *i = *pi;
	struct sched *s = i->sched;

	*pi = NULL;
	OBJ_CHECK(i, INSTANCE_MAGIC);
	if (--i->refs != 0)
		return;
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
	sched_pump(s);
}

/* ---- states across restarts ---- */

void
sched_forget(struct sched *s)
{
	OBJ_CHECK(s, SCHED_MAGIC);
	map_fini(&s->seeds);
	map_init(&s->seeds);
	if (s->last != NULL)
		lastknown_forget(s->last);
}

void
sched_keep(struct sched *s, struct lastknown *last)
{
	struct instance *i;
	size_t at = 0;

	OBJ_CHECK(s, SCHED_MAGIC);
	s->last = last;
	while ((i = map_next(&s->instances, &at, NULL)) != NULL)
		for (; i != NULL; i = i->next)
			if (!i->is_control)
				instance_keep(i, last);
}

void
sched_seed(struct sched *s, const char *monitor, const struct addrport *to,
    enum health_state state)
{
	char name[NAME_MAX_LEN];

	make_name(name, sizeof(name), monitor, to);
	(void)map_put(&s->seeds, name, &seed_values[state]);
}

static struct instance *
find_otherwise(const struct sched *s, const char *name,
    enum health_state state)
{
	struct instance *i = map_find(&s->instances, name);

	while (i != NULL && i->health.state == state)
		i = i->next;
	return i;
}

void
sched_recall(struct sched *s, const char *monitor, const struct addrport *to,
    enum health_state state)
{
	char name[NAME_MAX_LEN];
	struct instance *i;

	make_name(name, sizeof(name), monitor, to);
	/* A watch that is told may close others: none is remembered. */
	while ((i = find_otherwise(s, name, state)) != NULL) {
		i->refs++;
		instance_recall(i, state, loop_clock(s->loop));
		if (s->afar != NULL)
			s->afar->recall(s->afar_arg, i);
		else if (instance_can_be_asked(i))
			sched_set_deadline(i);
		sched_leave(&i);
	}
}

void
sched_each(const struct sched *s, sched_each_fn fn, void *arg)
{
	struct instance *i;
	size_t at = 0;

	while ((i = map_next(&s->instances, &at, NULL)) != NULL) {
		if (i->health.state != HEALTH_UNKNOWN && !i->is_control)
			fn(arg, i->recipe->monitor->obj.name, &i->to,
			    i->health.state);
	}
}
