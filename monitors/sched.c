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
#include "monitors/sched_instance.h"
#include "monitors/sched_recipe.h"

#define LIMIT_DEFAULT	8192	/* 8,000 hanging targets leave room for others */
#define PULSE_MS	500
#define STALL_NS	(2 * CLOCK_S)	/* between two pulses: we stood still */

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

void
sched_pump(struct sched *s)
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
	sched_pump(s);
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
void
sched_set_deadline(struct instance *i)
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
	sched_set_deadline(i);
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
	sched_pump(s);
}

/* ---- who watches ---- */

struct instance *
sched_join(struct sched *s, struct monitor *m, const struct addrport *vs,
    bool control)
{
	char name[SCHED_INSTANCE_NAME];
	struct recipe *r = sched_recipe_find(s, m);
	struct addrport at = *vs, *to = &at;
	struct instance *i;

	OBJ_CHECK(s, SCHED_MAGIC);
	if (r->type->portless || m->transparent)
		at.port = 0;		/* all ports of it are one */
	sched_instance_name(name, m->obj.name, to);
	for (i = map_find(&s->instances, name); i != NULL; i = i->next) {
		if (i->recipe == r && i->is_control == control)
			break;
	}
	if (i != NULL)
		recipe_unref(&r);	/* the instance has its own */
	else
		i = sched_instance_new(s, r, name, to, control);
	i->refs++;
	return i;
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
	sched_instance_free(&i);
	sched_pump(s);
}

/* ---- what others ask of it ---- */

void
sched_prepare(struct instance *i)
{
	loop_timer_init(&i->next_start, i->sched->loop, on_start, i);
	loop_timer_init(&i->deadline, i->sched->loop, on_deadline, i);
}

void
sched_begin(struct instance *i)
{
	mono_ns now = loop_now_ns(i->sched->loop);

	loop_timer_start_at(&i->next_start,
	    i->health.state == HEALTH_UNKNOWN ? now : next_phase(i, now));
	sched_set_deadline(i);
}

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
