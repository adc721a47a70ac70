/* gtmd/plan/plan_vs.c - virtual servers in the graph.
 *
 * A virtual server is down when its own monitors or its server's say so, or
 * when one that it depends on, however indirectly, is down by its own
 * monitors. Judging dependencies by their own monitors keeps virtual servers
 * that depend on each other from holding each other down for ever.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_vs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/decide/measures.h"
#include "gtmd/plan/plan_force.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_metrics.h"

static void
on_health(void *owner)
{
	struct plan_vs *vs = owner;

	plan_node_touch(&vs->node, &vs->node.plan->touched_vss);
}

/* ---- walks along dependencies ---- */

/* Virtual servers in the order they were come by, each once. */
struct walk {
	struct plan_vs	**at;
	size_t		 count, room;
};

static void
walk_add(struct walk *w, struct plan_vs *vs)
{
	if (vs->visit == vs->node.plan->visit)
		return;
	vs->visit = vs->node.plan->visit;
	w->at = mem_grow(w->at, &w->room, w->count + 1, sizeof(*w->at));
	w->at[w->count++] = vs;
}

static struct walk
walk_depends(struct plan_vs *vs)
{
	struct walk w = { 0 };

	vs->node.plan->visit++;
	walk_add(&w, vs);
	for (size_t i = 0; i < w.count; i++)
		LIST_EACH(&w.at[i]->depends, it)
			walk_add(&w, OBJ_OF(it, struct plan_depend,
			    from)->dependency);
	return w;
}

static void
touch_dependents(struct plan_vs *vs)
{
	struct plan *p = vs->node.plan;
	struct walk w = { 0 };

	if (list_empty(&vs->dependents))
		return;
	p->visit++;
	walk_add(&w, vs);
	for (size_t i = 0; i < w.count; i++)
		LIST_EACH(&w.at[i]->dependents, it)
			walk_add(&w, OBJ_OF(it, struct plan_depend,
			    on)->dependent);
	for (size_t i = 1; i < w.count; i++)
		plan_node_touch(&w.at[i]->node, &p->touched_vss);
	free(w.at);
}

/* ---- life ---- */

char *
plan_vs_key(const char *key, size_t server_len)
{
	char *text = mem_strdup(key);

	if (server_len < strlen(text))
		text[server_len] = '\n';
	return text;
}

struct plan_vs *
plan_vs_get(struct plan *p, const char *key, size_t server_len)
{
	char *where = plan_vs_key(key, server_len);
	struct plan_vs *vs = map_find(&p->vss, where);

	if (vs != NULL) {
		free(where);
		return vs;
	}
	vs = mem_zalloc(1, sizeof(*vs));
	plan_node_init(&vs->node, p);
	vs->key = mem_strdup(key);
	vs->server_len = server_len;
	plan_health_init(&vs->health, p, on_health, vs);
	list_init(&vs->members);
	list_init(&vs->depends);
	list_init(&vs->dependents);
	map_put(&p->vss, where, vs);
	free(where);
	return vs;
}

void
plan_vs_drop(struct plan_vs *vs)
{
	char *where;

	if (vs->obj != NULL || !list_empty(&vs->members) ||
	    !list_empty(&vs->dependents))
		return;
	where = plan_vs_key(vs->key, vs->server_len);
	map_remove(&vs->node.plan->vss, where);
	free(where);
	list_remove(&vs->node.touched);
	free(vs->key);
	free(vs);
}

static void
drop_depends(struct plan_vs *vs)
{
	LIST_EACH(&vs->depends, it) {
		struct plan_depend *d = OBJ_OF(it, struct plan_depend, from);
		struct plan_vs *on = d->dependency;

		list_remove(&d->from);
		list_remove(&d->on);
		free(d);
		if (on != vs)
			plan_vs_drop(on);
	}
}

static void
put_depends(struct plan_vs *vs)
{
	drop_depends(vs);
	for (size_t i = 0; i < vs->obj->depends_on.count; i++) {
		const struct server_depends *o = (const struct server_depends *)
		    vs->obj->depends_on.v[i];
		struct plan_depend *d = mem_zalloc(1, sizeof(*d));

		d->dependent = vs;
		d->dependency = plan_vs_get(vs->node.plan, o->obj.name,
		    o->server_len);
		list_append(&vs->depends, &d->from);
		list_append(&d->dependency->dependents, &d->on);
	}
}

void
plan_vs_put(struct plan_server *s, const struct server_vs *obj)
{
	struct plan *p = s->node.plan;
	char *key = mem_printf("%s:%s", s->name, obj->obj.name);
	struct plan_vs *vs = plan_vs_get(p, key, strlen(s->name));

	free(key);
	if (vs->obj == NULL) {
		vs->server = s;
		map_put(&s->vss, obj->obj.name, vs);
		status_census_move(&s->census, NULL, &vs->node.status);
		p->counts.virtual_servers++;
		plan_metrics_take_vs(vs);
		plan_metrics_recall_vs(vs);
	}
	plan_node_touch(&vs->node, &p->touched_vss);
	if (vs->obj != NULL && object_equal(&vs->obj->obj, &obj->obj)) {
		vs->obj = obj;
		return;
	}
	vs->obj = obj;
	put_depends(vs);
	/* Members answer and probe with its address. */
	LIST_EACH(&vs->members, it)
		plan_node_touch(&OBJ_OF(it, struct plan_member, siblings)->node,
		    &p->touched_members);
}

