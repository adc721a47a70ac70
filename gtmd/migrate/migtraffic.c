/* gtmd/migrate/migtraffic.c - see migtraffic.h.
 *
 * A share is worked out in three turns: what the plan asks for; what the site
 * that is to get more can carry; whether both pools have somebody to answer
 * with. SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/migrate/migtraffic.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/err.h"

/* A rescue lasts so long at least: a site that comes and goes does not make a
 * commit of each. */
#define RESCUE_MIN_MS	60000

static void
say(char text[MIGEVENT_TEXT_MAX], const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
say(char text[MIGEVENT_TEXT_MAX], const char *fmt, ...)
{
	va_list ap;

	if (text == NULL)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, MIGEVENT_TEXT_MAX, fmt, ap);
	va_end(ap);
}

/* --- pools ---------------------------------------------------------------- */

void
migtraffic_setting_of(const struct migspec *s, const struct migevent_traffic *t,
    struct migtraffic_setting *out)
{
	const struct migspec_before *was = &s->before;
	uint32_t share = t->share;

	out->from_enabled = t->rescue || share < 100;
	out->to_enabled = t->rescue || share > 0 || was->to_enabled;
	out->from_ratio = was->from_ratio;
	out->to_ratio = was->to_ratio;
	if (t->rescue && share % 100 == 0)
		share = share > 0 ? 99 : 1;
	if (share % 100 != 0) {
		out->from_ratio = 100 - share;
		out->to_ratio = share;
	}
	out->from_ttl_s = t->low_ttl ? s->ttl_s : was->from_ttl_s;
	out->to_ttl_s = t->low_ttl ? s->ttl_s : was->to_ttl_s;
}

/* --- what a site can carry ------------------------------------------------ */

bool
migtraffic_carries(const struct migstate *m, const struct migtraffic_view *v,
    enum migstate_place site, uint32_t share, char text[MIGEVENT_TEXT_MAX])
{
	uint64_t have = migstate_capacity(m, site, v->dead);
	uint32_t part = site == MIGSTATE_TO ? share : 100 - share;
	uint64_t hundredths = (uint64_t)part * m->spec->demand;
	bool fits = hundredths <= have * 100;

	say(text, "%" PRIu32 " %% of a demand of %" PRIu32 " is %" PRIu64 ".%02u, and the live "
	    "hosts of the %s site carry %" PRIu64 "%s", part, m->spec->demand,
	    hundredths / 100, (unsigned)(hundredths % 100),
	    site == MIGSTATE_TO ? "new" : "old", have, fits ? "" : ": too much");
	return fits;
}

uint32_t
migtraffic_ceiling(const struct migstate *m, const struct migtraffic_view *v)
{
	uint64_t have = migstate_capacity(m, MIGSTATE_TO, v->dead);
	uint32_t demand = m->spec->demand;

	if (demand == 0 || have >= demand)
		return 100;
	return (uint32_t)(have * 100 / demand);
}

/* The least share that leaves the old site no more than it can carry. */
static uint32_t
floor_of(const struct migstate *m, const struct migtraffic_view *v)
{
	uint64_t have = migstate_capacity(m, MIGSTATE_FROM, v->dead);
	uint32_t demand = m->spec->demand;

	if (demand == 0 || have >= demand)
		return 0;
	return 100 - (uint32_t)(have * 100 / demand);
}

/* --- the plan ------------------------------------------------------------- */

/* Per cent of the plan's capacity that is at the new site. */
static uint32_t
moved(const struct migstate *m, const bool *dead)
{
	return (uint32_t)(migstate_part(m, MIGSTATE_TO, dead) * 100 / migstate_whole(m));
}

static uint32_t
step_at_most(const struct migspec *s, uint32_t share)
{
	uint32_t step = 0;

	for (size_t i = 0; i < s->step_count && s->steps[i] <= share; i++)
		step = s->steps[i];
	return step;
}

/* The step behind the share of now, when that has been held for long enough. */
static uint32_t
next_step(const struct migstate *m, uint32_t live, int64_t now_ms)
{
	const struct migspec *s = m->spec;
	int64_t until = m->told_at_ms + (int64_t)s->step_hold_s * 1000;
	uint32_t now = m->decided.share;

	for (size_t i = 0; i < s->step_count; i++)
		if (s->steps[i] > now)
			return s->steps[i] <= live && (now == 0 || now_ms >= until) ?
			    s->steps[i] : now;
	return now;
}

