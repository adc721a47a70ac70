/* gtmd/widetable.c - names, their ancestors and patterns; see widetable.h.
 *
 * One slotmap holds an entry per name, per ancestor and per suffix of a
 * pattern. A second one holds the patterns, in boxes of those that share
 * suffix, prefix and tail. A suffix's entry lists its shapes, the pairs of
 * prefix and tail lengths that occur: a query tries each shape with one look-up,
 * however many patterns have it. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/widetable.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/rcu.h"
#include "gtmd/wildname.h"
#include "gtmd/slotmap.h"

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

/* A pattern and what it leads to. */
struct wide_pattern {
	struct wildname	 cut;
	struct wide	*wide;		/* owned */
};

/* Patterns of one suffix, prefix and tail; replaced when one comes or goes. */
struct wide_box {
	const struct wide	*suffix;
	uint64_t		 hash;
	size_t			 count;
	struct wide_pattern	*patterns[];	/* owned by the table */
};

struct widetable {
	unsigned	 magic;
#define WIDETABLE_MAGIC	0x71deab1eu
	struct slotmap	 names;		/* struct wide */
	struct slotmap	 boxes;		/* struct wide_box */
	unsigned	 labels_max;	/* of any entry, never shrinks */
	/* Bit n: some suffix of n labels has shapes. */
	uint64_t	 depths[DNSNAME_LABELS_MAX / 64];
	uint32_t	 depth_uses[DNSNAME_LABELS_MAX];	/* the writer's */
};

/* A query's or a new pattern's head, and where its suffix is. */
struct head {
	const struct wide	*suffix;
	const uint8_t		*text;
	size_t			 len;
};

struct widetable *
widetable_new(void)
{
	struct widetable *t = mem_zalloc(1, sizeof(*t));

	t->magic = WIDETABLE_MAGIC;
	slotmap_init(&t->names);
	slotmap_init(&t->boxes);
	return t;
}

static void
free_pattern(void *arg)
{
	struct wide_pattern *p = arg;

	free(p->wide);
	free(p);
}

void
widetable_free(struct widetable **pt)
{
	struct widetable *t = *pt;
	struct wide_box *b;
	struct wide *e;
	size_t at = 0;

	*pt = NULL;
	if (t == NULL)
		return;
	OBJ_CHECK(t, WIDETABLE_MAGIC);
	while ((e = slotmap_each(&t->names, &at)) != NULL) {
		free(e->shapes);
		free(e);
	}
	at = 0;
	while ((b = slotmap_each(&t->boxes, &at)) != NULL) {
		for (size_t i = 0; i < b->count; i++)
			free_pattern(b->patterns[i]);
		free(b);
	}
	slotmap_fini(&t->names);
	slotmap_fini(&t->boxes);
	t->magic = 0;
	free(t);
}

/* --- readers -------------------------------------------------------------- */

static struct wide *
find_entry(const struct widetable *t, const uint8_t *name, size_t len,
    uint64_t hash)
{
	struct slotmap_walk k = slotmap_walk(&t->names, hash);
	struct wide *e;

	while ((e = slotmap_next(&k)) != NULL) {
		if (e->len == len && memcmp(e->name, name, len) == 0)
			return e;
	}
	return NULL;
}

bool
widetable_has_slot(const struct wide *e)
{
	for (unsigned i = 0; i < WIDE_TYPES; i++) {
		if (RCU_GET(e->slot[i]) != NULL)
			return true;
	}
	return false;
}

static uint64_t
box_hash(const struct head *h, const struct wide_shape *s)
{
	uint64_t x = h->suffix->hash;

	x = x * UINT64_C(0x9e3779b97f4a7c15) +
	    dnsname_hash(h->text, s->prefix_len);
	x = x * UINT64_C(0x9e3779b97f4a7c15) +
	    dnsname_hash(h->text + h->len - s->tail_len, s->tail_len);
	x += (uint64_t)s->prefix_len << 8 | s->tail_len;
	return x ^ x >> 29;
}

/* The best pattern of the suffix that ranks above best. */
static const struct wide_pattern *
find_in_suffix(const struct widetable *t, const struct head *h,
    const struct wide_pattern *best)
{
	const struct wide_shapes *shapes = RCU_GET(h->suffix->shapes);

	for (size_t i = 0; shapes != NULL && i < shapes->count; i++) {
		const struct wide_shape *s = &shapes->shape[i];
		struct slotmap_walk k;
		const struct wide_box *b;

		if ((size_t)s->prefix_len + s->tail_len > h->len)
			continue;
		k = slotmap_walk(&t->boxes, box_hash(h, s));
		while ((b = slotmap_next(&k)) != NULL) {
			for (size_t j = 0; j < b->count; j++) {
				const struct wide_pattern *p = b->patterns[j];

				if ((best == NULL ||
				    p->cut.literals > best->cut.literals) &&
				    b->suffix == h->suffix &&
				    wildname_match(&p->cut, h->text, h->len))
					best = p;
			}
		}
	}
	return best;
}

