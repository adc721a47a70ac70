/* gtmd/control/control_reason.c - see control_reason.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_reason.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "gtmd/decide/choose.h"
#include "gtmd/decide/choose_path.h"
#include "gtmd/decide/pathtable.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_member.h"
#include "gtmd/plan/plan_metrics.h"
#include "gtmd/plan/plan_pool.h"
#include "gtmd/topology/topology_view.h"
#include "gtmd/types/metric.h"

static const char *
say(char *text, size_t cap, const char *sentence)
{
	(void)snprintf(text, cap, "%s", sentence);
	return text;
}

/* ---- topology ---- */

/* Appends what the records say of a candidate. */
static const char *
add_score(const struct topology_view *v, const struct addr *who,
    uint32_t place, char *text, size_t cap)
{
	size_t len = strlen(text);
	uint32_t score;
	const char *record;

	if (v == NULL || place >= v->count)
		return text;
	record = topology_view_why(v, who, place, &score);
	if (record == NULL)
		(void)snprintf(text + len, cap - len, "; no topology record "
		    "matches: score 0");
	else
		(void)snprintf(text + len, cap - len, "; score %u by %s",
		    score, record);
	return text;
}

/* Among the pools that the mode chooses from. */
static const char *
add_pool_score(const struct control_outcome *c, const struct plan_edge *e,
    char *text, size_t cap)
{
	const struct plan_wide *w = e->wide;
	struct topology_view *v;
	uint32_t place = 0;

	if (e->last_resort || wideip_lb(w->obj) != POOL_LB_TOPOLOGY)
		return text;
	for (size_t i = 0; i < w->edge_count && w->edges[i] != e; i++)
		place += w->edges[i]->pool->obj != NULL;
	v = plan_topology_of_wide(w);
	(void)add_score(v, &c->who, place, text, cap);
	topology_view_drop(&v);
	return text;
}

static const char *
add_member_score(const struct control_outcome *c, const struct plan_member *m,
    char *text, size_t cap)
{
	const struct plan_pool *p = m->pool;
	uint32_t place = 0;

	while (place < p->member_count && p->members[place] != m)
		place++;
	return add_score(p->topology, &c->who, place, text, cap);
}

/* Persistence has the word for this client. */
static bool
is_kept(const struct control_outcome *c)
{
	return c->count > 0 && c->v[0].method == &choose_persistence;
}

/* ---- pools ---- */

/* Not among the pools that the decision may ask, though enabled. */
static const char *
left_out_pool(const struct plan_edge *e, char *text, size_t cap)
{
	const struct wideip *o = e->wide->obj;

	if (e->pool->below_min_up ||
	    !status_is_usable(e->pool->node.status.availability))
		return plan_pool_reason(e->pool, text, cap);
	if (o->pool_lb_mode == POOL_LB_RATIO && e->ratio == 0)
		return say(text, cap, "Its ratio in the wide IP is 0");
	if (o->rare->min_active_members == 0)
		return say(text, cap, "None of its methods can choose a member");
	(void)snprintf(text, cap, "Priority group %u waits: the groups above "
	    "it have %u members up", e->priority_group, o->rare->min_active_members);
	return text;
}

static const char *
chosen_pool(const struct plan_edge *e, const struct control_outcome_sum *sum,
    char *text, size_t cap)
{
	const struct decision_outcome *o = sum->first;
	const char *mode = choose_find_cohort(
	    wideip_lb(e->wide->obj), e->wide->obj->rare->cohort)->name;

	if (o->method == &choose_persistence)
		return say(text, cap, "Persistence: the client was answered "
		    "from it before");
	if (e->last_resort)
		return say(text, cap, "Last resort: no other pool can answer");
	if (o->pool_total == 0)
		(void)snprintf(text, cap, "Fallback of the first enabled pool:"
		    " %s", o->method->name);
	else
		(void)snprintf(text, cap, "Chosen %" PRIu64 " of %" PRIu64
		    " times by %s", o->pool_weight, o->pool_total, mode);
	return text;
}

