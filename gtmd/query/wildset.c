/* gtmd/query/wildset.c - boxes of patterns and the shapes of suffixes; see
 * wildset.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/wildset.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/io/rcu.h"
#include "gtmd/query/wide.h"

/* One pair of lengths, and how many boxes have it. */
struct wide_shape {
	uint8_t		prefix_len, tail_len;
	uint32_t	uses;	/* the writer's */
};

/* Immutable but for uses; replaced when a shape comes or goes. */
struct wide_shapes {
	size_t			count;
	struct wide_shape	shape[];
};

/* Patterns of one suffix, prefix and tail; replaced when one comes or goes. */
struct box {
	const struct wide	*suffix;
	uint64_t		 hash;
	size_t			 count;
	struct wildset_pattern	*patterns[];	/* owned by the table */
};

static void
free_pattern(void *arg)
{
	struct wildset_pattern *p = arg;

	wide_free(p->wide);
	free(p);
}

void
wildset_init(struct wildset *ws)
{
	memset(ws, 0, sizeof(*ws));
	slotmap_init(&ws->boxes);
}

void
wildset_fini(struct wildset *ws)
{
	struct box *b;
	size_t at = 0;

	while ((b = slotmap_each(&ws->boxes, &at)) != NULL) {
		for (size_t i = 0; i < b->count; i++)
			free_pattern(b->patterns[i]);
		free(b);
	}
	slotmap_fini(&ws->boxes);
}

/* --- readers -------------------------------------------------------------- */

static uint64_t
box_hash(const struct wildset_head *h, const struct wide_shape *s)
{
	uint64_t x = h->suffix->hash;

	x = x * UINT64_C(0x9e3779b97f4a7c15) +
	    dnsname_hash(h->text, s->prefix_len);
	x = x * UINT64_C(0x9e3779b97f4a7c15) +
	    dnsname_hash(h->text + h->len - s->tail_len, s->tail_len);
	x += (uint64_t)s->prefix_len << 8 | s->tail_len;
	return x ^ x >> 29;
}

/* The best of one box, or best. */
static const struct wildset_pattern *
find_in_box(const struct box *b, const struct wildset_head *h,
    const struct wildset_pattern *best)
{
	for (size_t i = 0; i < b->count; i++) {
		const struct wildset_pattern *p = b->patterns[i];

		if ((best == NULL || p->cut.literals > best->cut.literals) &&
		    wildname_match(&p->cut, h->text, h->len))
			best = p;
	}
	return best;
}

const struct wildset_pattern *
wildset_find(const struct wildset *ws, const struct wildset_head *h,
    const struct wildset_pattern *best)
{
	const struct wide_shapes *shapes = RCU_GET(h->suffix->shapes);

	for (size_t i = 0; shapes != NULL && i < shapes->count; i++) {
		const struct wide_shape *s = &shapes->shape[i];
		struct slotmap_walk k;
		const struct box *b;

		if ((size_t)s->prefix_len + s->tail_len > h->len)
			continue;
		k = slotmap_walk(&ws->boxes, box_hash(h, s));
		while ((b = slotmap_next(&k)) != NULL) {
			if (b->suffix == h->suffix)
				best = find_in_box(b, h, best);
		}
	}
	return best;
}

/* --- the writer ----------------------------------------------------------- */

static void
count_depth(struct wildset *ws, unsigned labels, int by)
{
	uint64_t bit = UINT64_C(1) << labels % 64;
	uint64_t *word = &ws->depths[labels / 64];

	ws->depth_uses[labels] += (uint32_t)by;
	__atomic_store_n(word, ws->depth_uses[labels] != 0 ? *word | bit :
	    *word & ~bit, __ATOMIC_RELAXED);
}

/* Publishes the entry's shapes with place at left out (at == count: none) and
 * *add, which may be NULL, at the end. */
static void
change_shapes(struct wildset *ws, struct wide *e, size_t at,
    const struct wide_shape *add)
{
	struct wide_shapes *old = e->shapes, *next = NULL;
	size_t was = old != NULL ? old->count : 0;
	size_t count = was - (at < was) + (add != NULL);

	if (count > 0) {
		next = mem_zalloc(1, sizeof(*next) +
		    count * sizeof(next->shape[0]));
		for (size_t i = 0; i < was; i++) {
			if (i != at)
				next->shape[next->count++] = old->shape[i];
		}
		if (add != NULL)
			next->shape[next->count++] = *add;
	}
	if (was == 0)
		count_depth(ws, dnsname_labels(e->name), 1);
	if (count == 0)
		count_depth(ws, dnsname_labels(e->name), -1);
	(void)RCU_SWAP(e->shapes, next);
	if (old != NULL)
		rcu_defer(free, old);
}

static size_t
shape_index(const struct wide *e, const struct wide_shape *s)
{
	size_t i = 0, count = e->shapes != NULL ? e->shapes->count : 0;

	while (i < count && (e->shapes->shape[i].prefix_len != s->prefix_len ||
	    e->shapes->shape[i].tail_len != s->tail_len))
		i++;
	return i;
}

static void
add_shape(struct wildset *ws, struct wide *e, const struct wide_shape *s)
{
	size_t i = shape_index(e, s);
	size_t count = e->shapes != NULL ? e->shapes->count : 0;

	if (i == count)
		change_shapes(ws, e, i, s);
	assert(e->shapes != NULL);
	e->shapes->shape[i].uses++;
}

