/* gtmd/plan/plan.c - the running graph: its queues, and how it follows the store.
 *
 * What all nodes do is in plan_node; what each kind does in plan_datacenter,
 * plan_server, plan_vs, plan_member, plan_pool, plan_wide and plan_target.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/rand.h"
#include "core/io/rcu.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/store.h"
#include "core/model/type.h"
#include "gtmd/plan/plan_datacenter.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_grave.h"
#include "gtmd/plan/plan_member.h"
#include "gtmd/plan/plan_monitor.h"
#include "gtmd/plan/plan_pool.h"
#include "gtmd/plan/plan_server.h"
#include "gtmd/plan/plan_topology.h"
#include "gtmd/plan/plan_vs.h"
#include "gtmd/plan/plan_wide.h"
#include "gtmd/topology/topology_table.h"
#include "monitors/sched.h"
#include "monitors/sched_states.h"

/* CNAME members that lead round in a circle could hand a change of state on
 * for ever; a node is worked out this often per change of the outside world
 * and then stays as it is. */
#define ROUNDS_MAX	64

const void *
plan_hold_object(const struct object *was, const void *next)
{
	/* References are counted in the object, its values are not touched. */
	struct object *old = (struct object *)(uintptr_t)was;

	if (next != NULL)
		(void)object_ref((struct object *)(uintptr_t)next);
	object_unref(&old);
	return next;
}

/* ---- queues ---- */

/* The next touched node, out of its queue; NULL when the queue is empty. */
static struct plan_node *
take(struct list *queue)
{
	struct list *first = queue->next;

	if (first == queue)
		return NULL;
	list_remove(first);
	return OBJ_OF(first, struct plan_node, touched);
}

/* Members of plan_node type stand first in each node, so that the node's
 * address is its owner's. */
static void
drain(struct plan *p, struct list *queue, void (*update)(void *))
{
	struct plan_node *n;

	while ((n = take(queue)) != NULL) {
		update(n);
		p->counts.updated++;
	}
}

static void
update_vs(void *n)
{
	plan_vs_update(n);
}

static void
update_member(void *n)
{
	plan_member_update(n);
}

static void
update_pool(void *n)
{
	plan_pool_update(n);
}

static void
update_wide(void *n)
{
	plan_wide_update(n);
}

static void
update_server(void *n)
{
	plan_server_update(n);
}

static void
update_datacenter(void *n)
{
	plan_datacenter_update(n);
}

static void
forget_queue(struct list *queue)
{
	while (take(queue) != NULL)
		continue;
}

/* One round takes a change from virtual servers to wide IPs; another is needed
 * for each CNAME that leads on from there. */
static void
drain_all(struct plan *p)
{
	int rounds = 0;

	do {
		drain(p, &p->touched_vss, update_vs);
		drain(p, &p->touched_members, update_member);
		drain(p, &p->touched_pools, update_pool);
		drain(p, &p->touched_wides, update_wide);
	} while (!list_empty(&p->touched_members) && ++rounds < ROUNDS_MAX);
	if (!list_empty(&p->touched_members)) {
		if (!p->config.apart)
			log_at(LOG_WARNING, "gtm", "wideip", "loop", "cause="
			    "\"CNAME members lead round in a circle\"");
		forget_queue(&p->touched_members);
	}
	drain(p, &p->touched_servers, update_server);
	drain(p, &p->touched_datacenters, update_datacenter);
}

void
plan_settle(struct plan *p)
{
	if (p->settling)
		return;
	p->settling = true;
	plan_grave_sweep(p);
	drain_all(p);
	p->settling = false;
	if (p->remember && p->config.changed != NULL)
		p->config.changed(p->config.arg);
	p->remember = false;
}

/* ---- following the store ---- */

static const struct object *
object_of(const struct store_change *c)
{
	return c->now != NULL ? c->now : c->was;
}

static bool
is_monitor(const struct type *t)
{
	return strncmp(t->words, "gtm monitor ", 12) == 0;
}

void
plan_touch_places(struct plan *p)
{
	struct plan_pool *pool;
	struct plan_vs *vs;

	for (size_t at = 0; (vs = map_next(&p->vss, &at, NULL)) != NULL;)
		plan_node_touch(&vs->node, &p->touched_vss);
	for (int t = 0; t < WIDE_TYPES; t++)
		for (size_t at = 0; (pool = map_next(&p->pools[t], &at,
		    NULL)) != NULL;) {
			plan_node_touch(&pool->node, &p->touched_pools);
			for (size_t i = 0; i < pool->member_count; i++)
				plan_node_touch(&pool->members[i]->node,
				    &p->touched_members);
		}
}

