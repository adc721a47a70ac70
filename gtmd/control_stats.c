/* gtmd/control_stats.c - see control_stats.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control_stats.h"

#include <stdint.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/map.h"
#include "core/base/obj.h"
#include "core/rest/reststats.h"
#include "gtmd/plan_datacenter.h"
#include "gtmd/plan_graph.h"
#include "gtmd/plan_member.h"
#include "gtmd/plan_pool.h"
#include "gtmd/plan_server.h"
#include "gtmd/plan_vs.h"
#include "gtmd/plan_wide.h"
#include "gtmd/tally.h"

static const struct {
	const struct type *pool, *wide;
} types[WIDE_TYPES] = {
	[WIDE_A] = { &pool_type_a, &wideip_type_a },
	[WIDE_AAAA] = { &pool_type_aaaa, &wideip_type_aaaa },
	[WIDE_CNAME] = { &pool_type_cname, &wideip_type_cname },
};

static void
put_status(struct json *j, const struct plan_node *n, const char *why)
{
	reststats_text(j, "status.availabilityState",
	    status_availability_name(n->status.availability));
	reststats_text(j, "status.enabledState",
	    status_enabled_name(n->status.enabled));
	reststats_text(j, "status.statusReason", why);
}

/* How often the wide IPs chose this pool, or a wide IP its pools. */
struct counts {
	uint64_t	 preferred, alternate, fallback, returned, dropped;
};

static void
add_edge(struct counts *c, const struct plan_edge *e)
{
	c->preferred += tally_sum(e->slot + DECISION_PREFERRED);
	c->alternate += tally_sum(e->slot + DECISION_ALTERNATE);
	c->fallback += tally_sum(e->slot + DECISION_FALLBACK) +
	    tally_sum(e->slot + DECISION_LAST_RESORT) +
	    tally_sum(e->slot + DECISION_FALLBACK_IP);
	c->returned += tally_sum(e->slot + DECISION_RETURNED);
	c->dropped += tally_sum(e->slot + DECISION_DROPPED);
}

static void
put_counts(struct json *j, const struct counts *c)
{
	reststats_number(j, "alternate", c->alternate);
	reststats_number(j, "dropped", c->dropped);
	reststats_number(j, "fallback", c->fallback);
	reststats_number(j, "preferred", c->preferred);
	reststats_number(j, "returnFromDns", 0);
	reststats_number(j, "returnToDns", c->returned);
}

static bool
wide_stats(const struct plan *p, enum wide_type type, const struct object *o,
    struct json *j)
{
	const struct plan_wide *w = map_find(&p->wides[type], o->name);
	struct counts c = { 0 };
	char why[PLAN_REASON_MAX];

	if (w == NULL)
		return false;
	for (size_t i = 0; i < w->edge_count; i++)
		add_edge(&c, w->edges[i]);
	put_counts(j, &c);
	reststats_number(j, "cnameResolutions", 0);
	reststats_number(j, "persisted", 0);
	reststats_number(j, "rcode", tally_sum(w->tally + DECISION_FAILED));
	reststats_number(j, "requests",
	    tally_sum(w->tally + DECISION_REQUESTS));
	reststats_number(j, "resolutions", c.preferred + c.alternate +
	    c.fallback);
	put_status(j, &w->node, plan_wide_reason(w, why, sizeof(why)));
	reststats_text(j, "tmName", w->name);
	reststats_text(j, "wipName", w->name);
	reststats_text(j, "wipType", plan_type_names[type]);
	return true;
}

static bool
pool_stats(const struct plan *p, enum wide_type type, const struct object *o,
    struct json *j)
{
	const struct plan_pool *pool = map_find(&p->pools[type], o->name);
	struct counts c = { 0 };
	char why[PLAN_REASON_MAX];

	if (pool == NULL)
		return false;
	LIST_EACH(&pool->edges, n)
		add_edge(&c, OBJ_OF(n, struct plan_edge, users));
	put_counts(j, &c);
	reststats_text(j, "poolType", plan_type_names[type]);
	put_status(j, &pool->node, plan_pool_reason(pool, why, sizeof(why)));
	reststats_text(j, "tmName", pool->name);
	return true;
}

