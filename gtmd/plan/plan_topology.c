/* gtmd/plan/plan_topology.c - see plan_topology.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_topology.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/store.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/topology/geokeep.h"
#include "gtmd/topology/topology_edit.h"
#include "gtmd/topology/topology_source.h"
#include "gtmd/topology/topology_table.h"
#include "gtmd/topology/topology_view.h"
#include "gtmd/types/region.h"
#include "gtmd/types/topology.h"

#define VIEWS_MIN	64	/* fewer are not worth a sweep */
/* So many changes of records at a time are made one by one; for more a new
 * table costs less. */
#define EDITS_MAX	64

/* ---- the table ---- */

static struct topology_table *
make_table(const struct plan *p)
{
	struct topology_source s = {
		.longest_match = p->topology.longest_match,
		.allow_zero = p->topology.allow_zero,
		.draft = p->config.draft,
	};

	if (s.draft == NULL)
		s.model = store_model(p->config.store);
	if (p->config.geo != NULL)
		s.geo = geokeep_all(p->config.geo, &s.geo_count);
	return topology_source_table(&s);
}

/* ---- views ---- */

/* Those that nobody but the map refers to. */
static void
sweep(struct plan_topology *t, bool all)
{
	struct topology_view *v;
	const char *key;

	for (size_t at = 0; (v = map_next(&t->views, &at, &key)) != NULL;) {
		if (!all && __atomic_load_n(&v->refs, __ATOMIC_ACQUIRE) > 1)
			continue;
		(void)map_remove(&t->views, key);
		topology_view_drop(&v);
	}
	t->kept = t->views.count;
}

void
plan_topology_fini(struct plan *p)
{
	sweep(&p->topology, true);
	map_fini(&p->topology.views);
	topology_table_drop(&p->topology.table);
	topology_table_drop(&p->topology.offered);
}

/* What a load's checks made has all that ours would have but the settings. */
static struct topology_table *
take_offered(struct plan_topology *t)
{
	struct topology_table *offered = t->offered;

	if (offered == NULL || offered->longest_match != t->longest_match)
		return NULL;
	t->offered = NULL;
	offered->allow_zero = t->allow_zero;
	return offered;
}

static struct topology_table *
table_of(struct plan *p)
{
	struct plan_topology *t = &p->topology;

	if (t->table != NULL)
		return t->table;
	t->table = take_offered(t);
	if (t->table == NULL)
		t->table = make_table(p);
	return t->table;
}

static struct topology_view *
view_of(struct plan *p, const struct topology_subject *subjects, size_t count,
    bool scored)
{
	struct topology_table *t = table_of(p);
	uint32_t *servers = mem_zalloc(count + 1, sizeof(*servers));
	struct strbuf key = { 0 };
	struct topology_view *v;

	strbuf_add(&key, scored ? "s" : "v");
	for (size_t i = 0; i < count; i++) {
		servers[i] = topology_table_server(t, &subjects[i]);
		strbuf_printf(&key, " %x", servers[i]);
	}
	v = map_find(&p->topology.views, key.text);
	if (v == NULL) {
		if (p->topology.views.count >= 2 * p->topology.kept + VIEWS_MIN)
			sweep(&p->topology, false);
		v = topology_view_new(t, servers, count, scored);
		(void)map_put(&p->topology.views, key.text, v);
	}
	topology_view_ref(v);
	strbuf_fini(&key);
	free(servers);
	return v;
}

static bool
uses_topology(const struct pool *o)
{
	return pool_weighs_topology(o) || pool_uses(o, POOL_LB_TOPOLOGY);
}

struct topology_view *
plan_topology_of_pool(const struct plan_pool *pool)
{
	struct topology_subject *s;
	struct topology_view *v;

	if (pool->member_count == 0 || !uses_topology(pool->obj))
		return NULL;
	s = mem_zalloc(pool->member_count, sizeof(*s));
	for (size_t i = 0; i < pool->member_count; i++) {
		const struct plan_vs *vs = pool->members[i]->vs;

		s[i].pool = pool->name;
		if (vs == NULL || vs->obj == NULL)
			continue;
		s[i].addr = vs->obj->destination.addr;
		s[i].datacenter = vs->server->datacenter->name;
	}
	v = view_of(pool->node.plan, s, pool->member_count,
	    pool_weighs_topology(pool->obj));
	free(s);
	return v;
}

