/* gtmd/control/control_outcome.c - see control_outcome.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_outcome.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/model/json.h"
#include "gtmd/decide/decision_keep.h"
#include "gtmd/decide/pathtable.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/topology/asker.h"

#define EXACT_MAX	(INT64_C(1) << 53)

__extension__ typedef unsigned __int128 wide_count;

static void
on_outcome(void *arg, const struct decision_outcome *o)
{
	struct control_outcome *c = arg;

	c->v = mem_grow(c->v, &c->room, c->count + 1, sizeof(*c->v));
	c->v[c->count++] = *o;
}

struct by_member {
	uint32_t	 slot;
	size_t		 number;
};

static int
by_member_slot(const void *a, const void *b)
{
	const struct by_member *x = a, *y = b;

	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static void
sort_by_member(struct control_outcome *c)
{
	struct by_member *all = mem_zalloc(c->count, sizeof(*all));

	c->by_member = mem_zalloc(c->count, sizeof(*c->by_member));
	for (size_t i = 0; i < c->count; i++)
		all[i] = (struct by_member){ c->v[i].member_slot, i };
	qsort(all, c->count, sizeof(*all), by_member_slot);
	for (size_t i = 0; i < c->count; i++)
		c->by_member[i] = all[i].number;
	free(all);
}

void
control_outcome_init(struct control_outcome *c, const struct plan_wide *w,
    struct asker *asker)
{
	*c = (struct control_outcome){ .wide = w,
	    .decision = decision_get(w->slot) };
	asker_resolver(asker, &c->who);
	if (asker->paths != NULL && asker->from != NULL) {
		c->paths = asker->paths;
		c->resolver = clientnet_of(asker->from,
		    (struct clientnet_len){ 32, 128 });
		c->now_s = decision_keep_now(asker->clock);
	}
	if (asker->client.addr.family != 0 && (w->obj->rare->client_subnet ||
	    w->node.plan->topology.client_subnet))
		c->who = asker->client.addr;
	if (c->decision != NULL)
		decision_walk(c->decision, asker, on_outcome, c);
	if (c->count > 0)
		sort_by_member(c);
}

void
control_outcome_fini(struct control_outcome *c)
{
	free(c->by_member);
	free(c->v);
	*c = (struct control_outcome){ .count = 0 };
}

bool
control_outcome_figures(const struct control_outcome *c,
    const struct plan_member *m, struct pathtable_figures *out)
{
	struct pathtable_ask q = { .now_s = c->now_s, .peeks = true };

	if (c->paths == NULL || m->vs == NULL || m->vs->server == NULL)
		return false;
	q.key = (struct pathtable_key){ m->vs->server->datacenter->key,
	    c->resolver };
	pathtable_ask(c->paths, &q, out);
	return out->known != 0;
}

static bool
is_of_edge(const struct decision_outcome *o, const struct plan_edge *e)
{
	return o->method != NULL && o->slot >= e->slot &&
	    o->slot - e->slot < DECISION_POOL_SLOTS;
}

static void
sum_up(struct control_outcome_sum *sum, const struct decision_outcome *o)
{
	if (sum->first == NULL || o->share > sum->first->share)
		sum->first = o;
	sum->share += o->share;
	sum->present += o->present;
}

struct control_outcome_sum
control_outcome_pool(const struct control_outcome *c,
    const struct plan_edge *e)
{
	struct control_outcome_sum sum = { .share = 0 };

	for (size_t i = 0; i < c->count; i++)
		if (is_of_edge(&c->v[i], e))
			sum_up(&sum, &c->v[i]);
	return sum;
}

struct control_outcome_sum
control_outcome_member(const struct control_outcome *c,
    const struct plan_edge *e, const struct plan_member *m)
{
	struct control_outcome_sum sum = { .share = 0 };
	size_t lo = 0, hi = c->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (c->v[c->by_member[mid]].member_slot < m->slot)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < c->count; lo++) {
		const struct decision_outcome *o = &c->v[c->by_member[lo]];

		if (o->member_slot - m->slot >= DECISION_MEMBER_SLOTS)
			break;
		if (is_of_edge(o, e) && o->data != NULL)
			sum_up(&sum, o);
	}
	return sum;
}

const struct plan_edge *
control_outcome_edge(const struct control_outcome *c,
    const struct decision_outcome *o)
{
	for (size_t i = 0; i < c->wide->edge_count; i++)
		if (is_of_edge(o, c->wide->edges[i]))
			return c->wide->edges[i];
	return NULL;
}

static wide_count
common_divisor(wide_count a, wide_count b)
{
	while (b != 0) {
		wide_count rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

void
control_outcome_put_share(struct json *j, const struct decision_outcome *o)
{
	wide_count total = 1, weight = 1, divisor;

	json_put_real(j, "share", o->share);
	if (!o->direct)
		return;
	if (o->pool_total > 0) {
		total = o->pool_total;
		weight = o->pool_weight;
	}
	if (o->total > 0) {
		total *= o->total;
		weight *= o->weight;
	}
	divisor = common_divisor(weight, total);
	if (total / divisor >= EXACT_MAX)
		return;
	json_put_int(j, "weight", (int64_t)(weight / divisor));
	json_put_int(j, "total", (int64_t)(total / divisor));
}
