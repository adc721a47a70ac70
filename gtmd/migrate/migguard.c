/* gtmd/migrate/migguard.c - see migguard.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/migrate/migguard.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/weekwindow.h"
#include "gtmd/migrate/migslo.h"
#include "gtmd/migrate/migspec.h"

/* A reading of the lag counts for so many intervals, and so long at least: a page
 * may take its time. */
#define LAG_LASTS	5
#define LAG_LASTS_MS	5000

struct migguard {
	unsigned	 magic;
#define MIGGUARD_MAGIC	0x316a6d01u
	bool		 asks_lag, asks_destination;
	uint32_t	 interval_ms;
	struct migslo	*page;		/* NULL = not asked */
	struct migslo	*probes[2];	/* old site, new site; NULL = not asked */
	double		 lag_max;
	struct weekwindow *freeze;
	int64_t		 ahead_ms;	/* of the wall clock, by which they count */
	char		**freeze_text;
	size_t		 freeze_count;

	bool		 lag_ok, lag_told;
	double		 lag;
	int64_t		 lag_at_ms;
	bool		 destination_ok;
	char		 destination_why[MIGEVENT_TEXT_MAX];
	int64_t		 held_at_ms;	/* a guard held last; 0 = none has */
	size_t		 held_by;	/* which; of ask_holds */
	char		 held_why[MIGEVENT_TEXT_MAX];
};

static void
keep_windows(struct migguard *g, const struct migspec *s)
{
	g->freeze = mem_zalloc(s->freeze_count + 1, sizeof(*g->freeze));
	g->freeze_text = mem_zalloc(s->freeze_count + 1, sizeof(*g->freeze_text));
	for (size_t i = 0; i < s->freeze_count; i++)
		if (weekwindow_parse(s->freeze_windows[i], &g->freeze[g->freeze_count],
		    NULL) == 0)
			g->freeze_text[g->freeze_count++] = mem_strdup(s->freeze_windows[i]);
}

/* Monitors may ask more rarely than a window is long. */
static void
keep_slo(struct migguard *g, const struct migspec *s)
{
	struct migslo_limits l = { .who = "slo-url", .what = "requests",
	    .errors_max = s->slo_errors_max, .p95_max_ms = s->slo_p95_max_ms,
	    .window_ms = (int64_t)s->slo_window_s * 1000 };
	const char *const pools[2] = { s->from_pool, s->to_pool };
	char who[300];

	if (s->slo_url != NULL)
		g->page = migslo_new(&l);
	l.who = who;
	l.what = "probes";
	l.least = MIGSLO_SAMPLES_MIN;
	for (size_t i = 0; s->slo_monitors && i < 2; i++) {
		(void)snprintf(who, sizeof(who), "monitors of %s", pools[i] != NULL ?
		    pools[i] : i == 0 ? "the old site" : "the new site");
		g->probes[i] = migslo_new(&l);
	}
}

struct migguard *
migguard_new(const struct migspec *s)
{
	struct migguard *g = mem_zalloc(1, sizeof(*g));

	g->magic = MIGGUARD_MAGIC;
	g->asks_lag = s->lag_url != NULL;
	g->asks_destination = s->guard_destination;
	g->interval_ms = s->slo_interval_ms;
	g->lag_max = s->lag_max;
	g->destination_ok = true;
	keep_slo(g, s);
	keep_windows(g, s);
	return g;
}

void
migguard_free(struct migguard **pg)
{
	struct migguard *g = *pg;

	*pg = NULL;
	if (g == NULL)
		return;
	OBJ_CHECK(g, MIGGUARD_MAGIC);
	for (size_t i = 0; i < g->freeze_count; i++)
		free(g->freeze_text[i]);
	free(g->freeze_text);
	free(g->freeze);
	migslo_free(&g->page);
	for (size_t i = 0; i < 2; i++)
		migslo_free(&g->probes[i]);
	g->magic = 0;
	free(g);
}

/* --- what is told --------------------------------------------------------- */

void
migguard_slo(struct migguard *g, int64_t now_ms, bool ok, uint32_t took_ms)
{
	OBJ_CHECK(g, MIGGUARD_MAGIC);
	if (g->page != NULL)
		migslo_add(g->page, now_ms, ok, took_ms);
}

void
migguard_probe(struct migguard *g, bool new_site, int64_t now_ms, bool ok, uint32_t took_ms)
{
	OBJ_CHECK(g, MIGGUARD_MAGIC);
	if (g->probes[new_site] != NULL)
		migslo_add(g->probes[new_site], now_ms, ok, took_ms);
}

void
migguard_left(struct migguard *g, bool new_site)
{
	OBJ_CHECK(g, MIGGUARD_MAGIC);
	if (g->probes[new_site] != NULL)
		migslo_forget(g->probes[new_site]);
}

void
migguard_lag(struct migguard *g, int64_t now_ms, bool ok, double value)
{
	OBJ_CHECK(g, MIGGUARD_MAGIC);
	g->lag_told = true;
	g->lag_ok = ok;
	g->lag = value;
	g->lag_at_ms = now_ms;
}

void
migguard_destination(struct migguard *g, bool ok, const char *why)
{
	OBJ_CHECK(g, MIGGUARD_MAGIC);
	g->destination_ok = ok;
	(void)snprintf(g->destination_why, sizeof(g->destination_why), "%s",
	    why != NULL ? why : "");
}

