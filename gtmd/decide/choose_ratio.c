/* gtmd/decide/choose_ratio.c - weighted rotation that is exact at low volume.
 *
 * Random choice strays from its shares by the square root of the number of
 * answers; a rotation must not. Two forms, both one table read per pick:
 *
 * - Ratios whose sum (after division by their common divisor) is small get
 *   the whole rotation written out, spread by Tijdeman's rule (The chairman
 *   assignment problem, Discrete Mathematics 32, 1980): after any number of
 *   picks every candidate is within one of its share, and the whole period
 *   is exact.
 * - Others read the golden-ratio sequence (turn * 2^64/phi, which of all such
 *   sequences covers a line most evenly) as a point on the line of cumulative
 *   ratios: within a few of its share for any number of picks, its distance
 *   growing with the logarithm only.
 *
 * Neither keeps state but the turn, so a new ratio counts from the next pick.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include "gtmd/decide/choose.h"
#include "gtmd/decide/choose_cycle.h"
#include "gtmd/decide/choose_divisor.h"

/* Written-out rotations end here: two cache lines of octets, and so few steps
 * (period times candidates) that a build takes some 20 microseconds at most. */
#define PERIOD_MAX	128
#define STEPS_MAX	4096
#define GOLDEN		UINT64_C(0x9e3779b97f4a7c15)	/* 2^64 / phi, odd */

struct rotation {
	struct choose_cycle cycle;
	uint8_t		 at[];		/* turn in the period: who */
};

/* The line of all 2^32 points. A guide cell says which candidate owns its
 * first point; with four cells per candidate the owner is that one or the next
 * nearly always, whatever the ratios. */
struct line {
	uint32_t	 shift;		/* point >> shift = cell */
	uint32_t	*last;		/* last point of each candidate */
	uint16_t	*guide;
};

static uint64_t
sum_of(const struct choose_item *items, size_t count)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += items[i].ratio;
	return sum;
}

static uint32_t
common_divisor(const struct choose_item *items, size_t count)
{
	uint64_t a = 0;

	for (size_t i = 0; i < count && a != 1; i++)
		a = choose_divisor(a, items[i].ratio);
	return (uint32_t)a;
}

/* Cells of the guide: the power of two that is four times the count or more. */
static unsigned
guide_bits(size_t count)
{
	unsigned bits = 1;

	while ((size_t)1 << bits < 4 * count)
		bits++;
	return bits;
}

static uint64_t
period_of(const struct choose_item *items, size_t count)
{
	uint64_t divisor = common_divisor(items, count);

	assert(divisor > 0);		/* admits() saw to it */
	return sum_of(items, count) / divisor;
}

static bool
is_written_out(const struct choose_item *items, size_t count)
{
	uint64_t period = period_of(items, count);

	return period <= PERIOD_MAX && period * count <= STEPS_MAX;
}

static size_t
room(const struct choose_item *items, size_t count)
{
	if (is_written_out(items, count))
		return sizeof(struct rotation) + period_of(items, count);
	return sizeof(struct line) + count * sizeof(uint32_t) +
	    ((size_t)1 << guide_bits(count)) * sizeof(uint16_t);
}

static uint32_t
rotation_pick(const void *table, const struct choose_query *q)
{
	const struct rotation *r = table;

	return r->at[choose_cycle_at(&r->cycle, q->turn)];
}

/*
 * One step of Tijdeman's rule with n candidates and period p. ahead[i] is p
 * times what i is owed after this step: its share of the steps less what it
 * got. Among those owed 1/(2n-2) at least, the one whose debt would first
 * reach 1 - 1/(2n-2) is next; so no debt ever passes that, either way.
 */
static size_t
rotation_step(const int64_t *owed, const uint32_t *weight, size_t n, int64_t p)
{
	int64_t k = 2 * (int64_t)n - 2, best_left = 0;
	size_t best = n;

	for (size_t i = 0; i < n; i++) {
		int64_t left = p * (k - 1) - k * owed[i];

		if (k * owed[i] < p)
			continue;
		if (best == n || left * weight[best] < best_left * weight[i]) {
			best = i;
			best_left = left;
		}
	}
	return best;
}

