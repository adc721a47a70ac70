/* gtmd/migrate/migstep.c - see migstep.h. What comes next is the first of a list
 * of questions that has an answer: safety of users before all, then the end of
 * what runs, then what is to be begun. SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/migrate/migstep.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/obj.h"

/* One question, and what it is asked with. */
struct ask {
	const struct migstate		*m;
	const struct migspec		*s;
	const struct migstep_seen	*seen;
	int64_t				 now_ms;
	struct migevent			*ev;
	struct migtraffic_target	*target;
};

static bool
put(struct ask *a, enum migevent_kind k)
{
	migevent_init(a->ev, k);
	a->ev->at_ms = a->now_ms;
	return true;
}

static bool
put_step(struct ask *a, enum migevent_kind k, int host, enum migevent_step step)
{
	const struct migstate_host *h = &a->m->host[host];
	bool begins = k == MIGEVENT_STEP_BEGUN;

	(void)put(a, k);
	a->ev->host = host;
	a->ev->step = step;
	a->ev->back = h->back;
	a->ev->attempt = h->attempts[step][h->back] + begins;
	return true;
}

static const char *
host_name(const struct ask *a, int host)
{
	return a->s->hosts[host].name;
}

/* --- what users are told -------------------------------------------------- */

static bool
same_traffic(const struct migevent_traffic *a, const struct migevent_traffic *b)
{
	return a->share == b->share && a->rescue == b->rescue && a->low_ttl == b->low_ttl;
}

static bool
ask_traffic(struct ask *a)
{
	const struct migevent_traffic *to = &a->target->to;

	if (same_traffic(to, &a->m->decided))
		return false;
	(void)put(a, MIGEVENT_DECIDED);
	a->ev->decision = a->m->decisions + 1;
	a->ev->traffic = *to;
	migevent_say(a->ev, "%s", a->target->why);
	return true;
}

static bool
ask_held(struct ask *a)
{
	if (strcmp(a->target->held, a->m->held) == 0)
		return false;
	(void)put(a, MIGEVENT_HELD);
	migevent_say(a->ev, "%s", a->target->held);
	return true;
}

/* All that was decided is what users are told, and nothing else is to be. */
static bool
is_settled(const struct ask *a)
{
	return a->m->settled == a->m->decisions &&
	    same_traffic(&a->target->to, &a->m->decided);
}

/* --- guards --------------------------------------------------------------- */

static bool
may_breach(const struct migstate *m)
{
	return m->phase == MIGSTATE_MOVING || m->phase == MIGSTATE_DRAINING ||
	    m->phase == MIGSTATE_RELAYING;
}

static bool
ask_guard(struct ask *a)
{
	const char *why = a->seen->verdict_why != NULL ? a->seen->verdict_why : "";

	if (a->seen->verdict != a->m->verdict) {
		(void)put(a, MIGEVENT_GUARD);
		a->ev->verdict = a->seen->verdict;
		migevent_say(a->ev, "%s", why);
		return true;
	}
	if (a->seen->verdict != MIGEVENT_BREACH || !may_breach(a->m) || a->m->aborting ||
	    a->m->closing)
		return false;
	(void)put(a, MIGEVENT_ROLL_BACK);
	migevent_say(a->ev, "a guard: %s", why);
	return true;
}

/* --- time ----------------------------------------------------------------- */

static uint32_t
timeout_of(const struct migspec *s, enum migevent_step step)
{
	switch (step) {
	case MIGEVENT_STORAGE:
		return s->storage_timeout_s;
	case MIGEVENT_MEMORY:
		return s->memory_timeout_s;
	case MIGEVENT_PREPARE:		/* of one attempt, not of all */
	case MIGEVENT_ANNOUNCE:
	case MIGEVENT_VERIFY:
	case MIGEVENT_FINISH:
	case MIGEVENT_CANCEL:
	case MIGEVENT_LOCATE:
		break;
	}
	return s->verify_timeout_s;
}

/* 0 = none. */
static int64_t
deadline(int64_t from_ms, uint32_t timeout_s)
{
	return timeout_s > 0 ? from_ms + (int64_t)timeout_s * 1000 : 0;
}

static bool
is_over(int64_t deadline_ms, int64_t now_ms)
{
	return deadline_ms != 0 && now_ms >= deadline_ms;
}

static bool
ask_timeouts(struct ask *a)
{
	for (int i = 0; i < (int)a->s->host_count; i++) {
		const struct migstate_host *h = &a->m->host[i];
		uint32_t after = timeout_of(a->s, h->step);

		if (h->activity != MIGSTATE_RUNNING ||
		    !is_over(deadline(h->step_at_ms, after), a->now_ms))
			continue;
		(void)put_step(a, MIGEVENT_STEP_FAILED, i, h->step);
		a->ev->retry = true;
		migevent_say(a->ev, "%s of %s: not done in %" PRIu32 " s",
		    migevent_step_name(h->step), host_name(a, i), after);
		return true;
	}
	return false;
}

