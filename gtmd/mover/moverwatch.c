/* gtmd/mover/moverwatch.c - see moverwatch.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverwatch.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "gtmd/decide/decision_keep.h"
#include "gtmd/migrate/migguard.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/migrate/migstep.h"
#include "gtmd/mover/moverguard.h"
#include "gtmd/mover/moverop.h"
#include "gtmd/mover/moverview.h"
#include "gtmd/plan/plan_watch.h"

struct moverwatch {
	unsigned	 magic;
#define MOVERWATCH_MAGIC 0x3a7c4001u
	struct moverwatch_config config;
	struct moverview view;
	struct moverguard *guard;
	struct migguard_answer verdict;
};

struct moverwatch *
moverwatch_new(const struct moverwatch_config *c)
{
	struct moverwatch *w = mem_zalloc(1, sizeof(*w));
	const struct moverguard_config g = {
		.loop = c->means->loop, .fetcher = c->means->fetcher,
		.spec = c->spec, .clock = c->means->clock,
	};

	w->magic = MOVERWATCH_MAGIC;
	w->config = *c;
	moverview_init(&w->view, c->spec);
	moverview_watch(&w->view, c->means->plan, true);
	w->guard = moverguard_new(&g);
	return w;
}

void
moverwatch_free(struct moverwatch **pw)
{
	struct moverwatch *w = *pw;

	*pw = NULL;
	if (w == NULL)
		return;
	OBJ_CHECK(w, MOVERWATCH_MAGIC);
	moverview_watch(&w->view, w->config.means->plan, false);
	moverguard_free(&w->guard);
	w->magic = 0;
	free(w);
}

static void
ask_guards(struct moverwatch *w, int64_t now_ms)
{
	struct migguard *g = moverguard_get(w->guard);
	char why[MIGEVENT_TEXT_MAX] = "";
	bool well = moverview_destination(&w->view, w->config.means->plan, why,
	    sizeof(why));

	if (w->config.spec->guard_destination)
		migguard_destination(g, well, why);
	migguard_ask(g, now_ms, &w->verdict);
}

static uint32_t
longest(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* When nobody can have the pool that users have left in a cache any more. */
static int64_t
caches_until(const struct moverwatch *w, const struct migstate *m,
    int64_t now_ms)
{
	const struct migspec *s = w->config.spec;
	bool back = migstate_goes_back(m);
	const struct plan_watch_told of = { w->view.type, w->view.wide,
	    w->view.pools[back], longest(s->ttl_s, back ?
	    s->before.to_ttl_s : s->before.from_ttl_s) };
	uint32_t now_s, until;

	if (of.type == WIDE_TYPES)
		return 0;
	now_s = decision_keep_now(loop_clock(w->config.means->loop));
	until = plan_watch_until(w->config.means->plan, w->config.means->ledger,
	    &of);
	return until == 0 ? 0 : now_ms + ((int64_t)until - now_s) * 1000;
}

/* Where late connections are not counted, time alone says when they have ended. */
void
moverwatch_look(struct moverwatch *w, const struct migstate *m,
    int64_t now_ms, struct migstep_seen *out)
{
	OBJ_CHECK(w, MOVERWATCH_MAGIC);
	*out = (struct migstep_seen){
		.caches_until_ms = caches_until(w, m, now_ms),
	};
	moverview_look(&w->view, w->config.means->plan, &out->traffic);
	ask_guards(w, now_ms);
	out->verdict = w->verdict.verdict;
	out->verdict_why = w->verdict.text;
	out->calm_since_ms = m->told_at_ms;
}

void
moverwatch_sample(struct moverwatch *w, const struct migstate *m,
    int64_t now_ms, struct migevent_sample *out)
{
	OBJ_CHECK(w, MOVERWATCH_MAGIC);
	*out = (struct migevent_sample){
		.configured = (int32_t)m->told.share,
		.served = moverview_served(&w->view, w->config.means->plan),
		.effective = MIGEVENT_UNKNOWN, .residual = MIGEVENT_UNKNOWN,
	};
	migguard_window(moverguard_get(w->guard), now_ms, &out->errors_pm,
	    &out->p95_ms);
}

const struct moverview *
moverwatch_view(const struct moverwatch *w)
{
	OBJ_CHECK(w, MOVERWATCH_MAGIC);
	return &w->view;
}
