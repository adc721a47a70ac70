/* gtmd/migrate/migwhole.c - see migwhole.h: one function for each kind of event, which
 * refuses before it changes anything. What becomes of a host is migfold's.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/migrate/migwhole.h"

#include "core/base/err.h"
#include "core/base/mem.h"
#include "gtmd/migrate/migfold.h"
#include "gtmd/migrate/migrelay.h"
#include "gtmd/migrate/migskip.h"

#define REFUSE(f, ...)	return err_set((f)->e, ERR_CONFLICT, __VA_ARGS__)

static int
on_begun(struct migfold *f)
{
	struct migstate *m = f->m;

	if (m->phase != MIGSTATE_PLANNED || f->ev->spec == NULL)
		REFUSE(f, "it has begun already");
	m->spec = f->ev->spec;
	f->ev->spec = NULL;
	m->turn = mem_zalloc(m->spec->host_count, sizeof(*m->turn));
	m->host = mem_zalloc(m->spec->host_count, sizeof(*m->host));
	migspec_turns(m->spec, m->turn);
	for (size_t i = 0; i < m->spec->host_count; i++)
		m->host[i].phase_at_ms = f->at_ms;
	m->check_activity = MIGSTATE_READY;
	m->check_since_ms = m->begun_ms = m->told_at_ms = f->at_ms;
	migfold_enter(f, MIGSTATE_PREPARING);
	return 0;
}

static int
on_prepared(struct migfold *f)
{
	if (f->m->phase != MIGSTATE_PREPARING || !f->m->checked || f->m->aborting)
		REFUSE(f, "nothing is prepared in phase %s", migstate_phase_name(f->m->phase));
	migfold_enter(f, MIGSTATE_MOVING);
	return 0;
}

static int
on_check_begun(struct migfold *f)
{
	struct migstate *m = f->m;

	if (m->phase != MIGSTATE_PREPARING || m->check_activity != MIGSTATE_READY ||
	    f->ev->step != MIGEVENT_PREPARE || f->ev->attempt != m->check_attempts + 1)
		REFUSE(f, "%s %u is not what comes next", migevent_step_name(f->ev->step),
		    f->ev->attempt);
	m->check_attempts++;
	m->check_at_ms = f->at_ms;
	m->check_activity = MIGSTATE_RUNNING;
	return 0;
}

static int64_t
check_again_ms(const struct migfold *f)
{
	int64_t wait = (f->at_ms - f->m->check_since_ms) / 60;

	if (wait < MIGFOLD_CHECK_AGAIN_MS)
		return MIGFOLD_CHECK_AGAIN_MS;
	return wait < MIGFOLD_CHECK_AGAIN_MAX_MS ? wait :
	    MIGFOLD_CHECK_AGAIN_MAX_MS;
}

static int
on_check_ended(struct migfold *f)
{
	struct migstate *m = f->m;

	if (m->check_activity != MIGSTATE_RUNNING || f->ev->step != MIGEVENT_PREPARE ||
	    f->ev->attempt != m->check_attempts)
		REFUSE(f, "%s %u does not run", migevent_step_name(f->ev->step),
		    f->ev->attempt);
	m->checked = f->ev->kind == MIGEVENT_STEP_DONE;
	m->check_activity = m->checked ? MIGSTATE_IDLE : MIGSTATE_READY;
	m->check_not_before_ms = f->at_ms + check_again_ms(f);
	migfold_keep(m->check_why, m->checked ? "" : f->ev->text);
	return 0;
}

static int
on_decided(struct migfold *f)
{
	struct migstate *m = f->m;

	if (f->ev->decision != m->decisions + 1 || f->ev->traffic.share > 100)
		REFUSE(f, "decision %u, share %u does not follow decision %u",
		    f->ev->decision, f->ev->traffic.share, m->decisions);
	m->decisions++;
	m->decided = f->ev->traffic;
	if (m->decided.share > m->top_share)
		m->top_share = m->decided.share;
	return 0;
}

static int
on_set(struct migfold *f)
{
	struct migstate *m = f->m;

	if (f->ev->decision != m->decisions || migstate_settled(m))
		REFUSE(f, "decision %u is not the one to be set", f->ev->decision);
	if (m->told.share != m->decided.share || m->told.rescue != m->decided.rescue ||
	    m->diverged)
		m->told_at_ms = f->at_ms;
	m->diverged = false;
	if (!m->decided.low_ttl)
		m->low_since_ms = 0;
	else if (m->low_since_ms == 0)
		m->low_since_ms = f->at_ms;
	m->told = m->decided;
	m->settled = m->decisions;
	return 0;
}

/* Users were told something else until it is set. */
static int
on_corrected(struct migfold *f)
{
	struct migstate *m = f->m;

	if (m->paused || !migstate_settled(m))
		REFUSE(f, "nothing is put right now");
	m->diverged = true;
	m->corrections++;
	migfold_keep(m->corrected, f->ev->text);
	return 0;
}