/* "server:vs" is a member's key; server_len says where the one ends. */
static bool
member_stats(const struct plan *p, enum wide_type type,
    const struct object *o, const struct object *item, struct json *j)
{
	const struct plan_pool *pool = map_find(&p->pools[type], o->name);
	const struct plan_member *m = pool == NULL ? NULL :
	    plan_pool_find_member(pool, item->name);
	char why[PLAN_REASON_MAX];

	if (m == NULL)
		return false;
	reststats_number(j, "alternate", tally_sum(m->slot +
	    DECISION_ALTERNATE));
	reststats_number(j, "fallback", tally_sum(m->slot +
	    DECISION_FALLBACK));
	reststats_number(j, "preferred", tally_sum(m->slot +
	    DECISION_PREFERRED));
	reststats_text(j, "poolName", pool->name);
	reststats_text(j, "poolType", plan_type_names[type]);
	reststats_text(j, "serverName", m->vs == NULL ||
	    m->vs->server == NULL ? item->name : m->vs->server->name);
	reststats_text(j, "vsName", m->vs == NULL || m->vs->obj == NULL ?
	    "" : m->vs->obj->obj.name);
	put_status(j, &m->node, plan_member_reason(m, why, sizeof(why)));
	return true;
}

static void
put_metrics(struct json *j)
{
	static const char *const names[] = {
		"bitsPerSecIn", "bitsPerSecOut", "connections",
		"pktsPerSecIn", "pktsPerSecOut", "vsScore", NULL
	};
	char key[40] = "metrics.";

	for (int i = 0; names[i] != NULL; i++) {
		(void)memccpy(key + 8, names[i], '\0', sizeof(key) - 8);
		reststats_number(j, key, 0);
	}
}

static bool
server_stats(const struct plan *p, const struct object *o, struct json *j)
{
	const struct plan_server *s = map_find(&p->servers, o->name);
	char why[PLAN_REASON_MAX];

	if (s == NULL)
		return false;
	put_metrics(j);
	put_status(j, &s->node, plan_server_reason(s, why, sizeof(why)));
	reststats_text(j, "serverName", s->name);
	return true;
}

/* How often its members were chosen. */
static uint64_t
picks_of(const struct plan_vs *vs)
{
	uint64_t n = 0;

	LIST_EACH(&vs->members, node) {
		const struct plan_member *m = OBJ_OF(node, struct plan_member,
		    siblings);

		for (uint32_t i = 0; i < DECISION_MEMBER_SLOTS; i++)
			n += tally_sum(m->slot + i);
	}
	return n;
}

static bool
vs_stats(const struct plan *p, const struct object *o,
    const struct object *item, struct json *j)
{
	const struct plan_server *s = map_find(&p->servers, o->name);
	const struct plan_vs *vs = s == NULL ? NULL :
	    map_find(&s->vss, item->name);
	char why[PLAN_REASON_MAX], place[ADDR_TEXT_MAX];

	if (vs == NULL || vs->obj == NULL)
		return false;
	reststats_text(j, "destination",
	    addr_format_port(&vs->obj->destination, place));
	put_metrics(j);
	reststats_number(j, "picks", picks_of(vs));
	reststats_text(j, "serverName", s->name);
	put_status(j, &vs->node, plan_vs_reason(vs, why, sizeof(why)));
	reststats_number(j, "uptime", 0);
	reststats_text(j, "vsName", item->name);
	return true;
}

static bool
datacenter_stats(const struct plan *p, const struct object *o,
    struct json *j)
{
	const struct plan_datacenter *dc = map_find(&p->datacenters, o->name);
	char why[PLAN_REASON_MAX];

	if (dc == NULL)
		return false;
	reststats_text(j, "dcName", dc->name);
	put_status(j, &dc->node, plan_datacenter_reason(dc, why,
	    sizeof(why)));
	return true;
}

bool
control_stats(const struct plan *p, const struct object *o,
    struct json *entries)
{
	for (int t = 0; t < WIDE_TYPES; t++) {
		if (o->type == types[t].wide)
			return wide_stats(p, (enum wide_type)t, o, entries);
		if (o->type == types[t].pool)
			return pool_stats(p, (enum wide_type)t, o, entries);
	}
	if (o->type == &server_type)
		return server_stats(p, o, entries);
	return o->type == &datacenter_type && datacenter_stats(p, o, entries);
}

bool
control_stats_item(const struct plan *p, const struct object *o,
    const struct object *item, struct json *entries)
{
	for (int t = 0; t < WIDE_TYPES; t++)
		if (o->type == types[t].pool)
			return member_stats(p, (enum wide_type)t, o, item,
			    entries);
	return item->type == &server_vs_type && vs_stats(p, o, item, entries);
}
