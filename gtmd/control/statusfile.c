/* gtmd/control/statusfile.c - states, decisions and counters as JSON. See the header.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/statusfile.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "core/model/statefile.h"
#include "gtmd/control/statusfile_decision.h"
#include "gtmd/count/stats.h"
#include "gtmd/count/tally.h"
#include "gtmd/plan/plan_datacenter.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_member.h"
#include "gtmd/plan/plan_pool.h"
#include "gtmd/plan/plan_server.h"
#include "gtmd/plan/plan_vs.h"
#include "gtmd/plan/plan_wide.h"

/* A node's state, with the reason in why. */
static struct json *
state_of(const struct plan_node *n, const char *why)
{
	struct json *j = json_new_object();

	json_put_text(j, "availability",
	    status_availability_name(n->status.availability));
	json_put_text(j, "enabled-state",
	    status_enabled_name(n->status.enabled));
	json_put_text(j, "reason", why);
	return j;
}

static void
put_counters(struct json *j, uint32_t slot, const char *const *names,
    uint32_t count)
{
	struct json *counters = json_new_object();

	for (uint32_t i = 0; i < count; i++)
		json_put_int(counters, names[i], (int64_t)tally_sum(slot + i));
	json_put(j, "counters", &counters);
}

static struct json *
datacenters(const struct plan *p)
{
	const char **names = map_sorted_keys(&p->datacenters);
	struct json *all = json_new_object();
	char why[PLAN_REASON_MAX];

	for (size_t i = 0; i < p->datacenters.count; i++) {
		const struct plan_datacenter *dc = map_find(&p->datacenters,
		    names[i]);
		struct json *j = state_of(&dc->node, plan_datacenter_reason(dc,
		    why, sizeof(why)));

		json_put(all, dc->name, &j);
	}
	free(names);
	return all;
}

static struct json *
virtual_servers(const struct plan_server *s)
{
	const char **names = map_sorted_keys(&s->vss);
	struct json *all = json_new_object();
	char why[PLAN_REASON_MAX], place[ADDR_TEXT_MAX];

	for (size_t i = 0; i < s->vss.count; i++) {
		const struct plan_vs *vs = map_find(&s->vss, names[i]);
		struct json *j = state_of(&vs->node, plan_vs_reason(vs, why,
		    sizeof(why)));

		json_put_text(j, "destination",
		    addr_format_port(&vs->obj->destination, place));
		json_put(all, names[i], &j);
	}
	free(names);
	return all;
}

static struct json *
servers(const struct plan *p)
{
	const char **names = map_sorted_keys(&p->servers);
	struct json *all = json_new_object(), *vss;
	char why[PLAN_REASON_MAX];

	for (size_t i = 0; i < p->servers.count; i++) {
		const struct plan_server *s = map_find(&p->servers, names[i]);
		struct json *j = state_of(&s->node, plan_server_reason(s, why,
		    sizeof(why)));

		json_put_text(j, "datacenter", s->datacenter->name);
		vss = virtual_servers(s);
		json_put(j, "virtual-servers", &vss);
		json_put(all, s->name, &j);
	}
	free(names);
	return all;
}

static struct json *
members(const struct plan_pool *pool)
{
	static const char *const names[DECISION_MEMBER_SLOTS] = {
		"preferred", "alternate", "fallback" };
	struct json *all = json_new_object();
	char why[PLAN_REASON_MAX];

	for (size_t i = 0; i < pool->member_count; i++) {
		const struct plan_member *m = pool->members[i];
		struct json *j = state_of(&m->node, plan_member_reason(m, why,
		    sizeof(why)));

		json_put_bool(j, "held-by-manual-resume", m->held);
		put_counters(j, m->slot, names, DECISION_MEMBER_SLOTS);
		json_put(all, m->obj->obj.name, &j);
	}
	return all;
}

