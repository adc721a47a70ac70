/* gtmd/plan/plan_pool.c - pools in the graph.
 *
 * Only when a pool's spec changes do the wide IPs that use it need new decisions.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/atom.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_hold.h"
#include "gtmd/plan/plan_member.h"
#include "gtmd/plan/plan_metrics.h"
#include "gtmd/plan/plan_pool_spec.h"
#include "gtmd/plan/plan_topology.h"
#include "gtmd/topology/topology_view.h"
#include "gtmd/types/metric.h"

struct plan_pool *
plan_pool_get(struct plan *p, enum wide_type type, const char *name)
{
	struct plan_pool *pool = map_find(&p->pools[type], name);

	if (pool != NULL)
		return pool;
	pool = mem_zalloc(1, sizeof(*pool));
	plan_node_init(&pool->node, p);
	pool->name = atom_get(name);
	pool->key = clientnet_key(name);
	pool->type = type;
	list_init(&pool->edges);
	map_put(&p->pools[type], pool->name, pool);
	return pool;
}

void
plan_pool_drop(struct plan_pool *pool)
{
	if (pool->obj != NULL || !list_empty(&pool->edges))
		return;
	map_remove(&pool->node.plan->pools[pool->type], pool->name);
	list_remove(&pool->node.touched);
	topology_view_drop(&pool->topology);
	atom_drop(&pool->name);
	free(pool);
}

static int
by_order(const void *a, const void *b)
{
	const struct plan_member *x = *(struct plan_member *const *)a;
	const struct plan_member *y = *(struct plan_member *const *)b;

	if (x->obj->order != y->obj->order)
		return x->obj->order < y->obj->order ? -1 : 1;
	return strcmp(x->obj->obj.name, y->obj->obj.name);
}

/* Configuration that ends a hold: the member is enabled again, or nothing
 * holds any more. */
static bool
ends_hold(const struct plan_member *m, const struct pool *pool,
    const struct pool_member *next)
{
	return !pool->rare->manual_resume || (!m->obj->enabled && next->enabled);
}

static bool
rules_equal(const struct monrule *a, const struct monrule *b)
{
	if (a->kind != b->kind || a->need != b->need || a->from != b->from ||
	    a->monitors.count != b->monitors.count)
		return false;
	for (size_t i = 0; i < a->monitors.count; i++)
		if (strcmp(a->monitors.v[i], b->monitors.v[i]) != 0)
			return false;
	return true;
}

/* Does a change of the pool itself concern its members' state? */
static bool
concerns_members(const struct pool *was, const struct pool *now)
{
	return was == NULL || was->enabled != now->enabled ||
	    was->rare->manual_resume != now->rare->manual_resume ||
	    !rules_equal(&was->rare->monitor, &now->rare->monitor);
}

static struct plan_member *
add_member(struct plan_pool *pool, const struct pool *obj,
    const struct pool_member *next)
{
	struct plan_member *m = plan_member_new(pool, next);

	m->held = plan_hold_take(pool, next->obj.name) && obj->rare->manual_resume;
	plan_member_put(m, next);
	return m;
}

/* Does the change concern the member's own state? Ratio, priority group and
 * order are the pool's business. A walk over all members pays for this. */
static bool
concerns_member(const struct pool_member *was, const struct pool_member *now)
{
	return was->enabled != now->enabled ||
	    was->server_len != now->server_len ||
	    was->static_target != now->static_target ||
	    !plan_limit_equal(&was->rare->limits, &now->rare->limits) ||
	    !rules_equal(&was->rare->monitor, &now->rare->monitor);
}

/* One that stays. A name or text is always taken anew, since any of its
 * properties may be part of the record. True when its place among the others may be another. */
static bool
keep_member(struct plan_member *m, const struct pool *obj,
    const struct pool_member *next, bool concerned)
{
	const struct pool_member *was = m->obj;

	if (m->held && ends_hold(m, obj, next))
		(void)plan_member_resume(m);
	if (concerned || m->vs == NULL || concerns_member(was, next))
		plan_member_put(m, next);
	else
		m->obj = next;
	return was->order != next->order;
}

