/* gtmd/decide/choose_topology.c - the candidates that topology scores highest for a
 * client, in turn.
 *
 * The view knows the orders in which all configured candidates may come; here
 * each becomes a row of those there are now, best first. A pick looks the
 * client's class up, then the row. Where all rows are alike nothing is looked
 * up and the answer depends on no network. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/choose.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "gtmd/topology/topology_view.h"

/* Of the golden-ratio sequence any part taken at regular steps is as even as
 * the whole: clients of two classes that ask by turns both get all ties. */
#define GOLDEN	UINT64_C(0x9e3779b97f4a7c15)	/* 2^64 / phi, odd */

struct table {
	const struct topology_view *view;
	uint32_t	 row_len;	/* uint16_t from one row to the next */
	bool		 client;	/* EDNS client subnet comes first */
	uint16_t	 rows[];	/* by ranking: ties, usable, then
					 * candidates, best first */
};

enum { ROW_TIES, ROW_USABLE, ROW_ORDER };

static size_t
room(const struct choose_item *items, size_t count)
{
	const struct topology_view *v = items[0].topology;

	return sizeof(struct table) + (size_t)v->rankings *
	    (count + ROW_ORDER) * sizeof(uint16_t);
}

/* ---- rows ---- */

/* A candidate with its rank: the better first, then in order. */
struct ranked {
	uint32_t	 rank;
	uint16_t	 at;
};

static int
by_rank(const void *pa, const void *pb)
{
	const struct ranked *a = pa, *b = pb;

	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

static void
fill_row(uint16_t *row, const struct topology_view *v, struct ranked *r,
    size_t count)
{
	qsort(r, count, sizeof(*r), by_rank);
	for (size_t i = 0; i < count; i++) {
		row[ROW_ORDER + i] = r[i].at;
		if (r[i].rank > 0 || v->allow_zero)
			row[ROW_USABLE] = (uint16_t)(i + 1);
		if (row[ROW_USABLE] > i && r[i].rank == r[0].rank)
			row[ROW_TIES] = (uint16_t)(i + 1);
	}
}

static const uint16_t *
row_at(const struct table *t, uint32_t ranking)
{
	return t->rows + (size_t)ranking * t->row_len;
}

/* Is there a client for whom it matters who asks? */
static bool
rows_differ(const struct table *t)
{
	for (uint32_t i = 1; i < t->view->rankings; i++)
		if (memcmp(row_at(t, i), row_at(t, 0),
		    t->row_len * sizeof(uint16_t)) != 0)
			return true;
	return false;
}

/* ---- picks ---- */

/* The row for whoever asks, whose scope grows by the look. */
static const uint16_t *
row_of(const struct table *t, struct asker *a)
{
	return row_at(t, topology_view_ranking(t->view, a, t->client));
}

static uint32_t
pick_of_row(const uint16_t *row, uint64_t turn)
{
	uint64_t point = turn * GOLDEN >> 32;

	if (row[ROW_USABLE] == 0)
		return CHOOSE_NONE;
	return row[ROW_ORDER + (point * row[ROW_TIES] >> 32)];
}

static uint32_t
pick(const void *table, const struct choose_query *q)
{
	return pick_of_row(row_of(table, q->asker), q->turn);
}

/* All clients are alike. */
static uint32_t
pick_alike(const void *table, const struct choose_query *q)
{
	return pick_of_row(row_at(table, 0), q->turn);
}

static choose_pick_fn *
compile(void *table, const struct choose_item *items, size_t count)
{
	const struct topology_view *v = items[0].topology;
	struct ranked *r = mem_zalloc(count, sizeof(*r));
	struct table *t = table;

	t->view = v;
	t->client = items[0].client_subnet;
	t->row_len = (uint32_t)(count + ROW_ORDER);
	for (uint32_t i = 0; i < v->rankings; i++) {
		for (size_t k = 0; k < count; k++)
			r[k] = (struct ranked){ topology_view_rank(v, i,
			    items[k].place), (uint16_t)k };
		fill_row(t->rows + (size_t)i * t->row_len, v, r, count);
	}
	free(r);
	return rows_differ(t) ? pick : pick_alike;
}

static void
order(const struct choose_weigh *w, struct choose_order *out)
{
	const struct table *t = w->table;
	const uint16_t *row = w->pick == pick ? row_of(t, w->asker) :
	    row_at(t, 0);

	out->at = row + ROW_ORDER;
	out->ties = row[ROW_TIES];
	out->usable = row[ROW_USABLE];
}

static uint64_t
weights(const struct choose_weigh *w, uint64_t *out)
{
	struct choose_order o;

	order(w, &o);
	for (size_t i = 0; i < w->count; i++)
		out[i] = 0;
	for (uint32_t i = 0; i < o.ties; i++)
		out[o.at[i]] = 1;
	return o.ties > 0 ? o.ties : 1;
}

/* Of nobody in particular: as a client whom no record names. */
static void
shares(const struct choose_item *items, size_t count, double *out)
{
	const struct topology_view *v = items[0].topology;
	uint32_t best = 0;
	size_t ties = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t rank = topology_view_rank(v, 0, items[i].place);

		ties = rank > best ? 1 : ties + (rank == best);
		best = rank > best ? rank : best;
	}
	for (size_t i = 0; i < count; i++)
		out[i] = topology_view_rank(v, 0, items[i].place) == best &&
		    (best > 0 || v->allow_zero) ? 1.0 / (double)ties : 0;
}

const struct choose_method choose_topology = {
	.name = "topology", .kind = CHOOSE_PICK, .is_static = true,
	.room = room, .compile = compile, .shares = shares,
	.weights = weights, .order = order,
};

const struct choose_method choose_topology_strict = {
	.name = "topology", .kind = CHOOSE_PICK, .is_static = true,
	.may_pass = true, .room = room, .compile = compile, .shares = shares,
	.weights = weights, .order = order,
};
