/* wom/peer/peerview.c - see peerview.h. Layer: wom/peer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/peer/peerview.h"

#include <stdlib.h>

#include "core/base/mem.h"

const char *const peerview_state_names[] = { "disabled", "down", "cut", "up" };
const char *const peerview_conn_state_names[] = {
	"none", "hello", "up"
};

struct peerview *
peerview_new(void)
{
	return mem_zalloc(1, sizeof(struct peerview));
}

/* The view owns what others may only read. */
static void
drop(const void *p)
{
	free((void *)(uintptr_t)p);
}

void
peerview_free(struct peerview **pv)
{
	struct peerview *v = *pv;

	*pv = NULL;
	if (v == NULL)
		return;
	for (size_t i = 0; i < v->flow_count; i++)
		drop(v->flows[i].open);
	drop(v->flows);
	for (size_t i = 0; i < v->app_count; i++)
		drop(v->apps[i].name);
	drop(v->apps);
	drop(v->ended);
	drop(v->routes);
	free(v);
}

/* ---- copies ---- */

struct copying {
	struct flowview	*flows;
	struct flowapp	*apps;
	size_t	flow_count, flow_room, app_count, app_room;
};

static void
copy_flow(void *arg, const struct flowview *v)
{
	struct copying *c = arg;

	if (c->flow_count == PEERVIEW_FLOWS_MAX)
		return;
	c->flows = mem_grow(c->flows, &c->flow_room, c->flow_count + 1,
	    sizeof(*c->flows));
	c->flows[c->flow_count] = *v;
	c->flows[c->flow_count++].open = mem_dup(v->open, sizeof(*v->open));
}

static void
copy_app(void *arg, const struct flowapp *a)
{
	struct copying *c = arg;

	c->apps = mem_grow(c->apps, &c->app_room, c->app_count + 1,
	    sizeof(*c->apps));
	c->apps[c->app_count] = *a;
	c->apps[c->app_count++].name = mem_strdup(a->name);
}

void
peerview_take_flows(struct peerview *v, struct flowset *fs)
{
	struct copying c = { .flows = NULL };

	if (fs == NULL)
		return;
	flowset_each(fs, copy_flow, &c);
	flowset_each_app(fs, copy_app, &c);
	v->flows = c.flows;
	v->flow_count = c.flow_count;
	v->flow_total = flowset_count(fs);
	v->apps = c.apps;
	v->app_count = c.app_count;
	v->flow_held = flowset_held(fs);
	v->level = flowset_level(fs);
}

void
peerview_take_routes(struct peerview *v, const struct linkroute *routes,
    size_t count)
{
	v->routes = count > 0 ? mem_dup(routes, count * sizeof(*routes)) : NULL;
	v->route_count = count;
}
