/* gtmd/control/control_stats.c - see control_stats.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_stats.h"

#include <stdint.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/map.h"
#include "core/base/strbuf.h"
#include "core/rest/reststats.h"
#include "gtmd/control/control_counts.h"
#include "gtmd/control/control_probe.h"
#include "gtmd/count/tally.h"
#include "gtmd/plan/plan_datacenter.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_member.h"
#include "gtmd/plan/plan_metrics.h"
#include "gtmd/plan/plan_pool.h"
#include "gtmd/plan/plan_server.h"
#include "gtmd/plan/plan_vs.h"
#include "gtmd/plan/plan_wide.h"
#include "gtmd/types/metric.h"
#include "monitors/monitor.h"

static void
put_status(struct json *j, const struct plan_node *n, const char *why)
{
	reststats_text(j, "status.availabilityState",
	    status_availability_name(n->status.availability));
	reststats_text(j, "status.enabledState",
	    status_enabled_name(n->status.enabled));
	reststats_text(j, "status.statusReason", why);
}

static void
put_counts(struct json *j, const struct control_counts *c)
{
	reststats_number(j, "alternate", c->alternate);
	reststats_number(j, "dropped", c->dropped);
	reststats_number(j, "fallback", c->fallback);
	reststats_number(j, "preferred", c->preferred);
	/* Nothing is ever handed back to us: there is no other DNS in front. */
	reststats_number(j, "returnFromDns", 0);
	reststats_number(j, "returnToDns", c->returned);
}

static bool
wide_stats(const struct control_stats *s, enum wide_type type,
    const struct object *o)
{
	const struct plan_wide *w = map_find(&s->plan->wides[type], o->name);
	struct control_counts c;
	char why[PLAN_REASON_MAX];

	if (w == NULL)
		return false;
	control_counts_wide(w, &c);
	put_counts(s->entries, &c);
	reststats_number(s->entries, "cnameResolutions", c.cname);
	reststats_number(s->entries, "persisted", c.persisted);
	reststats_number(s->entries, "rcode",
	    tally_sum(w->tally + DECISION_FAILED));
	reststats_number(s->entries, "requests",
	    tally_sum(w->tally + DECISION_REQUESTS));
	reststats_number(s->entries, "resolutions",
	    control_counts_answers(&c));
	put_status(s->entries, &w->node, plan_wide_reason(w, why,
	    sizeof(why)));
	reststats_text(s->entries, "tmName", w->name);
	reststats_text(s->entries, "wipName", w->name);
	reststats_text(s->entries, "wipType", recordtype_rows[type].title);
	strbuf_printf(s->as, "%s:%s", w->name, recordtype_rows[type].title);
	return true;
}

static bool
pool_stats(const struct control_stats *s, enum wide_type type,
    const struct object *o)
{
	const struct plan_pool *pool = map_find(&s->plan->pools[type],
	    o->name);
	struct control_counts c;
	char why[PLAN_REASON_MAX];

	if (pool == NULL)
		return false;
	control_counts_pool(pool, &c);
	put_counts(s->entries, &c);
	reststats_text(s->entries, "poolType", recordtype_rows[type].title);
	put_status(s->entries, &pool->node, plan_pool_reason(pool, why,
	    sizeof(why)));
	reststats_text(s->entries, "tmName", pool->name);
	strbuf_printf(s->as, "%s:%s", pool->name, recordtype_rows[type].title);
	return true;
}

/* Server and virtual server of a member; what is a name alone has a blank in
 * the place of the second, as on F5. */
static void
put_place(const struct control_stats *s, const struct plan_member *m)
{
	const char *server = m->obj->obj.name, *vs = " ";

	if (m->vs != NULL && m->vs->obj != NULL) {
		server = m->vs->server->name;
		vs = m->vs->obj->obj.name;
	}
	reststats_text(s->entries, "serverName", server);
	reststats_text(s->entries, "vsName", vs);
	strbuf_printf(s->as, "%s:%s", vs, server);
}

static bool
member_stats(const struct control_stats *s, enum wide_type type,
    const struct object *o, const struct object *item)
{
	const struct plan_pool *pool = map_find(&s->plan->pools[type],
	    o->name);
	const struct plan_member *m = pool == NULL ? NULL :
	    plan_pool_find_member(pool, item->name);
	struct control_counts c;
	char why[PLAN_REASON_MAX];

	if (m == NULL)
		return false;
	control_counts_member(m, &c);
	reststats_number(s->entries, "alternate", c.alternate);
	reststats_number(s->entries, "fallback", c.fallback);
	reststats_number(s->entries, "preferred", c.preferred);
	reststats_text(s->entries, "poolName", pool->name);
	reststats_text(s->entries, "poolType", recordtype_rows[type].title);
	put_place(s, m);
	put_status(s->entries, &m->node, plan_member_reason(m, why,
	    sizeof(why)));
	return true;
}

