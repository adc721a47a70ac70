/* gtmd/plan/plan_metrics.c - see plan_metrics.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_metrics.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/decide/choose.h"
#include "gtmd/decide/measures.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_limit.h"
#include "gtmd/plan/plan_pool.h"
#include "gtmd/plan/plan_vs.h"

/* What adds up over the parts of a whole. */
static const enum metric sums[] = {
	METRIC_BITS, METRIC_CONNECTIONS, METRIC_PACKETS,
};

/* ---- what is in use ---- */

static void
add_row(const struct measures_row *r, enum metric m, struct metric_values *out)
{
	if (r != NULL)
		metric_add(out, m, &r->now);
}

void
plan_metrics_of_server(const struct plan_server *s, struct metric_values *out)
{
	const struct plan_vs *vs;

	*out = (struct metric_values){ 0 };
	if (s->metrics != NULL)
		*out = s->metrics->now;
	for (size_t i = 0; i < OBJ_COUNT(sums); i++) {
		if (metric_is_known(out, sums[i]))
			continue;
		for (size_t at = 0; (vs = map_next(&s->vss, &at,
		    NULL)) != NULL;)
			add_row(vs->metrics, sums[i], out);
	}
}

void
plan_metrics_of_vs(const struct plan_vs *vs, struct metric_values *out)
{
	*out = (struct metric_values){ 0 };
	if (vs->metrics != NULL)
		*out = vs->metrics->now;
	if (vs->server == NULL)
		return;
	add_row(vs->server->metrics, METRIC_CPU, out);
	add_row(vs->server->metrics, METRIC_MEMORY, out);
}

void
plan_metrics_of_pool(const struct plan_pool *pool, struct metric_values *out)
{
	*out = (struct metric_values){ 0 };
	for (size_t i = 0; i < pool->member_count; i++) {
		const struct plan_member *m = pool->members[i];

		if (m->node.status.enabled != STATUS_ENABLED || m->vs == NULL)
			continue;
		for (size_t k = 0; k < OBJ_COUNT(sums); k++)
			add_row(m->vs->metrics, sums[k], out);
	}
}

/* ---- what it is worth ---- */

static bool
goes_by_load(uint32_t lb)
{
	return pool_lb_is_measured(lb) && !pool_lb_is_of_paths(lb);
}

bool
plan_metrics_concern(const struct pool *obj)
{
	return goes_by_load(obj->lb_mode) ||
	    goes_by_load(obj->alternate_mode) ||
	    goes_by_load(obj->fallback_mode) ||
	    plan_limit_watched(&obj->rare->limits);
}

void
plan_metrics_score(const struct plan_member *m,
    struct decision_spec_member *to)
{
	const struct pool *o = m->pool->obj;
	const uint32_t lb[DECISION_MEMBER_SLOTS] = {
		[DECISION_PREFERRED] = o->lb_mode,
		[DECISION_ALTERNATE] = o->alternate_mode,
		[DECISION_FALLBACK] = o->fallback_mode,
	};
	struct metric_values v;

	if (!plan_metrics_concern(o) || m->vs == NULL)
		return;
	plan_metrics_of_vs(m->vs, &v);
	for (int i = 0; i < DECISION_MEMBER_SLOTS; i++) {
		const struct choose_method *method = choose_find(
		    (enum pool_lb)lb[i]);

		if (method != NULL && method->score != NULL)
			to->score[i] = method->score(&v, o->rare->qos);
	}
}

/* ---- limits ---- */

bool
plan_metrics_limit_server(struct plan_server *s)
{
	struct metric_values used;

	if (!plan_limit_watched(&s->obj->limits) &&
	    !plan_limit_is_over(&s->limit))
		return false;
	plan_metrics_of_server(s, &used);
	return plan_limit_update(&s->limit, &s->obj->limits, &used);
}

bool
plan_metrics_limit_vs(struct plan_vs *vs)
{
	struct metric_values used;

	if (!plan_limit_watched(&vs->obj->limits) &&
	    !plan_limit_is_over(&vs->limit))
		return false;
	plan_metrics_of_vs(vs, &used);
	return plan_limit_update(&vs->limit, &vs->obj->limits, &used);
}

bool
plan_metrics_limit_member(struct plan_member *m)
{
	struct metric_values used;

	if (m->vs == NULL || (!plan_limit_watched(&m->obj->rare->limits) &&
	    !plan_limit_is_over(&m->limit)))
		return false;
	plan_metrics_of_vs(m->vs, &used);
	return plan_limit_update(&m->limit, &m->obj->rare->limits, &used);
}

