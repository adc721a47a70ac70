/* monitors/sched.c - see sched.h.
 *
 * An instance is idle until next_start fires, then waits in the queue, then
 * runs; next_start goes on at its phase meanwhile. An instance that still waits
 * skips it; one that still runs starts again when it has ended. deadline is set
 * lazily: it is moved only when it fires, so a healthy instance costs one timer
 * per interval and one per timeout. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/sched.h"

#include <sys/resource.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/hash.h"
#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "monitors/gateways.h"
#include "monitors/instance.h"
#include "monitors/lastknown.h"
#include "monitors/monitor.h"
#include "monitors/probe.h"
#include "monitors/probestat.h"
#include "monitors/recipe.h"
#include "monitors/sched_doubt.h"
#include "monitors/sched_inside.h"
#include "monitors/sched_recipe.h"

#define LIMIT_DEFAULT	8192	/* 8,000 hanging targets leave room for others */
#define PULSE_MS	500
#define STALL_NS	(2 * CLOCK_S)	/* between two pulses: we stood still */
#define NAME_MAX_LEN	(255 + 1 + ADDR_TEXT_MAX)	/* path, blank, pair */

static enum health_state seed_values[] = {
	HEALTH_UNKNOWN, HEALTH_UP, HEALTH_DOWN
};

/* ---- life ---- */

static void on_pulse(struct loop_timer *timer, void *arg);

static size_t
default_limit(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur / 2 < LIMIT_DEFAULT)
		return r.rlim_cur / 2;
	return LIMIT_DEFAULT;
}

/* 0, or -1 with the sentence in e. */
static int
open_engines(struct sched *s, struct err *e)
{
	while (s->types[s->type_count] != NULL)
		s->type_count++;
	s->engines = mem_zalloc(s->type_count + 1, sizeof(*s->engines));
	s->probestats = mem_zalloc(s->type_count + 1, sizeof(*s->probestats));
	for (size_t k = 0; k < s->type_count; k++) {
		s->probestats[k].monitor = s->types[k]->object;
		if (s->types[k]->engine_new == NULL || s->afar != NULL)
			continue;
		s->engines[k] = s->types[k]->engine_new(s->loop, e);
		if (s->engines[k] == NULL)
			return -1;
	}
	return 0;
}

struct sched *
sched_new(const struct sched_config *c, struct err *e)
{
	struct sched *s = mem_zalloc(1, sizeof(*s));

	s->magic = SCHED_MAGIC;
	s->loop = c->loop;
	s->board = c->board;
	s->types = c->types;
	s->afar = c->afar;
	s->afar_arg = c->afar_arg;
	s->heard = c->heard;
	s->heard_arg = c->heard_arg;
	s->limit = c->limit != 0 ? c->limit : default_limit();
	list_init(&s->queue);
	loop_timer_init(&s->pulse, s->loop, on_pulse, s);
	s->pulse_ns = loop_now_ns(s->loop);
	s->gateways = gateways_new();
	sched_doubt_init(s, c);
	if (open_engines(s, e) != 0) {
		sched_free(&s);
		return NULL;
	}
	if (s->afar == NULL)
		loop_timer_start(&s->pulse, PULSE_MS, PULSE_MS);
	return s;
}

void
sched_free(struct sched **ps)
{
	struct sched *s = *ps;

	*ps = NULL;
	if (s == NULL)
		return;
	OBJ_CHECK(s, SCHED_MAGIC);
	assert(s->stats.instances == 0);
	loop_timer_stop(&s->pulse);
	for (size_t k = 0; s->types[k] != NULL; k++) {
		if (s->engines[k] != NULL)
			s->types[k]->engine_free(&s->engines[k]);
	}
	free(s->engines);
	free(s->probestats);
	gateways_free(&s->gateways);
	map_fini(&s->instances);
	map_fini(&s->recipes);
	map_fini(&s->seeds);
	s->magic = 0;
	free(s);
}

/* ---- starting probes ---- */

static void on_probed(void *arg, const struct probe_result *r);

static struct probestat *
stat_of(const struct sched *s, const struct recipe *r)
{
	size_t k = 0;

	while (s->types[k] != r->type)
		k++;
	return &s->probestats[k];
}

/* A transparent monitor's probe goes to its own destination; what it is about is
 * the way there. */
static void
go_through(struct probe_job *job, const struct instance *i)
{
	job->to = i->recipe->monitor->destination;
	if (i->recipe->type->portless)
		job->to.port = 0;
	job->fault = gateways_way(i->gateway, &job->to.addr, &job->mark);
}

