/* gtmd/plan/plan_wide.c - wide IPs in the graph: their names, pools and decisions.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_wide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/atom.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/rcu.h"
#include "gtmd/count/tally.h"
#include "gtmd/decide/choose.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_grave.h"
#include "gtmd/plan/plan_pool.h"
#include "gtmd/plan/plan_pool_spec.h"
#include "gtmd/plan/plan_target.h"
#include "gtmd/plan/plan_topology.h"
#include "gtmd/query/widetable.h"
#include "gtmd/topology/topology_view.h"
#include "gtmd/types/domain.h"

static struct plan_wide *
wide_new(struct plan *p, enum wide_type type, const char *name)
{
	struct plan_wide *w = mem_zalloc(1, sizeof(*w));

	plan_node_init(&w->node, p);
	w->type = type;
	w->name = atom_get(name);
	w->key = decision_spec_wide(clientnet_key(name), type);
	w->slot = mem_zalloc(1, sizeof(*w->slot));
	w->tally = tally_slots_new(DECISION_WIDE_SLOTS);
	list_init(&w->targets);
	map_put(&p->wides[type], w->name, w);
	p->counts.wides++;
	return w;
}

/* ---- names ---- */

static bool
has_domain(const struct wideip *obj, const char *canonical)
{
	char other[DNSNAME_TEXT_MAX];

	if (obj == NULL)
		return false;
	if (strcmp(domain_canonical(wideip_domain(obj), other), canonical) == 0)
		return true;
	for (size_t i = 0; i < obj->aliases.count; i++)
		if (strcmp(domain_canonical(obj->aliases.v[i], other),
		    canonical) == 0)
			return true;
	return false;
}

void
plan_wide_drop_names(struct plan_wide *w, const struct wideip *obj)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->domain_count; i++) {
		struct plan_domain *d = w->domains[i];

		if (has_domain(obj, d->canonical)) {
			w->domains[kept++] = d;
			continue;
		}
		widetable_remove(w->node.plan->config.wides, d->canonical,
		    w->type);
		plan_target_domain_free(&d);
	}
	w->domain_count = kept;
}

static void
put_name(struct plan_wide *w, const char *domain)
{
	char canonical[DNSNAME_TEXT_MAX];
	struct plan *p = w->node.plan;
	struct err e;

	(void)domain_canonical(domain, canonical);
	for (size_t i = 0; i < w->domain_count; i++)
		if (strcmp(w->domains[i]->canonical, canonical) == 0)
			return;
	if (widetable_put(p->config.wides, canonical, w->type, w->slot,
	    &e) != 0) {
		log_at(LOG_ERROR, "gtm", w->name, "name", "cause=\"%s\"",
		    e.text);
		return;
	}
	w->domains[w->domain_count++] = plan_target_domain_new(w, domain);
}

static void
put_names(struct plan_wide *w)
{
	const struct wideip *o = w->obj;

	w->domains = mem_resize(w->domains,
	    w->domain_count + 1 + o->aliases.count, sizeof(*w->domains));
	put_name(w, wideip_domain(o));
	for (size_t i = 0; i < o->aliases.count; i++)
		put_name(w, o->aliases.v[i]);
}

/* ---- pools ---- */

static struct plan_edge *
edge_new(struct plan_wide *w, enum wide_type type, const char *pool)
{
	struct plan_edge *e = mem_zalloc(1, sizeof(*e));

	e->wide = w;
	e->pool = plan_pool_get(w->node.plan, type, pool);
	e->slot = tally_slots_new(DECISION_POOL_SLOTS);
	list_append(&e->pool->edges, &e->users);
	return e;
}

static void
edge_free(struct plan_edge *e)
{
	list_remove(&e->users);
	plan_pool_drop(e->pool);
	plan_grave_dig(e->wide->node.plan, e->slot, DECISION_POOL_SLOTS);
	free(e);
}

/* The edge to this pool from among the old ones, so that its counters go on;
 * else a new one. */
static struct plan_edge *
edge_take(struct plan_wide *w, enum wide_type type, const char *pool,
    bool last_resort)
{
	struct plan_edge *e;

	for (size_t i = 0; i < w->edge_count; i++) {
		e = w->edges[i];
		if (e != NULL && e->last_resort == last_resort &&
		    e->pool->type == type && strcmp(e->pool->name, pool) == 0) {
			w->edges[i] = NULL;
			return e;
		}
	}
	e = edge_new(w, type, pool);
	e->last_resort = last_resort;
	return e;
}

