/* gtmd/plan/plan_watch.c - see plan_watch.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_watch.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "gtmd/count/tally.h"
#include "gtmd/decide/ledger.h"
#include "gtmd/decide/ledgerlate.h"
#include "gtmd/decide/measures.h"
#include "gtmd/plan/plan_graph.h"
#include "monitors/watch.h"

void
plan_watch_pool(struct plan *p, enum wide_type type, const char *name,
    bool watched)
{
	struct plan_pool *pool = map_find(&p->pools[type], name);

	if (pool == NULL || pool->watched == watched)
		return;
	pool->watched = watched;
	for (size_t i = 0; i < pool->member_count; i++)
		plan_node_touch(&pool->members[i]->node, &p->touched_members);
	plan_settle(p);
}

void
plan_watch_look(const struct plan *p, enum wide_type type, const char *name,
    struct plan_watch *out)
{
	const struct plan_pool *pool = map_find(&p->pools[type], name);

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; pool != NULL && i < pool->member_count; i++) {
		const struct plan_member *m = pool->members[i];

		out->members++;
		if (m->node.status.enabled != STATUS_ENABLED ||
		    !status_is_usable(m->node.status.availability))
			continue;
		if (m->probe == STATUS_PROBE_CHECKING)
			out->checking++;
		else
			out->live++;
	}
	if (pool != NULL && pool->below_min_up)
		out->live = 0;
}

/* Two rules may ask for the same, which is one instance. */
static bool
is_asked_before(const struct plan_health *h, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (h->probes[k]->watch != NULL && watch_slot(h->probes[k]->watch) ==
		    watch_slot(h->probes[i]->watch))
			return true;
	return false;
}

static void
tell_probes(const struct plan_health *h, const struct plan_watch_asker *a)
{
	struct watch_view v;

	for (size_t i = 0; i < h->count[0] + h->count[1]; i++) {
		if (h->probes[i]->watch == NULL || is_asked_before(h, i))
			continue;
		watch_look(h->probes[i]->watch, &v);
		if (v.sight.last_ns > a->since &&
		    v.sight.last.outcome != PROBE_ABSTAIN)
			a->tell(a->arg, v.sight.last.outcome == PROBE_UP,
			    v.sight.last.rtt_us);
	}
}

void
plan_watch_probes(const struct plan *p, enum wide_type type, const char *name,
    const struct plan_watch_asker *asker)
{
	const struct plan_pool *pool = map_find(&p->pools[type], name);

	for (size_t i = 0; pool != NULL && i < pool->member_count; i++) {
		const struct plan_member *m = pool->members[i];

		if (m->node.status.enabled != STATUS_ENABLED)
			continue;
		if (m->health != NULL && m->health->count[0] + m->health->count[1] > 0)
			tell_probes(m->health, asker);
		else if (m->vs != NULL)
			tell_probes(&m->vs->health, asker);
	}
}

void
plan_watch_wide(struct plan *p, enum wide_type type, const char *name,
    bool watched)
{
	struct plan_wide *w = map_find(&p->wides[type], name);

	if (w == NULL || w->watched == watched)
		return;
	w->watched = watched;
	w->stale = true;
	plan_node_touch(&w->node, &p->touched_wides);
	plan_settle(p);
}

/* Where the pool hangs in the wide IP, as far as the ledger proves anything. */
static const struct plan_edge *
edge_of(const struct plan *p, const struct ledger *l,
    const struct plan_watch_told *of)
{
	const struct plan_wide *w = map_find(&p->wides[of->type], of->wide);
	struct ledger_sums sums;

	if (l == NULL || w == NULL)
		return NULL;
	ledger_sum(l, &sums);
	for (size_t i = 0; sums.whole && i < w->edge_count; i++)
		if (strcmp(w->edges[i]->pool->name, of->pool) == 0)
			return w->edges[i];
	return NULL;
}

uint32_t
plan_watch_until(const struct plan *p, const struct ledger *l,
    const struct plan_watch_told *of)
{
	const struct plan_edge *e = edge_of(p, l, of);
	struct ledger_told told;

	if (e == NULL)
		return 0;
	ledger_told(l, e->wide->key, e->slot, DECISION_POOL_SLOTS, &told);
	return ledger_until(l, &told, of->ttl_s);
}

bool
plan_watch_is_late(const struct plan *p, const struct ledger *l,
    const struct plan_watch_told *of, const struct addr_prefix *net,
    uint32_t now_s)
{
	const struct plan_edge *e = edge_of(p, l, of);

	return e != NULL && ledgerlate_judge(l, &(struct ledgerlate_visit){
	    e->wide->key, e->slot, DECISION_POOL_SLOTS, now_s }, net) ==
	    LEDGERLATE_EXPIRED;
}

/* Whichever way a pool came to answer. */
static uint64_t
answers(uint32_t slot)
{
	return tally_sum(slot + DECISION_PERSISTED) +
	    tally_sum(slot + DECISION_PREFERRED) +
	    tally_sum(slot + DECISION_ALTERNATE) +
	    tally_sum(slot + DECISION_FALLBACK);
}

void
plan_watch_served(const struct plan *p, enum wide_type type,
    const char *wide, const char *const pools[2], uint64_t out[2])
{
	const struct plan_wide *w = map_find(&p->wides[type], wide);

	out[0] = out[1] = 0;
	for (size_t i = 0; w != NULL && i < w->edge_count; i++)
		for (size_t k = 0; k < 2; k++)
			if (strcmp(w->edges[i]->pool->name, pools[k]) == 0)
				out[k] += answers(w->edges[i]->slot);
}

static bool
is_counted(const struct measures_row *r)
{
	return r != NULL && metric_is_known(&r->now, METRIC_CONNECTIONS);
}

/* Is one of the pool's virtual servers of that server counted by itself? */
static bool
has_own_counts(const struct plan_pool *pool, const struct plan_server *s)
{
	for (size_t i = 0; i < pool->member_count; i++) {
		const struct plan_vs *vs = pool->members[i]->vs;

		if (vs != NULL && vs->server == s && is_counted(vs->metrics))
			return true;
	}
	return false;
}

/* Whose figures a member's are: its virtual server's, or its server's where that is
 * all there is; NULL = nobody's. */
static const struct measures_row *
counted(const struct plan_pool *pool, const struct plan_member *m)
{
	const struct plan_server *s = m->vs != NULL ? m->vs->server : NULL;

	if (m->vs != NULL && is_counted(m->vs->metrics))
		return m->vs->metrics;
	return s != NULL && is_counted(s->metrics) && !has_own_counts(pool, s) ?
	    s->metrics : NULL;
}

/* Each row once, though members may have it together. */
static bool
add_connections(const struct plan_pool *pool, uint64_t *sum)
{
	size_t count = pool != NULL ? pool->member_count : 0, rows = 0;
	const struct measures_row **seen = mem_zalloc(count + 1, sizeof(*seen));

	*sum = 0;
	for (size_t i = 0; i < count; i++) {
		const struct measures_row *r = counted(pool, pool->members[i]);
		size_t k = 0;

		while (k < rows && seen[k] != r)
			k++;
		if (r == NULL || k < rows)
			continue;
		seen[rows++] = r;
		*sum += r->now.v[METRIC_CONNECTIONS];
	}
	free(seen);
	return rows > 0;
}

bool
plan_watch_connections(const struct plan *p, enum wide_type type,
    const char *const pools[2], uint64_t out[2])
{
	bool from = add_connections(map_find(&p->pools[type], pools[0]), &out[0]);
	bool to = add_connections(map_find(&p->pools[type], pools[1]), &out[1]);

	return from && to;
}