static int
on_advanced(struct migfold *f)
{
	struct migstate *m = f->m;

	if (m->phase != MIGSTATE_MOVING || m->aborting || f->ev->share > 100)
		REFUSE(f, "no share is set in phase %s", migstate_phase_name(m->phase));
	m->advanced = true;
	m->advance_force = f->ev->force;
	m->advance_share = f->ev->share;
	return 0;
}

static int
on_held(struct migfold *f)
{
	migfold_keep(f->m->held, f->ev->text);
	return 0;
}

static int
on_guard(struct migfold *f)
{
	f->m->verdict = f->ev->verdict;
	migfold_keep(f->m->guard_why, f->ev->text);
	return 0;
}

static int
on_paused(struct migfold *f)
{
	struct migstate *m = f->m;

	if (m->paused || m->aborting || m->phase == MIGSTATE_DONE)
		REFUSE(f, "it cannot be paused in phase %s", migstate_phase_name(m->phase));
	m->paused = true;
	m->pause_failed = f->ev->host != MIGEVENT_NO_HOST;
	migfold_keep(m->pause_why, f->ev->text);
	return 0;
}

static void
go_on(struct migstate *m)
{
	m->paused = m->pause_failed = false;
	migfold_keep(m->pause_why, "");
}

static int
on_resumed(struct migfold *f)
{
	struct migstate *m = f->m;

	if (!m->paused)
		REFUSE(f, "it is not paused");
	go_on(m);
	m->check_since_ms = m->check_not_before_ms = f->at_ms;
	for (size_t i = 0; i < m->spec->host_count; i++)
		migfold_again(f, &m->host[i]);
	return 0;
}

/* What paused it may be mended. */
static void
go_on_if_mended(struct migstate *m)
{
	for (size_t i = 0; i < m->spec->host_count; i++)
		if (m->host[i].phase == MIGSTATE_HOST_FAILED)
			return;
	if (m->paused && m->pause_failed)
		go_on(m);
}

static int
on_skipped(struct migfold *f)
{
	int rc = migskip_check(f->m, f->ev->host, f->e);

	if (rc != 0)
		return rc;
	migfold_skip(f);
	go_on_if_mended(f->m);
	return 0;
}

static int
on_retried(struct migfold *f)
{
	int rc = migskip_check_retry(f->m, f->ev->host, f->e);

	if (rc != 0)
		return rc;
	migfold_retry(f);
	go_on_if_mended(f->m);
	return 0;
}

static void
stop_checking(struct migstate *m)
{
	m->check_activity = MIGSTATE_IDLE;
	go_on(m);
	migfold_keep(m->held, "");
}

static int
on_roll_back(struct migfold *f)
{
	struct migstate *m = f->m;

	if (m->phase == MIGSTATE_ROLLING_BACK || m->aborting || m->closing)
		REFUSE(f, "it cannot be rolled back in phase %s", migstate_phase_name(m->phase));
	stop_checking(m);
	m->advanced = false;
	migfold_keep(m->end_why, f->ev->text);
	migfold_enter(f, MIGSTATE_ROLLING_BACK);
	for (size_t i = 0; i < m->spec->host_count; i++)
		migfold_turn(f, &m->host[i]);
	return 0;
}

static int
on_abort(struct migfold *f)
{
	struct migstate *m = f->m;

	if (m->aborting && !m->abort_force && f->ev->force) {
		m->abort_force = true;
		return 0;
	}
	if (m->aborting || m->phase == MIGSTATE_DONE)
		REFUSE(f, "it cannot be aborted in phase %s", migstate_phase_name(m->phase));
	stop_checking(m);
	m->advanced = m->closing = false;
	m->aborting = true;
	m->abort_force = f->ev->force;
	migfold_keep(m->end_why, f->ev->text);
	for (size_t i = 0; i < m->spec->host_count; i++)
		migfold_halt(f, &m->host[i]);
	return 0;
}

static int
on_moved(struct migfold *f)
{
	struct migstate *m = f->m;

	if (m->phase != MIGSTATE_MOVING || m->aborting || m->told.share != 100 ||
	    migstate_away(m, MIGSTATE_TO) > 0)
		REFUSE(f, "not all hosts and users have moved");
	migfold_enter(f, MIGSTATE_DRAINING);
	return 0;
}

static int
on_drained(struct migfold *f)
{
	if (f->m->phase != MIGSTATE_DRAINING || f->m->aborting)
		REFUSE(f, "nothing drains in phase %s", migstate_phase_name(f->m->phase));
	migfold_enter(f, MIGSTATE_RELAYING);
	return 0;
}