static const struct object *
find_single(const struct plan *p, const struct type *t)
{
	if (p->config.draft != NULL)
		return draft_find(p->config.draft, t, "");
	return model_find(store_model(p->config.store), t, "");
}

static void
read_settings(struct plan *p)
{
	const struct settings_general *g = (const struct settings_general *)
	    find_single(p, &settings_general_type);
	const struct settings_lb *lb = (const struct settings_lb *)
	    find_single(p, &settings_lb_type);

	p->monitor_disabled = g != NULL && g->monitor_disabled_objects;
	p->unknown_is_down = g != NULL &&
	    g->monitor_unknown == SETTINGS_UNKNOWN_DOWN;
	if (g != NULL && !g->monitor_last_known && p->serial == 0 &&
	    p->config.draft == NULL)
		sched_states_forget(p->config.sched);
	p->drain = g == NULL || g->drain_persistent;
	if (g != NULL)
		p->static_net = (struct clientnet_len){
			(uint8_t)g->static_persist_ipv4,
			(uint8_t)g->static_persist_ipv6 };
	p->topology.allow_zero = (g == NULL || g->topology_allow_zero) &&
	    (lb == NULL || lb->topology_allow_zero);
	p->topology.longest_match = lb == NULL || lb->topology_longest_match;
	p->log_sample = lb != NULL ? lb->decision_log_sample : 1;
	if (lb == NULL)
		return;
	p->topology.client_subnet = lb->client_subnet;
	p->respect_fallback = lb->respect_fallback_dependency;
	p->verify_all = lb->verify_vs_availability;
	p->failure_response = lb->failure_rcode_response;
	p->failure_rcode = (uint8_t)lb->failure_rcode;
	p->failure_ttl_s = lb->failure_rcode_ttl_s;
}

/* True when the table of topology records is another one by them. */
static bool
take_settings(struct plan *p)
{
	const bool longest = p->topology.longest_match,
	    zero = p->topology.allow_zero;

	read_settings(p);
	return longest != p->topology.longest_match ||
	    zero != p->topology.allow_zero;
}

/* First what goes, from the top down, so that names are free and nothing is
 * held by what goes itself. */
static void
take_away(struct plan *p, const struct store_change *c)
{
	const struct object *o = object_of(c);
	struct plan_wide *w;

	for (int t = 0; t < WIDE_TYPES; t++) {
		if (o->type != recordtype_rows[t].wide)
			continue;
		w = map_find(&p->wides[t], o->name);
		if (w != NULL && c->now == NULL)
			plan_wide_remove(w);
		else if (w != NULL)
			plan_wide_drop_names(w, (const struct wideip *)c->now);
	}
}

static void
remove_below(struct plan *p, const struct store_change *c)
{
	struct plan_pool *pool;
	struct plan_datacenter *dc;

	if (c->now != NULL)
		return;
	for (int t = 0; t < WIDE_TYPES; t++) {
		pool = map_find(&p->pools[t], c->was->name);
		if (c->was->type == recordtype_rows[t].pool && pool != NULL)
			plan_pool_put(pool, NULL);
	}
	if (c->was->type == &server_type)
		plan_server_remove(p, c->was->name);
	dc = map_find(&p->datacenters, c->was->name);
	if (c->was->type == &datacenter_type && dc != NULL)
		plan_datacenter_put(dc, NULL);
}

static void
put_below(struct plan *p, const struct object *o)
{
	if (o->type == &datacenter_type)
		plan_datacenter_put(plan_datacenter_get(p, o->name),
		    (const struct datacenter *)o);
	else if (o->type == &server_type)
		plan_server_put(p, (const struct server *)o);
}

static void
put_above(struct plan *p, const struct object *o)
{
	for (int t = 0; t < WIDE_TYPES; t++) {
		if (o->type == recordtype_rows[t].pool)
			plan_pool_put(plan_pool_get(p, (enum wide_type)t,
			    o->name), (const struct pool *)o);
		else if (o->type == recordtype_rows[t].wide)
			plan_wide_put(p, (enum wide_type)t,
			    (const struct wideip *)o);
	}
}

