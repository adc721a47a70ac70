/* wom/peer/peerview.c - see peerview.h. Layer: wom/peer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/peer/peerview.h"

#include <stdlib.h>

#include "core/base/mem.h"

const char *const peerview_state_names[] = { "disabled", "down", "cut", "up" };
const char *const peerview_conn_state_names[] = {
	"none", "calling", "handshake", "hello", "up"
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
	drop(v->flows);
	drop(v->totals);
	drop(v->routes);
	free(v);
}

/* ---- copies ---- */

struct copying {
	struct flow_row	*flows;
	struct flow_total *totals;
	size_t	flow_count, flow_room, total_count, total_room;
};

static void
copy_flow(void *arg, const struct flow_row *r)
{
	struct copying *c = arg;

	if (c->flow_count == PEERVIEW_FLOWS_MAX)
		return;
	c->flows = mem_grow(c->flows, &c->flow_room, c->flow_count + 1,
	    sizeof(*c->flows));
	c->flows[c->flow_count++] = *r;
}

static void
copy_total(void *arg, const struct flow_total *t)
{
	struct copying *c = arg;

	c->totals = mem_grow(c->totals, &c->total_room, c->total_count + 1,
	    sizeof(*c->totals));
	c->totals[c->total_count++] = *t;
}

void
peerview_take_flows(struct peerview *v, struct flowset *fs)
{
	struct copying c = { .flows = NULL };

	if (fs == NULL)
		return;
	flowset_each(fs, copy_flow, &c);
	flowset_each_total(fs, copy_total, &c);
	v->flows = c.flows;
	v->flow_count = c.flow_count;
	v->flow_all = flowset_count(fs);
	v->totals = c.totals;
	v->total_count = c.total_count;
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