static int
by_order(const void *a, const void *b)
{
	const struct plan_edge *x = *(struct plan_edge *const *)a;
	const struct plan_edge *y = *(struct plan_edge *const *)b;

	if (x->last_resort != y->last_resort)
		return x->last_resort ? 1 : -1;
	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	if (x->pool->type != y->pool->type)	/* pools before pools-cname */
		return x->pool->type == x->wide->type ? -1 : 1;
	return strcmp(x->pool->name, y->pool->name);
}

/* Takes the edges of one list; returns how many. */
static size_t
take_pools(struct plan_wide *w, enum wide_type type,
    const struct objlist *pools, struct plan_edge **next)
{
	for (size_t i = 0; i < pools->count; i++) {
		const struct wideip_pool *from =
		    (const struct wideip_pool *)pools->v[i];
		struct plan_edge *e = edge_take(w, type, from->obj.name,
		    false);

		e->order = from->order;
		e->ratio = from->ratio;
		e->priority_group = from->priority_group;
		next[i] = e;
	}
	return pools->count;
}

/* obj NULL: it has none any more. */
static void
put_edges(struct plan_wide *w, const struct wideip *obj)
{
	static const struct wideip none;
	struct plan_edge **next;
	enum wide_type last;
	size_t count;

	if (obj == NULL)
		obj = &none;
	last = recordtype_find(obj->last_resort_pool.kind);
	next = mem_zalloc(obj->pools.count + obj->pools_cname.count + 1,
	    sizeof(struct plan_edge *));
	count = take_pools(w, w->type, &obj->pools, next);
	count += take_pools(w, WIDE_CNAME, &obj->pools_cname, next + count);
	if (last != WIDE_TYPES)
		next[count++] = edge_take(w, last, obj->last_resort_pool.path,
		    true);
	for (size_t i = 0; i < w->edge_count; i++)
		if (w->edges[i] != NULL)
			edge_free(w->edges[i]);
	free(w->edges);
	w->edges = next;
	w->edge_count = count;
	qsort(w->edges, count, sizeof(struct plan_edge *), by_order);
}

void
plan_wide_put(struct plan *p, enum wide_type type, const struct wideip *obj)
{
	struct plan_wide *w = map_find(&p->wides[type], obj->obj.name);

	if (w == NULL)
		w = wide_new(p, type, obj->obj.name);
	PLAN_HOLD(w->obj, obj);
	put_names(w);
	put_edges(w, obj);
	w->stale = true;
	plan_node_touch(&w->node, &p->touched_wides);
}

/* ---- decisions ---- */

static void
free_decision(void *arg)
{
	struct decision *d = arg;

	decision_compile_free(&d);
}

static void
publish(struct plan_wide *w, struct decision *next)
{
	struct decision *was = RCU_SWAP(w->slot->current, next);

	if (was != NULL)
		rcu_defer(free_decision, was);
}

void
plan_wide_remove(struct plan_wide *w)
{
	struct plan *p = w->node.plan;

	plan_wide_drop_names(w, NULL);
	publish(w, NULL);
	rcu_defer(free, w->slot);
	put_edges(w, NULL);
	free(w->edges);
	free(w->domains);
	plan_grave_dig(p, w->tally, DECISION_WIDE_SLOTS);
	map_remove(&p->wides[w->type], w->name);
	list_remove(&w->node.touched);
	PLAN_HOLD(w->obj, NULL);
	atom_drop(&w->name);
	free(w);
	p->counts.wides--;
}

/* A wide IP that does not ask for a failure RCODE itself has that of the
 * global settings. */
static void
failure_policy(const struct plan_wide *w, struct decision_spec *spec)
{
	const struct plan *p = w->node.plan;

	spec->failure_rcode_response = w->obj->rare->failure_rcode_response;
	spec->failure_rcode = (uint8_t)w->obj->rare->failure_rcode;
	spec->failure_rcode_ttl_s = w->obj->rare->failure_rcode_ttl_s;
	if (spec->failure_rcode_response || !p->failure_response ||
	    object_has(&w->obj->obj, "failure-rcode-response"))
		return;
	spec->failure_rcode_response = true;
	spec->failure_rcode = p->failure_rcode;
	spec->failure_rcode_ttl_s = p->failure_ttl_s;
}

static struct decision_spec_pool
edge_spec(const struct plan_edge *e, struct decision_spec_member *members)
{
	struct decision_spec_pool s;

	plan_pool_spec(e->pool, &s, members);
	s.ratio = e->ratio;
	s.priority_group = e->priority_group;
	s.slot = e->slot;
	return s;
}

static size_t
count_members(const struct plan_wide *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->edge_count; i++)
		n += w->edges[i]->pool->member_count;
	return n;
}

bool
plan_wide_spec(const struct plan_wide *w, struct decision_spec *spec,
    struct decision_spec_pool **pools)
{
	struct decision_spec_member *members;
	size_t count = 0;

