/* gtmd/migrate/migcommand.c - see migcommand.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/migrate/migcommand.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/err.h"
#include "gtmd/migrate/migskip.h"

/* A command, with a bit for each phase that lets it in. */
#define IN(phase)	(1u << MIGSTATE_##phase)
#define ON_ITS_WAY	(IN(PREPARING) | IN(MOVING) | IN(DRAINING) | IN(RELAYING))

/* What may be said beside a command, its reason apart. */
#define FORCE			1u
#define SHARE			2u
#define HOST			4u

static const struct {
	const char		*name;
	enum migevent_kind	 kind;
	unsigned		 phases;
	unsigned		 takes;
} verbs[MIGCOMMAND_VERBS] = {
	[MIGCOMMAND_START] = { "start", MIGEVENT_BEGUN, IN(PLANNED), FORCE },
	[MIGCOMMAND_PAUSE] = { "pause", MIGEVENT_PAUSED, ON_ITS_WAY | IN(ROLLING_BACK), 0 },
	[MIGCOMMAND_RESUME] = { "resume", MIGEVENT_RESUMED, ON_ITS_WAY | IN(ROLLING_BACK),
	    0 },
	[MIGCOMMAND_ABORT] = { "abort", MIGEVENT_ABORT, ON_ITS_WAY | IN(ROLLING_BACK),
	    FORCE },
	[MIGCOMMAND_ROLL_BACK] = { "roll-back", MIGEVENT_ROLL_BACK, ON_ITS_WAY | IN(DONE), 0 },
	[MIGCOMMAND_ADVANCE] = { "advance", MIGEVENT_ADVANCED, IN(MOVING), FORCE | SHARE },
	[MIGCOMMAND_SKIP] = { "skip", MIGEVENT_SKIPPED,
	    IN(PREPARING) | IN(MOVING) | IN(ROLLING_BACK), HOST },
	[MIGCOMMAND_RETRY] = { "retry", MIGEVENT_RETRIED,
	    IN(PREPARING) | IN(MOVING) | IN(ROLLING_BACK), HOST },
	[MIGCOMMAND_CLOSE] = { "close", MIGEVENT_CLOSE,
	    IN(DRAINING) | IN(RELAYING) | IN(DONE), FORCE },
};

const char *
migcommand_name(enum migcommand_verb v)
{
	return verbs[v].name;
}

int
migcommand_parse(const char *text, enum migcommand_verb *v, struct err *e)
{
	for (int i = 0; i < MIGCOMMAND_VERBS; i++)
		if (strcmp(verbs[i].name, text) == 0) {
			*v = (enum migcommand_verb)i;
			return 0;
		}
	return err_set(e, ERR_UNKNOWN, "command: \"%s\" is none of start, pause, resume, "
	    "abort, roll-back, advance, skip, retry, close", text);
}

static bool
is_of_host(enum migcommand_verb v)
{
	return (verbs[v].takes & HOST) != 0;
}

static int
check_host(const struct migstate *m, enum migcommand_verb v, int host, struct err *e)
{
	return v == MIGCOMMAND_SKIP ? migskip_check(m, host, e) :
	    migskip_check_retry(m, host, e);
}

static bool
fits_a_host(const struct migstate *m, enum migcommand_verb v)
{
	for (size_t i = 0; i < m->spec->host_count; i++)
		if (check_host(m, v, (int)i, NULL) == 0)
			return true;
	return false;
}

/* An end that was asked for, and waits, may still be had by force. */
static bool
may_be_forced(const struct migstate *m, enum migcommand_verb v)
{
	return (v == MIGCOMMAND_CLOSE && m->closing && !m->close_force) ||
	    (v == MIGCOMMAND_ABORT && m->aborting && !m->abort_force);
}