void
sched_start(struct sched *s, struct instance *i)
{
	const struct recipe *r = i->recipe;
	uint64_t late_us = (loop_now_ns(s->loop) - i->due_ns) / 1000;
	struct probe_job job = {
		.loop = s->loop, .engine = r->engine, .spec = r->spec,
		.to = i->to, .timeout_ns = r->probe_timeout_ns,
		.done = on_probed, .arg = i,
	};
	struct trouble_queue q = { .most = s->limit };

	list_remove(&i->queue);
	s->stats.waiting--;
	s->stats.in_flight++;
	s->stats.started++;
	if (late_us > s->stats.late_us_max)
		s->stats.late_us_max = late_us;
	probestat_start(stat_of(s, r), late_us);
	q.waiting = s->stats.waiting;
	q.under_way = s->stats.in_flight;
	trouble_late(&s->trouble, late_us, &q, loop_now_ns(s->loop));
	if (i->gateway != NULL)
		go_through(&job, i);
	i->step = INSTANCE_RUNNING;
	i->excused = false;
	i->probe = r->type->start(&job);
}

static void
pump(struct sched *s)
{
	while (s->stats.in_flight < s->limit && !list_empty(&s->queue))
		sched_start(s, OBJ_OF(s->queue.next, struct instance, queue));
}

/* The first moment of the instance's phase that is after now. */
static mono_ns
next_phase(const struct instance *i, mono_ns now)
{
	dur_ns interval = i->recipe->interval_ns;
	dur_ns into = (now + interval - i->phase_ns) % interval;

	return now + interval - into;
}

void
sched_enqueue(struct sched *s, struct instance *i)
{
	i->owed = false;
	i->step = INSTANCE_WAITING;
	i->due_ns = loop_now_ns(s->loop);
	s->stats.waiting++;
	list_append(&s->queue, &i->queue);
}

static void
on_start(struct loop_timer *timer, void *arg)
{
	struct instance *i = arg;
	struct sched *s = i->sched;

	OBJ_CHECK(i, INSTANCE_MAGIC);
	loop_timer_start_at(timer, next_phase(i, loop_now_ns(s->loop)));
	i->owed = i->step == INSTANCE_RUNNING;
	if (i->step != INSTANCE_IDLE)
		return;
	sched_enqueue(s, i);
	pump(s);
}

/* ---- time that we did not live through ---- */

/* Nobody was asked, and nobody who answered was heard: probes that were under
 * way say nothing, and the time is no silence. Walks all instances, once. */
static void
excuse_all(struct sched *s, dur_ns gap)
{
	mono_ns now = loop_now_ns(s->loop);
	struct instance *i;
	size_t at = 0;

	while ((i = map_next(&s->instances, &at, NULL)) != NULL) {
		for (; i != NULL; i = i->next) {
			i->excused = i->step == INSTANCE_RUNNING;
			i->health.last_good_ns =
			    now - i->health.last_good_ns > gap ?
			    i->health.last_good_ns + gap : now;
		}
	}
	log_at(LOG_WARNING, "monitor", "-", "stood-still", "ms=%llu "
	    "instances=%zu", (unsigned long long)(gap / CLOCK_MS),
	    s->stats.instances);
}

/* Have we been stopped, or short of a CPU, since the last pulse? Before any
 * result or deadline is believed. */
static void
look_back(struct sched *s)
{
	mono_ns now = loop_now_ns(s->loop);
	dur_ns gap = now - s->pulse_ns;

	if (gap <= STALL_NS)
		return;
	s->pulse_ns = now;
	excuse_all(s, gap);
}

static void
on_pulse(struct loop_timer *timer, void *arg)
{
	struct sched *s = arg;

	(void)timer;
	OBJ_CHECK(s, SCHED_MAGIC);
	look_back(s);
	s->pulse_ns = loop_now_ns(s->loop);
	(void)sched_doubt_clock(s);
	suspect_pulse(&s->suspect);
}

/* ---- results ---- */

/* A down instance has no deadline; others are looked at when it comes, unless
 * one has passed already and only a miss is waited for. */
static void
set_deadline(struct instance *i)
{
	mono_ns at = health_deadline(&i->health, &i->recipe->policy);

	if (i->health.state != HEALTH_DOWN && !loop_timer_running(&i->deadline) &&
	    at > loop_now_ns(i->sched->loop))
		loop_timer_start_at(&i->deadline, at);
}

static void
tell_heard(struct instance *i)
{
	if (i->sched->heard != NULL)
		i->sched->heard(i->sched->heard_arg, i);
}