/* No greater than the share of now: what goes home takes its users along. */
static uint32_t
planned_back(const struct migstate *m)
{
	const struct migspec *s = m->spec;
	uint32_t there = moved(m, NULL), share = m->decided.share;
	uint64_t home = migstate_part(m, MIGSTATE_FROM, NULL);

	switch (s->plan) {
	case MIGSPEC_FLIP_AT:
		return home * 100 >= s->flip_at * migstate_whole(m) ? 0 : share;
	case MIGSPEC_STEPS:
		there = step_at_most(s, there);
		break;
	case MIGSPEC_FOLLOW:
	case MIGSPEC_MANUAL:
		break;
	}
	return there < share ? there : share;
}

/* Live hosts raise the share; dead ones do not lower it here: ceilings do. */
static uint32_t
planned_there(const struct migstate *m, const struct migtraffic_view *v, int64_t now_ms)
{
	const struct migspec *s = m->spec;
	uint32_t live = moved(m, v->dead), share = m->decided.share, want = share;

	switch (s->plan) {
	case MIGSPEC_FLIP_AT:
		if (migstate_part(m, MIGSTATE_TO, v->dead) * 100 >=
		    s->flip_at * migstate_whole(m))
			want = 100;
		break;
	case MIGSPEC_FOLLOW:
		want = live > share ? live : share;
		break;
	case MIGSPEC_STEPS:
		want = next_step(m, live, now_ms);
		break;
	case MIGSPEC_MANUAL:
		return m->advanced ? m->advance_share : share;
	}
	return m->advanced && m->advance_share > want ? m->advance_share : want;
}

uint32_t
migtraffic_planned(const struct migstate *m, const struct migtraffic_view *v,
    int64_t now_ms)
{
	if (m->aborting)
		return 0;
	switch (m->phase) {
	case MIGSTATE_MOVING:
		return planned_there(m, v, now_ms);
	case MIGSTATE_DRAINING:
	case MIGSTATE_RELAYING:
	case MIGSTATE_DONE:
		return 100;
	case MIGSTATE_ROLLING_BACK:
		return planned_back(m);
	case MIGSTATE_PLANNED:
	case MIGSTATE_PREPARING:
	case MIGSTATE_CLOSED:
	case MIGSTATE_ROLLED_BACK:
	case MIGSTATE_ABORTED:
		break;
	}
	return m->decided.share;
}

/* --- what is to be had of it ---------------------------------------------- */

static bool
forced(const struct migstate *m, uint32_t share)
{
	return (m->aborting && m->abort_force) ||
	    (m->advanced && m->advance_force && share <= m->advance_share);
}

/* A share that the plan knows, no greater than that. */
static uint32_t
plan_at_most(const struct migspec *s, uint32_t share)
{
	switch (s->plan) {
	case MIGSPEC_FLIP_AT:
		return share < 100 ? 0 : 100;
	case MIGSPEC_STEPS:
		return step_at_most(s, share);
	case MIGSPEC_FOLLOW:
	case MIGSPEC_MANUAL:
		break;
	}
	return share;
}

/* The new site gets more, or stays where it is. */
static uint32_t
raised(const struct migstate *m, const struct migtraffic_view *v, uint32_t want,
    char held[MIGEVENT_TEXT_MAX])
{
	uint32_t now = m->decided.share, top;

	if (m->settled != m->decisions)
		return now;		/* one after the other */
	if (v->hold) {
		say(held, "a guard holds");
		return now;
	}
	if (v->to_live == 0) {
		say(held, "the new site's pool has no member that is available");
		return now;
	}
	if (forced(m, want) || migtraffic_carries(m, v, MIGSTATE_TO, want, held)) {
		held[0] = '\0';
		return want;
	}
	top = plan_at_most(m->spec, migtraffic_ceiling(m, v));
	return top > now ? top : now;
}

/* The old site gets more, or what it can carry of that. */
static uint32_t
lowered(const struct migstate *m, const struct migtraffic_view *v, uint32_t want,
    char held[MIGEVENT_TEXT_MAX])
{
	uint32_t now = m->decided.share, least;

	if (v->from_live == 0 && v->to_live > 0) {
		say(held, "the old site's pool has no member that is available");
		return now;
	}
	if (forced(m, want) || migtraffic_carries(m, v, MIGSTATE_FROM, want, held) ||
	    migstate_away(m, MIGSTATE_FROM) == 0) {
		held[0] = '\0';	/* all at home: that is how it was */
		return want;
	}
	least = floor_of(m, v);
	if (m->spec->plan == MIGSPEC_FLIP_AT || m->aborting || least >= now)
		return now;
	return least;
}

