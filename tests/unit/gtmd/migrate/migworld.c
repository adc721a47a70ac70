/* tests/unit/gtmd/migrate/migworld.c - see migworld.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gtmd/migrate/migworld.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "gtmd/migrate/migrelay.h"
#include "tests/unit/gtmd/migrate/migsame.h"

/* No engine has more to say at one time. */
#define EVENTS_AT_ONCE	1000

/* xorshift64*: the same runs everywhere. */
unsigned
migworld_draw(struct migworld *w, unsigned n)
{
	w->random ^= w->random >> 12;
	w->random ^= w->random << 25;
	w->random ^= w->random >> 27;
	return (unsigned)((w->random * UINT64_C(2685821657736338717)) >> 33) % n;
}

static bool
happens(struct migworld *w, unsigned per_mille)
{
	return per_mille > 0 && migworld_draw(w, 1000) < per_mille;
}

/* --- the machine ---------------------------------------------------------- */

static struct migspec *
draw_spec(struct migworld *w)
{
	struct migspec *s = migspec_new();
	unsigned hosts = 1 + migworld_draw(w, MIGWORLD_HOSTS);
	static const uint32_t steps[] = { 1, 5, 25, 50, 100 };

	s->name = mem_strdup("/Common/move");
	for (unsigned i = 0; i < hosts; i++) {
		struct migspec_host *h = migspec_add_host(s);

		h->name = mem_printf("vm%u", i + 1);
		h->capacity = 1 + migworld_draw(w, 4);
		h->memory_mib = migworld_draw(w, 4096);
		h->order = migworld_draw(w, 3);
	}
	s->plan = (enum migspec_plan)migworld_draw(w, 4);
	s->flip_at = 1 + migworld_draw(w, 100);
	memcpy(s->steps, steps, sizeof(steps));
	s->step_count = 5;
	s->step_hold_s = migworld_draw(w, 60);
	s->demand = migworld_draw(w, 3) == 0 ? 0 :
	    migworld_draw(w, (unsigned)migspec_capacity(s) + 2);
	s->order = (enum migspec_order)migworld_draw(w, 3);
	s->concurrency = 1 + migworld_draw(w, 3);
	s->ttl_s = migworld_draw(w, 2) * 15;
	s->retries = migworld_draw(w, 4);
	s->on_failure = (enum migspec_failure)migworld_draw(w, 2);
	s->storage_timeout_s = s->memory_timeout_s = 60;
	s->verify_timeout_s = 20;
	s->prepare_timeout_s = 60;
	s->before.from_ratio = 1 + migworld_draw(w, 5);
	s->before.to_enabled = migworld_draw(w, 4) == 0;
	return s;
}

void
migworld_init(struct migworld *w, uint64_t seed)
{
	struct migevent_traffic none = { 0 };

	memset(w, 0, sizeof(*w));
	w->random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	w->now_ms = INT64_C(1700000000000);
	w->spec = draw_spec(w);
	if (seed % 2 == 0)
		w->spec->relay_application = mem_strdup("/Common/late");
	w->m = migstate_new();
	w->from_live = w->to_live = 2;
	w->known = true;
	migtraffic_setting_of(w->spec, &none, &w->pools);
	if (migworld_say(w, MIGCOMMAND_START, MIGCOMMAND_NO_SHARE, false) != 0)
		fail_msg("seed %llu: not started", (unsigned long long)seed);
}

void
migworld_fini(struct migworld *w)
{
	for (size_t i = 0; i < w->line_count; i++)
		free(w->lines[i]);
	for (size_t i = 0; i < w->id_count; i++)
		free(w->ids[i]);
	free(w->lines);
	free(w->ids);
	migspec_free(&w->spec);
	migstate_free(&w->m);
}

/* --- the record ----------------------------------------------------------- */

/* All lines, folded anew. */
static struct migstate *
replay(const struct migworld *w)
{
	struct migstate *m = migstate_new();

	for (size_t i = 0; i < w->line_count; i++) {
		struct migevent ev;
		struct err e;
		struct json *j = json_parse(w->lines[i], strlen(w->lines[i]), &e);

		if (j == NULL || migevent_read(j, m->spec, &ev, &e) != 0 ||
		    migstate_fold(m, &ev, &e) != 0)
			fail_msg("line %zu: %s: %s", i, e.text, w->lines[i]);
		migevent_fini(&ev);
		json_free(&j);
	}
	return m;
}

