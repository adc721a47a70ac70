/* monitors/instance.c - see instance.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/instance.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "monitors/board.h"
#include "monitors/lastknown.h"
#include "monitors/monitor.h"
#include "monitors/probereport.h"
#include "monitors/recipe.h"

#define REASON_MAX	SIGHT_WORDS_MAX

struct instance *
instance_new(struct recipe *recipe, const char *name,
    const struct addrport *to, struct board *board)
{
	struct instance *i = mem_zalloc(1, sizeof(*i));

	i->magic = INSTANCE_MAGIC;
	i->recipe = recipe;
	i->name = mem_strdup(name);
	i->to = *to;
	i->board = board;
	i->slot = board_take(board, 0);
	i->place = LASTKNOWN_NONE;
	list_init(&i->watches);
	list_init(&i->queue);
	list_init(&i->suspect);
	return i;
}

void
instance_free(struct instance **pi)
{
	struct instance *i = *pi;

	*pi = NULL;
	OBJ_CHECK(i, INSTANCE_MAGIC);
	assert(i->refs == 0 && list_empty(&i->watches) && i->recipe == NULL);
	board_give(i->board, i->slot);
	if (i->last != NULL)
		lastknown_give(i->last, i->place);
	free(i->name);
	i->magic = 0;
	free(i);
}

struct staterecord_key
instance_key(const struct instance *i)
{
	return staterecord_key(&i->recipe->identity, &i->to);
}

/* 32 octets of memory when the state is another one. */
static void
keep(struct instance *i)
{
	const struct staterecord r = { .key = instance_key(i),
	    .state = i->health.state, .since_s = i->since_s };

	if (i->place == LASTKNOWN_NONE)
		i->place = lastknown_take(i->last, &r.key);
	lastknown_write(i->last, i->place, &r);
	i->kept = i->health.state;
}

void
instance_keep(struct instance *i, struct lastknown *last)
{
	OBJ_CHECK(i, INSTANCE_MAGIC);
	i->last = last;
	if (last != NULL)
		keep(i);
	else
		i->place = LASTKNOWN_NONE;
}

static void
post(struct instance *i)
{
	struct board_entry en = { .state = i->health.state, .last = i->newest,
	    .since_s = i->since_s };

	board_write(i->board, i->slot, &en);
	if (i->last != NULL && i->kept != i->health.state)
		keep(i);
}

void
instance_start(struct instance *i, enum health_state state,
    const struct clock *clk)
{
	health_init(&i->health, state, clock_mono(clk));
	i->clock = clk;
	i->since_s = clock_real(clk);
	post(i);
}

void
instance_since(struct instance *i, real_s since)
{
	if (since <= 0 || since > i->since_s)
		return;
	i->since_s = since;
	post(i);
}

/* The penalty of this moment; 0 where flaps are not damped. */
static uint32_t
penalty(const struct instance *i)
{
	return damp_penalty(&i->health.damp, &i->recipe->policy.damp,
	    clock_mono(i->clock));
}

static void
log_change(const struct instance *i, enum health_state was)
{
	char cause[REASON_MAX], quoted[REASON_MAX + 16], flaps[32] = "";

	if (i->health.state == HEALTH_UP)
		(void)snprintf(cause, sizeof(cause), "success");
	else
		sight_words(i->recipe->monitor, &i->cause, cause,
		    sizeof(cause));
	if (i->recipe->policy.damp.half_life_ns != 0)
		(void)snprintf(flaps, sizeof(flaps), " penalty=%u", penalty(i));
	log_at(LOG_NOTICE, "monitor", i->name, "state",
	    "from=%s to=%s cause=%s rtt_us=%u%s", health_name(was),
	    health_name(i->health.state),
	    log_quote(cause, quoted, sizeof(quoted)),
	    i->health.state == HEALTH_UP ? i->rtt_us : i->cause.rtt_us, flaps);
}

/* A callback may close any watch, so each is moved back to its place before
 * it is called and none is remembered across the call. */
static void
tell(struct instance *i)
{
	struct list todo;

	list_init(&todo);
	LIST_EACH(&i->watches, n) {
		list_remove(n);
		list_append(&todo, n);
	}
	while (!list_empty(&todo)) {
		struct watch *w = OBJ_OF(todo.next, struct watch, node);

		OBJ_CHECK(w, WATCH_MAGIC);
		list_remove(&w->node);
		list_append(&i->watches, &w->node);
		if (w->fn != NULL)
			w->fn(w, w->arg);
	}
}

static void
changed(struct instance *i, enum health_state was, const struct clock *clk)
{
	i->since_s = clock_real(clk);
	post(i);
	log_change(i, was);
	tell(i);
}

void
instance_recall(struct instance *i, enum health_state state,
    const struct clock *clk)
{
	if (i->health.state == state)
		return;
	instance_start(i, state, clk);
	tell(i);
}

/* The server's certificate, of which the result of a success tells: a line when
 * it comes near its end, and with each day that goes. */
static void
note_certificate(struct instance *i, const struct probe_result *r)
{
	if (r->expiring && (!i->expiring || i->days_left != r->days_left))
		log_at(LOG_WARNING, "monitor", i->name, "certificate",
		    "days=%d", r->days_left);
	i->expiring = r->expiring;
	i->days_left = r->days_left;
}