/* Both lists are sorted by key, so that one walk finds who comes, stays and
 * goes. The old object is still held here. True: to be sorted anew. */
static bool
take_members(struct plan_pool *pool, const struct pool *obj)
{
	size_t count = obj->members.count, at = 0;
	bool concerned = concerns_members(pool->obj, obj);
	bool moved = count != pool->member_count;
	struct plan_member **next;

	next = mem_zalloc(count, sizeof(struct plan_member *));
	for (size_t i = 0; i < count; i++) {
		const struct pool_member *o = (const struct pool_member *)
		    obj->members.v[i];
		int order = 1;

		while (at < pool->member_count && (order = strcmp(
		    pool->by_key[at]->obj->obj.name, o->obj.name)) < 0) {
			plan_member_free(&pool->by_key[at++]);
			moved = true;
		}
		if (at < pool->member_count && order == 0) {
			next[i] = pool->by_key[at++];
			moved = keep_member(next[i], obj, o, concerned) || moved;
		} else {
			next[i] = add_member(pool, obj, o);
			moved = true;
		}
	}
	while (at < pool->member_count)
		plan_member_free(&pool->by_key[at++]);
	if (pool->members == pool->by_key) {
		pool->members = next;
	} else if (moved) {
		free(pool->members);
		pool->members = next;
	}
	free(pool->by_key);
	pool->by_key = next;
	pool->member_count = count;
	return moved;
}

/* By order and by key they are mostly the same. */
static void
sort_members(struct plan_pool *pool)
{
	size_t i = 1;

	while (i < pool->member_count &&
	    by_order(&pool->by_key[i - 1], &pool->by_key[i]) <= 0)
		i++;
	pool->members = pool->by_key;
	if (i >= pool->member_count)
		return;
	pool->members = mem_dup(pool->by_key,
	    pool->member_count * sizeof(struct plan_member *));
	qsort(pool->members, pool->member_count, sizeof(struct plan_member *),
	    by_order);
}

static void
remove_object(struct plan_pool *pool)
{
	struct plan *p = pool->node.plan;

	p->counts.pools -= pool->obj != NULL;
	for (size_t i = 0; i < pool->member_count; i++)
		plan_member_free(&pool->by_key[i]);
	if (pool->members != pool->by_key)
		free(pool->members);
	free(pool->by_key);
	pool->by_key = pool->members = NULL;
	pool->member_count = 0;
	pool->digest = 0;
	PLAN_HOLD(pool->obj, NULL);
	plan_node_touch(&pool->node, &p->touched_pools);
	plan_pool_drop(pool);
}

void
plan_pool_put(struct plan_pool *pool, const struct pool *obj)
{
	struct plan *p = pool->node.plan;

	if (obj == NULL) {
		remove_object(pool);
		return;
	}
	p->counts.pools += pool->obj == NULL;
	if (take_members(pool, obj) || pool->members == NULL)
		sort_members(pool);
	if (pool->obj == NULL)
		plan_metrics_recall_pool(pool);
	PLAN_HOLD(pool->obj, obj);
	plan_node_touch(&pool->node, &p->touched_pools);
}

/* ---- state ---- */

/* What a walk over the members finds. */
struct survey {
	size_t		 up, enabled;
	struct status_census census;
};

static struct survey
survey_of(const struct plan_pool *pool)
{
	struct survey v = { .up = 0 };

	for (size_t i = 0; i < pool->member_count; i++) {
		const struct status *s = &pool->members[i]->node.status;

		status_census_move(&v.census, NULL, s);
		if (s->enabled != STATUS_ENABLED)
			continue;
		v.enabled++;
		v.up += status_is_usable(s->availability);
	}
	return v;
}

/* The percentage is of all members, disabled ones too: to take members out of
 * service is to take capacity away. */
static bool
is_below_min_up(const struct plan_pool *pool, size_t up)
{
	uint64_t value = pool->obj->rare->min_up_value;

	switch ((enum pool_min_up)pool->obj->rare->min_up_mode) {
	case POOL_MIN_UP_OFF:
		return false;
	case POOL_MIN_UP_NUMBER:
		return up < value;
	case POOL_MIN_UP_PERCENT:
		break;
	}
	return up * 100 < value * pool->member_count;
}