bool
migcommand_allowed(const struct migstate *m, enum migcommand_verb v)
{
	if (may_be_forced(m, v))
		return migstate_under_way(m);
	if ((verbs[v].phases & (1u << m->phase)) == 0 || m->aborting)
		return false;
	if (v == MIGCOMMAND_CLOSE || v == MIGCOMMAND_ROLL_BACK)
		return !m->closing;
	if (is_of_host(v))
		return fits_a_host(m, v);
	return v == MIGCOMMAND_RESUME ? m->paused : v != MIGCOMMAND_PAUSE || !m->paused;
}

static int
refuse(const struct migstate *m, enum migcommand_verb v, struct err *e)
{
	const char *phase = m->aborting ? "aborting" : m->closing ? "closing" :
	    migstate_phase_name(m->phase);

	if (v == MIGCOMMAND_RESUME && migstate_under_way(m) && !m->aborting)
		return err_set(e, ERR_CONFLICT, "resume: the migration is not paused");
	if (v == MIGCOMMAND_PAUSE && m->paused)
		return err_set(e, ERR_CONFLICT, "pause: the migration is paused already: %s",
		    m->pause_why);
	return err_set(e, ERR_CONFLICT, "%s: the migration is %s%s", verbs[v].name, phase,
	    may_be_forced(m, v) ? " (force does it all the same)" : "");
}

int
migcommand_check(const struct migcommand *c, struct err *e)
{
	unsigned takes = verbs[c->verb].takes;
	size_t len = c->reason != NULL ? strlen(c->reason) : 0;

	if (c->force && (takes & FORCE) == 0)
		return err_set(e, ERR_PARSE, "force: %s has nothing that could be forced",
		    verbs[c->verb].name);
	if (c->share != MIGCOMMAND_NO_SHARE && (takes & SHARE) == 0)
		return err_set(e, ERR_PARSE, "share: %s does not take one; advance does",
		    verbs[c->verb].name);
	if (c->host != NULL && (takes & HOST) == 0)
		return err_set(e, ERR_PARSE, "host: %s does not take one; skip and retry do",
		    verbs[c->verb].name);
	if (len >= MIGEVENT_TEXT_MAX)
		return err_set(e, ERR_RANGE, "reason: %zu octets are outside 0..%d", len,
		    MIGEVENT_TEXT_MAX - 1);
	return 0;
}

/* --- advance -------------------------------------------------------------- */

/* What a share is when none is given. */
static int
default_share(const struct migstate *m, uint32_t *share, struct err *e)
{
	const struct migspec *s = m->spec;

	switch (s->plan) {
	case MIGSPEC_FLIP_AT:
		*share = 100;
		return 0;
	case MIGSPEC_STEPS:
		for (size_t i = 0; i < s->step_count; i++)
			if (s->steps[i] > m->decided.share) {
				*share = s->steps[i];
				return 0;
			}
		break;
	case MIGSPEC_FOLLOW:
	case MIGSPEC_MANUAL:
		return err_set(e, ERR_CONFLICT, "advance: a share must be given");
	}
	return err_set(e, ERR_CONFLICT, "advance: there is no step behind %" PRIu32 " %%",
	    m->decided.share);
}

/* Nobody may send users where nobody answers, or where they are too many. */
static int
check_share(const struct migcommand_turn *t, const struct migcommand *c, uint32_t share,
    struct err *e)
{
	const struct migtraffic_view *v = &t->seen->traffic;
	uint32_t now = t->m->decided.share;
	enum migstate_place site = share > now ? MIGSTATE_TO : MIGSTATE_FROM;
	char text[MIGEVENT_TEXT_MAX];

