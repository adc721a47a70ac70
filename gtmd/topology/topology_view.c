/* gtmd/topology/topology_view.c - see topology_view.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/topology_view.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/topology/asker.h"
#include "gtmd/topology/topology_edit.h"
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
	uint32_t	*sorted;	/* room for a row */
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

static const struct topology_class *
server_class(const struct scores *s, uint32_t kind)
{
	return &s->t->servers.v[s->v->server_of[kind]];
}

/* Classes that flip what some record of these candidates asks for. */
static void
find_classes(struct scores *s)
{
	bool *atoms = mem_zalloc(s->t->atoms.count + 1, sizeof(*atoms));
	bool *seen = mem_zalloc(s->t->clients.count, sizeof(*seen));

	topology_list_add(&s->classes, 0);
	seen[0] = true;
	for (uint32_t k = 0; k < s->v->kinds; k++) {
		const struct topology_list *l = &server_class(s, k)->lines;

		for (size_t i = 0; i < l->count; i++) {
			uint32_t atom = s->t->lines[l->v[i]].ldns;
			const struct topology_list *h =
			    &s->t->uses[atom].holders;

			for (size_t c = 0; !atoms[atom] && c < h->count; c++) {
				if (!seen[h->v[c]])
					topology_list_add(&s->classes, h->v[c]);
				seen[h->v[c]] = true;
			}
			atoms[atom] = true;
		}
	}
	free(atoms);
	free(seen);
}

/* The sooner of two lines, either of which may be TOPOLOGY_NO_RECORD. */
static uint32_t
sooner(const struct topology_table *t, uint32_t a, uint32_t b)
{
	if (a == TOPOLOGY_NO_RECORD || b == TOPOLOGY_NO_RECORD)
		return a == TOPOLOGY_NO_RECORD ? b : a;
	return t->lines[a].place < t->lines[b].place ? a : b;
}

/* best, or the first of the records for all clients but some that is for this
 * class and sooner: what it scores. */
static uint32_t
score_of(const struct topology_table *t, const struct topology_class *c,
    const struct topology_list *plain, uint32_t best)
{
	for (size_t i = 0; i < plain->count &&
	    sooner(t, best, plain->v[i]) != best; i++)
		if (!topology_list_has(&c->flips, t->lines[plain->v[i]].ldns))
			best = plain->v[i];
	return best != TOPOLOGY_NO_RECORD ? t->lines[best].score : 0;
}

static uint32_t
first_by_flips(const struct scores *s, const struct topology_class *c)
{
	uint32_t best = TOPOLOGY_NO_RECORD;

	for (size_t i = 0; i < c->flips.count; i++)
		best = sooner(s->t, best, s->first[c->flips.v[i]]);
	return best;
}

static void
score_kind(struct scores *s, uint32_t kind)
{
	const struct topology_class *server = server_class(s, kind);
	const struct topology_list *l = &server->lines;

	for (size_t i = 0; i < l->count; i++) {
		const struct topology_line *r = &s->t->lines[l->v[i]];

		if (!topology_table_is_plain(s->t, r) &&
		    s->first[r->ldns] == TOPOLOGY_NO_RECORD)
			s->first[r->ldns] = l->v[i];
	}
	for (size_t row = 0; row < s->classes.count; row++) {
		const struct topology_class *c =
		    &s->t->clients.v[s->classes.v[row]];

		s->score[row * s->v->kinds + kind] = score_of(s->t, c,
		    &server->plain, first_by_flips(s, c));
	}
	for (size_t i = 0; i < l->count; i++)
		s->first[s->t->lines[l->v[i]].ldns] = TOPOLOGY_NO_RECORD;
}

/* ---- rankings ---- */

static int
by_score(const void *pa, const void *pb)
{
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

	return (a > b) - (a < b);
}

