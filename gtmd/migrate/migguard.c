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
#include "gtmd/migrate/migspec.h"

/* A reading of the lag counts for so many intervals, and so long at least: a page
 * may take its time. */
#define LAG_LASTS	5
#define LAG_LASTS_MS	5000

struct sample {
	int64_t		 at_ms;
	uint32_t	 took_ms;
	bool		 ok;
};

struct migguard {
	unsigned	 magic;
#define MIGGUARD_MAGIC	0x316a6d01u
	bool		 asks_slo, asks_lag, asks_destination;
	uint32_t	 errors_max, p95_max_ms, interval_ms;
	int64_t		 window_ms;
	double		 lag_max;
	struct weekwindow *freeze;
	int64_t		 ahead_ms;	/* of the wall clock, by which they count */
	char		**freeze_text;
	size_t		 freeze_count;

	struct sample	*ring;		/* MIGGUARD_SAMPLES_MAX of them */
	size_t		 first, count;
	uint32_t	*sorted;	/* room for as many times */
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

struct migguard *
migguard_new(const struct migspec *s)
{
	struct migguard *g = mem_zalloc(1, sizeof(*g));

	g->magic = MIGGUARD_MAGIC;
	g->asks_slo = s->slo_url != NULL;
	g->asks_lag = s->lag_url != NULL;
	g->asks_destination = s->guard_destination;
	g->errors_max = s->slo_errors_max;
	g->p95_max_ms = s->slo_p95_max_ms;
	g->interval_ms = s->slo_interval_ms;
	g->window_ms = (int64_t)s->slo_window_s * 1000;
	g->lag_max = s->lag_max;
	g->destination_ok = true;
	keep_windows(g, s);
	g->ring = mem_zalloc(MIGGUARD_SAMPLES_MAX, sizeof(*g->ring));
	g->sorted = mem_zalloc(MIGGUARD_SAMPLES_MAX, sizeof(*g->sorted));
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
	free(g->ring);
	free(g->sorted);
	g->magic = 0;
	free(g);
}

/* --- what is told --------------------------------------------------------- */

void
migguard_slo(struct migguard *g, int64_t now_ms, bool ok, uint32_t took_ms)
{
	struct sample *s;

	OBJ_CHECK(g, MIGGUARD_MAGIC);
	if (g->count == MIGGUARD_SAMPLES_MAX) {
		g->first = (g->first + 1) % MIGGUARD_SAMPLES_MAX;
		g->count--;
	}
	s = &g->ring[(g->first + g->count++) % MIGGUARD_SAMPLES_MAX];
	s->at_ms = now_ms;
	s->ok = ok;
	s->took_ms = took_ms;
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

/* --- the users' URL ------------------------------------------------------- */

static int
by_time(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* What has left the window goes, also when the clock was set back. */
static void
forget_old(struct migguard *g, int64_t now_ms)
{
	while (g->count > 0 && (g->ring[g->first].at_ms <= now_ms - g->window_ms ||
	    g->ring[g->first].at_ms > now_ms)) {
		g->first = (g->first + 1) % MIGGUARD_SAMPLES_MAX;
		g->count--;
	}
}

struct window {
	size_t		 count, failed;
	uint32_t	 p95_ms;	/* of those that were answered */
};

static void
measure(struct migguard *g, int64_t now_ms, struct window *w)
{
	size_t answered = 0;

	forget_old(g, now_ms);
	for (size_t i = 0; i < g->count; i++) {
		const struct sample *s = &g->ring[(g->first + i) % MIGGUARD_SAMPLES_MAX];

		if (s->ok)
			g->sorted[answered++] = s->took_ms;
	}
	qsort(g->sorted, answered, sizeof(*g->sorted), by_time);
	w->count = g->count;
	w->failed = g->count - answered;
	/* The least time that 95 % of the answers were not slower than. */
	w->p95_ms = answered > 0 ? g->sorted[(answered * 95 + 99) / 100 - 1] : 0;
}

void
migguard_window(struct migguard *g, int64_t now_ms, int32_t *errors_pm, int32_t *p95_ms)
{
	struct window w;

	OBJ_CHECK(g, MIGGUARD_MAGIC);
	measure(g, now_ms, &w);
	*errors_pm = w.count > 0 ? (int32_t)(w.failed * 1000 / w.count) : MIGEVENT_UNKNOWN;
	*p95_ms = w.count > w.failed ? (int32_t)w.p95_ms : MIGEVENT_UNKNOWN;
}

/* --- verdicts ------------------------------------------------------------- */

static bool
ask_slo(struct migguard *g, int64_t now_ms, struct migguard_answer *out)
{
	struct window w;

	measure(g, now_ms, &w);
	if (!g->asks_slo || w.count < MIGGUARD_SAMPLES_MIN)
		return false;
	if (w.failed >= MIGGUARD_FAILURES_MIN &&
	    w.failed * 1000 > g->errors_max * w.count)
		(void)snprintf(out->text, sizeof(out->text), "slo-url: %zu of %zu requests of "
		    "the last %" PRId64 " s failed, %zu of 1000; %" PRIu32 " may", w.failed,
		    w.count, g->window_ms / 1000, w.failed * 1000 / w.count, g->errors_max);
	else if (g->p95_max_ms != 0 && w.p95_ms > g->p95_max_ms)
		(void)snprintf(out->text, sizeof(out->text), "slo-url: 95 %% of %zu answers of "
		    "the last %" PRId64 " s took up to %" PRIu32 " ms; %" PRIu32 " ms may be",
		    w.count - w.failed, g->window_ms / 1000, w.p95_ms, g->p95_max_ms);
	else
		return false;
	out->verdict = MIGEVENT_BREACH;
	return true;
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
	static ask_fn *const asks[] = { ask_destination, ask_lag, ask_freeze };

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