static choose_pick_fn *
rotation_compile(struct rotation *r, const struct choose_item *items, size_t n)
{
	uint32_t divisor = common_divisor(items, n), weight[PERIOD_MAX];
	int64_t owed[PERIOD_MAX] = { 0 };
	uint32_t period = (uint32_t)period_of(items, n);

	for (size_t i = 0; i < n; i++)
		weight[i] = items[i].ratio / divisor;
	r->cycle = choose_cycle_of(period);
	for (uint32_t turn = 0; turn < period; turn++) {
		size_t next;

		for (size_t i = 0; i < n; i++)
			owed[i] += weight[i];
		next = rotation_step(owed, weight, n, period);
		owed[next] -= period;
		r->at[turn] = (uint8_t)next;
	}
	return rotation_pick;
}

static uint32_t
line_pick(const void *table, const struct choose_query *q)
{
	const struct line *l = table;
	uint32_t point = (uint32_t)(q->turn * GOLDEN >> 32);
	uint32_t i = l->guide[point >> l->shift];

	/* This one comes out either way at random: no branch to mispredict. */
	i += point > l->last[i];
	while (point > l->last[i])
		i++;
	return i;
}

static choose_pick_fn *
line_compile(struct line *l, const struct choose_item *items, size_t n)
{
	uint64_t sum = sum_of(items, n), upto = 0;
	unsigned bits = guide_bits(n);
	uint16_t owner = 0;

	l->shift = 32 - bits;
	l->last = (uint32_t *)(l + 1);
	l->guide = (uint16_t *)(l->last + n);
	/* sum < 2^32, so each candidate owns one point at the least. */
	for (size_t i = 0; i < n; i++) {
		upto += items[i].ratio;
		l->last[i] = (uint32_t)((upto << 32) / sum - 1);
	}
	l->last[n - 1] = UINT32_MAX;
	for (uint32_t cell = 0; cell < UINT32_C(1) << bits; cell++) {
		while (cell << l->shift > l->last[owner])
			owner++;
		l->guide[cell] = owner;
	}
	return line_pick;
}

static bool
admits(const struct choose_item *item)
{
	return item->ratio > 0;
}

static choose_pick_fn *
compile(void *table, const struct choose_item *items, size_t count)
{
	if (count == 1)
		return NULL;
	if (is_written_out(items, count))
		return rotation_compile(table, items, count);
	return line_compile(table, items, count);
}

static void
shares(const struct choose_item *items, size_t count, double *out)
{
	double sum = (double)sum_of(items, count);

	for (size_t i = 0; i < count; i++)
		out[i] = (double)items[i].ratio / sum;
}

static uint64_t
rotation_weights(const struct rotation *r, size_t count, uint64_t *out)
{
	for (size_t i = 0; i < count; i++)
		out[i] = 0;
	for (uint32_t turn = 0; turn < r->cycle.length; turn++)
		out[r->at[turn]]++;
	return r->cycle.length;
}

/* Over all turns the golden sequence meets each point of the line equally
 * often. */
uint64_t
choose_ratio_weights(const struct choose_weigh *w, uint64_t *out)
{
	const struct line *l = w->table;
	uint64_t upto = 0;

	if (w->pick == rotation_pick)
		return rotation_weights(w->table, w->count, out);
	for (size_t i = 0; i < w->count; i++) {
		out[i] = (uint64_t)l->last[i] + 1 - upto;
		upto += out[i];
	}
	return upto;
}

const struct choose_method choose_ratio = {
	.name = "ratio", .kind = CHOOSE_PICK, .is_static = true,
	.admits = admits, .room = room, .compile = compile, .shares = shares,
	.weights = choose_ratio_weights,
};
