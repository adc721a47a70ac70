/* gtmd/decide/choose_best.c - see choose_best.h. Candidates come best first.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/choose_best.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "gtmd/decide/choose_cycle.h"
#include "gtmd/decide/choose_divisor.h"

#define RATIO_MAX	65535	/* as configured ratios */

__extension__ typedef unsigned __int128 wide_product;

/* ---- the best ---- */

/* Candidates come in their order already. */
struct best {
	struct choose_cycle cycle;	/* of those that share the first place */
	uint16_t	 order[];
};

/* How many at the front share the highest score. */
static size_t
best_count(const struct choose_item *items, size_t count)
{
	size_t n = 1;

	while (n < count && items[n].score == items[0].score)
		n++;
	return n;
}

bool
choose_best_admits(const struct choose_item *item)
{
	return item->score != CHOOSE_UNMEASURED;
}

size_t
choose_best_room(const struct choose_item *items, size_t count)
{
	(void)items;
	return sizeof(struct best) + count * sizeof(uint16_t);
}

static uint32_t
pick(const void *table, const struct choose_query *q)
{
	const struct best *b = table;

	return choose_cycle_at(&b->cycle, q->turn);
}

choose_pick_fn *
choose_best_compile(void *table, const struct choose_item *items, size_t count)
{
	size_t best = best_count(items, count);
	struct best *b = table;

	b->cycle = choose_cycle_of((uint32_t)best);
	for (size_t i = 0; i < count; i++)
		b->order[i] = (uint16_t)i;
	return best > 1 ? pick : NULL;
}

void
choose_best_shares(const struct choose_item *items, size_t count, double *out)
{
	size_t best = best_count(items, count);

	for (size_t i = 0; i < count; i++)
		out[i] = i < best ? 1.0 / (double)best : 0.0;
}

uint64_t
choose_best_weights(const struct choose_weigh *w, uint64_t *out)
{
	const struct best *b = w->table;

	for (size_t i = 0; i < w->count; i++)
		out[i] = i < b->cycle.length;
	return b->cycle.length;
}

void
choose_best_order(const struct choose_weigh *w, struct choose_order *out)
{
	const struct best *b = w->table;

	out->at = b->order;
	out->ties = b->cycle.length;
	out->usable = (uint32_t)w->count;
}

/* ---- in proportion ---- */

bool
choose_best_spread_admits(const struct choose_item *item)
{
	return item->score != CHOOSE_UNMEASURED && item->score > 0;
}

static uint64_t
common_divisor(const struct choose_item *items, size_t count)
{
	uint64_t a = 0;

	for (size_t i = 0; i < count && a != 1; i++)
		a = choose_divisor(a, items[i].score);
	return a;
}

/* The nearest of 1..RATIO_MAX. */
static uint32_t
ratio_of(uint64_t score, uint64_t highest)
{
	wide_product whole = (wide_product)score * RATIO_MAX + highest / 2;
	uint32_t ratio = (uint32_t)(whole / highest);

	return ratio > 0 ? ratio : 1;
}

/* The scores as ratios, for the caller to free. */
static struct choose_item *
ratios_of(const struct choose_item *items, size_t count)
{
	struct choose_item *ratios = mem_zalloc(count, sizeof(*ratios));
	uint64_t divisor = common_divisor(items, count);
	uint64_t highest = items[0].score / divisor;

	for (size_t i = 0; i < count; i++) {
		uint64_t score = items[i].score / divisor;

		assert(score > 0 && score <= highest);
		ratios[i].ratio = highest <= RATIO_MAX ? (uint32_t)score :
		    ratio_of(score, highest);
	}
	return ratios;
}

size_t
choose_best_spread_room(const struct choose_item *items, size_t count)
{
	struct choose_item *ratios = ratios_of(items, count);
	size_t room = choose_ratio.room(ratios, count);

	free(ratios);
	return room;
}

choose_pick_fn *
choose_best_spread_compile(void *table, const struct choose_item *items,
    size_t count)
{
	struct choose_item *ratios = ratios_of(items, count);
	choose_pick_fn *fn = choose_ratio.compile(table, ratios, count);

	free(ratios);
	return fn;
}

void
choose_best_spread_shares(const struct choose_item *items, size_t count,
    double *out)
{
	struct choose_item *ratios = ratios_of(items, count);

	choose_ratio.shares(ratios, count, out);
	free(ratios);
}