/* --- hosts ---------------------------------------------------------------- */

static bool
ask_failures(struct ask *a)
{
	bool back = migstate_goes_back(a->m);

	if (a->m->paused || a->m->aborting)
		return false;
	for (int i = 0; i < (int)a->s->host_count; i++) {
		const struct migstate_host *h = &a->m->host[i];

		if (h->phase != MIGSTATE_HOST_FAILED)
			continue;
		(void)put(a, !back && a->s->on_failure == MIGSPEC_ROLL_BACK ?
		    MIGEVENT_ROLL_BACK : MIGEVENT_PAUSED);
		migevent_say(a->ev, "host %s failed: %s", host_name(a, i), h->why);
		return true;
	}
	return false;
}

/* Guards and an operator's pause hold what takes something new in hand; who goes
 * home is held by no guard. */
static bool
may_go_on(const struct ask *a, enum migevent_step step)
{
	bool holds = a->seen->verdict != MIGEVENT_FINE ||
	    (a->m->decided.rescue && a->seen->traffic.to_live == 0);

	if (step != MIGEVENT_STORAGE && step != MIGEVENT_MEMORY)
		return true;
	return !a->m->paused && (!holds || migstate_goes_back(a->m));
}

/* A step that is ready. */
static bool
ask_ready(struct ask *a)
{
	for (int i = 0; i < (int)a->s->host_count; i++) {
		const struct migstate_host *h = &a->m->host[i];

		if (h->activity == MIGSTATE_READY && a->now_ms >= h->not_before_ms &&
		    may_go_on(a, h->step))
			return put_step(a, MIGEVENT_STEP_BEGUN, i, h->step);
	}
	return false;
}

/* A host that sets out: in the order of the plan, or home in reverse. */
static bool
ask_next_host(struct ask *a)
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
		(void)put_step(a, MIGEVENT_STEP_BEGUN, i, MIGEVENT_STORAGE);
		a->ev->back = back;
		a->ev->attempt = h->attempts[MIGEVENT_STORAGE][back] + 1;
		return true;
	}
	return false;
}

/* --- phases --------------------------------------------------------------- */

/* Answers with the TTL of before have left the caches. */
static bool
ttl_has_settled(const struct ask *a)
{
	const struct migspec_before *was = &a->s->before;
	uint32_t ttl = was->from_ttl_s > was->to_ttl_s ? was->from_ttl_s : was->to_ttl_s;

	if (a->s->ttl_s == 0 || a->s->ttl_s >= ttl)
		return true;
	return a->m->low_since_ms != 0 &&
	    a->now_ms >= a->m->low_since_ms + (int64_t)ttl * 1000;
}

static bool
ask_preparation(struct ask *a)
{
	const struct migstate *m = a->m;

	if (m->paused || m->aborting)
		return false;
	if (!m->checked &&
	    is_over(deadline(m->check_since_ms, a->s->prepare_timeout_s), a->now_ms)) {
		(void)put(a, MIGEVENT_PAUSED);
		migevent_say(a->ev, "not ready in %" PRIu32 " s: %s", a->s->prepare_timeout_s,
		    m->check_why[0] != '\0' ? m->check_why : "no answer");
		return true;
	}
	if (m->check_activity == MIGSTATE_RUNNING && is_over(deadline(m->check_at_ms,
	    timeout_of(a->s, MIGEVENT_PREPARE)), a->now_ms)) {
		(void)put(a, MIGEVENT_STEP_FAILED);
		a->ev->attempt = m->check_attempts;
		a->ev->retry = true;
		migevent_say(a->ev, "no answer in %" PRIu32 " s",
		    timeout_of(a->s, MIGEVENT_PREPARE));
		return true;
	}
	if (m->check_activity == MIGSTATE_READY && a->now_ms >= m->check_not_before_ms) {
		(void)put(a, MIGEVENT_STEP_BEGUN);
		a->ev->step = MIGEVENT_PREPARE;
		a->ev->attempt = m->check_attempts + 1;
		return true;
	}
	return m->checked && is_settled(a) && ttl_has_settled(a) && put(a, MIGEVENT_PREPARED);
}

static bool
ask_moved(struct ask *a)
{
	const struct migstate *m = a->m;

	return !m->paused && !m->aborting && m->told.share == 100 && !m->told.rescue &&
	    is_settled(a) && migstate_busy(m) == 0 &&
	    migstate_at(m, MIGSTATE_TO) == a->s->host_count &&
	    migstate_capacity(m, MIGSTATE_TO, NULL) == migspec_capacity(a->s) &&
	    put(a, MIGEVENT_MOVED);
}

/* When the last answer that sent users where they are no longer sent runs out. */
static int64_t
caches_until(const struct ask *a, uint32_t ttl_before_s)
{
	uint32_t ttl = a->s->ttl_s != 0 ? a->s->ttl_s : ttl_before_s;
	int64_t latest = a->m->told_at_ms + (int64_t)ttl * 1000;

	return a->seen->caches_until_ms != 0 && a->seen->caches_until_ms < latest ?
	    a->seen->caches_until_ms : latest;
}

