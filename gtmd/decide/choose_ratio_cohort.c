/* gtmd/decide/choose_ratio_cohort.c - method ratio for clients that are to stay where
 * they are: each client network has a fixed point in the shares.
 *
 * Weighted rendezvous hashing: network and candidate together give a number u
 * in 0..1, and the candidate with the smallest -ln(u)/ratio wins. That is the
 * first arrival of independent Poisson processes whose rates are the ratios,
 * so that each candidate gets exactly its share of the networks; and a ratio
 * that rises only draws networks to its own candidate, one that falls only
 * lets go of some: nobody moves between two others, nobody moves back. The
 * same network is in the same place in each wide IP that has the pool.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "gtmd/decide/choose.h"
#include "gtmd/topology/asker.h"

struct entry {
	uint64_t	 key;
	double		 per_ratio;	/* 1 / ratio */
};

struct cohort {
	struct clientnet_len net;
	uint32_t	 count;
	uint64_t	 sum;		/* of ratios */
	struct entry	 entry[];
};

static size_t
room(const struct choose_item *items, size_t count)
{
	(void)items;
	return sizeof(struct cohort) + count * sizeof(struct entry);
}

/* 2^53 points, none of them 0 or 1. */
static double
uniform(uint64_t point, uint64_t key)
{
	return ((double)(clientnet_fold(point, key) >> 11) + 0.5) * 0x1p-53;
}

static uint32_t
pick(const void *table, const struct choose_query *q)
{
	const struct cohort *c = table;
	struct clientnet n = clientnet_of(q->asker->from, c->net);
	uint64_t point = clientnet_point(&n) | 1;
	double least = INFINITY;
	uint32_t best = 0;

	for (uint32_t i = 0; i < c->count; i++) {
		double u = uniform(point, c->entry[i].key), arrival;

		/* 1 - u <= -ln(u): spares nearly all of the logarithms. */
		if ((1 - u) * c->entry[i].per_ratio >= least)
			continue;
		arrival = -log(u) * c->entry[i].per_ratio;
		if (arrival < least) {
			least = arrival;
			best = i;
		}
	}
	return best;
}

static bool
admits(const struct choose_item *item)
{
	return item->ratio > 0;
}

static choose_pick_fn *
compile(void *table, const struct choose_item *items, size_t count)
{
	struct cohort *c = table;

	if (count == 1)
		return NULL;
	c->net = items[0].net;
	c->count = (uint32_t)count;
	for (size_t i = 0; i < count; i++) {
		c->entry[i].key = items[i].key;
		c->entry[i].per_ratio = 1.0 / items[i].ratio;
		c->sum += items[i].ratio;
	}
	return pick;
}

static void
shares(const struct choose_item *items, size_t count, double *out)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += items[i].ratio;
	for (size_t i = 0; i < count; i++)
		out[i] = items[i].ratio / sum;
}

/* A known client has its one; of all there may be each gets its ratio. */
static uint64_t
weights(const struct choose_weigh *w, uint64_t *out)
{
	const struct cohort *c = w->table;

	for (size_t i = 0; i < w->count; i++)
		out[i] = w->asker->from != NULL ? 0 :
		    (uint64_t)(1.0 / c->entry[i].per_ratio + 0.5);
	if (w->asker->from == NULL)
		return c->sum;
	out[pick(c, &(struct choose_query){ .asker = w->asker })] = 1;
	return 1;
}

const struct choose_method choose_ratio_cohort = {
	.name = "ratio with cohorts", .kind = CHOOSE_PICK, .is_static = true,
	.admits = admits, .room = room, .compile = compile, .shares = shares,
	.weights = weights,
};