static bool
depth_is_used(const struct widetable *t, unsigned labels)
{
	return (__atomic_load_n(&t->depths[labels / 64], __ATOMIC_RELAXED) >>
	    labels % 64 & 1) != 0;
}

/* A suffix leaves at least one label to the head. */
static const struct wide *
find_pattern(const struct widetable *t, const uint8_t *name, size_t len)
{
	const struct wide_pattern *best = NULL;
	uint8_t text[DNSNAME_MAX];
	unsigned labels = dnsname_labels(name);
	const uint8_t *at = name;
	size_t done = 0;

	while (labels-- > 0) {
		struct head h = { .text = text };

		at += *at + 1;
		h.len = (size_t)(at - name);
		if (!depth_is_used(t, labels))
			continue;
		h.suffix = find_entry(t, at, len - h.len,
		    dnsname_hash(at, len - h.len));
		if (h.suffix == NULL)
			continue;
		wildname_head(name + done, h.len - done, text + done);
		done = h.len;
		best = find_in_suffix(t, &h, best);
	}
	return best != NULL ? best->wide : NULL;
}

static bool
any_depth(const struct widetable *t)
{
	return (__atomic_load_n(&t->depths[0], __ATOMIC_RELAXED) |
	    __atomic_load_n(&t->depths[1], __ATOMIC_RELAXED)) != 0;
}

const struct wide *
widetable_find(const struct widetable *t, const uint8_t *name, size_t len,
    uint64_t hash)
{
	const struct wide *e = find_entry(t, name, len, hash);

	if (e != NULL && widetable_has_slot(e))
		return e;
	return any_depth(t) ? find_pattern(t, name, len) : NULL;
}

void
widetable_prefetch(const struct widetable *t, uint64_t hash)
{
	slotmap_prefetch(&t->names, hash);
}

void
widetable_prefetch_entry(const struct widetable *t, uint64_t hash)
{
	struct slotmap_walk k = slotmap_walk(&t->names, hash);
	const char *e = slotmap_next(&k);

	if (e != NULL)
		__builtin_prefetch(e);
}

bool
widetable_is_ancestor(const struct widetable *t, const uint8_t *name,
    size_t len, uint64_t hash)
{
	const struct wide *e = find_entry(t, name, len, hash);

	return e != NULL && !widetable_has_slot(e);
}

bool
widetable_check(const struct widetable *t, const uint8_t *name, size_t len,
    uint64_t hash)
{
	return find_entry(t, name, len, hash) != NULL;
}

size_t
widetable_find_apex(const struct widetable *t, const uint8_t *name, size_t len)
{
	unsigned labels = dnsname_labels(name);
	unsigned max = __atomic_load_n(&t->labels_max, __ATOMIC_RELAXED);

	for (;; labels--) {
		const struct wide *e = NULL;

		if (labels <= max)
			e = find_entry(t, name, len, dnsname_hash(name, len));
		if (e != NULL && (widetable_has_slot(e) ||
		    RCU_GET(e->shapes) != NULL))
			return len;
		if (*name == 0)
			return 0;
		len -= *name + 1u;
		name += *name + 1;
	}
}

/* --- the writer ----------------------------------------------------------- */

static struct wide *
new_wide(const uint8_t *name, size_t len)
{
	struct wide *e = mem_zalloc(1, sizeof(*e) + len);

	e->hash = dnsname_hash(name, len);
	e->len = (uint8_t)len;
	memcpy(e->name, name, len);
	return e;
}

static struct wide *
get_entry(struct widetable *t, const uint8_t *name, size_t len)
{
	struct wide *e = find_entry(t, name, len, dnsname_hash(name, len));
	unsigned labels = dnsname_labels(name);

	if (e != NULL)
		return e;
	if (labels > t->labels_max)
		__atomic_store_n(&t->labels_max, labels, __ATOMIC_RELAXED);
	e = new_wide(name, len);
	slotmap_add(&t->names, e->hash, e);
	return e;
}

/* Frees an entry that stands for nothing any more. */
static void
drop_entry(struct widetable *t, struct wide *e)
{
	if (e->below != 0 || e->shapes != NULL || widetable_has_slot(e))
		return;
	slotmap_remove(&t->names, e->hash, e);
	rcu_defer(free, e);
}