void
migguard_ahead(struct migguard *g, int64_t ms)
{
	OBJ_CHECK(g, MIGGUARD_MAGIC);
	g->ahead_ms = ms;
}

void
migguard_window(struct migguard *g, int64_t now_ms, int32_t *errors_pm, int32_t *p95_ms)
{
	OBJ_CHECK(g, MIGGUARD_MAGIC);
	*errors_pm = *p95_ms = MIGEVENT_UNKNOWN;
	if (g->page != NULL) {
		migslo_window(g->page, now_ms, errors_pm, p95_ms);
		return;
	}
	for (size_t i = 2; i > 0 && *errors_pm == MIGEVENT_UNKNOWN; i--)
		if (g->probes[i - 1] != NULL)
			migslo_window(g->probes[i - 1], now_ms, errors_pm, p95_ms);
}

/* --- verdicts ------------------------------------------------------------- */

static bool
ask_slo(struct migguard *g, int64_t now_ms, struct migguard_answer *out)
{
	struct migslo *const of[] = { g->page, g->probes[1] };

	for (size_t i = 0; i < OBJ_COUNT(of); i++)
		if (of[i] != NULL && migslo_breaks(of[i], now_ms, out->text,
		    sizeof(out->text))) {
			out->verdict = MIGEVENT_BREACH;
			return true;
		}
	return false;
}

static bool
hold(struct migguard_answer *out)
{
	out->verdict = MIGEVENT_HOLD;
	return true;
}

static bool
ask_lag(struct migguard *g, int64_t now_ms, struct migguard_answer *out)
{
	int64_t lasts = (int64_t)g->interval_ms * LAG_LASTS;

	if (lasts < LAG_LASTS_MS)
		lasts = LAG_LASTS_MS;
	if (!g->asks_lag)
		return false;
	if (!g->lag_told || !g->lag_ok || now_ms - g->lag_at_ms > lasts)
		(void)snprintf(out->text, sizeof(out->text), "lag-url: nothing to be read");
	else if (!(g->lag <= g->lag_max))	/* nor is what is no number */
		(void)snprintf(out->text, sizeof(out->text), "lag-url: replication lags "
		    "%.6g behind; %.6g may be", g->lag, g->lag_max);
	else
		return false;
	return hold(out);
}

static bool
ask_destination(struct migguard *g, int64_t now_ms, struct migguard_answer *out)
{
	(void)now_ms;
	if (!g->asks_destination || g->destination_ok)
		return false;
	(void)snprintf(out->text, sizeof(out->text), "destination: %.480s", g->destination_why);
	return hold(out);
}

/* It is hurt, by what is copied away from it or by itself: nothing more is asked of
 * it. */
static bool
ask_origin(struct migguard *g, int64_t now_ms, struct migguard_answer *out)
{
	return g->probes[0] != NULL && migslo_breaks(g->probes[0], now_ms, out->text,
	    sizeof(out->text)) && hold(out);
}

static bool
ask_freeze(struct migguard *g, int64_t now_ms, struct migguard_answer *out)
{
	for (size_t i = 0; i < g->freeze_count; i++)
		if (weekwindow_has(&g->freeze[i], (now_ms - g->ahead_ms) / 1000)) {
			(void)snprintf(out->text, sizeof(out->text), "freeze window %.200s "
			    "(UTC): nothing new is begun", g->freeze_text[i]);
			return hold(out);
		}
	return false;
}

typedef bool ask_fn(struct migguard *g, int64_t now_ms, struct migguard_answer *out);

/* What held a moment ago holds yet: a value at its limit does not put a verdict
 * on record each second. */
static bool
ask_before(struct migguard *g, int64_t now_ms, struct migguard_answer *out)
{
	if (g->held_at_ms == 0 || now_ms < g->held_at_ms ||
	    now_ms - g->held_at_ms >= MIGGUARD_HOLDS_MS)
		return false;
	(void)snprintf(out->text, sizeof(out->text), "%s", g->held_why);
	return hold(out);
}

/* What held last is looked at first: two guards that hold by turns are not a new
 * reason each second. */
static bool
ask_holds(struct migguard *g, int64_t now_ms, struct migguard_answer *out)
{
	static ask_fn *const asks[] = { ask_destination, ask_lag, ask_origin, ask_freeze };

	if (asks[g->held_by](g, now_ms, out))
		return true;
	for (size_t i = 0; i < OBJ_COUNT(asks); i++)
		if (asks[i](g, now_ms, out)) {
			g->held_by = i;
			return true;
		}
	return false;
}

void
migguard_ask(struct migguard *g, int64_t now_ms, struct migguard_answer *out)
{
	OBJ_CHECK(g, MIGGUARD_MAGIC);
	memset(out, 0, sizeof(*out));
	out->verdict = MIGEVENT_FINE;
	if (ask_slo(g, now_ms, out))
		return;
	if (!ask_holds(g, now_ms, out)) {
		(void)ask_before(g, now_ms, out);
		return;
	}
	if (g->asks_lag && !g->lag_told)
		return;			/* it has only begun to look */
	g->held_at_ms = now_ms;
	(void)snprintf(g->held_why, sizeof(g->held_why), "%s", out->text);
}