	if (share == now)
		return err_set(e, ERR_CONFLICT, "advance: the share is %" PRIu32 " %% now", now);
	if (share < now && t->m->spec->plan != MIGSPEC_MANUAL)
		return err_set(e, ERR_CONFLICT, "advance: the share is %" PRIu32 " %%, and "
		    "goes down by hand with the plan manual alone", now);
	if (v->known && (site == MIGSTATE_TO ? v->to_live : v->from_live) == 0)
		return err_set(e, ERR_CONFLICT, "advance: the %s site's pool has no member "
		    "that is available", site == MIGSTATE_TO ? "new" : "old");
	if (share > now && t->seen->verdict != MIGEVENT_FINE)
		return err_set(e, ERR_CONFLICT, "advance: a guard holds: %s",
		    t->seen->verdict_why != NULL ? t->seen->verdict_why : "");
	if (!c->force && !migtraffic_carries(t->m, v, site, share, text))
		return err_set(e, ERR_CONFLICT, "advance: %s (force does it all the same)", text);
	return 0;
}

static int
advance(const struct migcommand_turn *t, const struct migcommand *c, struct migevent *ev,
    struct err *e)
{
	uint32_t share = (uint32_t)c->share;
	int rc = 0;

	if (c->share < MIGCOMMAND_NO_SHARE || c->share > 100)
		return err_set(e, ERR_RANGE, "share: %" PRId32 " is outside 0..100", c->share);
	if (c->share == MIGCOMMAND_NO_SHARE)
		rc = default_share(t->m, &share, e);
	if (rc == 0)
		rc = check_share(t, c, share, e);
	ev->share = share;
	return rc;
}

/* --- close ---------------------------------------------------------------- */

static int
close_it(const struct migcommand_turn *t, const struct migcommand *c, struct err *e)
{
	const struct migspec *s = t->m->spec;

	if (t->m->phase == MIGSTATE_DONE || c->force)
		return 0;
	if (t->m->phase == MIGSTATE_DRAINING)
		return err_set(e, ERR_CONFLICT, "close: caches may still hold answers for the "
		    "old site (force closes it all the same)");
	return err_set(e, ERR_CONFLICT, "close: late connections at the old site have not been "
	    "%" PRIu32 " or fewer for %" PRIu32 " s (force closes it all the same)",
	    s->residual_threshold, s->residual_window_s);
}

/* --- hosts ---------------------------------------------------------------- */

static int
find_host(const struct migstate *m, const struct migcommand *c, struct migevent *ev,
    struct err *e)
{
	const char *verb = verbs[c->verb].name;
	int rc;

	if (c->host == NULL)
		return err_set(e, ERR_REF, "%s: a host must be given", verb);
	ev->host = migspec_find(m->spec, c->host);
	if (ev->host < 0)
		return err_set(e, ERR_REF, "%s: %s is no host of this migration", verb,
		    c->host);
	rc = check_host(m, c->verb, ev->host, e);
	return rc != 0 ? err_wrap(e, "%s", verb) : 0;
}

int
migcommand_event(const struct migcommand_turn *t, const struct migcommand *c,
    struct migevent *ev, struct err *e)
{
	int rc = 0;

	if (is_of_host(c->verb) ? t->m->spec == NULL :
	    !migcommand_allowed(t->m, c->verb) ||
	    (may_be_forced(t->m, c->verb) && !c->force))
		return refuse(t->m, c->verb, e);
	migevent_init(ev, verbs[c->verb].kind);
	ev->at_ms = t->now_ms > t->m->at_ms ? t->now_ms : t->m->at_ms;
	ev->force = c->force;
	(void)snprintf(ev->user, sizeof(ev->user), "%s", c->user != NULL ? c->user : "");
	migevent_say(ev, "%s", c->reason != NULL ? c->reason : "");
	if (c->verb == MIGCOMMAND_START)
		rc = migspec_check(*c->spec, e);
	else if (c->verb == MIGCOMMAND_ADVANCE)
		rc = advance(t, c, ev, e);
	else if (c->verb == MIGCOMMAND_CLOSE)
		rc = close_it(t, c, e);
	else if (is_of_host(c->verb))
		rc = find_host(t->m, c, ev, e);
	if (rc == 0 && c->verb == MIGCOMMAND_START) {
		ev->spec = *c->spec;
		*c->spec = NULL;
	}
	return rc;
}
