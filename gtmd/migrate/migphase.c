/* gtmd/migrate/migphase.c - see migphase.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/migrate/migphase.h"

#include <inttypes.h>

#include "gtmd/migrate/migask.h"
#include "gtmd/migrate/migrelay.h"

/* Answers with the TTL of before have left the caches. */
static bool
ttl_has_settled(const struct migask *a)
{
	const struct migspec_before *was = &a->s->before;
	uint32_t ttl = was->from_ttl_s > was->to_ttl_s ? was->from_ttl_s : was->to_ttl_s;

	if (a->s->ttl_s == 0 || a->s->ttl_s >= ttl)
		return true;
	return a->m->low_since_ms != 0 &&
	    a->now_ms >= a->m->low_since_ms + (int64_t)ttl * 1000;
}

static bool
ask_preparation(struct migask *a)
{
	const struct migstate *m = a->m;

	if (m->paused || m->aborting)
		return false;
	if (!m->checked &&
	    migask_is_over(migask_deadline(m->check_since_ms, a->s->prepare_timeout_s),
	    a->now_ms)) {
		(void)migask_put(a, MIGEVENT_PAUSED);
		migevent_say(a->ev, "not ready in %" PRIu32 " s: %s", a->s->prepare_timeout_s,
		    m->check_why[0] != '\0' ? m->check_why : "no answer");
		return true;
	}
	if (m->check_activity == MIGSTATE_RUNNING && migask_is_over(migask_deadline(m->check_at_ms,
	    migask_timeout_s(a->s, MIGEVENT_PREPARE)), a->now_ms)) {
		(void)migask_put(a, MIGEVENT_STEP_FAILED);
		a->ev->attempt = m->check_attempts;
		a->ev->retry = true;
		migevent_say(a->ev, "no answer in %" PRIu32 " s",
		    migask_timeout_s(a->s, MIGEVENT_PREPARE));
		return true;
	}
	if (m->check_activity == MIGSTATE_READY && a->now_ms >= m->check_not_before_ms) {
		(void)migask_put(a, MIGEVENT_STEP_BEGUN);
		a->ev->step = MIGEVENT_PREPARE;
		a->ev->attempt = m->check_attempts + 1;
		return true;
	}
	return m->checked && migask_is_settled(a) && ttl_has_settled(a) &&
	    migask_put(a, MIGEVENT_PREPARED);
}

static bool
ask_moved(struct migask *a)
{
	const struct migstate *m = a->m;

	return !m->paused && !m->aborting && m->told.share == 100 && !m->told.rescue &&
	    migask_is_settled(a) && migstate_busy(m) == 0 &&
	    migstate_away(m, MIGSTATE_TO) == 0 &&
	    migstate_part(m, MIGSTATE_TO, NULL) == migstate_whole(m) &&
	    migask_put(a, MIGEVENT_MOVED);
}

/* When the last answer that sent users where they are no longer sent runs out. */
static int64_t
caches_until(const struct migask *a, uint32_t ttl_before_s)
{
	uint32_t ttl = a->s->ttl_s != 0 ? a->s->ttl_s : ttl_before_s;
	int64_t latest = a->m->told_at_ms + (int64_t)ttl * 1000;

	return a->seen->caches_until_ms != 0 && a->seen->caches_until_ms < latest ?
	    a->seen->caches_until_ms : latest;
}

static bool
ask_drained(struct migask *a)
{
	const struct migstate *m = a->m;
	int64_t until = caches_until(a, a->s->before.from_ttl_s);
	bool late = migask_is_over(migask_deadline(m->phase_at_ms, a->s->drain_timeout_s),
	    a->now_ms);
	bool skip = m->closing && m->close_force;

	if (m->paused || m->aborting ||
	    (!skip && (m->decided.rescue || (a->now_ms < until && !late))))
		return false;
	(void)migask_put(a, MIGEVENT_DRAINED);
	migevent_say(a->ev, skip ? "by force" : late && a->now_ms < until ?
	    "time is up: answers may still be in caches" :
	    "no cache holds an answer for the old site any more");
	return true;
}

static bool
ask_relayed(struct migask *a)
{
	const struct migstate *m = a->m;
	bool counted = a->seen->late_counted;
	int64_t calm = counted ? migrelay_calm_since_ms(a) : m->phase_at_ms;
	bool skip = m->closing && m->close_force;

	if (m->paused || m->aborting || (!skip && (m->decided.rescue || calm == 0 ||
	    a->now_ms < calm + (int64_t)a->s->residual_window_s * 1000)))
		return false;
	(void)migask_put(a, MIGEVENT_RELAYED);
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
ask_rolled_back(struct migask *a)
{
	const struct migstate *m = a->m;

	if (m->paused || m->aborting || migstate_busy(m) > 0 || m->told.share != 0 ||
	    m->told.rescue || !migask_is_settled(a) || migstate_away(m, MIGSTATE_FROM) > 0)
		return false;
	if (!migrelay_is_gone(a, false) ||
	    (m->top_share > 0 && a->now_ms < caches_until(a, a->s->before.to_ttl_s)))
		return false;
	return migask_put(a, MIGEVENT_ROLLED_BACK);
}

bool
migphase_ask_end(struct migask *a)
{
	if (!a->m->aborting || migstate_busy(a->m) > 0 || !migask_is_settled(a) ||
	    !a->seen->traffic.known || !migrelay_is_gone(a, a->m->abort_force))
		return false;
	(void)migask_put(a, MIGEVENT_ABORTED);
	if (a->m->told.share != 0 || a->m->told.rescue)
		migevent_say(a->ev, "pools stay as they are: %s", a->target->held);
	return true;
}

static bool
ask_closed(struct migask *a)
{
	const struct migstate *m = a->m;

	return m->closing && migstate_busy(m) == 0 && migask_is_settled(a) &&
	    (!m->told.rescue || m->close_force) && migrelay_is_gone(a, m->close_force) &&
	    migask_put(a, MIGEVENT_CLOSED);
}

bool
migphase_ask(struct migask *a)
{
	switch (a->m->phase) {
	case MIGSTATE_PREPARING:
		return ask_preparation(a);
	case MIGSTATE_MOVING:
		return ask_moved(a);
	case MIGSTATE_DRAINING:
		return ask_drained(a);
	case MIGSTATE_RELAYING:
		return ask_relayed(a);
	case MIGSTATE_DONE:
		return ask_closed(a);
	case MIGSTATE_ROLLING_BACK:
		return ask_rolled_back(a);
	case MIGSTATE_PLANNED:
	case MIGSTATE_CLOSED:
	case MIGSTATE_ROLLED_BACK:
	case MIGSTATE_ABORTED:
		break;
	}
	return false;
}