const char *
control_reason_pool(const struct control_outcome *c,
    const struct plan_edge *e, char *text, size_t cap)
{
	struct control_outcome_sum sum = control_outcome_pool(c, e);

	if (e->pool->obj == NULL)
		return say(text, cap, "No such pool");
	if (c->decision == NULL)
		return say(text, cap, "The wide IP is disabled");
	if (sum.share > 0) {
		(void)chosen_pool(e, &sum, text, cap);
		return add_pool_score(c, e, text, cap);
	}
	if (!e->pool->obj->enabled)
		return say(text, cap, "The pool is disabled");
	if (is_kept(c))
		return say(text, cap, "Persistence: the client was answered "
		    "from another pool before");
	if (e->last_resort && status_is_usable(
	    e->pool->node.status.availability))
		return say(text, cap, "Last resort: another pool can answer");
	if (sum.first != NULL) {
		(void)say(text, cap, "A pool before it answers");
		return add_pool_score(c, e, text, cap);
	}
	return left_out_pool(e, text, cap);
}

/* ---- members ---- */

static const char *
how_word(const struct plan_edge *e, const struct decision_outcome *o)
{
	switch (o->slot - e->slot) {
	case DECISION_PREFERRED:
		return "preferred";
	case DECISION_ALTERNATE:
		return "alternate";
	case DECISION_LAST_RESORT:
		return "last-resort";
	}
	return "fallback";
}

/* "12 connections, 0 % CPU": what is known of the member. before: what comes
 * before it, if it comes. */
static void
put_measured(const struct plan_member *m, const char *before, struct strbuf *b)
{
	struct metric_values v;
	const char *comma = before;

	plan_metrics_of_vs(m->vs, &v);
	for (int i = 0; i < METRICS; i++) {
		if (!metric_is_known(&v, (enum metric)i))
			continue;
		strbuf_printf(b, "%s%" PRIu64 " %s", comma, v.v[i],
		    metric_names[i].unit);
		comma = ", ";
	}
}

/* "12500 us, 7 hops, 100 % of the probes answered": the way to the resolver. */
static void
put_figures(const struct control_outcome *c, const struct plan_member *m,
    struct strbuf *b)
{
	struct pathtable_figures f;
	const char *comma = "";

	if (!control_outcome_figures(c, m, &f)) {
		strbuf_add(b, "no path is known");
		return;
	}
	if ((f.known & PATHTABLE_RTT) != 0) {
		strbuf_printf(b, "%" PRIu32 " us", f.rtt_us);
		comma = ", ";
	}
	if ((f.known & PATHTABLE_HOPS) != 0) {
		strbuf_printf(b, "%s%" PRIu32 " hops", comma, f.hops);
		comma = ", ";
	}
	if ((f.known & PATHTABLE_COMPLETION) != 0)
		strbuf_printf(b, "%s%" PRIu32 " %% of the probes answered",
		    comma, f.completion);
}

/* What the stage's method goes by but for topology, behind before. */
static void
put_worth(const struct control_outcome *c, const struct plan_member *m,
    const struct choose_method *method, const char *before, struct strbuf *b)
{
	bool quality = strcmp(method->name, "quality-of-service") == 0;
	bool by_path = choose_path_is(method) && (!quality || choose_path_asks(
	    POOL_LB_QUALITY_OF_SERVICE, m->pool->obj->rare->qos));

	if (by_path) {
		strbuf_add(b, before);
		put_figures(c, m, b);
	}
	if (!by_path || quality)
		put_measured(m, by_path ? "; " : before, b);
}

static bool
by_score(const struct choose_method *m)
{
	return m->kind == CHOOSE_PICK &&
	    (m->score != NULL || choose_path_is(m));
}