/* A result counts, or for want of one the time that has passed. */
void
sched_deliver(struct instance *i, const struct probe_result *r)
{
	const struct clock *clk = loop_clock(i->sched->loop);

	i->refs++;
	if (r != NULL)
		instance_push(i, r, clk);
	else
		instance_expire(i, clk);
	set_deadline(i);
	tell_heard(i);
	sched_leave(&i);
}

/* It is seen, and says nothing of the target. */
void
sched_withhold(struct instance *i, const struct probe_result *r)
{
	struct probe_result nothing = *r;

	nothing.outcome = PROBE_ABSTAIN;
	sched_deliver(i, &nothing);
}

static void
on_deadline(struct loop_timer *timer, void *arg)
{
	struct instance *i = arg;

	(void)timer;
	OBJ_CHECK(i, INSTANCE_MAGIC);
	look_back(i->sched);
	if (suspect_judge(&i->sched->suspect, i, NULL,
	    loop_now_ns(i->sched->loop)) == SUSPECT_GO_ON)
		sched_deliver(i, NULL);
}

static void
on_probed(void *arg, const struct probe_result *r)
{
	struct instance *i = arg;
	static const struct probe_result late = { .outcome = PROBE_ABSTAIN,
	    .code = PROBE_LOCAL };
	struct probe_result odd;
	struct sched *s = i->sched;

	OBJ_CHECK(i, INSTANCE_MAGIC);
	look_back(s);
	if (i->excused && r->outcome != PROBE_UP)
		r = &late;
	if (r->code == PROBE_EXPIRED && !sched_doubt_clock(s)) {
		odd = *r;
		odd.outcome = PROBE_ABSTAIN;
		r = &odd;
	}
	i->probe = NULL;
	i->step = INSTANCE_IDLE;
	s->stats.in_flight--;
	probestat_end(stat_of(s, i->recipe), r);
	if (r->outcome == PROBE_ABSTAIN)
		trouble_abstained(&s->trouble, r, loop_now_ns(s->loop));
	i->refs++;
	switch (suspect_judge(&s->suspect, i, r, loop_now_ns(s->loop))) {
	case SUSPECT_GO_ON:
		sched_deliver(i, r);
		break;
	case SUSPECT_WITHHOLD:
		sched_withhold(i, r);
		break;
	case SUSPECT_PARKED:
		break;
	}
	if (i->owed && i->step == INSTANCE_IDLE)
		sched_enqueue(s, i);
	sched_leave(&i);
	pump(s);
}

/* ---- instances ---- */

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
	mono_ns now = loop_now_ns(s->loop);

	i = instance_new(r, name, to, s->board);
	i->sched = s;
	i->is_control = control;
	i->next = other;
	(void)map_put(&s->instances, name, i);
	s->stats.instances++;
	loop_timer_init(&i->next_start, s->loop, on_start, i);
	loop_timer_init(&i->deadline, s->loop, on_deadline, i);
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
	loop_timer_start_at(&i->next_start,
	    i->health.state == HEALTH_UNKNOWN ? now : next_phase(i, now));
	set_deadline(i);
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
	pump(s);
}

/* ---- states across restarts, and numbers ---- */

void
sched_look(const struct instance *i, struct sched_look *out)
{
	const struct sched *s = i->sched;

	OBJ_CHECK(i, INSTANCE_MAGIC);
	*out = (struct sched_look){ .sight = i->sight,
	    .probing = i->step == INSTANCE_RUNNING };
	if (s->afar != NULL)
		(void)s->afar->look(s->afar_arg, i, out);
	else if (loop_timer_running(&i->next_start))
		out->next_ns = loop_timer_due(&i->next_start);
}

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
			set_deadline(i);
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

void
sched_stats(const struct sched *s, struct sched_stats *out)
{
	*out = s->stats;
	if (s->afar == NULL)
		suspect_view(&s->suspect, &out->doubt);
}

const struct probestat *
sched_probestats(const struct sched *s, size_t *count)
{
	*count = s->type_count;
	return s->probestats;
}

void
sched_count(struct sched *s, const struct sched_stats *stats,
    const struct probestat *rows)
{
	const size_t instances = s->stats.instances;
	const bool doubting = s->stats.doubt.doubting;

	OBJ_CHECK(s, SCHED_MAGIC);
	assert(s->afar != NULL);
	s->stats = *stats;
	s->stats.instances = instances;
	for (size_t k = 0; k < s->type_count; k++) {
		const struct type *monitor = s->probestats[k].monitor;

		s->probestats[k] = rows[k];
		s->probestats[k].monitor = monitor;
	}
	if (doubting != s->stats.doubt.doubting && s->doubt != NULL)
		s->doubt(s->doubt_arg);
}