	*pools = NULL;
	if (!w->obj->enabled || w->edge_count == 0)
		return false;
	*spec = (struct decision_spec){
		.mode = choose_find_cohort(wideip_lb(w->obj), w->obj->rare->cohort),
		.min_active_members = w->obj->rare->min_active_members,
		.respect_fallback_dependency = w->node.plan->respect_fallback,
		.minimal = w->obj->rare->minimal_response,
		.slot = w->tally, .net = w->node.plan->static_net,
		.persistence = w->obj->rare->persistence,
		.drain = w->node.plan->drain,
		.persist_net = { (uint8_t)w->obj->rare->persist_ipv4,
		    (uint8_t)w->obj->rare->persist_ipv6 },
		.persist_ttl_s = w->obj->rare->persist_ttl_s, .key = w->key,
	};
	if (spec->mode == &choose_topology && !w->node.plan->topology.allow_zero)
		spec->mode = &choose_topology_strict;
	spec->topology = plan_topology_of_wide(w);
	spec->client_subnet = w->obj->rare->client_subnet ||
	    w->node.plan->topology.client_subnet;
	spec->made = w->made;
	spec->ledger = w->obj->rare->ledger || w->watched;
	if (w->obj->rare->log_verbosity != 0)
		spec->log_one_of = w->node.plan->log_sample;
	failure_policy(w, spec);
	*pools = mem_zalloc(1, w->edge_count * sizeof(**pools) +
	    count_members(w) * sizeof(*members));
	members = (struct decision_spec_member *)(*pools + w->edge_count);
	for (size_t i = 0; i < w->edge_count; i++) {
		const struct plan_edge *e = w->edges[i];

		if (e->pool->obj == NULL)
			continue;
		(*pools)[count] = edge_spec(e, members);
		members += e->pool->member_count;
		if (e->last_resort)
			spec->last_resort = &(*pools)[count];
		else
			spec->pool_count++;
		count++;
	}
	spec->pools = *pools;
	return true;
}

static void
decide(struct plan_wide *w)
{
	struct decision_spec_pool *pools;
	struct decision_spec spec;

	w->stale = false;
	w->made++;
	if (plan_wide_spec(w, &spec, &pools)) {
		publish(w, decision_compile(&spec));
		topology_view_drop(&spec.topology);
		w->node.plan->counts.compiled++;
	} else {
		publish(w, NULL);
	}
	free(pools);
}

/* ---- state ---- */

static enum status_availability
availability_of(const struct plan_wide *w)
{
	struct status_census c = { { 0 } };
	size_t enabled = 0;

	for (size_t i = 0; i < w->edge_count; i++) {
		const struct status *s = &w->edges[i]->pool->node.status;

		if (w->edges[i]->last_resort)
			continue;
		status_census_move(&c, NULL, s);
		enabled += s->enabled == STATUS_ENABLED;
	}
	if (enabled == 0 && w->edge_count > 0)
		return STATUS_OFFLINE;
	return status_of_census(&c);
}

void
plan_wide_update(struct plan_wide *w)
{
	struct status was = w->node.status, now = { 0 };
	char object[PLAN_LABEL_MAX], why[PLAN_REASON_MAX];

	if (w->stale)
		decide(w);
	now.enabled = w->obj->enabled ? STATUS_ENABLED : STATUS_DISABLED;
	now.availability = availability_of(w);
	if (!plan_node_set(&w->node, &now))
		return;
	(void)snprintf(object, sizeof(object), "wideip %s", w->name);
	plan_node_log(&w->node, object, &was,
	    plan_wide_reason(w, why, sizeof(why)));
	plan_target_touch(w);
}

void
plan_wide_touch_all(struct plan *p)
{
	struct plan_wide *w;

	for (int t = 0; t < WIDE_TYPES; t++)
		for (size_t at = 0; (w = map_next(&p->wides[t], &at,
		    NULL)) != NULL;) {
			w->stale = true;
			plan_node_touch(&w->node, &p->touched_wides);
		}
}

const char *
plan_wide_reason(const struct plan_wide *w, char *text, size_t cap)
{
	const char *why = "No enabled pools available";

	switch (w->node.status.availability) {
	case STATUS_AVAILABLE:
		why = "Available";
		break;
	case STATUS_UNKNOWN:
		why = w->edge_count == 0 ? "No pools" : "Checking";
		break;
	case STATUS_UNAVAILABLE:
		why = "No enabled pools within their limits";
		break;
	case STATUS_OFFLINE:
	case STATUS_AVAILABILITIES:
		break;
	}
	(void)snprintf(text, cap, "%s", why);
	return text;
}
