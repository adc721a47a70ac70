/* gtmd/topology/topology_view.c - see topology_view.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/topology_view.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/topology/topology_table.h"

/* While a view is made: rows of one score for each kind. */
struct scores {
	struct topology_table *t;
	struct topology_view *v;
	struct topology_list classes;	/* that may differ from class 0, which
					 * stands first */
	uint32_t	*score;		/* by row, kind */
	uint32_t	*first;		/* by atom: first record that a flip of
					 * it satisfies */
};

/* ---- kinds ---- */

/* Candidates of one class among servers are of one kind. */
static void
find_kinds(struct topology_view *v, const uint32_t *servers)
{
	struct topology_list all = { .v = NULL };

	for (uint32_t i = 0; i < v->count; i++)
		topology_list_add(&all, servers[i]);
	topology_list_sort(&all);
	v->kinds = (uint32_t)all.count;
	v->server_of = mem_dup(all.v, all.count * sizeof(*all.v));
	v->kind_of = mem_zalloc(v->count + 1, sizeof(*v->kind_of));
	for (uint32_t i = 0; i < v->count; i++) {
		uint32_t lo = 0, hi = v->kinds;

		while (hi - lo > 1) {
			uint32_t mid = lo + (hi - lo) / 2;

			if (all.v[mid] <= servers[i])
				lo = mid;
			else
				hi = mid;
		}
		v->kind_of[i] = lo;
	}
	free(all.v);
}

/* ---- scores ---- */

static const struct topology_list *
lines_of(const struct scores *s, uint32_t kind)
{
	return &s->t->servers.v[s->v->server_of[kind]].lines;
}

/* Classes that flip what some record of these candidates asks for. */
static void
find_classes(struct scores *s)
{
	bool *seen = mem_zalloc(s->t->atoms.count + 1, sizeof(*seen));

	topology_list_add(&s->classes, 0);
	for (uint32_t k = 0; k < s->v->kinds; k++) {
		const struct topology_list *l = lines_of(s, k);

		for (size_t i = 0; i < l->count; i++) {
			uint32_t atom = s->t->lines[l->v[i]].ldns;
			const struct topology_list *h = &s->t->holders[atom];

			for (size_t c = 0; !seen[atom] && c < h->count; c++)
				topology_list_add(&s->classes, h->v[c]);
			seen[atom] = true;
		}
	}
	free(seen);
	topology_list_sort(&s->classes);
}

/* The first record of a kind for a class: of those that a flip satisfies, and
 * of those that the lack of one does (plain). */
static uint32_t
score_of(const struct scores *s, const struct topology_class *c,
    const struct topology_list *plain)
{
	uint32_t best = TOPOLOGY_NO_RECORD;

	for (size_t i = 0; i < c->flips.count; i++)
		if (s->first[c->flips.v[i]] < best)
			best = s->first[c->flips.v[i]];
	for (size_t i = 0; i < plain->count && plain->v[i] < best; i++)
		if (!topology_list_has(&c->flips,
		    s->t->lines[plain->v[i]].ldns))
			best = plain->v[i];
	return best != TOPOLOGY_NO_RECORD ? s->t->lines[best].score : 0;
}

static void
score_kind(struct scores *s, uint32_t kind)
{
	const struct topology_list *l = lines_of(s, kind);
	struct topology_list plain = { .v = NULL };

	for (size_t i = 0; i < l->count; i++) {
		const struct topology_line *r = &s->t->lines[l->v[i]];

		if (s->t->atoms.v[r->ldns].by_default != r->ldns_neg)
			topology_list_add(&plain, l->v[i]);
		else if (s->first[r->ldns] == TOPOLOGY_NO_RECORD)
			s->first[r->ldns] = l->v[i];
	}
	for (size_t row = 0; row < s->classes.count; row++)
		s->score[row * s->v->kinds + kind] = score_of(s,
		    &s->t->clients.v[s->classes.v[row]], &plain);
	for (size_t i = 0; i < l->count; i++)
		s->first[s->t->lines[l->v[i]].ldns] = TOPOLOGY_NO_RECORD;
	free(plain.v);
}

/* ---- rankings ---- */

/* Scores become ranks: how many lower scores above 0 there are, and one. */
static void
rank_row(uint32_t *row, uint32_t kinds)
{
	struct topology_list sorted = { .v = NULL };

	for (uint32_t i = 0; i < kinds; i++)
		if (row[i] != 0)
			topology_list_add(&sorted, row[i]);
	topology_list_sort(&sorted);
	for (uint32_t i = 0; i < kinds; i++) {
		uint32_t rank = 0;

		while (row[i] != 0 && sorted.v[rank++] < row[i])
			continue;
		row[i] = rank;
	}
	free(sorted.v);
}