static int
on_relayed(struct migfold *f)
{
	if (f->m->phase != MIGSTATE_RELAYING || f->m->aborting)
		REFUSE(f, "nothing is relayed in phase %s", migstate_phase_name(f->m->phase));
	go_on(f->m);
	migfold_enter(f, MIGSTATE_DONE);
	return 0;
}

static int
on_close(struct migfold *f)
{
	struct migstate *m = f->m;
	bool late = m->phase == MIGSTATE_DRAINING || m->phase == MIGSTATE_RELAYING;

	if (m->aborting || (m->closing && (m->close_force || !f->ev->force)) ||
	    (m->phase != MIGSTATE_DONE && !(late && f->ev->force)))
		REFUSE(f, "it cannot be closed in phase %s", migstate_phase_name(m->phase));
	m->closing = true;
	m->close_force = f->ev->force;
	go_on(m);
	return 0;
}

static int
on_end(struct migfold *f)
{
	struct migstate *m = f->m;
	bool fits = migstate_busy(m) == 0 && migstate_settled(m);

	switch ((int)f->ev->kind) {
	case MIGEVENT_CLOSED:
		fits = fits && m->closing && m->phase == MIGSTATE_DONE &&
		    (m->relay == MIGSTATE_RELAY_SHUT || m->close_force);
		break;
	case MIGEVENT_ROLLED_BACK:
		fits = fits && m->phase == MIGSTATE_ROLLING_BACK && !m->aborting &&
		    m->told.share == 0 && m->relay == MIGSTATE_RELAY_SHUT &&
		    migstate_away(m, MIGSTATE_FROM) == 0;
		break;
	default:
		fits = fits && m->aborting &&
		    (m->relay == MIGSTATE_RELAY_SHUT || m->abort_force);
	}
	if (!fits)
		REFUSE(f, "it does not end in phase %s, with %zu hosts under way",
		    migstate_phase_name(m->phase), migstate_busy(m));
	migfold_enter(f, f->ev->kind == MIGEVENT_CLOSED ? MIGSTATE_CLOSED :
	    f->ev->kind == MIGEVENT_ABORTED ? MIGSTATE_ABORTED : MIGSTATE_ROLLED_BACK);
	go_on(m);
	m->aborting = false;
	return 0;
}

static int
on_step_begun(struct migfold *f)
{
	return f->ev->host == MIGEVENT_NO_HOST ? on_check_begun(f) : migfold_begun(f);
}

static int
on_step_done(struct migfold *f)
{
	return f->ev->host == MIGEVENT_NO_HOST ? on_check_ended(f) : migfold_done(f);
}

static int
on_step_failed(struct migfold *f)
{
	return f->ev->host == MIGEVENT_NO_HOST ? on_check_ended(f) : migfold_failed(f);
}

/* --- all kinds ------------------------------------------------------------ */

typedef int handler_fn(struct migfold *f);

/* Those without a row only tell something. */
static handler_fn *const handlers[MIGEVENT_KIND_COUNT] = {
	[MIGEVENT_BEGUN] = on_begun,
	[MIGEVENT_PREPARED] = on_prepared,
	[MIGEVENT_STEP_BEGUN] = on_step_begun,
	[MIGEVENT_STEP_DONE] = on_step_done,
	[MIGEVENT_STEP_FAILED] = on_step_failed,
	[MIGEVENT_DECIDED] = on_decided,
	[MIGEVENT_SET] = on_set,
	[MIGEVENT_ADVANCED] = on_advanced,
	[MIGEVENT_HELD] = on_held,
	[MIGEVENT_GUARD] = on_guard,
	[MIGEVENT_PAUSED] = on_paused,
	[MIGEVENT_RESUMED] = on_resumed,
	[MIGEVENT_SKIPPED] = on_skipped,
	[MIGEVENT_RETRIED] = on_retried,
	[MIGEVENT_CORRECTED] = on_corrected,
	[MIGEVENT_ROLL_BACK] = on_roll_back,
	[MIGEVENT_ABORT] = on_abort,
	[MIGEVENT_MOVED] = on_moved,
	[MIGEVENT_DRAINED] = on_drained,
	[MIGEVENT_RELAYED] = on_relayed,
	[MIGEVENT_RELAY_BEGUN] = migrelay_fold,
	[MIGEVENT_RELAY_OPEN] = migrelay_fold,
	[MIGEVENT_RELAY_SHUT] = migrelay_fold,
	[MIGEVENT_CLOSE] = on_close,
	[MIGEVENT_CLOSED] = on_end,
	[MIGEVENT_ROLLED_BACK] = on_end,
	[MIGEVENT_ABORTED] = on_end,
};

bool
migwhole_tells(enum migevent_kind k)
{
	return handlers[k] == NULL;
}

int
migwhole_fold(struct migfold *f)
{
	enum migevent_kind k = f->ev->kind;

	return handlers[k] != NULL ? handlers[k](f) : 0;
}