void
plan_on_change(void *arg, const struct store_change *changes, size_t count)
{
	struct plan *p = arg;
	bool settings = false, monitors = false, topology = false,
	    another_table = false;

	OBJ_CHECK(p, PLAN_MAGIC);
	for (size_t i = 0; i < count; i++) {
		const struct type *t = object_of(&changes[i])->type;

		settings = settings || t == &settings_general_type ||
		    t == &settings_lb_type;
		monitors = monitors || is_monitor(t);
		topology = topology || plan_topology_concerns(&changes[i]);
		take_away(p, &changes[i]);
	}
	if (settings || p->serial == 0)
		another_table = take_settings(p);
	for (size_t i = 0; i < count; i++)
		if (changes[i].now != NULL)
			put_below(p, changes[i].now);
	for (size_t i = 0; i < count; i++)
		if (changes[i].now != NULL)
			put_above(p, changes[i].now);
	for (size_t i = 0; i < count; i++)
		remove_below(p, &changes[i]);
	if (monitors)
		plan_monitor_refresh(p);
	plan_prober_change(p, changes, count);
	if (settings || p->serial == 0)
		plan_control_set(p, (const struct settings_general *)
		    find_single(p, &settings_general_type));
	if (another_table)
		plan_topology_forget(p);
	else if (topology)
		plan_topology_change(p, changes, count);
	if (settings) {
		plan_touch_places(p);
		plan_wide_touch_all(p);
	}
	plan_settle(p);
	p->serial++;
	map_fini(&p->held);
	map_init(&p->held);
	plan_withdraw(p);
}

void
plan_offer(struct plan *p, struct topology_table **pt)
{
	OBJ_CHECK(p, PLAN_MAGIC);
	plan_withdraw(p);
	p->topology.offered = *pt;
	*pt = NULL;
}

void
plan_withdraw(struct plan *p)
{
	OBJ_CHECK(p, PLAN_MAGIC);
	topology_table_drop(&p->topology.offered);
	p->topology.ahead = false;
}

/* The model is what the change that brought them made it, and so is a table that is
 * made now; what changed we are told next. */
void
plan_on_geo(struct plan *p)
{
	OBJ_CHECK(p, PLAN_MAGIC);
	plan_topology_forget(p);
	plan_settle(p);
	p->topology.ahead = p->topology.table != NULL;
}

/* ---- life ---- */

void
plan_counts(const struct plan *p, struct plan_counts *out)
{
	*out = p->counts;
}

struct plan *
plan_new(const struct plan_config *c)
{
	struct plan *p = mem_zalloc(1, sizeof(*p));
	struct rand r;
	struct list *const lists[] = { &p->touched_vss, &p->touched_members,
	    &p->touched_pools, &p->touched_servers, &p->touched_datacenters,
	    &p->touched_wides, &p->graves, &p->patterns };

	p->magic = PLAN_MAGIC;
	p->config = *c;
	p->static_net = (struct clientnet_len){ 32, 128 };
	p->drain = true;
	rand_seed(&r);
	hash_key_init(&p->digest_key, rand_u64(&r));
	for (size_t i = 0; i < OBJ_COUNT(lists); i++)
		list_init(lists[i]);
	for (int t = 0; t < WIDE_TYPES; t++) {
		map_init_borrowing(&p->pools[t]);
		map_init_borrowing(&p->wides[t]);
	}
	map_init_borrowing(&p->domains);
	return p;
}

/* From the top down. Each step takes away the entry that the walk is at, and
 * perhaps nodes that nothing refers to any more, which are in other maps. */
static void
free_nodes(struct plan *p)
{
	struct plan_datacenter *dc;
	struct plan_server *s;
	struct plan_pool *pool;
	struct plan_wide *w;
	size_t at;

	plan_control_set(p, NULL);
	for (int t = 0; t < WIDE_TYPES; t++)
		for (at = 0; (w = map_next(&p->wides[t], &at, NULL)) != NULL;)
			plan_wide_remove(w);
	for (int t = 0; t < WIDE_TYPES; t++) {
		for (at = 0; (pool = map_next(&p->pools[t], &at, NULL)) != NULL;)
			plan_pool_put(pool, NULL);
		map_fini(&p->wides[t]);
		map_fini(&p->pools[t]);
	}
	for (at = 0; (s = map_next(&p->servers, &at, NULL)) != NULL;)
		plan_server_remove(p, s->name);
	for (at = 0; (dc = map_next(&p->datacenters, &at, NULL)) != NULL;)
		plan_datacenter_put(dc, NULL);
}

void
plan_free(struct plan **pp)
{
	struct plan *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	OBJ_CHECK(p, PLAN_MAGIC);
	free_nodes(p);
	if (!p->config.apart)
		rcu_drain();
	plan_grave_sweep(p);
	map_fini(&p->servers);
	map_fini(&p->datacenters);
	map_fini(&p->vss);
	map_fini(&p->monitors);
	map_fini(&p->domains);
	map_fini(&p->targets);
	map_fini(&p->held);
	plan_topology_fini(p);
	plan_prober_fini(&p->prober);
	p->magic = 0;
	free(p);
}