static enum status_availability
availability_of(const struct plan_pool *pool, const struct survey *v)
{
	enum status_availability a = status_of_census(&v->census);

	if (v->enabled == 0 || pool->below_min_up)
		return STATUS_OFFLINE;
	return plan_limit_is_over(&pool->limit) && status_is_usable(a) ?
	    STATUS_UNAVAILABLE : a;
}

/* True when it has changed. The view is compared while it is still held. */
static bool
update_spec(struct plan_pool *pool, size_t up)
{
	struct topology_view *topology = plan_topology_of_pool(pool);
	bool changed = topology != pool->topology;
	uint64_t digest;

	topology_view_drop(&pool->topology);
	pool->topology = topology;
	pool->below_min_up = is_below_min_up(pool, up);
	digest = plan_pool_spec_digest(pool);
	changed = changed || digest != pool->digest;
	pool->digest = digest;
	return changed;
}

static void
touch_wides(struct plan_pool *pool, bool stale)
{
	LIST_EACH(&pool->edges, it) {
		struct plan_wide *w = OBJ_OF(it, struct plan_edge, users)->wide;

		w->stale = w->stale || stale;
		plan_node_touch(&w->node, &pool->node.plan->touched_wides);
	}
}

static void
tell(struct plan_pool *pool, const struct status *was)
{
	char object[PLAN_LABEL_MAX], why[PLAN_REASON_MAX];

	(void)snprintf(object, sizeof(object), "pool %s", pool->name);
	plan_node_log(&pool->node, object, was,
	    plan_pool_reason(pool, why, sizeof(why)));
}

void
plan_pool_update(struct plan_pool *pool)
{
	struct status was = pool->node.status, now = { 0 };
	struct survey v;
	bool stale, changed;

	if (pool->obj == NULL)
		return;
	v = survey_of(pool);
	(void)plan_metrics_limit_pool(pool);
	stale = update_spec(pool, v.up);
	now.enabled = pool->obj->enabled ? STATUS_ENABLED : STATUS_DISABLED;
	now.availability = availability_of(pool, &v);
	changed = plan_node_set(&pool->node, &now);
	if (changed)
		tell(pool, &was);
	if (changed || stale)
		touch_wides(pool, stale);
}

static int
key_order(const void *key, const void *m)
{
	return strcmp(key, (*(struct plan_member *const *)m)->obj->obj.name);
}

struct plan_member *
plan_pool_find_member(const struct plan_pool *pool, const char *key)
{
	struct plan_member *const *m = NULL;

	if (pool->member_count > 0)
		m = bsearch(key, pool->by_key, pool->member_count,
		    sizeof(struct plan_member *), key_order);
	return m != NULL ? *m : NULL;
}

static const char *
limit_reason(const struct plan_pool *pool, char *text, size_t cap)
{
	struct metric_values used;

	if (!plan_limit_is_over(&pool->limit)) {
		(void)snprintf(text, cap,
		    "No enabled pool members within their limits");
		return text;
	}
	plan_metrics_of_pool(pool, &used);
	return plan_limit_reason(&pool->limit, &pool->obj->rare->limits, &used, text,
	    cap);
}

const char *
plan_pool_reason(const struct plan_pool *pool, char *text, size_t cap)
{
	switch (pool->node.status.availability) {
	case STATUS_AVAILABLE:
		(void)snprintf(text, cap, "Available");
		break;
	case STATUS_UNKNOWN:
		(void)snprintf(text, cap, "Checking");
		break;
	case STATUS_UNAVAILABLE:
		return limit_reason(pool, text, cap);
	case STATUS_OFFLINE:
	case STATUS_AVAILABILITIES:
		if (pool->below_min_up)
			(void)snprintf(text, cap, "%zu of %zu members up, "
			    "fewer than min-members-up-value %u%s",
			    survey_of(pool).up, pool->member_count,
			    pool->obj->rare->min_up_value, pool->obj->rare->min_up_mode ==
			    POOL_MIN_UP_PERCENT ? "%" : "");
		else
			(void)snprintf(text, cap,
			    "No enabled pool members available");
		break;
	}
	return text;
}
