/* gtmd/control_share.c - see control_share.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control_share.h"

#include <stdbool.h>
#include <stdlib.h>

#include "core/base/list.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "core/model/object.h"
#include "gtmd/choose.h"
#include "gtmd/decision_settle.h"
#include "gtmd/plan_graph.h"
#include "gtmd/plan_wide.h"

/* ---- one wide IP ---- */

static const struct plan_pool *
pool_of(const struct plan_wide *w, const struct decision_spec_pool *spec)
{
	for (size_t i = 0; i < w->edge_count; i++)
		if (w->edges[i]->slot == spec->slot)
			return w->edges[i]->pool;
	return NULL;
}

static void
add(struct json *all, const struct plan_pool *pool, const char *member,
    const char *answer, double share)
{
	struct json *j = json_new_object();

	if (pool != NULL)
		json_put_text(j, "pool", pool->name);
	if (member != NULL)
		json_put_text(j, "member", member);
	if (answer != NULL)
		json_put_text(j, "answer", answer);
	json_put_real(j, "share", share);
	json_add(all, &j);
}

/* The first stage of a chain answers: what could pass is not settled so far. */
static void
add_chain(struct json *all, const struct plan_wide *w,
    const struct settle_chain *c, double whole)
{
	const struct settle_stage *st = &c->stages[0];
	const struct plan_pool *pool = pool_of(w, st->pool);
	double *share;

	if (st->method->kind != CHOOSE_PICK) {
		add(all, pool, NULL, st->method->name, whole);
		return;
	}
	share = mem_zalloc(st->count, sizeof(*share));
	decision_settle_shares(st, share);
	for (size_t i = 0; i < st->count; i++)
		add(all, pool, pool->members[st->candidates[i]]->obj->obj.name,
		    NULL, whole * share[i]);
	free(share);
}

static void
add_settled(struct json *all, const struct plan_wide *w,
    const struct decision_spec *spec, const struct settle *s)
{
	double *share;

	if (s->pool_count == 0 && s->rest.count == 0) {
		add(all, NULL, NULL, "failure-policy", 1);
		return;
	}
	if (s->pool_count == 0) {
		add_chain(all, w, &s->rest, 1);
		return;
	}
	share = mem_zalloc(s->pool_count, sizeof(*share));
	decision_settle_pool_shares(s, spec, share);
	for (size_t i = 0; i < s->pool_count; i++)
		if (share[i] > 0)
			add_chain(all, w, &s->pools[i].chain, share[i]);
	free(share);
}

struct json *
control_share_wide(const struct plan_wide *w)
{
	struct json *all = json_new_array();
	struct decision_spec_pool *pools;
	struct decision_spec spec;
	struct settle s;

	if (!plan_wide_spec(w, &spec, &pools)) {
		add(all, NULL, NULL, "zones", 1);
		return all;
	}
	decision_settle(&s, &spec);
	add_settled(all, w, &spec, &s);
	decision_settle_fini(&s);
	free(pools);
	return all;
}

/* ---- those that an object has a part in ---- */

struct found {
	const struct plan_wide *v[CONTROL_SHARE_WIDES_MAX];
	size_t		 count;
};

static void
found_wide(struct found *f, const struct plan_wide *w)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->v[i] == w)
			return;
	if (w != NULL && f->count < CONTROL_SHARE_WIDES_MAX)
		f->v[f->count++] = w;
}

static void
found_pool(struct found *f, const struct plan_pool *pool)
{
	if (pool == NULL)
		return;
	LIST_EACH(&pool->edges, n)
		found_wide(f, OBJ_OF(n, struct plan_edge, users)->wide);
}

static void
found_server(struct found *f, const struct plan_server *s)
{
	const struct plan_vs *vs;
	size_t at = 0;

	while (s != NULL && f->count < CONTROL_SHARE_WIDES_MAX &&
	    (vs = map_next(&s->vss, &at, NULL)) != NULL)
		LIST_EACH(&vs->members, n)
			found_pool(f, OBJ_OF(n, struct plan_member,
			    siblings)->pool);
}

static void
found_datacenter(struct found *f, const struct plan_datacenter *dc)
{
	if (dc == NULL)
		return;
	LIST_EACH(&dc->servers, n)
		found_server(f, OBJ_OF(n, struct plan_server, siblings));
}

static void
find(struct found *f, const struct plan *p, const struct object *o)
{
	static const struct type *const pools[WIDE_TYPES] = {
		[WIDE_A] = &pool_type_a, [WIDE_AAAA] = &pool_type_aaaa,
		[WIDE_CNAME] = &pool_type_cname,
	};

	for (int t = 0; t < WIDE_TYPES; t++) {
		if (o->type == pools[t])
			found_pool(f, map_find(&p->pools[t], o->name));
		if (o->type == wideip_types[t])
			found_wide(f, map_find(&p->wides[t], o->name));
	}
	if (o->type == &server_type)
		found_server(f, map_find(&p->servers, o->name));
	if (o->type == &datacenter_type)
		found_datacenter(f, map_find(&p->datacenters, o->name));
}

struct json *
control_share_of(const struct plan *p, const struct object *o)
{
	struct found f = { .count = 0 };
	struct json *all;

	find(&f, p, o);
	if (f.count == 0)
		return NULL;
	all = json_new_array();
	for (size_t i = 0; i < f.count; i++) {
		struct json *j = json_new_object(), *shares;

		json_put_text(j, "wideip", f.v[i]->name);
		json_put_text(j, "type", plan_type_names[f.v[i]->type]);
		shares = control_share_wide(f.v[i]);
		json_put(j, "shares", &shares);
		json_add(all, &j);
	}
	return all;
}