/* The name's ancestors: one descendant more (the root is nobody's). */
static void
hold_ancestors(struct widetable *t, const uint8_t *name, size_t len)
{
	while (*name != 0) {
		len -= *name + 1u;
		name += *name + 1;
		if (*name != 0)
			get_entry(t, name, len)->below++;
	}
}

static void
release_ancestors(struct widetable *t, const uint8_t *name, size_t len)
{
	while (*name != 0) {
		struct wide *e;

		len -= *name + 1u;
		name += *name + 1;
		if (*name == 0)
			break;
		e = find_entry(t, name, len, dnsname_hash(name, len));
		assert(e != NULL && e->below > 0);
		e->below--;
		drop_entry(t, e);
	}
}

static void
set_slot(struct wide *e, enum wide_type type, struct decision_slot *slot)
{
	__atomic_store_n(&e->slot[type], slot, __ATOMIC_RELEASE);
}

/* --- the writer: patterns -------------------------------------------------- */

static void
count_depth(struct widetable *t, unsigned labels, int by)
{
	uint64_t bit = UINT64_C(1) << labels % 64;
	uint64_t *word = &t->depths[labels / 64];

	t->depth_uses[labels] += (uint32_t)by;
	__atomic_store_n(word, t->depth_uses[labels] != 0 ? *word | bit :
	    *word & ~bit, __ATOMIC_RELAXED);
}

/* Publishes the entry's shapes with place at left out (at == count: none) and
 * *add, which may be NULL, at the end. */
static void
change_shapes(struct widetable *t, struct wide *e, size_t at,
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
		count_depth(t, dnsname_labels(e->name), 1);
	if (count == 0)
		count_depth(t, dnsname_labels(e->name), -1);
	(void)RCU_SWAP(e->shapes, next);
	if (old != NULL)
		rcu_defer(free, old);
}

static size_t
shape_place(const struct wide *e, const struct wide_shape *s)
{
	size_t i = 0, count = e->shapes != NULL ? e->shapes->count : 0;

	while (i < count && (e->shapes->shape[i].prefix_len != s->prefix_len ||
	    e->shapes->shape[i].tail_len != s->tail_len))
		i++;
	return i;
}

static void
add_shape(struct widetable *t, struct wide *e, const struct wide_shape *s)
{
	size_t i = shape_place(e, s);
	size_t count = e->shapes != NULL ? e->shapes->count : 0;

	if (i == count)
		change_shapes(t, e, i, s);
	e->shapes->shape[i].uses++;
}

static void
remove_shape(struct widetable *t, struct wide *e, const struct wide_shape *s)
{
	size_t i = shape_place(e, s);

	if (--e->shapes->shape[i].uses == 0)
		change_shapes(t, e, i, NULL);
}

/* What the writer knows about the pattern that it works on. */
struct place {
	struct wide_shape	 shape;		/* uses 0 */
	struct wide		*suffix;	/* NULL = not there yet */
	struct wide_box		*box;		/* NULL = none yet */
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

static struct wide_box *
find_box(const struct widetable *t, const struct place *pl,
    const struct wildname *cut)
{
	struct slotmap_walk k = slotmap_walk(&t->boxes, pl->hash);
	struct wide_box *b;

	while ((b = slotmap_next(&k)) != NULL) {
		if (b->suffix == pl->suffix &&
		    same_ends(&b->patterns[0]->cut, cut))
			return b;
	}
	return NULL;
}

static struct place
find_place(const struct widetable *t, const uint8_t *name, size_t len,
    const struct wildname *cut)
{
	const uint8_t *suffix = name + cut->suffix_at;
	size_t suffix_len = len - cut->suffix_at;
	struct place pl = {
		.shape = { cut->prefix_len, cut->tail_len, 0 },
	};
	struct head h = { .text = cut->head, .len = cut->head_len };

	pl.suffix = find_entry(t, suffix, suffix_len,
	    dnsname_hash(suffix, suffix_len));
	if (pl.suffix == NULL)
		return pl;
	h.suffix = pl.suffix;
	pl.hash = box_hash(&h, &pl.shape);
	pl.box = find_box(t, &pl, cut);
	while (pl.box != NULL && pl.at < pl.box->count &&
	    (pl.box->patterns[pl.at]->wide->len != len ||
	    memcmp(pl.box->patterns[pl.at]->wide->name, name, len) != 0))
		pl.at++;
	return pl;
}

/* Replaces the box by one without place at (== count: none) and with *add, if
 * any, at the end. */
static void
change_box(struct widetable *t, const struct place *pl,
    struct wide_pattern *add)
{
	struct wide_box *old = pl->box, *next;
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
		slotmap_add(&t->boxes, next->hash, next);
	}
	if (old != NULL) {
		slotmap_remove(&t->boxes, old->hash, old);
		rcu_defer(free, old);
	}
}