void
plan_vs_remove(struct plan_vs *vs)
{
	struct plan *p = vs->node.plan;

	plan_health_fini(&vs->health);
	measures_row_drop(&vs->metrics);
	vs->limit = (struct plan_limit){ 0 };
	touch_dependents(vs);
	drop_depends(vs);
	vs->own = vs->probe = STATUS_PROBE_NONE;
	status_census_move(&vs->server->census, &vs->node.status, NULL);
	map_remove(&vs->server->vss, vs->key + strlen(vs->server->name) + 1);
	vs->server = NULL;
	vs->obj = NULL;
	vs->node.status = (struct status){ 0 };
	p->counts.virtual_servers--;
	LIST_EACH(&vs->members, it)
		plan_node_touch(&OBJ_OF(it, struct plan_member, siblings)->node,
		    &p->touched_members);
	plan_vs_drop(vs);
}

/* ---- state ---- */

/* The first that vs depends on and that is down by its own monitors. */
static struct plan_vs *
down_dependency(struct plan_vs *vs)
{
	struct plan_vs *down = NULL;
	struct walk w;

	if (list_empty(&vs->depends))
		return NULL;
	w = walk_depends(vs);
	for (size_t i = 1; i < w.count && down == NULL; i++)
		if (w.at[i]->own == STATUS_PROBE_DOWN)
			down = w.at[i];
	free(w.at);
	return down;
}

static void
update_probes(struct plan_vs *vs, bool enabled)
{
	const struct monrule *const rule[PLAN_HEALTH_RULES] = {
		&vs->server->obj->monitor, &vs->obj->monitor };
	enum status_probe was = vs->own, forced = plan_force_of_vs(vs);

	plan_health_set(&vs->health, &vs->obj->destination, rule,
	    !enabled && !vs->node.plan->monitor_disabled ?
	    PLAN_HEALTH_DISABLED : plan_prober_pause(vs->server));
	vs->own = plan_health_probe(&vs->health);
	if (forced != STATUS_PROBE_NONE)
		vs->own = forced;
	if ((was == STATUS_PROBE_DOWN) != (vs->own == STATUS_PROBE_DOWN))
		touch_dependents(vs);
	vs->probe = vs->own;
	if (forced == STATUS_PROBE_NONE && down_dependency(vs) != NULL)
		vs->probe = STATUS_PROBE_DOWN;
}

/* One that could answer does not while it, or its server, is over a limit. */
static enum status_availability
availability_of(struct plan_vs *vs)
{
	enum status_availability a = status_of_probe(vs->probe);

	(void)plan_metrics_limit_vs(vs);
	if (!status_is_usable(a) || plan_force_of_vs(vs) != STATUS_PROBE_NONE)
		return a;
	return plan_limit_is_over(&vs->limit) ||
	    plan_limit_is_over(&vs->server->limit) ? STATUS_UNAVAILABLE : a;
}

static void
tell(struct plan_vs *vs, const struct status *was)
{
	char object[PLAN_LABEL_MAX], why[PLAN_REASON_MAX];
	struct plan *p = vs->node.plan;

	status_census_move(&vs->server->census, was, &vs->node.status);
	plan_node_touch(&vs->server->node, &p->touched_servers);
	(void)snprintf(object, sizeof(object), "virtual-server %s", vs->key);
	plan_node_log(&vs->node, object, was,
	    plan_vs_reason(vs, why, sizeof(why)));
}

void
plan_vs_update(struct plan_vs *vs)
{
	struct status was = vs->node.status, now = { 0 };
	enum status_probe was_probe = vs->probe;
	struct plan *p = vs->node.plan;

	if (vs->obj == NULL)
		return;
	if (!vs->obj->enabled)
		now.enabled = STATUS_DISABLED;
	else if (vs->server->node.status.enabled != STATUS_ENABLED)
		now.enabled = STATUS_DISABLED_BY_PARENT;
	update_probes(vs, now.enabled == STATUS_ENABLED);
	now.availability = availability_of(vs);
	if (plan_node_set(&vs->node, &now))
		tell(vs, &was);
	else if (vs->probe == was_probe)
		return;
	LIST_EACH(&vs->members, it)
		plan_node_touch(&OBJ_OF(it, struct plan_member, siblings)->node,
		    &p->touched_members);
}

static const char *
limit_reason(const struct plan_vs *vs, char *text, size_t cap)
{
	const struct plan_server *s = vs->server;
	struct metric_values used;
	char why[PLAN_REASON_MAX];

	plan_metrics_of_vs(vs, &used);
	if (plan_limit_is_over(&vs->limit))
		return plan_limit_reason(&vs->limit, &vs->obj->limits, &used,
		    text, cap);
	plan_metrics_of_server(s, &used);
	(void)snprintf(text, cap, "Server %s: %s", s->name, plan_limit_reason(
	    &s->limit, &s->obj->limits, &used, why, sizeof(why)));
	return text;
}

const char *
plan_vs_reason(const struct plan_vs *vs, char *text, size_t cap)
{
	struct plan_vs *down;

	if (plan_force_of_vs(vs) != STATUS_PROBE_NONE) {
		(void)snprintf(text, cap, "Forced for this question");
		return text;
	}
	if (vs->node.status.availability == STATUS_UNAVAILABLE)
		return limit_reason(vs, text, cap);
	if (vs->own == STATUS_PROBE_DOWN || vs->probe != STATUS_PROBE_DOWN)
		return plan_health_reason(&vs->health, text, cap);
	down = down_dependency((struct plan_vs *)(uintptr_t)vs);
	(void)snprintf(text, cap, "Depends on %s, which is down",
	    down != NULL ? down->key : "another");
	return text;
}