bool
plan_metrics_limit_pool(struct plan_pool *pool)
{
	struct metric_values used;

	if (!plan_limit_watched(&pool->obj->rare->limits) &&
	    !plan_limit_is_over(&pool->limit))
		return false;
	plan_metrics_of_pool(pool, &used);
	return plan_limit_update(&pool->limit, &pool->obj->rare->limits, &used);
}

/* ---- news ---- */

static void
touch_members(const struct plan_vs *vs)
{
	struct plan *p = vs->node.plan;

	LIST_EACH(&vs->members, it) {
		struct plan_member *m = OBJ_OF(it, struct plan_member,
		    siblings);

		if (m->pool->obj == NULL)
			continue;
		if (plan_limit_watched(&m->obj->rare->limits))
			plan_node_touch(&m->node, &p->touched_members);
		if (plan_metrics_concern(m->pool->obj))
			plan_node_touch(&m->pool->node, &p->touched_pools);
	}
}

static void
touch_vs(struct plan_vs *vs)
{
	if (vs->obj == NULL)
		return;
	if (plan_limit_watched(&vs->obj->limits))
		plan_node_touch(&vs->node, &vs->node.plan->touched_vss);
	touch_members(vs);
}

/* All below it, since a server's limit is theirs too. */
static void
touch_server(struct plan_server *s, bool own)
{
	struct plan *p = s->node.plan;
	bool moved = plan_metrics_limit_server(s);
	struct plan_vs *vs;

	if (moved)
		plan_node_touch(&s->node, &p->touched_servers);
	for (size_t at = 0; (moved || own) &&
	    (vs = map_next(&s->vss, &at, NULL)) != NULL;) {
		if (moved)
			plan_node_touch(&vs->node, &p->touched_vss);
		if (own)
			touch_members(vs);
	}
}

void
plan_metrics_on_change(void *arg, const struct measures_row *row,
    uint32_t changed)
{
	struct plan *p = arg;
	struct plan_vs *vs = map_find(&p->vss, row->key);
	struct plan_server *s = map_find(&p->servers, row->key);
	uint32_t shared = UINT32_C(1) << METRIC_CPU |
	    UINT32_C(1) << METRIC_MEMORY;

	if (vs != NULL) {
		touch_vs(vs);
		s = vs->server;
	}
	if (s != NULL)
		touch_server(s, vs == NULL && (changed & shared) != 0);
	plan_settle(p);
}

/* ---- rows ---- */

void
plan_metrics_take_server(struct plan_server *s)
{
	if (s->metrics == NULL)
		s->metrics = measures_row_get(s->node.plan->config.metrics,
		    s->name);
}

void
plan_metrics_take_vs(struct plan_vs *vs)
{
	char *key;

	if (vs->metrics != NULL)
		return;
	key = plan_vs_key(vs->key, vs->server_len);
	vs->metrics = measures_row_get(vs->node.plan->config.metrics, key);
	free(key);
}

/* ---- a plan apart ---- */

void
plan_metrics_recall_server(struct plan_server *s)
{
	const struct plan *live = s->node.plan->config.live;
	const struct plan_server *was = live == NULL ? NULL :
	    map_find(&live->servers, s->name);

	if (was != NULL)
		s->limit = was->limit;
}

void
plan_metrics_recall_vs(struct plan_vs *vs)
{
	const struct plan *live = vs->node.plan->config.live;
	const struct plan_vs *was = NULL;
	char *key;

	if (live == NULL)
		return;
	key = plan_vs_key(vs->key, vs->server_len);
	was = map_find(&live->vss, key);
	free(key);
	if (was != NULL)
		vs->limit = was->limit;
}

void
plan_metrics_recall_pool(struct plan_pool *pool)
{
	const struct plan *live = pool->node.plan->config.live;
	const struct plan_pool *was = live == NULL ? NULL :
	    map_find(&live->pools[pool->type], pool->name);

	if (was == NULL)
		return;
	pool->limit = was->limit;
	for (size_t i = 0; i < pool->member_count; i++) {
		struct plan_member *m = pool->by_key[i];
		const struct plan_member *other = plan_pool_find_member(was,
		    m->obj->obj.name);

		if (other != NULL)
			m->limit = other->limit;
	}
}