static void
check_replay(const struct migworld *w, struct migstate *m)
{
	const char *what = migsame_differs(w->m, m);

	if (what != NULL)
		fail_msg("%s differs after %zu records; the last: %s", what, w->line_count,
		    w->lines[w->line_count - 1]);
}

/* kill -9: what is known is on disk; nobody listens to what runs out there. */
static void
crash(struct migworld *w)
{
	struct migstate *m = replay(w);

	check_replay(w, m);
	migstate_free(&w->m);
	w->m = m;
	w->crashes++;
	w->known = migworld_draw(w, 2);
	w->calm_since_ms = 0;
	w->relay = MIGSTEP_RELAY_ASKED;
	for (size_t i = 0; i < MIGWORLD_JOBS; i++)
		w->jobs[i].watched = false;
}

static void
put(struct migworld *w, struct migevent *ev)
{
	struct json *j = migevent_json(ev, w->m->spec);
	struct err e;

	if (migstate_fits(w->m, ev, &e) != 0)
		fail_msg("does not fit: %s", e.text);
	w->lines = mem_grow(w->lines, &w->line_room, w->line_count + 1, sizeof(*w->lines));
	w->lines[w->line_count++] = json_line(j);
	json_free(&j);
	w->kinds[ev->kind]++;
	if (migstate_fold(w->m, ev, &e) != 0)
		fail_msg("fits, and is not folded: %s", e.text);
	migevent_fini(ev);
	if (happens(w, w->weather.crash))
		crash(w);
}

/* --- what runs out there -------------------------------------------------- */

/* An id stands for one thing for ever. */
static void
check_id(struct migworld *w, const struct migstep_op *op)
{
	char *entry = mem_printf("%s=%d %d %d %d %u:%u:%u:%u", op->id, (int)op->kind, op->host,
	    (int)op->step, op->back, op->setting.from_enabled, op->setting.to_enabled,
	    op->setting.to_ratio, op->setting.from_ttl_s);
	size_t len = strlen(op->id) + 1;

	for (size_t i = 0; i < w->id_count; i++)
		if (strncmp(w->ids[i], entry, len) == 0) {
			assert_string_equal(w->ids[i], entry);
			free(entry);
			return;
		}
	w->ids = mem_grow(w->ids, &w->id_room, w->id_count + 1, sizeof(*w->ids));
	w->ids[w->id_count++] = entry;
}

static struct migworld_job *
find_job(struct migworld *w, const char *id)
{
	for (size_t i = 0; i < MIGWORLD_JOBS; i++)
		if (w->jobs[i].used && strcmp(w->jobs[i].op.id, id) == 0)
			return &w->jobs[i];
	return NULL;
}

static void
start_job(struct migworld *w, const struct migstep_op *op)
{
	struct migworld_job *job = NULL;

	check_id(w, op);
	for (size_t i = 0; i < MIGWORLD_JOBS && job == NULL; i++)
		if (!w->jobs[i].used)
			job = &w->jobs[i];
	assert_non_null(job);
	*job = (struct migworld_job){ .used = true, .watched = true, .op = *op,
	    .ends_ms = w->now_ms + 100 + migworld_draw(w, 20000) };
	if (op->kind == MIGSTEP_COMMIT)
		job->ends_ms = w->now_ms + migworld_draw(w, 500);
	else if (happens(w, w->weather.hang))
		job->ends_ms = INT64_MAX;
}

/* What goes on out there when nobody listens any more: moves do, until they are
 * cancelled; a question or a clearing-up ends with its asker, or in its time. */
static bool
goes_on(const struct migstep_op *op)
{
	return op->kind == MIGSTEP_COMMIT || op->step == MIGEVENT_STORAGE ||
	    op->step == MIGEVENT_MEMORY || op->step == MIGEVENT_CANCEL;
}