static const char *
chosen_member(const struct control_outcome *c, const struct plan_edge *e,
    const struct plan_member *m, char *text, size_t cap)
{
	const struct decision_outcome *o = control_outcome_member(c, e,
	    m).first;
	struct strbuf b;

	if (o->method == &choose_persistence)
		return say(text, cap, "Persistence: the client's last answer, "
		    "until it expires");
	strbuf_init(&b);
	strbuf_printf(&b, "Chosen %" PRIu64 " of %" PRIu64 " times by %s "
	    "method %s", o->weight, o->total, how_word(e, o), o->method->name);
	if (by_score(o->method))
		put_worth(c, m, o->method, ": ", &b);
	(void)snprintf(text, cap, "%s", b.text);
	strbuf_fini(&b);
	return text;
}

/* In the decision, and never the one. */
static const char *
outranked_member(const struct control_outcome *c,
    const struct plan_member *m,
    const struct decision_outcome *o, char *text, size_t cap)
{
	struct strbuf b;

	if (!by_score(o->method))
		return say(text, cap, "A member before it answers");
	strbuf_init(&b);
	strbuf_printf(&b, "Another is better by %s", o->method->name);
	put_worth(c, m, o->method, "; here: ", &b);
	(void)snprintf(text, cap, "%s", b.text);
	strbuf_fini(&b);
	return text;
}

/* Has it a score, of those that the stage's method takes? */
static bool
is_scored(const struct plan_member *m, const struct decision_outcome *o)
{
	struct choose_item item = { .ratio = m->obj->ratio };
	struct metric_values v;

	if (o->method->score == NULL)
		return true;
	plan_metrics_of_vs(m->vs, &v);
	item.score = o->method->score(&v, m->pool->obj->rare->qos);
	return o->method->admits(&item);
}

/* Usable, its pool is asked, and yet it is in no stage. */
static const char *
left_out_member(const struct plan_edge *e, const struct plan_member *m,
    const struct decision_outcome *pool, char *text, size_t cap)
{
	if (pool->data == NULL || pool->total == 0)
		(void)snprintf(text, cap, "Its pool answers by %s",
		    pool->method->name);
	else if (by_score(pool->method) && !is_scored(m, pool))
		(void)snprintf(text, cap, "Nothing is measured of it that %s "
		    "goes by", pool->method->name);
	else if (m->obj->ratio == 0)
		(void)snprintf(text, cap, "Its ratio is 0");
	else
		(void)snprintf(text, cap, "Priority group %u waits: the groups "
		    "above it have %u members up", m->obj->priority_group,
		    e->pool->obj->rare->min_active_members);
	return text;
}

static const char *
unusable_member(const struct plan_member *m, char *text, size_t cap)
{
	switch (m->node.status.enabled) {
	case STATUS_DISABLED:
		return say(text, cap, "The member is disabled");
	case STATUS_DISABLED_BY_PARENT:
		return say(text, cap, "Its virtual server, server or data "
		    "center is disabled");
	case STATUS_ENABLED:
		break;
	}
	return plan_member_reason(m, text, cap);
}

static bool
is_usable(const struct plan_member *m)
{
	return m->node.status.enabled == STATUS_ENABLED &&
	    status_is_usable(m->node.status.availability);
}

const char *
control_reason_member(const struct control_outcome *c,
    const struct plan_edge *e, const struct plan_member *m, char *text,
    size_t cap)
{
	struct control_outcome_sum sum = control_outcome_member(c, e, m);
	struct control_outcome_sum pool = control_outcome_pool(c, e);

	if (sum.share > 0) {
		(void)chosen_member(c, e, m, text, cap);
		return add_member_score(c, m, text, cap);
	}
	if (sum.present > 0)
		return say(text, cap, "Told behind the one that is chosen");
	if (!is_usable(m))
		return unusable_member(m, text, cap);
	if (is_kept(c))
		return say(text, cap, "Persistence: the client was answered "
		    "with another before");
	if (pool.share <= 0)
		return say(text, cap, "Its pool is not chosen");
	if (sum.first != NULL) {
		(void)outranked_member(c, m, sum.first, text, cap);
		return add_member_score(c, m, text, cap);
	}
	return left_out_member(e, m, pool.first, text, cap);
}
