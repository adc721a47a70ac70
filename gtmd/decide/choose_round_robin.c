/* gtmd/decide/choose_round_robin.c - each candidate in its turn.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/choose.h"
#include "gtmd/decide/choose_cycle.h"

static size_t
room(const struct choose_item *items, size_t count)
{
	(void)items;
	(void)count;
	return sizeof(struct choose_cycle);
}

static uint32_t
pick(const void *table, const struct choose_query *q)
{
	return choose_cycle_at(table, q->turn);
}

static choose_pick_fn *
compile(void *table, const struct choose_item *items, size_t count)
{
	struct choose_cycle *c = table;

	(void)items;
	*c = choose_cycle_of((uint32_t)count);
	return pick;
}

static void
shares(const struct choose_item *items, size_t count, double *out)
{
	(void)items;
	for (size_t i = 0; i < count; i++)
		out[i] = 1.0 / (double)count;
}

static uint64_t
weights(const struct choose_weigh *w, uint64_t *out)
{
	const struct choose_cycle *c = w->table;

	for (size_t i = 0; i < w->count; i++)
		out[i] = 1;
	return c->length;
}

const struct choose_method choose_round_robin = {
	.name = "round-robin", .kind = CHOOSE_PICK, .is_static = true,
	.room = room, .compile = compile, .shares = shares,
	.weights = weights,
};