/* The engine's hands: starts what is wanted, listens no more to what is not. */
static void
tend(struct migworld *w)
{
	static struct migstep_op ops[MIGSTEP_OPS_MAX];
	size_t n = migstep_wants(w->m, ops);

	for (size_t i = 0; i < MIGWORLD_JOBS; i++) {
		struct migworld_job *job = &w->jobs[i];
		bool wanted = false;

		for (size_t k = 0; k < n && job->used; k++)
			wanted = wanted || strcmp(ops[k].id, job->op.id) == 0;
		job->watched = job->watched && wanted;
		job->used = job->used && (wanted || goes_on(&job->op));
	}
	for (size_t k = 0; k < n; k++) {
		struct migworld_job *job = find_job(w, ops[k].id);

		if (job == NULL)
			start_job(w, &ops[k]);
		else if (!job->watched)
			job->watched = true;	/* asked again after a crash */
		check_id(w, &ops[k]);
	}
}

/* Whatever moves this host stands still: what cancel does. */
static void
stop_moving(struct migworld *w, int host)
{
	for (size_t i = 0; i < MIGWORLD_JOBS; i++) {
		struct migworld_job *job = &w->jobs[i];

		if (job->used && job->op.kind == MIGSTEP_HOST && job->op.host == host &&
		    (job->op.step == MIGEVENT_STORAGE || job->op.step == MIGEVENT_MEMORY))
			job->used = false;
	}
}

/* What the world makes of a step; false is a failure, and *retry says which. */
static bool
perform(struct migworld *w, const struct migstep_op *op, bool *retry)
{
	bool target = !op->back, *at = &w->to_place[op->host];

	*retry = !happens(w, w->weather.hopeless);
	switch (op->step) {
	case MIGEVENT_CANCEL:
		if (*at == target) {
			*retry = false;
			return false;
		}
		if (happens(w, w->weather.fail))
			return false;
		stop_moving(w, op->host);
		return true;
	case MIGEVENT_LOCATE:
		if (happens(w, w->weather.fail))
			return false;
		*retry = false;
		return *at == target;
	case MIGEVENT_MEMORY:
		if (!happens(w, w->weather.fail))
			*at = target;
		else if (happens(w, w->weather.lost))
			*at = target;
		else
			return *at == target;
		return !happens(w, w->weather.lost);
	case MIGEVENT_VERIFY:
	case MIGEVENT_ANNOUNCE:
	case MIGEVENT_FINISH:
		assert_int_equal(*at, target);
		break;
	case MIGEVENT_STORAGE:
		assert_int_not_equal(*at, target);
		break;
	case MIGEVENT_PREPARE:
		break;
	}
	return !happens(w, w->weather.fail);
}

static bool
commit(struct migworld *w, const struct migstep_op *op)
{
	if (happens(w, w->weather.refuse))
		return false;
	/* An earlier decision does not come after a later one. */
	if (op->attempt >= w->applied) {
		w->applied = op->attempt;
		w->pools = op->setting;
	}
	assert_true(w->pools.from_enabled || w->pools.to_enabled);
	return true;
}

static void
end_job(struct migworld *w, struct migworld_job *job)
{
	struct migstep_op op = job->op;
	bool watched = job->watched, retry = true;
	bool ok;
	struct migevent ev;

	job->used = false;
	ok = op.kind == MIGSTEP_COMMIT ? commit(w, &op) :
	    op.kind == MIGSTEP_PREPARE ? !happens(w, w->weather.fail) : perform(w, &op, &retry);
	if (watched && migstep_ended(w->m, &op, &(struct migstep_end){ .ok = ok,
	    .retry = retry, .text = ok ? "" : "it went wrong" }, w->now_ms, &ev))
		put(w, &ev);
}

static void
end_jobs(struct migworld *w)
{
	for (size_t i = 0; i < MIGWORLD_JOBS; i++)
		if (w->jobs[i].used && w->jobs[i].ends_ms <= w->now_ms)
			end_job(w, &w->jobs[i]);
}

/* The relay is asked for while it is on record that it may be open; the answer may be
 * lost when it was done all the same. */
static void
serve_relay(struct migworld *w)
{
	if (w->m->relay == MIGSTATE_RELAY_SHUT || migworld_draw(w, 3) == 0)
		return;
	w->relay_asked = migrelay_wanted(w->m);
	w->relay = happens(w, 3 * w->weather.fail) ? MIGSTEP_RELAY_FAILED :
	    MIGSTEP_RELAY_DONE;
	if (w->relay == MIGSTEP_RELAY_DONE || happens(w, 500))
		w->relay_open = w->relay_asked;
}

