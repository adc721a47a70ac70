/* gtmd/mover/moverwatch.c - see moverwatch.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverwatch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "gtmd/decide/decision_keep.h"
#include "gtmd/migrate/migguard.h"
#include "gtmd/migrate/migrelay.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/migrate/migstep.h"
#include "gtmd/mover/moverclock.h"
#include "gtmd/mover/moverguard.h"
#include "gtmd/mover/moverlate.h"
#include "gtmd/mover/moverop.h"
#include "gtmd/mover/moverprobe.h"
#include "gtmd/mover/moverpulse.h"
#include "gtmd/mover/moverrelay.h"
#include "gtmd/mover/moverview.h"
#include "gtmd/plan/plan_watch.h"

#define LATE_TOLD	64	/* networks that the record tells of */

struct moverwatch {
	unsigned	 magic;
#define MOVERWATCH_MAGIC 0x3a7c4001u
	struct moverwatch_config config;
	struct moverview view;
	struct moverguard *guard;
	struct moverprobe probes;
	struct moverpulse *pulse;	/* NULL: no host has a page */
	struct migguard_answer verdict;
	struct moverrelay *relay;	/* while it may be open */
	const char	*relay_why;	/* it is not as it should be, "" = it is */
	char		 refused[MIGEVENT_TEXT_MAX];	/* why, as was said */
	struct moverlate *late;		/* while it is */
	uint64_t	 late_round;	/* that is judged, up to late_at: each one */
	size_t		 late_at;	/* is a walk through the ledger */
	struct addr_prefix told[LATE_TOLD];	/* of those who come all the same */
	size_t		 told_count;
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
	w->pulse = moverpulse_new(c->means->loop, c->means->fetcher, c->spec);
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
	moverpulse_free(&w->pulse);
	moverrelay_free(&w->relay);
	moverlate_free(&w->late);
	w->magic = 0;
	free(w);
}

/* Of a site of which nothing is known yet nothing is said. */
static void
ask_guards(struct moverwatch *w, const struct migstate *m, bool known,
    int64_t now_ms)
{
	const struct moverprobe_of of = { w->config.means, &w->view, m };
	struct migguard *g = moverguard_get(w->guard);
	char why[MIGEVENT_TEXT_MAX] = "";
	bool well = moverview_destination(&w->view, w->config.means->plan, why,
	    sizeof(why));

	if (known && w->config.spec->guard_destination)
		migguard_destination(g, well, why);
	migguard_ahead(g, moverclock_ahead_ms(w->config.means->clock));
	moverprobe_look(&w->probes, &of, g, now_ms);
	migguard_ask(g, now_ms, &w->verdict);
}