static void
remove_shape(struct wildset *ws, struct wide *e, const struct wide_shape *s)
{
	size_t i = shape_index(e, s);

	if (--e->shapes->shape[i].uses == 0)
		change_shapes(ws, e, i, NULL);
}

/* Where a pattern is, or would be. */
struct place {
	struct wildname		 cut;
	struct wide_shape	 shape;		/* uses 0 */
	struct wide		*suffix;
	struct box		*box;		/* NULL = none yet */
	uint64_t		 hash;		/* of the box */
	size_t			 at;		/* in the box; count = not there */
};

static bool
same_ends(const struct wildname *a, const struct wildname *b)
{
	return a->prefix_len == b->prefix_len && a->tail_len == b->tail_len &&
	    memcmp(a->head, b->head, a->prefix_len) == 0 &&
	    memcmp(a->head + a->head_len - a->tail_len,
	    b->head + b->head_len - b->tail_len, a->tail_len) == 0;
}

static struct box *
find_box(const struct wildset *ws, const struct place *pl)
{
	struct slotmap_walk k = slotmap_walk(&ws->boxes, pl->hash);
	struct box *b;

	while ((b = slotmap_next(&k)) != NULL) {
		if (b->suffix == pl->suffix &&
		    same_ends(&b->patterns[0]->cut, &pl->cut))
			return b;
	}
	return NULL;
}

/* The pattern at the place, or NULL. */
static struct wildset_pattern *
pattern_at(const struct place *pl)
{
	return pl->box != NULL && pl->at < pl->box->count ?
	    pl->box->patterns[pl->at] : NULL;
}

static void
find_place(const struct wildset *ws, struct wide *suffix, const uint8_t *name,
    struct place *pl)
{
	struct wildset_head h = { .suffix = suffix };
	const struct wildset_pattern *p;

	wildname_init(&pl->cut, name);
	pl->shape = (struct wide_shape){ pl->cut.prefix_len, pl->cut.tail_len,
	    0 };
	pl->suffix = suffix;
	h.text = pl->cut.head;
	h.len = pl->cut.head_len;
	pl->hash = box_hash(&h, &pl->shape);
	pl->box = find_box(ws, pl);
	pl->at = 0;
	while ((p = pattern_at(pl)) != NULL &&
	    !dnsname_equal(p->wide->name, name))
		pl->at++;
}

/* Replaces the box by one without place at (== count: none) and with *add, if
 * any, at the end. */
static void
change_box(struct wildset *ws, const struct place *pl,
    struct wildset_pattern *add)
{
	struct box *old = pl->box, *next;
	size_t was = old != NULL ? old->count : 0;
	size_t count = was - (pl->at < was) + (add != NULL);

	if (count > 0) {
		next = mem_zalloc(1, sizeof(*next) +
		    count * sizeof(next->patterns[0]));
		next->suffix = pl->suffix;
		next->hash = pl->hash;
		for (size_t i = 0; i < was; i++) {
			if (i != pl->at)
				next->patterns[next->count++] =
				    old->patterns[i];
		}
		if (add != NULL)
			next->patterns[next->count++] = add;
		/* First the new one, so that no reader finds neither. */
		slotmap_add(&ws->boxes, next->hash, next);
	}
	if (old != NULL) {
		slotmap_remove(&ws->boxes, old->hash, old);
		rcu_defer(free, old);
	}
}

static struct wildset_pattern *
new_pattern(const struct wildname *cut, const uint8_t *name)
{
	struct wildset_pattern *p = mem_zalloc(1, sizeof(*p));

	p->cut = *cut;
	p->wide = wide_new(name, dnsname_len(name));
	return p;
}

int
wildset_put(struct wildset *ws, struct wide *suffix, const uint8_t *name,
    enum wide_type type, struct decision_slot *slot)
{
	struct wildset_pattern *p;
	struct place pl;

	find_place(ws, suffix, name, &pl);
	p = pattern_at(&pl);
	if (p != NULL) {
		if (wide_slot(p->wide, type) != NULL)
			return ERR_EXISTS;
		wide_set_slot(p->wide, type, slot);
		return 0;
	}
	if (pl.box != NULL && pl.box->count >= WIDETABLE_ALIKE_MAX)
		return ERR_RANGE;
	p = new_pattern(&pl.cut, name);
	wide_set_slot(p->wide, type, slot);
	change_box(ws, &pl, p);
	if (pl.box == NULL)
		add_shape(ws, suffix, &pl.shape);
	return 1;
}

bool
wildset_remove(struct wildset *ws, struct wide *suffix, const uint8_t *name,
    enum wide_type type)
{
	struct wildset_pattern *p;
	struct place pl;

	find_place(ws, suffix, name, &pl);
	p = pattern_at(&pl);
	if (p == NULL)
		return false;
	wide_set_slot(p->wide, type, NULL);
	if (wide_has_slot(p->wide))
		return false;
	if (pl.box->count == 1)
		remove_shape(ws, suffix, &pl.shape);
	change_box(ws, &pl, NULL);
	rcu_defer(free_pattern, p);
	return true;
}