static int
put_pattern(struct widetable *t, const uint8_t *name, enum wide_type type,
    struct decision_slot *slot)
{
	struct wide_pattern *p;
	struct wildname cut;
	struct place pl;
	size_t len = dnsname_len(name);

	wildname_init(&cut, name);
	pl = find_place(t, name, len, &cut);
	if (pl.box != NULL && pl.at < pl.box->count) {
		struct wide *e = pl.box->patterns[pl.at]->wide;

		if (e->slot[type] != NULL)
			return ERR_EXISTS;
		set_slot(e, type, slot);
		return 0;
	}
	if (pl.box != NULL && pl.box->count >= WIDETABLE_ALIKE_MAX)
		return ERR_RANGE;
	p = mem_zalloc(1, sizeof(*p));
	p->cut = cut;
	p->wide = new_wide(name, len);
	set_slot(p->wide, type, slot);
	if (pl.suffix == NULL) {
		get_entry(t, name + cut.suffix_at, len - cut.suffix_at);
		pl = find_place(t, name, len, &cut);
	}
	hold_ancestors(t, name + cut.suffix_at, len - cut.suffix_at);
	change_box(t, &pl, p);
	if (pl.box == NULL)
		add_shape(t, pl.suffix, &pl.shape);
	return 0;
}

static void
remove_pattern(struct widetable *t, const uint8_t *name, enum wide_type type)
{
	struct wide_pattern *p;
	struct wildname cut;
	struct place pl;
	size_t len = dnsname_len(name);

	wildname_init(&cut, name);
	pl = find_place(t, name, len, &cut);
	if (pl.box == NULL || pl.at == pl.box->count)
		return;
	p = pl.box->patterns[pl.at];
	set_slot(p->wide, type, NULL);
	if (widetable_has_slot(p->wide))
		return;
	if (pl.box->count == 1)
		remove_shape(t, pl.suffix, &pl.shape);
	change_box(t, &pl, NULL);
	rcu_defer(free_pattern, p);
	drop_entry(t, pl.suffix);
	release_ancestors(t, name + cut.suffix_at, len - cut.suffix_at);
}

/* --- the writer: both ------------------------------------------------------ */

static int
put_name(struct widetable *t, const uint8_t *name, size_t len,
    enum wide_type type, struct decision_slot *slot)
{
	struct wide *e = get_entry(t, name, len);

	if (e->slot[type] != NULL)
		return ERR_EXISTS;
	if (!widetable_has_slot(e))
		hold_ancestors(t, name, len);
	set_slot(e, type, slot);
	return 0;
}

int
widetable_put(struct widetable *t, const char *domain, enum wide_type type,
    struct decision_slot *slot, struct err *e)
{
	uint8_t name[DNSNAME_MAX];
	size_t len = dnsname_parse(domain, name);
	int rc;

	OBJ_CHECK(t, WIDETABLE_MAGIC);
	assert(slot != NULL);
	if (len == 0)
		return err_set(e, ERR_PARSE, "\"%s\" is not a domain name",
		    domain);
	rc = wildname_check(name) ? put_pattern(t, name, type, slot) :
	    put_name(t, name, len, type, slot);
	if (rc == ERR_EXISTS)
		return err_set(e, rc, "another wide IP of this type answers for "
		    "%s already", domain);
	if (rc != 0)
		return err_set(e, rc, "%s: more than %d patterns differ only "
		    "between their first and last '*' or '?'", domain,
		    WIDETABLE_ALIKE_MAX);
	return 0;
}

void
widetable_remove(struct widetable *t, const char *domain, enum wide_type type)
{
	uint8_t name[DNSNAME_MAX];
	size_t len = dnsname_parse(domain, name);
	struct wide *e;

	OBJ_CHECK(t, WIDETABLE_MAGIC);
	if (len == 0)
		return;
	if (wildname_check(name)) {
		remove_pattern(t, name, type);
		return;
	}
	e = find_entry(t, name, len, dnsname_hash(name, len));
	if (e == NULL || e->slot[type] == NULL)
		return;
	set_slot(e, type, NULL);
	if (widetable_has_slot(e))
		return;
	drop_entry(t, e);
	release_ancestors(t, name, len);
}
