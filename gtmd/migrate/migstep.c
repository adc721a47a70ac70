/* gtmd/migrate/migstep.c - see migstep.h. What comes next is the first of a list
 * of questions that has an answer: safety of users before all, then the end of
 * what runs, then what is to be begun. SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/migrate/migstep.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/obj.h"
#include "gtmd/migrate/migask.h"
#include "gtmd/migrate/migphase.h"
#include "gtmd/migrate/migrelay.h"

/* --- what users are told -------------------------------------------------- */

/* While it is paused an operator has a free hand. */
static bool
ask_corrected(struct migask *a)
{
	if (a->seen->differs == NULL || a->m->paused || !migstate_settled(a->m))
		return false;
	(void)migask_put(a, MIGEVENT_CORRECTED);
	migevent_say(a->ev, "%s", a->seen->differs);
	return true;
}

static bool
ask_traffic(struct migask *a)
{
	const struct migevent_traffic *to = &a->target->to;

	if (migask_is_same(to, &a->m->decided))
		return false;
	(void)migask_put(a, MIGEVENT_DECIDED);
	a->ev->decision = a->m->decisions + 1;
	a->ev->traffic = *to;
	migevent_say(a->ev, "%s", a->target->why);
	return true;
}

/* Compared as the record has it: a sentence that is not that word for word would be
 * news for ever. */
static bool
ask_held(struct migask *a)
{
	(void)migask_put(a, MIGEVENT_HELD);
	migevent_say(a->ev, "%s", a->target->held);
	return strcmp(a->ev->text, a->m->held) != 0;
}

/* --- guards --------------------------------------------------------------- */

static bool
may_breach(const struct migstate *m)
{
	return m->phase == MIGSTATE_MOVING || m->phase == MIGSTATE_DRAINING ||
	    m->phase == MIGSTATE_RELAYING;
}

/* The same sentence, whatever the numbers in it: they change all the time. */
static bool
same_reason(const char *a, const char *b)
{
	static const char numbers[] = "0123456789.";

	while (*a != '\0' && *a == *b) {
		a += strspn(a + 1, numbers) + 1;
		b += strspn(b + 1, numbers) + 1;
	}
	return *a == *b;
}

/* What is read of a guard is why it holds now. */
static bool
is_on_record(const struct migask *a)
{
	return a->ev->verdict == a->m->verdict && (a->m->verdict == MIGEVENT_FINE ||
	    same_reason(a->ev->text, a->m->guard_why));
}

static bool
ask_guard(struct migask *a)
{
	const char *why = a->seen->verdict_why != NULL ? a->seen->verdict_why : "";

	(void)migask_put(a, MIGEVENT_GUARD);
	a->ev->verdict = a->seen->verdict;
	migevent_say(a->ev, "%s", why);
	if (!is_on_record(a))
		return true;
	if (a->seen->verdict != MIGEVENT_BREACH || !may_breach(a->m) || a->m->aborting ||
	    a->m->closing)
		return false;
	(void)migask_put(a, MIGEVENT_ROLL_BACK);
	migevent_say(a->ev, "a guard: %s", why);
	return true;
}

/* --- time ----------------------------------------------------------------- */

static bool
ask_timeouts(struct migask *a)
{
	for (int i = 0; i < (int)a->s->host_count; i++) {
		const struct migstate_host *h = &a->m->host[i];
		uint32_t after = migask_timeout_s(a->s, h->step);

		if (h->activity != MIGSTATE_RUNNING ||
		    !migask_is_over(migask_deadline(h->step_at_ms, after), a->now_ms))
			continue;
		(void)migask_put_step(a, MIGEVENT_STEP_FAILED, i, h->step);
		a->ev->retry = true;
		migevent_say(a->ev, "%s of %s: not done in %" PRIu32 " s",
		    migevent_step_name(h->step), a->s->hosts[i].name, after);
		return true;
	}
	return false;
}

/* --- hosts ---------------------------------------------------------------- */