/* --- what must hold ------------------------------------------------------- */

/* Do the pools say something else than users were told last? */
static bool
is_by_hand(const struct migworld *w)
{
	struct migtraffic_setting told;

	migtraffic_setting_of(w->spec, &w->m->told, &told);
	return migstate_under_way(w->m) && migstate_settled(w->m) &&
	    (told.from_enabled != w->pools.from_enabled ||
	    told.to_enabled != w->pools.to_enabled ||
	    told.from_ratio != w->pools.from_ratio || told.to_ratio != w->pools.to_ratio ||
	    told.from_ttl_s != w->pools.from_ttl_s || told.to_ttl_s != w->pools.to_ttl_s);
}

static struct migstep_seen
look(const struct migworld *w)
{
	return (struct migstep_seen){
		.differs = is_by_hand(w) ? "somebody has set them" : NULL,
		.traffic = { .known = w->known, .from_live = w->from_live,
		    .to_live = w->to_live, .dead = w->dead },
		.verdict = w->verdict, .verdict_why = "it was measured",
		.late_counted = true, .calm_since_ms = w->calm_since_ms,
		.relay = w->relay_asked == migrelay_wanted(w->m) ? w->relay :
		    MIGSTEP_RELAY_ASKED,
	};
}

/* The capacity of live hosts that are on record as being at the new site. */
static uint64_t
live_there(const struct migworld *w)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < w->spec->host_count; i++)
		if (w->m->host[i].place == MIGSTATE_TO && !w->dead[i])
			sum += w->spec->hosts[i].capacity;
	return sum;
}

static void
check_decision(struct migworld *w, const struct migevent *ev)
{
	uint32_t share = ev->traffic.share, was = w->m->decided.share;
	bool forced = w->m->advanced && w->m->advance_force;

	w->rescues += ev->traffic.rescue && !w->m->decided.rescue;
	if (share != was || ev->traffic.rescue != w->m->decided.rescue)
		assert_true(w->known);
	if (share > was) {
		assert_true(w->to_live > 0);
		assert_int_equal(w->verdict, MIGEVENT_FINE);
		assert_false(w->m->paused);
		if (!forced)
			assert_true((uint64_t)share * w->spec->demand <= live_there(w) * 100);
	}
	if (share == 0 && was > 0 && !ev->traffic.rescue)
		assert_true(w->from_live > 0 || w->to_live == 0);
}

static void
check_event(struct migworld *w, const struct migevent *ev)
{
	bool moves = ev->kind == MIGEVENT_STEP_BEGUN &&
	    (ev->step == MIGEVENT_STORAGE || ev->step == MIGEVENT_MEMORY);

	if (ev->kind == MIGEVENT_DECIDED)
		check_decision(w, ev);
	/* Who has paused it has a free hand. */
	if (ev->kind == MIGEVENT_DECIDED || ev->kind == MIGEVENT_CORRECTED)
		assert_false(w->m->paused && is_by_hand(w));
	if (moves) {
		assert_false(w->m->paused || w->m->aborting);
		assert_true(ev->back || w->verdict == MIGEVENT_FINE);
		assert_int_equal(ev->back, w->m->phase == MIGSTATE_ROLLING_BACK);
	}
	if (moves && ev->step == MIGEVENT_STORAGE)
		assert_true(migstate_busy(w->m) < w->spec->concurrency);
	if (ev->kind == MIGEVENT_SET)
		assert_int_equal(ev->decision, w->applied);
	if (ev->kind == MIGEVENT_RELAY_OPEN || ev->kind == MIGEVENT_RELAY_SHUT)
		assert_int_equal(w->relay_open, ev->kind == MIGEVENT_RELAY_OPEN);
	if (ev->kind == MIGEVENT_RELAYED && w->spec->relay_application != NULL)
		assert_true(w->relay_open || w->m->close_force);
}

/* Whoever is at rest is where the record says. */
static void
check_places(const struct migworld *w)
{
	for (size_t i = 0; i < w->spec->host_count; i++) {
		const struct migstate_host *h = &w->m->host[i];

		if (h->activity == MIGSTATE_IDLE && h->place != MIGSTATE_UNKNOWN)
			assert_int_equal(w->to_place[i], h->place == MIGSTATE_TO);
	}
}

