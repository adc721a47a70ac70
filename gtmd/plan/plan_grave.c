/* gtmd/plan/plan_grave.c - tally slots that readers may still hold.
 *
 * rcu calls back in a thread of its own, where the control loop's state must
 * not be touched: the call only marks the grave, the next sweep empties it.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_grave.h"

#include <stdbool.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/rcu.h"
#include "gtmd/count/tally.h"
#include "gtmd/plan/plan_graph.h"

struct plan_grave {
	struct list	 graves;
	uint32_t	 first, count;
	bool		 ripe;		/* atomic: no reader holds it */
};

static void
ripen(void *arg)
{
	struct plan_grave *g = arg;

	__atomic_store_n(&g->ripe, true, __ATOMIC_RELEASE);
}

void
plan_grave_dig(struct plan *p, uint32_t first, uint32_t count)
{
	struct plan_grave *g;

	if (p->config.apart) {
		tally_slots_free(first, count);
		return;
	}
	g = mem_zalloc(1, sizeof(*g));
	g->first = first;
	g->count = count;
	list_append(&p->graves, &g->graves);
	rcu_defer(ripen, g);
}

static int
by_first(const void *a, const void *b)
{
	const struct plan_grave *x = *(struct plan_grave *const *)a;
	const struct plan_grave *y = *(struct plan_grave *const *)b;

	return (x->first > y->first) - (x->first < y->first);
}

/* Neighbours one after the other: each joins the free range before it. */
void
plan_grave_sweep(struct plan *p)
{
	struct plan_grave **ripe = NULL;
	size_t count = 0, room = 0;

	LIST_EACH(&p->graves, it) {
		struct plan_grave *g = OBJ_OF(it, struct plan_grave, graves);

		if (!__atomic_load_n(&g->ripe, __ATOMIC_ACQUIRE))
			break;
		ripe = mem_grow(ripe, &room, count + 1, sizeof(*ripe));
		ripe[count++] = g;
		list_remove(&g->graves);
	}
	if (count > 0)
		qsort(ripe, count, sizeof(*ripe), by_first);
	for (size_t i = 0; i < count; i++) {
		tally_slots_free(ripe[i]->first, ripe[i]->count);
		free(ripe[i]);
	}
	free(ripe);
}
