/* gtmd/mover/moverguard.c - see moverguard.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverguard.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "gtmd/migrate/migguard.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/mover/moverclock.h"
#include "gtmd/mover/moverpage.h"
#include "gtmd/types/pageurl.h"
#include "monitors/fetch.h"
#include "monitors/gaugeexpr.h"
#include "monitors/promtext.h"

/* Questions of slo-url without an answer yet: enough that a page that hangs is
 * judged in the shortest window. */
#define ASKED_AT_ONCE	16

/* A question of the users' page. */
struct question {
	struct moverguard *guard;
	struct fetch	*fetch;		/* NULL = free */
	mono_ns		 at;
};

struct moverguard {
	unsigned	 magic;
#define MOVERGUARD_MAGIC 0x90ad1e0bu
	struct moverguard_config config;
	struct migguard	*guard;
	struct loop_timer due;
	char		*host;		/* the application's name */
	struct pageurl	 slo_url, lag_url;
	struct question	 questions[ASKED_AT_ONCE];
	struct fetch	*lag;
	struct gaugeexpr *expr;		/* NULL = no lag is watched */
	bool		 is_json;
	struct promtext	*text;		/* of the page that comes; or */
	struct strbuf	 json;
};

/* ---- the users' page ---- */

static void
on_answer(void *arg, const struct fetch_result *r)
{
	struct question *q = arg;
	struct moverguard *g = q->guard;

	OBJ_CHECK(g, MOVERGUARD_MAGIC);
	q->fetch = NULL;
	migguard_slo(g->guard, moverclock_ms(g->config.clock),
	    r->code == FETCH_OK, (uint32_t)((loop_now_ns(g->config.loop) -
	    q->at) / CLOCK_MS));
}

/* Who allows for slower answers waits for them, and does not call them errors. */
static dur_ns
patience(const struct moverguard *g)
{
	dur_ns slow = (dur_ns)g->config.spec->slo_p95_max_ms * CLOCK_MS * 2;

	return slow > MOVERPAGE_WITHIN_NS ? slow : MOVERPAGE_WITHIN_NS;
}

static void
ask(struct moverguard *g)
{
	for (size_t i = 0; i < ASKED_AT_ONCE; i++) {
		struct question *q = &g->questions[i];
		const struct fetch_owner owner = { NULL, on_answer, q };

		if (q->fetch != NULL)
			continue;
		q->guard = g;
		q->at = loop_now_ns(g->config.loop);
		q->fetch = moverpage_start_within(g->config.fetcher,
		    &g->slo_url, g->host, patience(g), &owner);
		return;
	}
}

/* ---- the lag ---- */

static void
on_sample(void *arg, const struct promtext_sample *s)
{
	struct moverguard *g = arg;

	for (size_t i = 0; i < gaugeexpr_count(g->expr); i++) {
		const char *name = gaugeexpr_name(g->expr, i);

		if (name != NULL && strcmp(name, s->name) == 0)
			gaugeexpr_sample(g->expr, i, s, false);
	}
}

static void
on_page(void *arg, const void *octets, size_t len)
{
	struct moverguard *g = arg;

	if (g->is_json)
		strbuf_add_len(&g->json, octets, len);
	else
		promtext_push(g->text, octets, len);
}

/* The number on a page that is whole. */
static bool
read_lag(struct moverguard *g, double *value)
{
	struct json *j = NULL;

	if (!g->is_json) {
		promtext_end(g->text);
	} else {
		j = json_parse(g->json.text, g->json.len, NULL);
		if (j == NULL)
			return false;
		gaugeexpr_document(g->expr, j);
	}
	json_free(&j);
	/* Clocks may be apart a little; -1 is how many say that they do not know. */
	return gaugeexpr_value(g->expr, loop_now_ns(g->config.loop), value) ==
	    GAUGE_OK && *value > -1;
}

static void
on_lag(void *arg, const struct fetch_result *r)
{
	struct moverguard *g = arg;
	double value = 0;
	bool ok;

	OBJ_CHECK(g, MOVERGUARD_MAGIC);
	g->lag = NULL;
	ok = r->code == FETCH_OK && read_lag(g, &value);
	migguard_lag(g->guard, moverclock_ms(g->config.clock), ok, value);
}

static void
look_at_lag(struct moverguard *g)
{
	const struct fetch_owner owner = { on_page, on_lag, g };

	if (g->lag != NULL)
		return;
	strbuf_clear(&g->json);
	promtext_init(g->text, on_sample, g);
	gaugeexpr_begin(g->expr);
	g->lag = moverpage_start(g->config.fetcher, &g->lag_url, g->host,
	    &owner);
}

/* ---- life ---- */

static void
on_due(struct loop_timer *t, void *arg)
{
	struct moverguard *g = arg;

	(void)t;
	OBJ_CHECK(g, MOVERGUARD_MAGIC);
	if (g->slo_url.to.port != 0)
		ask(g);
	if (g->expr != NULL)
		look_at_lag(g);
}

/* What is no URL or expression was refused as a property; a record of another
 * version may have one all the same: then nothing is asked. */
static void
read_spec(struct moverguard *g)
{
	const struct migspec *s = g->config.spec;
	const char *name = strrchr(s->wideip, '/');

	if (name != NULL && strpbrk(name, "*?") == NULL)
		g->host = mem_strdup(name + 1);
	if (s->slo_url != NULL)
		(void)pageurl_parse(s->slo_url, &g->slo_url, NULL);
	if (s->lag_url == NULL || s->lag_expression == NULL ||
	    pageurl_parse(s->lag_url, &g->lag_url, NULL) != 0)
		return;
	g->is_json = *s->lag_expression == '$';
	g->expr = gaugeexpr_new(g->is_json ? GAUGEEXPR_JSON :
	    GAUGEEXPR_PROMETHEUS, s->lag_expression, NULL, NULL);
	g->text = mem_zalloc(1, sizeof(*g->text));
}

struct moverguard *
moverguard_new(const struct moverguard_config *c)
{
	struct moverguard *g = mem_zalloc(1, sizeof(*g));
	bool looks;

	g->magic = MOVERGUARD_MAGIC;
	g->config = *c;
	g->guard = migguard_new(c->spec);
	strbuf_init(&g->json);
	read_spec(g);
	loop_timer_init(&g->due, c->loop, on_due, g);
	looks = g->slo_url.to.port != 0 || g->expr != NULL;
	if (looks)
		loop_timer_start(&g->due, 0, c->spec->slo_interval_ms);
	return g;
}

void
moverguard_free(struct moverguard **pg)
{
	struct moverguard *g = *pg;

	*pg = NULL;
	if (g == NULL)
		return;
	OBJ_CHECK(g, MOVERGUARD_MAGIC);
	loop_timer_stop(&g->due);
	for (size_t i = 0; i < ASKED_AT_ONCE; i++)
		fetch_stop(&g->questions[i].fetch);
	fetch_stop(&g->lag);
	gaugeexpr_free(&g->expr);
	strbuf_fini(&g->json);
	free(g->text);
	free(g->host);
	migguard_free(&g->guard);
	g->magic = 0;
	free(g);
}

struct migguard *
moverguard_get(struct moverguard *g)
{
	OBJ_CHECK(g, MOVERGUARD_MAGIC);
	return g->guard;
}