/* Throughput is measured both ways together, so that neither way is known. */
static void
put_metrics(struct json *j, const struct metric_values *v)
{
	reststats_number(j, "metrics.bitsPerSecIn", 0);
	reststats_number(j, "metrics.bitsPerSecOut", 0);
	reststats_number(j, "metrics.connections",
	    metric_is_known(v, METRIC_CONNECTIONS) ?
	    v->v[METRIC_CONNECTIONS] : 0);
	reststats_number(j, "metrics.pktsPerSecIn", 0);
	reststats_number(j, "metrics.pktsPerSecOut", 0);
	reststats_number(j, "metrics.vsScore",
	    metric_is_known(v, METRIC_SCORE) ? v->v[METRIC_SCORE] : 0);
}

static bool
server_stats(const struct control_stats *s, const struct object *o)
{
	const struct plan_server *server = map_find(&s->plan->servers,
	    o->name);
	struct metric_values used;
	char why[PLAN_REASON_MAX];

	if (server == NULL)
		return false;
	plan_metrics_of_server(server, &used);
	put_metrics(s->entries, &used);
	put_status(s->entries, &server->node, plan_server_reason(server, why,
	    sizeof(why)));
	reststats_text(s->entries, "serverName", server->name);
	return true;
}

/* Seconds since its monitors found it well; of what nothing watches, or is not
 * well, 0. */
static uint64_t
uptime_of(const struct plan_vs *vs, real_s now)
{
	real_s since = plan_health_since(&vs->health);

	if (vs->node.status.availability != STATUS_AVAILABLE || since == 0 ||
	    now < since)
		return 0;
	return (uint64_t)(now - since);
}

static bool
vs_stats(const struct control_stats *s, const struct object *o,
    const struct object *item)
{
	const struct plan_server *server = map_find(&s->plan->servers,
	    o->name);
	const struct plan_vs *vs = server == NULL ? NULL :
	    map_find(&server->vss, item->name);
	char why[PLAN_REASON_MAX], place[ADDR_TEXT_MAX];
	struct metric_values used;

	if (vs == NULL || vs->obj == NULL)
		return false;
	plan_metrics_of_vs(vs, &used);
	reststats_text(s->entries, "destination",
	    addr_format_port(&vs->obj->destination, place));
	put_metrics(s->entries, &used);
	reststats_number(s->entries, "picks", control_counts_picks(vs));
	reststats_text(s->entries, "serverName", server->name);
	put_status(s->entries, &vs->node, plan_vs_reason(vs, why,
	    sizeof(why)));
	reststats_number(s->entries, "uptime", uptime_of(vs, s->now));
	reststats_text(s->entries, "vsName", item->name);
	return true;
}

static bool
datacenter_stats(const struct control_stats *s, const struct object *o)
{
	const struct plan_datacenter *dc = map_find(&s->plan->datacenters,
	    o->name);
	char why[PLAN_REASON_MAX];

	if (dc == NULL)
		return false;
	reststats_text(s->entries, "dcName", dc->name);
	put_status(s->entries, &dc->node, plan_datacenter_reason(dc, why,
	    sizeof(why)));
	return true;
}

/* How its targets are; what is found of each of them is at gtm/probe. */
static bool
monitor_stats(const struct control_stats *s, const struct object *o)
{
	struct control_probe_counts c;

	for (size_t i = 0; monitor_types[i] != o->type; i++)
		if (monitor_types[i] == NULL)
			return false;
	control_probe_count(s->plan, o->name, &c);
	reststats_text(s->entries, "monitorName", o->name);
	reststats_number(s->entries, "targetsDown", c.state[HEALTH_DOWN]);
	reststats_number(s->entries, "targetsUnknown",
	    c.state[HEALTH_UNKNOWN]);
	reststats_number(s->entries, "targetsUp", c.state[HEALTH_UP]);
	return true;
}

bool
control_stats(const struct control_stats *s, const struct object *o)
{
	for (int t = 0; t < WIDE_TYPES; t++) {
		if (o->type == recordtype_rows[t].wide)
			return wide_stats(s, (enum wide_type)t, o);
		if (o->type == recordtype_rows[t].pool)
			return pool_stats(s, (enum wide_type)t, o);
	}
	if (o->type == &server_type)
		return server_stats(s, o);
	if (o->type == &datacenter_type)
		return datacenter_stats(s, o);
	return monitor_stats(s, o);
}

bool
control_stats_item(const struct control_stats *s, const struct object *o,
    const struct object *item)
{
	for (int t = 0; t < WIDE_TYPES; t++)
		if (o->type == recordtype_rows[t].pool)
			return member_stats(s, (enum wide_type)t, o, item);
	return item->type == &server_vs_type && vs_stats(s, o, item);
}