static struct json *
pools(const struct plan *p, enum wide_type type)
{
	const char **names = map_sorted_keys(&p->pools[type]);
	struct json *all = json_new_object(), *inside;
	char why[PLAN_REASON_MAX];

	for (size_t i = 0; i < p->pools[type].count; i++) {
		const struct plan_pool *pool = map_find(&p->pools[type],
		    names[i]);
		struct json *j = state_of(&pool->node, plan_pool_reason(pool,
		    why, sizeof(why)));

		inside = members(pool);
		json_put(j, "members", &inside);
		json_put(all, pool->name, &j);
	}
	free(names);
	return all;
}

/* How often each pool of a wide IP was chosen, and how. */
static struct json *
edges(const struct plan_wide *w)
{
	static const char *const names[DECISION_POOL_SLOTS] = {
		[DECISION_PREFERRED] = "preferred",
		[DECISION_ALTERNATE] = "alternate",
		[DECISION_FALLBACK] = "fallback",
		[DECISION_LAST_RESORT] = "last-resort",
		[DECISION_RETURNED] = "return-to-dns",
		[DECISION_DROPPED] = "drop-packet",
		[DECISION_FALLBACK_IP] = "fallback-ip",
		[DECISION_PERSISTED] = "persisted",
	};
	struct json *all = json_new_array();

	for (size_t i = 0; i < w->edge_count; i++) {
		const struct plan_edge *e = w->edges[i];
		struct json *j = json_new_object();

		json_put_text(j, "pool", e->pool->name);
		json_put_text(j, "type", recordtype_rows[e->pool->type].name);
		json_put_bool(j, "last-resort", e->last_resort);
		put_counters(j, e->slot, names, DECISION_POOL_SLOTS);
		json_add(all, &j);
	}
	return all;
}

static struct json *
wideips(const struct plan *p, enum wide_type type)
{
	static const char *const names[DECISION_WIDE_SLOTS] = {
		[DECISION_REQUESTS] = "requests",
		[DECISION_FAILED] = "failure-policy",
		[DECISION_KEPT] = "persisted",
	};
	const char **keys = map_sorted_keys(&p->wides[type]);
	struct json *all = json_new_object(), *child;
	char why[PLAN_REASON_MAX];

	for (size_t i = 0; i < p->wides[type].count; i++) {
		const struct plan_wide *w = map_find(&p->wides[type], keys[i]);
		struct json *j = state_of(&w->node, plan_wide_reason(w, why,
		    sizeof(why)));

		put_counters(j, w->tally, names, DECISION_WIDE_SLOTS);
		child = edges(w);
		json_put(j, "pools", &child);
		child = statusfile_decision(w);
		json_put(j, "decision", &child);
		json_put(all, w->name, &j);
	}
	free(keys);
	return all;
}

/* { "a": { … }, "aaaa": { … }, "cname": { … } } */
static struct json *
by_type(const struct plan *p,
    struct json *(*one)(const struct plan *, enum wide_type))
{
	struct json *all = json_new_object();

	for (int t = 0; t < WIDE_TYPES; t++) {
		struct json *j = one(p, (enum wide_type)t);

		json_put(all, recordtype_rows[t].name, &j);
	}
	return all;
}

static struct json *
process(const struct plan *p)
{
	struct json *j = json_new_object();

	for (int i = 0; i < STATS_COUNT; i++)
		json_put_int(j, stats_name((enum stats_id)i),
		    (int64_t)stats_sum((enum stats_id)i));
	json_put_int(j, "decisions-made", (int64_t)p->counts.compiled);
	return j;
}

struct json *
statusfile_document(const struct plan *p, real_s now)
{
	struct json *j = json_new_object(), *child;

	json_put_int(j, "time", now);
	child = process(p);
	json_put(j, "server", &child);
	child = datacenters(p);
	json_put(j, "datacenters", &child);
	child = servers(p);
	json_put(j, "servers", &child);
	child = by_type(p, pools);
	json_put(j, "pools", &child);
	child = by_type(p, wideips);
	json_put(j, "wideips", &child);
	return j;
}

int
statusfile_write(const char *dir, const struct plan *p, real_s now,
    struct err *e)
{
	char *path = mem_printf("%s/status.json", dir);
	struct json *j = statusfile_document(p, now);
	char *text = json_text(j);
	int rc = statefile_write(path, text, strlen(text), e);

	free(text);
	json_free(&j);
	free(path);
	return rc;
}