/* Hosts at the new site have died: what they cannot carry goes back, as far as
 * the old site can. */
static uint32_t
relieved(const struct migstate *m, const struct migtraffic_view *v, uint32_t want)
{
	uint32_t now = m->decided.share, top = migtraffic_ceiling(m, v);
	uint32_t least = floor_of(m, v);

	if (want < now || forced(m, now) || v->from_live == 0 ||
	    migtraffic_carries(m, v, MIGSTATE_TO, now, NULL))
		return want;
	top = plan_at_most(m->spec, top > least ? top : least);
	return top < now && migtraffic_carries(m, v, MIGSTATE_FROM, top, NULL) ? top : want;
}

/* Does the pool that all users are sent to answer, while the other could? */
static bool
needs_rescue(const struct migevent_traffic *t, const struct migspec *s,
    const struct migtraffic_view *v)
{
	struct migevent_traffic plain = { .share = t->share };
	struct migtraffic_setting set;

	migtraffic_setting_of(s, &plain, &set);
	return (!set.from_enabled && v->to_live == 0 && v->from_live > 0) ||
	    (!set.to_enabled && v->from_live == 0 && v->to_live > 0);
}

static bool
wants_low_ttl(const struct migstate *m)
{
	if (m->spec->ttl_s == 0 || m->aborting)
		return false;
	switch (m->phase) {
	case MIGSTATE_PREPARING:
	case MIGSTATE_MOVING:
	case MIGSTATE_DRAINING:
	case MIGSTATE_RELAYING:
		return true;
	case MIGSTATE_ROLLING_BACK:
		return m->told.share != 0 || m->decided.share != 0 ||
		    migstate_away(m, MIGSTATE_FROM) > 0 ||
		    migstate_busy(m) != 0;
	case MIGSTATE_PLANNED:
	case MIGSTATE_DONE:
	case MIGSTATE_CLOSED:
	case MIGSTATE_ROLLED_BACK:
	case MIGSTATE_ABORTED:
		break;
	}
	return false;
}

static uint32_t
share_to_be(const struct migstate *m, const struct migtraffic_view *v, int64_t now_ms,
    char held[MIGEVENT_TEXT_MAX])
{
	uint32_t now = m->decided.share, want = migtraffic_planned(m, v, now_ms), got = now;

	if (m->paused || !v->known)
		return now;
	if (!m->aborting && m->phase == MIGSTATE_MOVING)
		want = relieved(m, v, want);
	if (want > now)
		got = raised(m, v, want, held);
	else if (want < now)
		got = lowered(m, v, want, held);
	return got;
}

static void
say_why(const struct migstate *m, const struct migtraffic_view *v,
    struct migtraffic_target *t)
{
	const struct migevent_traffic *was = &m->decided;

	if (t->to.rescue && !was->rescue)
		say(t->why, "rescue: the %s site has no member that is available, the %s site "
		    "has %" PRIu32, v->to_live == 0 ? "new" : "old",
		    v->to_live == 0 ? "old" : "new", v->to_live == 0 ? v->from_live : v->to_live);
	else if (!t->to.rescue && was->rescue)
		say(t->why, "both sites answer again");
	else if (t->to.share != was->share)
		say(t->why, "%" PRIu64 " of %" PRIu64 " of capacity%s is at the new site",
		    migstate_part(m, MIGSTATE_TO, v->dead), migstate_whole(m),
		    migstate_skipped(m) > 0 ? " (skipped hosts apart)" : "");
	else if (t->to.low_ttl != was->low_ttl)
		say(t->why, t->to.low_ttl ? "answers are to leave caches soon" :
		    "answers may stay in caches as before");
}

void
migtraffic_target(const struct migstate *m, const struct migtraffic_view *v,
    int64_t now_ms, struct migtraffic_target *out)
{
	memset(out, 0, sizeof(*out));
	out->to = m->decided;
	if (!migstate_under_way(m) || (m->paused && v->by_hand))
		return;		/* an operator has it in hand until resume */
	out->to.low_ttl = wants_low_ttl(m);
	out->to.share = share_to_be(m, v, now_ms, out->held);
	if (v->known && needs_rescue(&out->to, m->spec, v))
		out->to.rescue = true;
	else if (v->known && (m->aborting || now_ms >= m->told_at_ms + RESCUE_MIN_MS))
		out->to.rescue = false;
	say_why(m, v, out);
}