/* Rows by their ranks: open addressing, 0 = free, else ranking + 1. */
struct rows {
	uint32_t	*slot;
	size_t		 room;
};

static size_t
row_slot(const struct rows *r, const struct topology_view *v,
    const uint32_t *row)
{
	size_t len = v->kinds * sizeof(*row);
	uint64_t h = UINT64_C(0x9e3779b97f4a7c15);
	size_t i;

	for (uint32_t k = 0; k < v->kinds; k++)
		h = (h ^ row[k]) * UINT64_C(0xff51afd7ed558ccd) ^ h >> 29;
	i = (size_t)h & (r->room - 1);
	while (r->slot[i] != 0 && memcmp(v->ranks +
	    (size_t)(r->slot[i] - 1) * v->kinds, row, len) != 0)
		i = (i + 1) & (r->room - 1);
	return i;
}

/* Each row once; the ranking of class 0 is number 0. */
static void
find_rankings(struct scores *s)
{
	struct topology_view *v = s->v;
	struct rows r = { .room = 4 };
	size_t len = v->kinds * sizeof(uint32_t), room = 0;

	while (r.room < s->classes.count * 2)
		r.room *= 2;
	r.slot = mem_zalloc(r.room, sizeof(*r.slot));
	v->ranking_of = mem_zalloc(s->t->clients.count + 1,
	    sizeof(*v->ranking_of));
	for (size_t i = 0; i < s->classes.count; i++) {
		uint32_t *row = s->score + i * v->kinds;
		size_t at;

		rank_row(row, v->kinds);
		at = row_slot(&r, v, row);
		if (r.slot[at] == 0) {
			v->ranks = mem_grow(v->ranks, &room,
			    (v->rankings + 1) * (size_t)v->kinds,
			    sizeof(*v->ranks));
			memcpy(v->ranks + (size_t)v->rankings * v->kinds, row,
			    len);
			r.slot[at] = ++v->rankings;
		}
		v->ranking_of[s->classes.v[i]] = r.slot[at] - 1;
	}
	free(r.slot);
}

/* ---- life ---- */

struct topology_view *
topology_view_new(struct topology_table *t, const uint32_t *servers,
    size_t count)
{
	struct topology_view *v = mem_zalloc(1, sizeof(*v));
	struct scores s = { .t = t, .v = v };

	v->magic = TOPOLOGY_VIEW_MAGIC;
	v->refs = 1;
	v->table = t;
	topology_table_ref(t);
	v->allow_zero = t->allow_zero;
	v->count = (uint32_t)count;
	find_kinds(v, servers);
	find_classes(&s);
	s.score = mem_zalloc(s.classes.count * v->kinds + 1,
	    sizeof(*s.score));
	s.first = mem_zalloc(t->atoms.count + 1, sizeof(*s.first));
	memset(s.first, 0xff, t->atoms.count * sizeof(*s.first));
	for (uint32_t k = 0; k < v->kinds; k++)
		score_kind(&s, k);
	find_rankings(&s);
	free(s.first);
	free(s.score);
	free(s.classes.v);
	return v;
}

void
topology_view_ref(struct topology_view *v)
{
	(void)__atomic_add_fetch(&v->refs, 1, __ATOMIC_RELAXED);
}

void
topology_view_drop(struct topology_view **pv)
{
	struct topology_view *v = *pv;

	*pv = NULL;
	if (v == NULL)
		return;
	OBJ_CHECK(v, TOPOLOGY_VIEW_MAGIC);
	if (__atomic_sub_fetch(&v->refs, 1, __ATOMIC_ACQ_REL) != 0)
		return;
	topology_table_drop(&v->table);
	free(v->kind_of);
	free(v->server_of);
	free(v->ranks);
	free(v->ranking_of);
	v->magic = 0;
	free(v);
}

const char *
topology_view_why(const struct topology_view *v, const struct addr *client,
    uint32_t candidate, uint32_t *score)
{
	uint32_t class = topology_table_find(v->table, client).number;
	uint32_t record = topology_table_match(v->table, class,
	    v->server_of[v->kind_of[candidate]]);

	*score = 0;
	if (record == TOPOLOGY_NO_RECORD)
		return NULL;
	*score = v->table->lines[record].score;
	return v->table->lines[record].name;
}