/* A host that is skipped stays where it is, and nothing is asked of it. */
static void
check_left(struct migworld *w)
{
	for (size_t i = 0; i < w->spec->host_count; i++) {
		const struct migstate_host *h = &w->m->host[i];
		bool left = h->phase == MIGSTATE_HOST_SKIPPED &&
		    h->place != MIGSTATE_UNKNOWN;

		if (left) {
			assert_int_equal(h->activity, MIGSTATE_IDLE);
			if (w->left[i])
				assert_int_equal(w->to_place[i], w->left_at[i]);
		}
		w->left[i] = left;
		w->left_at[i] = w->to_place[i];
	}
}

/* With the plan that follows each host, no share stays above what the new site
 * carries, unless the old one could not carry the rest. */
static void
check_ceiling(const struct migworld *w)
{
	uint64_t there = live_there(w), demand = w->spec->demand, home = 0, top;
	const struct migstate *m = w->m;

	if (w->spec->plan != MIGSPEC_FOLLOW || m->phase != MIGSTATE_MOVING || m->paused ||
	    m->aborting || m->advanced || !w->known || !migstate_settled(m) ||
	    w->from_live == 0 || w->to_live == 0 || m->told.share * demand <= there * 100)
		return;
	for (size_t i = 0; i < w->spec->host_count; i++)
		if (m->host[i].place == MIGSTATE_FROM && !w->dead[i])
			home += w->spec->hosts[i].capacity;
	top = there * 100 / demand;
	assert_true((100 - top) * demand > home * 100);
}

/* What users get, once nothing is waited for. */
static void
check_answers(const struct migworld *w)
{
	bool answer = (w->pools.from_enabled && w->from_live > 0) ||
	    (w->pools.to_enabled && w->to_live > 0);

	assert_true(w->pools.from_enabled || w->pools.to_enabled);
	if (!migstate_under_way(w->m) || !w->known || !migstate_settled(w->m) ||
	    is_by_hand(w))
		return;
	if (!answer && w->from_live + w->to_live > 0)
		fail_msg("nobody answers: from %d/%u to %d/%u, phase %s", w->pools.from_enabled,
		    w->from_live, w->pools.to_enabled, w->to_live,
		    migstate_phase_name(w->m->phase));
}

static void
take_turn(struct migworld *w)
{
	struct migevent ev;
	unsigned events = 0;

	for (;;) {
		struct migstep_seen seen = look(w);

		if (!migstep_next(w->m, &seen, w->now_ms + w->skew_ms, &ev))
			break;
		check_event(w, &ev);
		put(w, &ev);
		if (++events > EVENTS_AT_ONCE)
			fail_msg("no end of events: %s", w->lines[w->line_count - 1]);
	}
	tend(w);
	check_places(w);
	check_left(w);
	check_answers(w);
	check_ceiling(w);
}

/* By a load of a whole configuration; or the operator, who has paused it. */
static void
set_by_hand(struct migworld *w)
{
	w->pools.from_enabled = migworld_draw(w, 2);
	w->pools.to_enabled = !w->pools.from_enabled || migworld_draw(w, 2);
	w->pools.from_ratio = migworld_draw(w, 4);
	w->pools.to_ttl_s = migworld_draw(w, 3) * 15;
	w->hands++;
}

static void
change_weather(struct migworld *w)
{
	if (happens(w, w->weather.die))
		w->from_live = migworld_draw(w, 3);
	if (happens(w, w->weather.die))
		w->to_live = migworld_draw(w, 3);
	if (happens(w, w->weather.die))
		w->dead[migworld_draw(w, (unsigned)w->spec->host_count)] ^= true;
	if (happens(w, w->weather.guard))
		w->verdict = (enum migevent_verdict)(migworld_draw(w, 8) == 0 ? 2 :
		    migworld_draw(w, 2));
	if (happens(w, w->weather.skew))
		w->skew_ms = (int64_t)migworld_draw(w, 20000) - 10000;
	if (happens(w, w->weather.hand))
		set_by_hand(w);
	if (!w->known && migworld_draw(w, 3) == 0)
		w->known = true;
	if (!w->calm)
		w->calm_since_ms = 0;
	else if (w->calm_since_ms == 0)
		w->calm_since_ms = w->now_ms;
}