static bool
ask_failures(struct migask *a)
{
	bool back = migstate_goes_back(a->m);

	if (a->m->paused || a->m->aborting)
		return false;
	for (int i = 0; i < (int)a->s->host_count; i++) {
		const struct migstate_host *h = &a->m->host[i];

		if (h->phase != MIGSTATE_HOST_FAILED)
			continue;
		(void)migask_put(a, !back && a->s->on_failure == MIGSPEC_ROLL_BACK ?
		    MIGEVENT_ROLL_BACK : MIGEVENT_PAUSED);
		a->ev->host = i;
		migevent_say(a->ev, "host %s failed: %s", a->s->hosts[i].name, h->why);
		return true;
	}
	return false;
}

/* Guards and an operator's pause hold what takes something new in hand; who goes
 * home is held by no guard. */
static bool
may_go_on(const struct migask *a, enum migevent_step step)
{
	bool holds = a->seen->verdict != MIGEVENT_FINE ||
	    (a->m->decided.rescue && a->seen->traffic.to_live == 0);

	if (step != MIGEVENT_STORAGE && step != MIGEVENT_MEMORY)
		return true;
	return !a->m->paused && (!holds || migstate_goes_back(a->m));
}

/* A step that is ready. */
static bool
ask_ready(struct migask *a)
{
	for (int i = 0; i < (int)a->s->host_count; i++) {
		const struct migstate_host *h = &a->m->host[i];

		if (h->activity == MIGSTATE_READY && a->now_ms >= h->not_before_ms &&
		    may_go_on(a, h->step))
			return migask_put_step(a, MIGEVENT_STEP_BEGUN, i, h->step);
	}
	return false;
}

/* A host that sets out: in the order of the plan, or home in reverse. */
static bool
ask_next_host(struct migask *a)
{
	bool back = a->m->phase == MIGSTATE_ROLLING_BACK;
	size_t n = a->s->host_count;

	if ((!back && a->m->phase != MIGSTATE_MOVING) || a->m->aborting ||
	    !may_go_on(a, MIGEVENT_STORAGE) || migstate_busy(a->m) >= a->s->concurrency)
		return false;
	for (size_t k = 0; k < n; k++) {
		int i = a->m->turn[back ? n - 1 - k : k];
		const struct migstate_host *h = &a->m->host[i];

		if (h->activity != MIGSTATE_IDLE || a->now_ms < h->not_before_ms ||
		    h->phase != (back ? MIGSTATE_HOST_THERE : MIGSTATE_HOST_WAITING))
			continue;
		(void)migask_put_step(a, MIGEVENT_STEP_BEGUN, i, MIGEVENT_STORAGE);
		a->ev->back = back;
		a->ev->attempt = h->attempts[MIGEVENT_STORAGE][back] + 1;
		return true;
	}
	return false;
}

/* --- what comes next ------------------------------------------------------ */

typedef bool ask_fn(struct migask *a);

static ask_fn *const questions[] = { ask_corrected, ask_traffic, migrelay_ask, ask_guard,
    ask_timeouts, ask_failures, ask_held, ask_ready, migphase_ask_end, ask_next_host,
    migphase_ask };

bool
migstep_next(const struct migstate *m, const struct migstep_seen *seen, int64_t now_ms,
    struct migevent *ev)
{
	struct migtraffic_target target;
	struct migtraffic_view view = seen->traffic;
	struct migask a = { .m = m, .s = m->spec, .seen = seen, .ev = ev, .target = &target,
	    .now_ms = now_ms > m->at_ms ? now_ms : m->at_ms };

	if (!migstate_under_way(m))
		return false;
	view.hold = seen->verdict != MIGEVENT_FINE;
	view.by_hand = seen->differs != NULL && migstate_settled(m);
	migtraffic_target(m, &view, a.now_ms, &target);
	for (size_t i = 0; i < OBJ_COUNT(questions); i++)
		if (questions[i](&a))
			return true;
	return false;
}

/* --- operations ----------------------------------------------------------- */

static void
want_host(const struct migstate *m, int i, struct migstep_op *op)
{
	const struct migstate_host *h = &m->host[i];

	op->kind = MIGSTEP_HOST;
	op->host = i;
	op->step = h->step;
	op->back = h->back;
	op->attempt = h->attempts[h->step][h->back];
	op->deadline_ms = migask_deadline(h->step_at_ms, migask_timeout_s(m->spec, h->step));
	(void)snprintf(op->id, sizeof(op->id), "%s/%" PRIu32 "/%s/%s%s/%" PRIu32,
	    m->spec->name, m->spec->run, m->spec->hosts[i].name, h->back ? "back-" : "",
	    migevent_step_name(h->step), op->attempt);
}