struct topology_view *
plan_topology_of_wide(const struct plan_wide *w)
{
	struct topology_subject *s;
	struct topology_view *v = NULL;
	size_t count = 0;

	if (wideip_lb(w->obj) != POOL_LB_TOPOLOGY)
		return NULL;
	s = mem_zalloc(w->edge_count + 1, sizeof(*s));
	for (size_t i = 0; i < w->edge_count; i++) {
		const struct plan_edge *e = w->edges[i];

		if (e->pool->obj == NULL || e->last_resort)
			continue;
		s[count++] = (struct topology_subject){ .is_pool = true,
		    .pool = e->pool->name };
	}
	if (count > 0)
		v = view_of(w->node.plan, s, count, false);
	free(s);
	return v;
}

/* ---- changes ---- */

bool
plan_topology_concerns(const struct store_change *c)
{
	const struct object *o = c->now != NULL ? c->now : c->was;

	return o->type == &topology_type || o->type == &region_type;
}

static bool
is_region(const struct store_change *c)
{
	const struct object *o = c->now != NULL ? c->now : c->was;

	return o->type == &region_type;
}

static void
touch_users(struct plan *p)
{
	struct plan_pool *pool;
	struct plan_wide *w;
	size_t at;

	for (int t = 0; t < WIDE_TYPES; t++) {
		for (at = 0; (pool = map_next(&p->pools[t], &at,
		    NULL)) != NULL;)
			if (pool->obj != NULL &&
			    uses_topology(pool->obj))
				plan_node_touch(&pool->node,
				    &p->touched_pools);
		for (at = 0; (w = map_next(&p->wides[t], &at, NULL)) != NULL;) {
			if (wideip_lb(w->obj) != POOL_LB_TOPOLOGY)
				continue;
			w->stale = true;
			plan_node_touch(&w->node, &p->touched_wides);
		}
	}
}

void
plan_topology_forget(struct plan *p)
{
	sweep(&p->topology, true);
	topology_table_drop(&p->topology.table);
	touch_users(p);
}

/* A record of the change, if there is one on that side. */
static const struct topology_record *
side(const struct object *o, bool longest, struct topology_record *r)
{
	if (o == NULL ||
	    !topology_source_record((const struct topology *)o, r))
		return NULL;
	r->key = topology_sort_key(r, longest);
	return r;
}

/* False when the table has to be made anew. */
static bool
edit(struct plan_topology *t, const struct store_change *c,
    struct topology_dirty *dirty)
{
	struct topology_record was = { .score = 0 }, now = { .score = 0 };
	const struct topology_edit e = {
	    side(c->was, t->longest_match, &was),
	    side(c->now, t->longest_match, &now) };
	bool same = e.was != NULL && e.now != NULL && was.key == now.key &&
	    was.score == now.score;
	bool done = same || topology_edit_apply(t->table, &e, dirty);

	topoterm_fini(&was.ldns);
	topoterm_fini(&was.server);
	topoterm_fini(&now.ldns);
	topoterm_fini(&now.server);
	return done;
}

/* Views of the same candidates, as the table is now. */
static void
renew_views(struct plan_topology *t, const struct topology_dirty *dirty)
{
	struct topology_view *v;
	const char *key;

	sweep(t, dirty->servers);
	for (size_t at = 0; (v = map_next(&t->views, &at, &key)) != NULL;) {
		struct topology_view *next = topology_view_next(v, dirty);

		(void)map_put(&t->views, key, next);
		topology_view_drop(&v);
	}
}

static bool
edit_all(struct plan_topology *t, const struct store_change *changes,
    size_t count)
{
	struct topology_dirty dirty = { .all = false };
	size_t edits = 0;
	bool done = true;

	for (size_t i = 0; done && i < count; i++) {
		if (!plan_topology_concerns(&changes[i]))
			continue;
		done = ++edits <= EDITS_MAX && !is_region(&changes[i]) &&
		    edit(t, &changes[i], &dirty);
	}
	if (done)
		renew_views(t, &dirty);
	topology_edit_fini(&dirty);
	return done;
}

void
plan_topology_change(struct plan *p, const struct store_change *changes,
    size_t count)
{
	struct plan_topology *t = &p->topology;

	if (t->table == NULL || (!t->ahead && !edit_all(t, changes, count)))
		plan_topology_forget(p);
	else
		touch_users(p);
}