static void
say_something(struct migworld *w)
{
	static const enum migcommand_verb words[] = { MIGCOMMAND_PAUSE, MIGCOMMAND_PAUSE,
	    MIGCOMMAND_RESUME, MIGCOMMAND_RESUME, MIGCOMMAND_RESUME, MIGCOMMAND_RESUME,
	    MIGCOMMAND_ADVANCE, MIGCOMMAND_ADVANCE, MIGCOMMAND_ADVANCE,
	    MIGCOMMAND_CLOSE, MIGCOMMAND_CLOSE, MIGCOMMAND_ROLL_BACK, MIGCOMMAND_ABORT,
	    MIGCOMMAND_SKIP, MIGCOMMAND_SKIP, MIGCOMMAND_RETRY };
	enum migcommand_verb v = words[migworld_draw(w, OBJ_COUNT(words))];

	/* What ends it is said seldom, or nothing would ever get far. */
	if ((v == MIGCOMMAND_ROLL_BACK || v == MIGCOMMAND_ABORT) && migworld_draw(w, 4) != 0)
		return;
	(void)migworld_say(w, v, (int32_t)migworld_draw(w, 103) - 1, migworld_draw(w, 4) == 0);
}

void
migworld_turn(struct migworld *w, int64_t pass_ms)
{
	w->now_ms += pass_ms;
	change_weather(w);
	end_jobs(w);
	serve_relay(w);
	assert_true(!w->relay_open || w->m->relay != MIGSTATE_RELAY_SHUT);
	take_turn(w);
	if (happens(w, w->weather.word))
		say_something(w);
	take_turn(w);
}

int
migworld_say(struct migworld *w, enum migcommand_verb v, int32_t share, bool force)
{
	struct migstep_seen seen = look(w);
	struct migspec *spec = v == MIGCOMMAND_START ? migspec_clone(w->spec) : NULL;
	struct migcommand_turn t = { w->m, &seen, w->now_ms };
	struct migcommand c = { .verb = v, .user = "admin", .force = force, .share = share,
	    .spec = &spec };
	size_t host = share > 0 ? (size_t)share % w->spec->host_count : 0;
	struct migevent ev;
	struct err e;
	int rc;

	if (v == MIGCOMMAND_SKIP || v == MIGCOMMAND_RETRY)
		c.host = w->spec->hosts[host].name;
	rc = migcommand_event(&t, &c, &ev, &e);
	if (rc == 0)
		put(w, &ev);
	migspec_free(&spec);
	return rc;
}

void
migworld_check_end(const struct migworld *w)
{
	struct migevent_traffic none = { 0 };
	struct migtraffic_setting was;
	struct migstate *again = replay(w);
	bool closed = w->m->phase == MIGSTATE_CLOSED;

	check_replay(w, again);
	migstate_free(&again);
	migtraffic_setting_of(w->spec, &none, &was);
	assert_int_equal(w->pools.from_ttl_s, was.from_ttl_s);
	assert_int_equal(w->pools.to_ttl_s, was.to_ttl_s);
	for (size_t i = 0; i < w->spec->host_count; i++)
		if (w->m->phase != MIGSTATE_ABORTED &&
		    w->m->host[i].phase != MIGSTATE_HOST_SKIPPED)
			assert_int_equal(w->to_place[i], closed);
	/* By force it may be left where nobody could be reached. */
	assert_true(!w->relay_open || (closed ? w->m->close_force : w->m->abort_force));
	if (closed && !w->m->told.rescue) {
		assert_true(w->pools.to_enabled && !w->pools.from_enabled);
		assert_int_equal(w->pools.from_ratio, was.from_ratio);
	}
	if (w->m->phase == MIGSTATE_ROLLED_BACK ||
	    (w->m->phase == MIGSTATE_ABORTED && w->m->told.share == 0 && !w->m->told.rescue)) {
		assert_int_equal(w->pools.from_enabled, was.from_enabled);
		assert_int_equal(w->pools.to_enabled, was.to_enabled);
		assert_int_equal(w->pools.from_ratio, was.from_ratio);
		assert_int_equal(w->pools.to_ratio, was.to_ratio);
	}
}