static void
want_check(const struct migstate *m, struct migstep_op *op)
{
	op->kind = MIGSTEP_PREPARE;
	op->host = MIGEVENT_NO_HOST;
	op->step = MIGEVENT_PREPARE;
	op->attempt = m->check_attempts;
	for (size_t i = 0; i < m->spec->host_count; i++)
		if (m->host[i].phase == MIGSTATE_HOST_SKIPPED)
			op->without[i / 64] |= UINT64_C(1) << i % 64;
	op->deadline_ms = migask_deadline(m->check_at_ms, migask_timeout_s(m->spec, op->step));
	(void)snprintf(op->id, sizeof(op->id), "%s/%" PRIu32 "/%s/%" PRIu32, m->spec->name,
	    m->spec->run, migevent_step_name(op->step), op->attempt);
}

static void
want_commit(const struct migstate *m, struct migstep_op *op)
{
	op->kind = MIGSTEP_COMMIT;
	op->host = MIGEVENT_NO_HOST;
	op->attempt = m->decisions;
	migtraffic_setting_of(m->spec, &m->decided, &op->setting);
	(void)snprintf(op->id, sizeof(op->id), "%s/%" PRIu32 "/commit/%" PRIu32,
	    m->spec->name, m->spec->run, m->decisions);
}

size_t
migstep_wants(const struct migstate *m, struct migstep_op *ops)
{
	size_t n = 0;

	if (!migstate_under_way(m))
		return 0;
	memset(ops, 0, (m->spec->host_count + 2) * sizeof(*ops));
	if (!migstate_settled(m))
		want_commit(m, &ops[n++]);
	if (m->check_activity == MIGSTATE_RUNNING)
		want_check(m, &ops[n++]);
	for (int i = 0; i < (int)m->spec->host_count; i++)
		if (m->host[i].activity == MIGSTATE_RUNNING)
			want_host(m, i, &ops[n++]);
	return n;
}

static bool
still_runs(const struct migstate *m, const struct migstep_op *op)
{
	const struct migstate_host *h;

	switch (op->kind) {
	case MIGSTEP_COMMIT:
		return !migstate_settled(m) && op->attempt == m->decisions;
	case MIGSTEP_PREPARE:
		return m->check_activity == MIGSTATE_RUNNING &&
		    op->attempt == m->check_attempts;
	case MIGSTEP_HOST:
		break;
	}
	h = &m->host[op->host];
	return h->activity == MIGSTATE_RUNNING && h->step == op->step &&
	    h->back == op->back && h->attempts[op->step][op->back] == op->attempt;
}

bool
migstep_ended(const struct migstate *m, const struct migstep_op *op,
    const struct migstep_end *end, int64_t now_ms, struct migevent *ev)
{
	bool commit = op->kind == MIGSTEP_COMMIT;

	if (!migstate_under_way(m) || !still_runs(m, op) || (commit && !end->ok))
		return false;
	migevent_init(ev, commit ? MIGEVENT_SET : end->ok ? MIGEVENT_STEP_DONE :
	    MIGEVENT_STEP_FAILED);
	ev->at_ms = now_ms > m->at_ms ? now_ms : m->at_ms;
	ev->host = op->host;
	ev->step = op->step;
	ev->back = op->back;
	ev->attempt = op->attempt;
	ev->decision = commit ? op->attempt : 0;
	ev->retry = end->retry;
	ev->octets = end->octets;
	ev->wire_octets = end->wire_octets;
	migevent_say(ev, "%s", end->text != NULL ? end->text : "");
	return true;
}

bool
migstep_sample_due(const struct migstate *m, int64_t last_ms, int64_t now_ms)
{
	int64_t age = now_ms - m->begun_ms, every = age / 500;

	return migstate_under_way(m) && now_ms - last_ms >= (every > 2000 ? every : 2000);
}
