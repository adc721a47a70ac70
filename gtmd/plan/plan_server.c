/* gtmd/plan/plan_server.c - servers in the graph. Their virtual servers are in
 * plan_vs.c. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_server.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/decide/measures.h"
#include "gtmd/plan/plan_datacenter.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_metrics.h"
#include "gtmd/plan/plan_vs.h"

static struct plan_server *
server_new(struct plan *p, const char *name)
{
	struct plan_server *s = mem_zalloc(1, sizeof(*s));

	plan_node_init(&s->node, p);
	s->name = mem_strdup(name);
	list_init(&s->siblings);
	map_init(&s->vss);
	map_put(&p->servers, s->name, s);
	p->counts.servers++;
	plan_metrics_take_server(s);
	plan_metrics_recall_server(s);
	return s;
}

static void
set_status(struct plan_server *s, const struct status *now)
{
	struct status was = s->node.status;
	char object[PLAN_LABEL_MAX], why[PLAN_REASON_MAX];
	struct plan *p = s->node.plan;

	if (!plan_node_set(&s->node, now))
		return;
	status_census_move(&s->datacenter->census, &was, now);
	plan_node_touch(&s->datacenter->node, &p->touched_datacenters);
	(void)snprintf(object, sizeof(object), "server %s", s->name);
	plan_node_log(&s->node, object, &was,
	    plan_server_reason(s, why, sizeof(why)));
}

void
plan_server_inherit(struct plan_server *s)
{
	struct status now = s->node.status;
	struct plan_vs *vs;

	if (s->obj == NULL)
		return;
	now.enabled = STATUS_ENABLED;
	if (!s->obj->enabled)
		now.enabled = STATUS_DISABLED;
	else if (s->datacenter->node.status.enabled != STATUS_ENABLED)
		now.enabled = STATUS_DISABLED_BY_PARENT;
	if (now.enabled == s->node.status.enabled)
		return;
	set_status(s, &now);
	for (size_t at = 0; (vs = map_next(&s->vss, &at, NULL)) != NULL;)
		plan_node_touch(&vs->node, &s->node.plan->touched_vss);
}

/* Topology may say something else of members that are elsewhere. */
static void
touch_pools(const struct plan_server *s)
{
	struct plan_vs *vs;

	for (size_t at = 0; (vs = map_next(&s->vss, &at, NULL)) != NULL;)
		LIST_EACH(&vs->members, it)
			plan_node_touch(&OBJ_OF(it, struct plan_member,
			    siblings)->pool->node,
			    &s->node.plan->touched_pools);
}

/* Out of the old data center, into the new one. */
static void
move_to(struct plan_server *s, struct plan_datacenter *to)
{
	struct plan_datacenter *from = s->datacenter;
	struct plan *p = s->node.plan;

	if (from == to)
		return;
	list_remove(&s->siblings);
	s->datacenter = to;
	if (to != NULL) {
		touch_pools(s);
		list_append(&to->servers, &s->siblings);
		status_census_move(&to->census, NULL, &s->node.status);
		plan_node_touch(&to->node, &p->touched_datacenters);
	}
	if (from != NULL) {
		status_census_move(&from->census, &s->node.status, NULL);
		plan_node_touch(&from->node, &p->touched_datacenters);
		plan_datacenter_drop(from);
	}
}

/* Virtual servers that the object has no more. */
static void
drop_vss(struct plan_server *s)
{
	const char **names = map_sorted_keys(&s->vss);
	size_t count = s->vss.count;

	for (size_t i = 0; i < count; i++)
		if (s->obj == NULL || objlist_find(&s->obj->virtual_servers,
		    names[i]) == NULL)
			plan_vs_remove(map_find(&s->vss, names[i]));
	free(names);
}

void
plan_server_put(struct plan *p, const struct server *obj)
{
	struct plan_server *s = map_find(&p->servers, obj->obj.name);
	const struct server *was = NULL;

	if (s == NULL)
		s = server_new(p, obj->obj.name);
	/* Virtual servers compare what they were with what they are. */
	PLAN_HOLD(was, s->obj);
	PLAN_HOLD(s->obj, obj);
	move_to(s, plan_datacenter_get(p, obj->datacenter));
	plan_server_inherit(s);
	drop_vss(s);
	for (size_t i = 0; i < obj->virtual_servers.count; i++)
		plan_vs_put(s, (const struct server_vs *)
		    obj->virtual_servers.v[i]);
	PLAN_HOLD(was, NULL);
	(void)plan_metrics_limit_server(s);
	plan_node_touch(&s->node, &p->touched_servers);
}

void
plan_server_remove(struct plan *p, const char *name)
{
	struct plan_server *s = map_remove(&p->servers, name);

	if (s == NULL)
		return;
	PLAN_HOLD(s->obj, NULL);
	drop_vss(s);
	move_to(s, NULL);
	list_remove(&s->node.touched);
	measures_row_drop(&s->metrics);
	map_fini(&s->vss);
	free(s->name);
	free(s);
	p->counts.servers--;
}

void
plan_server_update(struct plan_server *s)
{
	struct status now = { .enabled = s->node.status.enabled,
	    .availability = status_of_census(&s->census) };

	set_status(s, &now);
}

static const char *
limit_reason(const struct plan_server *s, char *text, size_t cap)
{
	struct metric_values used;

	if (!plan_limit_is_over(&s->limit)) {
		(void)snprintf(text, cap, "No enabled VS within its limits");
		return text;
	}
	plan_metrics_of_server(s, &used);
	return plan_limit_reason(&s->limit, &s->obj->limits, &used, text, cap);
}

const char *
plan_server_reason(const struct plan_server *s, char *text, size_t cap)
{
	switch (s->node.status.availability) {
	case STATUS_AVAILABLE:
		(void)snprintf(text, cap, "Available");
		break;
	case STATUS_UNKNOWN:
		(void)snprintf(text, cap, s->vss.count == 0 ?
		    "No virtual servers" : "Checking");
		break;
	case STATUS_UNAVAILABLE:
		return limit_reason(s, text, cap);
	case STATUS_OFFLINE:
	case STATUS_AVAILABILITIES:
		(void)snprintf(text, cap, "No enabled VS available");
		break;
	}
	return text;
}