/* Scores become ranks: how many lower scores above 0 there are, and one. */
static void
rank_row(uint32_t *row, uint32_t kinds, uint32_t *sorted)
{
	uint32_t count = 0, unlike = 1;

	for (uint32_t i = 0; i < kinds; i++) {
		if (row[i] == 0)
			continue;
		sorted[count++] = row[i];
		unlike += row[i] != sorted[0];
	}
	if (unlike == 1) {
		for (uint32_t i = 0; i < kinds; i++)
			row[i] = row[i] != 0;
		return;
	}
	qsort(sorted, count, sizeof(*sorted), by_score);
	unlike = 1;
	for (uint32_t i = 1; i < count; i++)
		if (sorted[i] != sorted[unlike - 1])
			sorted[unlike++] = sorted[i];
	for (uint32_t i = 0; i < kinds; i++)
		if (row[i] != 0)
			row[i] = (uint32_t)((const uint32_t *)bsearch(&row[i],
			    sorted, unlike, sizeof(*sorted), by_score) -
			    sorted) + 1;
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
	v->classes = s->t->clients.count;
	v->ranking_of = mem_zalloc(v->classes, sizeof(*v->ranking_of));
	for (size_t i = 0; i < s->classes.count; i++) {
		uint32_t *row = s->score + i * v->kinds;
		size_t at;

		if (!v->scored)
			rank_row(row, v->kinds, s->sorted);
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

/* ---- after edits ---- */

/* The first record of a kind for a class, of those that a flip satisfies. */
static uint32_t
first_of_class(const struct scores *s, const struct topology_class *c,
    const struct topology_class *server)
{
	uint32_t best = TOPOLOGY_NO_RECORD;

	for (size_t i = 0; i < c->flips.count; i++)
		for (uint32_t n = s->t->uses[c->flips.v[i]].first; n != 0;
		    n = s->t->lines[n - 1].next) {
			const struct topology_line *l = &s->t->lines[n - 1];

			if (!topology_table_is_plain(s->t, l) &&
			    topology_table_is_of(s->t, l, server))
				best = sooner(s->t, best, n - 1);
		}
	return best;
}

/* The ranking that a row is, made if there is none. Few rankings are looked
 * through one by one. */
static uint32_t
find_ranking(struct topology_view *v, size_t *room, const uint32_t *row)
{
	size_t len = v->kinds * sizeof(*row);

	for (uint32_t i = 0; i < v->rankings; i++)
		if (memcmp(v->ranks + (size_t)i * v->kinds, row, len) == 0)
			return i;
	v->ranks = mem_grow(v->ranks, room, (v->rankings + 1) *
	    (size_t)v->kinds, sizeof(*v->ranks));
	memcpy(v->ranks + (size_t)v->rankings * v->kinds, row, len);
	return v->rankings++;
}

static void
rank_again(struct scores *s)
{
	uint32_t *row = mem_zalloc(s->v->kinds + 1, sizeof(*row));
	size_t room = (size_t)s->v->rankings * s->v->kinds;

	for (size_t i = 0; i < s->classes.count; i++) {
		uint32_t class = s->classes.v[i];
		const struct topology_class *c = &s->t->clients.v[class];

		for (uint32_t k = 0; c->live && k < s->v->kinds; k++) {
			const struct topology_class *server =
			    server_class(s, k);

			row[k] = score_of(s->t, c, &server->plain,
			    first_of_class(s, c, server));
		}
		if (!c->live)
			continue;
		if (!s->v->scored)
			rank_row(row, s->v->kinds, s->sorted);
		s->v->ranking_of[class] = find_ranking(s->v, &room, row);
	}
	free(row);
}

/* Without the rankings of which nobody is; that of class 0 stays number 0. */
static void
keep_used(struct topology_view *v, const struct topology_table *t)
{
	uint32_t *to = mem_zalloc(v->rankings + 1, sizeof(*to)), kept = 0;
	size_t len = v->kinds * sizeof(*v->ranks);

	to[0] = 1;
	for (size_t c = 0; c < v->classes; c++)
		if (t->places[c] > 0)
			to[v->ranking_of[c]] = 1;
	for (uint32_t i = 0; i < v->rankings; i++) {
		if (to[i] == 0)
			continue;
		memmove(v->ranks + (size_t)kept * v->kinds,
		    v->ranks + (size_t)i * v->kinds, len);
		to[i] = kept++;
	}
	for (size_t c = 0; kept != v->rankings && c < v->classes; c++)
		v->ranking_of[c] = to[v->ranking_of[c]];
	v->rankings = kept;
	free(to);
}

/* ---- life ---- */

static struct topology_view *
view_new(struct topology_table *t, size_t count, bool scored)
{
	struct topology_view *v = mem_zalloc(1, sizeof(*v));

	v->magic = TOPOLOGY_VIEW_MAGIC;
	v->refs = 1;
	v->table = t;
	v->ipv4 = t->ipv4;
	v->ipv6 = t->ipv6;
	topology_table_ref(t);
	prefixmap_ref(v->ipv4);
	prefixmap_ref(v->ipv6);
	v->generation = t->generation;
	v->allow_zero = t->allow_zero;
	v->scored = scored;
	v->count = (uint32_t)count;
	return v;
}

static void
make_rankings(struct scores *s)
{
	struct topology_table *t = s->t;

	find_classes(s);
	s->score = mem_zalloc(s->classes.count * s->v->kinds + 1,
	    sizeof(*s->score));
	s->sorted = mem_zalloc(s->v->kinds + 1, sizeof(*s->sorted));
	s->first = mem_zalloc(t->atoms.count + 1, sizeof(*s->first));
	memset(s->first, 0xff, t->atoms.count * sizeof(*s->first));
	for (uint32_t k = 0; k < s->v->kinds; k++)
		score_kind(s, k);
	find_rankings(s);
	free(s->first);
	free(s->score);
	free(s->sorted);
	free(s->classes.v);
}

struct topology_view *
topology_view_new(struct topology_table *t, const uint32_t *servers,
    size_t count, bool scored)
{
	struct topology_view *v = view_new(t, count, scored);
	struct scores s = { .t = t, .v = v };

	find_kinds(v, servers);
	make_rankings(&s);
	return v;
}

#define RANKINGS_FEW	256
#define CLASSES_FEW	4096

struct topology_view *
topology_view_next(const struct topology_view *was,
    const struct topology_dirty *d)
{
	struct topology_table *t = was->table;
	struct topology_view *v = view_new(t, was->count, was->scored);
	struct scores s = { .t = t, .v = v };

	assert(!d->servers && was->generation == t->generation);
	v->kinds = was->kinds;
	v->kind_of = mem_dup(was->kind_of, (was->count + 1) *
	    sizeof(*v->kind_of));
	v->server_of = mem_dup(was->server_of, was->kinds *
	    sizeof(*v->server_of));
	if (d->all || was->rankings > RANKINGS_FEW ||
	    d->classes.count > CLASSES_FEW) {
		make_rankings(&s);
		return v;
	}
	v->rankings = was->rankings;
	v->ranks = mem_dup(was->ranks, (size_t)was->rankings * was->kinds *
	    sizeof(*v->ranks));
	v->classes = t->clients.count;
	v->ranking_of = mem_zalloc(v->classes, sizeof(*v->ranking_of));
	memcpy(v->ranking_of, was->ranking_of,
	    was->classes * sizeof(*v->ranking_of));
	s.sorted = mem_zalloc(v->kinds + 1, sizeof(*s.sorted));
	topology_list_copy(&s.classes, &d->classes);
	topology_list_sort(&s.classes);
	rank_again(&s);
	keep_used(v, t);
	free(s.sorted);
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
	prefixmap_drop(&v->ipv4);
	prefixmap_drop(&v->ipv6);
	free(v->kind_of);
	free(v->server_of);
	free(v->ranks);
	free(v->ranking_of);
	v->magic = 0;
	free(v);
}

struct prefixmap_found
topology_view_find(const struct topology_view *v, const struct addr *a)
{
	switch (a->family) {
	case AF_INET:
		return prefixmap_find(v->ipv4, a->octets);
	case AF_INET6:
		return prefixmap_find(v->ipv6, a->octets);
	default:	/* the number of a family */
		return (struct prefixmap_found){ 0, 0 };
	}
}

uint32_t
topology_view_ranking(const struct topology_view *v, struct asker *a,
    bool client)
{
	struct prefixmap_found f;
	struct addr resolver;

	client = client && a->client.addr.family != 0;
	if (!client)
		asker_resolver(a, &resolver);
	f = topology_view_find(v, client ? &a->client.addr : &resolver);
	if (client && f.bits > a->scope)
		a->scope = f.bits;
	return v->ranking_of[f.number];
}

const char *
topology_view_why(const struct topology_view *v, const struct addr *client,
    uint32_t candidate, uint32_t *score)
{
	const struct topology_table *t = v->table;
	uint32_t record = TOPOLOGY_NO_RECORD;

	*score = 0;
	if (v->generation == t->generation && v->ipv4 == t->ipv4 &&
	    v->ipv6 == t->ipv6)
		record = topology_table_match(t, topology_view_find(v,
		    client).number, v->server_of[v->kind_of[candidate]]);
	if (record == TOPOLOGY_NO_RECORD)
		return NULL;
	*score = t->lines[record].score;
	return t->lines[record].name;
}