static bool
ask_drained(struct ask *a)
{
	const struct migstate *m = a->m;
	int64_t until = caches_until(a, a->s->before.from_ttl_s);
	bool late = is_over(deadline(m->phase_at_ms, a->s->drain_timeout_s), a->now_ms);
	bool skip = m->closing && m->close_force;

	if (m->paused || m->aborting ||
	    (!skip && (m->decided.rescue || (a->now_ms < until && !late))))
		return false;
	(void)put(a, MIGEVENT_DRAINED);
	migevent_say(a->ev, skip ? "by force" : late && a->now_ms < until ?
	    "time is up: answers may still be in caches" :
	    "no cache holds an answer for the old site any more");
	return true;
}

static bool
ask_relayed(struct ask *a)
{
	const struct migstate *m = a->m;
	bool counted = a->seen->late_counted;
	int64_t calm = counted ? a->seen->calm_since_ms : m->phase_at_ms;
	bool skip = m->closing && m->close_force;

	if (m->paused || m->aborting || (!skip && (m->decided.rescue || calm == 0 ||
	    a->now_ms < calm + (int64_t)a->s->residual_window_s * 1000)))
		return false;
	(void)put(a, MIGEVENT_RELAYED);
	if (skip)
		migevent_say(a->ev, "by force");
	else if (counted)
		migevent_say(a->ev, "late connections have been %" PRIu32 " or fewer for %"
		    PRIu32 " s", a->s->residual_threshold, a->s->residual_window_s);
	else
		migevent_say(a->ev, "nobody counts late connections; they have had %" PRIu32
		    " s", a->s->residual_window_s);
	return true;
}

static bool
ask_rolled_back(struct ask *a)
{
	const struct migstate *m = a->m;

	if (m->paused || m->aborting || migstate_busy(m) > 0 || m->told.share != 0 ||
	    m->told.rescue || !is_settled(a) ||
	    migstate_at(m, MIGSTATE_FROM) != a->s->host_count)
		return false;
	if (m->top_share > 0 && a->now_ms < caches_until(a, a->s->before.to_ttl_s))
		return false;
	return put(a, MIGEVENT_ROLLED_BACK);
}

static bool
ask_aborted(struct ask *a)
{
	if (!a->m->aborting || migstate_busy(a->m) > 0 || !is_settled(a) ||
	    !a->seen->traffic.known)
		return false;
	(void)put(a, MIGEVENT_ABORTED);
	if (a->m->told.share != 0 || a->m->told.rescue)
		migevent_say(a->ev, "pools stay as they are: %s", a->target->held);
	return true;
}

static bool
ask_closed(struct ask *a)
{
	const struct migstate *m = a->m;

	return m->closing && migstate_busy(m) == 0 && is_settled(a) &&
	    (!m->told.rescue || m->close_force) && put(a, MIGEVENT_CLOSED);
}

static bool
ask_phase(struct ask *a)
{
	switch (a->m->phase) {
	case MIGSTATE_PREPARING:
		return ask_preparation(a);
	case MIGSTATE_MOVING:
		return ask_next_host(a) || ask_moved(a);
	case MIGSTATE_DRAINING:
		return ask_drained(a);
	case MIGSTATE_RELAYING:
		return ask_relayed(a);
	case MIGSTATE_DONE:
		return ask_closed(a);
	case MIGSTATE_ROLLING_BACK:
		return ask_next_host(a) || ask_rolled_back(a);
	case MIGSTATE_PLANNED:
	case MIGSTATE_CLOSED:
	case MIGSTATE_ROLLED_BACK:
	case MIGSTATE_ABORTED:
		break;
	}
	return false;
}

typedef bool ask_fn(struct ask *a);

static ask_fn *const questions[] = { ask_traffic, ask_guard, ask_timeouts, ask_failures,
    ask_held, ask_ready, ask_aborted, ask_phase };

bool
migstep_next(const struct migstate *m, const struct migstep_seen *seen, int64_t now_ms,
    struct migevent *ev)
{
	struct migtraffic_target target;
	struct migtraffic_view view = seen->traffic;
	struct ask a = { .m = m, .s = m->spec, .seen = seen, .ev = ev, .target = &target,
	    .now_ms = now_ms > m->at_ms ? now_ms : m->at_ms };

	if (!migstate_under_way(m))
		return false;
	view.hold = seen->verdict != MIGEVENT_FINE;
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
	op->deadline_ms = deadline(h->step_at_ms, timeout_of(m->spec, h->step));
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
	op->deadline_ms = deadline(m->check_at_ms, timeout_of(m->spec, op->step));
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
	if (m->settled != m->decisions)
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
		return m->settled != m->decisions && op->attempt == m->decisions;
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
