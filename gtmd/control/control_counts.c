/* gtmd/control/control_counts.c - see control_counts.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_counts.h"

#include "core/base/obj.h"
#include "gtmd/count/tally.h"
#include "gtmd/plan/plan_graph.h"

static void
add_edge(struct control_counts *c, const struct plan_edge *e)
{
	uint64_t persisted = tally_sum(e->slot + DECISION_PERSISTED);
	uint64_t preferred = persisted +
	    tally_sum(e->slot + DECISION_PREFERRED);
	uint64_t alternate = tally_sum(e->slot + DECISION_ALTERNATE);
	uint64_t fallback = tally_sum(e->slot + DECISION_FALLBACK) +
	    tally_sum(e->slot + DECISION_LAST_RESORT) +
	    tally_sum(e->slot + DECISION_FALLBACK_IP);

	c->preferred += preferred;
	c->persisted += persisted;
	c->alternate += alternate;
	c->fallback += fallback;
	c->returned += tally_sum(e->slot + DECISION_RETURNED);
	c->dropped += tally_sum(e->slot + DECISION_DROPPED);
	if (e->pool->type == WIDE_CNAME)
		c->cname += preferred + alternate + fallback;
}

void
control_counts_wide(const struct plan_wide *w, struct control_counts *c)
{
	*c = (struct control_counts){ 0 };
	for (size_t i = 0; i < w->edge_count; i++)
		add_edge(c, w->edges[i]);
}

void
control_counts_pool(const struct plan_pool *p, struct control_counts *c)
{
	*c = (struct control_counts){ 0 };
	LIST_EACH(&p->edges, n)
		add_edge(c, OBJ_OF(n, struct plan_edge, users));
}

void
control_counts_member(const struct plan_member *m, struct control_counts *c)
{
	*c = (struct control_counts){
		.preferred = tally_sum(m->slot + DECISION_PREFERRED),
		.alternate = tally_sum(m->slot + DECISION_ALTERNATE),
		.fallback = tally_sum(m->slot + DECISION_FALLBACK),
	};
	if (m->pool->type == WIDE_CNAME)
		c->cname = control_counts_answers(c);
}

uint64_t
control_counts_answers(const struct control_counts *c)
{
	return c->preferred + c->alternate + c->fallback;
}

uint64_t
control_counts_picks(const struct plan_vs *vs)
{
	uint64_t n = 0;

	LIST_EACH(&vs->members, node) {
		struct control_counts c;

		control_counts_member(OBJ_OF(node, struct plan_member,
		    siblings), &c);
		n += control_counts_answers(&c);
	}
	return n;
}