static uint32_t
longest(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* The pool that users leave, or have left. */
static struct plan_watch_told
left_pool(const struct moverwatch *w, bool back)
{
	const struct migspec *s = w->config.spec;

	return (struct plan_watch_told){ w->view.type, w->view.wide,
	    w->view.pools[back], longest(s->ttl_s, back ?
	    s->before.to_ttl_s : s->before.from_ttl_s) };
}

/* When nobody can have that pool in a cache any more. */
static int64_t
caches_until(const struct moverwatch *w, const struct migstate *m,
    int64_t now_ms)
{
	const struct plan_watch_told of = left_pool(w, migstate_goes_back(m));
	uint32_t now_s, until;

	if (of.type == WIDE_TYPES)
		return 0;
	now_s = decision_keep_now(loop_clock(w->config.means->loop));
	until = plan_watch_until(w->config.means->plan, w->config.means->ledger,
	    &of);
	return until == 0 ? 0 : now_ms + ((int64_t)until - now_s) * 1000;
}

/* Counted while the relay is open, which carries them. */
static void
count_late(struct moverwatch *w, const struct migstate *m,
    struct migstep_seen *out)
{
	bool open = m->relay == MIGSTATE_RELAY_OPEN;
	struct moverlate_seen seen;

	out->late_counted = w->config.spec->relay_application != NULL;
	if (open && w->late == NULL)
		w->late = moverlate_new(w->config.means, w->config.spec);
	if (!open)
		moverlate_free(&w->late);
	if (w->late == NULL)
		w->late_round = 0;
	if (w->late == NULL)
		return;
	moverlate_look(w->late, &seen);
	out->calm_since_ms = seen.calm_since_ms;
}

/* As the state wants it, from the moment on at which it may be open. */
static void
keep_relay(struct moverwatch *w, const struct migstate *m,
    struct migstep_seen *out)
{
	bool begun = m->relay != MIGSTATE_RELAY_SHUT;

	if (begun && w->relay == NULL)
		w->relay = moverrelay_new(w->config.means, w->config.spec);
	if (!begun)
		moverrelay_free(&w->relay);
	if (w->relay != NULL)
		out->relay = moverrelay_want(w->relay, migrelay_wanted(m),
		    &out->relay_text);
	w->relay_why = out->relay == MIGSTEP_RELAY_FAILED ? out->relay_text : "";
}

void
moverwatch_look(struct moverwatch *w, const struct migstate *m,
    int64_t now_ms, struct migstep_seen *out)
{
	OBJ_CHECK(w, MOVERWATCH_MAGIC);
	*out = (struct migstep_seen){
		.caches_until_ms = caches_until(w, m, now_ms),
	};
	moverview_look(&w->view, w->config.means->plan, &out->traffic);
	out->traffic.dead = moverpulse_dead(w->pulse, m);
	ask_guards(w, m, out->traffic.known, now_ms);
	out->verdict = w->verdict.verdict;
	out->verdict_why = w->verdict.text;
	count_late(w, m, out);
	keep_relay(w, m, out);
}

void
moverwatch_sample(struct moverwatch *w, const struct migstate *m,
    int64_t now_ms, struct migevent_sample *out)
{
	struct moverlate_seen seen;

	OBJ_CHECK(w, MOVERWATCH_MAGIC);
	*out = (struct migevent_sample){
		.configured = (int32_t)m->told.share,
		.served = moverview_served(&w->view, w->config.means->plan),
		.effective = moverview_effective(&w->view,
		    w->config.means->plan), .residual = MIGEVENT_UNKNOWN,
	};
	if (w->late != NULL) {
		moverlate_look(w->late, &seen);
		out->residual = seen.residual;
	}
	migguard_window(moverguard_get(w->guard), now_ms, &out->errors_pm,
	    &out->p95_ms);
}

static bool
was_told(const struct moverwatch *w, const struct addr_prefix *net)
{
	for (size_t i = 0; i < w->told_count; i++)
		if (addr_equal(&w->told[i].addr, &net->addr) &&
		    w->told[i].len == net->len)
			return true;
	return w->told_count == LATE_TOLD;
}

bool
moverwatch_late(struct moverwatch *w, struct migevent *ev)
{
	const struct plan_watch_told of = left_pool(w, false);
	struct addr_prefix net;
	char text[ADDR_TEXT_MAX];
	uint64_t connections;
	uint32_t now_s;

	OBJ_CHECK(w, MOVERWATCH_MAGIC);
	if (w->late == NULL || of.type == WIDE_TYPES)
		return false;
	now_s = decision_keep_now(loop_clock(w->config.means->loop));
	if (w->late_round != moverlate_round(w->late)) {
		w->late_round = moverlate_round(w->late);
		w->late_at = 0;
	}
	while (moverlate_next(w->late, &w->late_at, &net, &connections)) {
		if (was_told(w, &net) || !plan_watch_is_late(
		    w->config.means->plan, w->config.means->ledger, &of, &net,
		    now_s))
			continue;
		w->told[w->told_count++] = net;
		migevent_init(ev, MIGEVENT_LATE);
		migevent_say(ev, "%s", addr_format_prefix(&net, text));
		ev->count = connections;
		return true;
	}
	return false;
}

bool
moverwatch_refused(struct moverwatch *w, struct migevent *ev)
{
	OBJ_CHECK(w, MOVERWATCH_MAGIC);
	if (w->relay_why == NULL || w->relay_why[0] == '\0' ||
	    strcmp(w->relay_why, w->refused) == 0)
		return false;
	(void)snprintf(w->refused, sizeof(w->refused), "%s", w->relay_why);
	migevent_init(ev, MIGEVENT_NOTE);
	migevent_say(ev, "the relay is not as it should be: %s", w->refused);
	return true;
}

void
moverwatch_show(const struct moverwatch *w, struct json *j)
{
	struct json *late;

	OBJ_CHECK(w, MOVERWATCH_MAGIC);
	late = w->late != NULL ? moverlate_json(w->late) : NULL;
	if (late != NULL)
		json_put(j, "late", &late);
	if (w->relay == NULL || w->relay_why == NULL || w->relay_why[0] == '\0')
		return;
	json_put_text(j, "relayWhy", w->relay_why);
}

const struct moverview *
moverwatch_view(const struct moverwatch *w)
{
	OBJ_CHECK(w, MOVERWATCH_MAGIC);
	return &w->view;
}