static bool
count(struct instance *i, const struct probe_result *r, mono_ns now)
{
	const struct health_policy *p = &i->recipe->policy;

	switch (r->outcome) {
	case PROBE_UP:
		i->rtt_us = r->rtt_us;
		note_certificate(i, r);
		return health_push(&i->health, p, HEALTH_SUCCESS, now);
	case PROBE_DOWN:
		i->cause = *r;
		return health_push(&i->health, p, HEALTH_FAILURE, now);
	case PROBE_SILENT:
		i->cause = *r;
		return health_push(&i->health, p, HEALTH_SILENCE, now);
	case PROBE_ABSTAIN:
		i->cause = *r;
		return false;
	}
	return false;
}

void
instance_push(struct instance *i, const struct probe_result *r,
    const struct clock *clk)
{
	enum health_state was = i->health.state;

	OBJ_CHECK(i, INSTANCE_MAGIC);
	assert(i->refs != 0);
	i->newest = r->code;
	sight_push(&i->sight, r, clock_mono(clk));
	if (r->from.family != 0)
		i->from = r->from;
	if (count(i, r, clock_mono(clk)))
		changed(i, was, clk);
	else
		post(i);
}

void
instance_expire(struct instance *i, const struct clock *clk)
{
	enum health_state was = i->health.state;

	OBJ_CHECK(i, INSTANCE_MAGIC);
	assert(i->refs != 0);
	if (health_expire(&i->health, &i->recipe->policy, clock_mono(clk)))
		changed(i, was, clk);
}

bool
instance_can_be_asked(const struct instance *i)
{
	return i->to.port != 0 || i->recipe->type->portless ||
	    i->recipe->monitor->transparent;
}

void
instance_report(const struct instance *i, struct probereport *r)
{
	OBJ_CHECK(i, INSTANCE_MAGIC);
	*r = (struct probereport){
		.health = i->health, .newest = i->newest, .cause = i->cause,
		.from = i->from, .rtt_us = i->rtt_us,
		.expiring = i->expiring, .days_left = i->days_left,
	};
}

/* Times that another process told are not ahead of ours. */
static void
adopt(struct instance *i, const struct probereport *r, mono_ns now)
{
	i->health = r->health;
	if (i->health.last_good_ns > now)
		i->health.last_good_ns = now;
	if (i->health.damp.at_ns > now)
		i->health.damp.at_ns = now;
	i->newest = r->newest;
	i->cause = r->cause;
	i->from = r->from;
	i->rtt_us = r->rtt_us;
	i->expiring = r->expiring;
	i->days_left = r->days_left;
}

void
instance_hear(struct instance *i, const struct probereport *r,
    const struct clock *clk)
{
	enum health_state was = i->health.state;

	OBJ_CHECK(i, INSTANCE_MAGIC);
	assert(i->refs != 0);
	adopt(i, r, clock_mono(clk));
	if (was != i->health.state)
		changed(i, was, clk);
	else
		post(i);
}

/* Nobody asked for a while, so that much silence is nobody's fault. */
void
instance_resume(struct instance *i, const struct probereport *r,
    const struct clock *clk)
{
	OBJ_CHECK(i, INSTANCE_MAGIC);
	if (i->health.state != r->health.state || i->health.history != 0)
		return;
	adopt(i, r, clock_mono(clk));
	i->health.last_good_ns = clock_mono(clk);
	post(i);
}

/* What is known about the state, in a few words. */
static const char *
words(const struct instance *i, char *text, size_t cap)
{
	bool up = i->health.state == HEALTH_UP;

	if (!instance_can_be_asked(i))
		return "no port to probe";
	if (i->health.history == 0 && i->cause.code == PROBE_OK)
		return up ? "UP (last known)" : "DOWN (last known)";
	if (health_is_held(&i->health))
		return "UP, held down for flapping";
	if (up) {
		struct probe_result r = { .expiring = i->expiring,
		    .days_left = i->days_left };

		return probe_reason(&r, text, cap);
	}
	return sight_words(i->recipe->monitor, &i->cause, text, cap);
}

/* ", flap penalty 3120, free at 750"; nothing where there is none. */
static const char *
flap_words(const struct instance *i, char *text, size_t cap)
{
	uint32_t now = penalty(i);
	int n = 0;

	text[0] = '\0';
	if (now > 0)
		n = snprintf(text, cap, ", flap penalty %u", now);
	if (n > 0 && (size_t)n < cap && i->health.damp.held)
		(void)snprintf(text + n, cap - (size_t)n, ", free at %u",
		    i->recipe->policy.damp.reuse);
	return text;
}

const char *
instance_reason(const struct instance *i, char *text, size_t cap)
{
	char from[ADDR_TEXT_MAX], why[REASON_MAX], flaps[64];

	if (i->health.state == HEALTH_UNKNOWN && i->newest != PROBE_LOCAL &&
	    i->newest != PROBE_GATEWAY && i->newest != PROBE_USER &&
	    instance_can_be_asked(i)) {
		(void)snprintf(text, cap, "Checking");
		return text;
	}
	(void)snprintf(text, cap, "Monitor %s%s%s : %s%s",
	    i->recipe->monitor->obj.name, i->from.family != 0 ? " from " : "",
	    i->from.family != 0 ? addr_format(&i->from, from) : "",
	    words(i, why, sizeof(why)),
	    flap_words(i, flaps, sizeof(flaps)));
	return text;
}
