/* gtmd/topology/prefixmap.c - see prefixmap.h. Layer: gtmd, pure but for memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/prefixmap.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/topology/prefixnode.h"

#define ROOT_BITS	16
#define ROOT_SLOTS	(1u << ROOT_BITS)

/* number << 8 | bits: 31 bits, so that the top one can say "a node". */
#define SLOT_NODE	(UINT32_C(1) << 31)

/* A map and those made from it share rows. What a later one has not is in the
 * retired ones of the map it was made from; as each keeps the next one, rows
 * outlive all maps that have them. */
struct prefixmap {
	unsigned	 magic;
#define PREFIXMAP_MAGIC	0x9e1f1a95u
	unsigned	 refs;		/* atomic */
	struct prefixmap *next;		/* made from this one, or NULL */
	uint32_t	*root;		/* NULL: sole is all there is */
	uint32_t	 sole;		/* number << 8 */
	unsigned	 bits;
	struct prefixnode	*top;		/* below the root */
	size_t		 top_count, top_room;
	struct prefixnode	*retired;
	size_t		 retired_count, retired_room;
};

/* ---- the root ---- */

static void
add_top(struct prefixmap *m, uint32_t slot, const struct prefixnode *n)
{
	m->top = mem_grow(m->top, &m->top_room, m->top_count + 1,
	    sizeof(*m->top));
	assert(m->top_count < ROOT_SLOTS);
	m->root[slot] = SLOT_NODE | (uint32_t)m->top_count;
	m->top[m->top_count++] = *n;
}

static struct prefixnode_place
root_place(const struct prefixmap *m, uint32_t slot)
{
	if (m->root == NULL)
		return (struct prefixnode_place){ .number = m->sole >> 8 };
	if (m->root[slot] & SLOT_NODE)
		return (struct prefixnode_place){ PREFIXNODE_MIXED,
		    m->top[m->root[slot] & ~SLOT_NODE] };
	return (struct prefixnode_place){ .number = m->root[slot] >> 8 };
}

/* The root's slots hold numbers, or nodes: gives the leaves their depths. */
static void
settle_root(struct prefixmap *m)
{
	uint32_t *number = mem_zalloc(ROOT_SLOTS, sizeof(*number));
	uint8_t *depth = mem_zalloc(ROOT_SLOTS, 1);
	uint32_t sole;

	for (uint32_t i = 0; i < ROOT_SLOTS; i++)
		number[i] = m->root[i] & SLOT_NODE ? PREFIXNODE_MIXED : m->root[i];
	sole = prefixnode_depths(number, ROOT_BITS, 0, depth);
	for (uint32_t i = 0; i < ROOT_SLOTS; i++)
		if ((m->root[i] & SLOT_NODE) == 0)
			m->root[i] = prefixnode_leaf(m->root[i], depth[i]);
	if (sole != PREFIXNODE_MIXED) {
		m->sole = prefixnode_leaf(sole, 0);
		free(m->root);
		m->root = NULL;
	}
	free(number);
	free(depth);
}

static struct prefixmap *
map_new(unsigned bits)
{
	struct prefixmap *m = mem_zalloc(1, sizeof(*m));

	m->magic = PREFIXMAP_MAGIC;
	m->refs = 1;
	m->bits = bits;
	m->root = mem_zalloc(ROOT_SLOTS, sizeof(*m->root));
	return m;
}

/* ---- from a tree ---- */

/* Where in the binary trie one is after some bits, or the leaf met before. */
static uint32_t
descend(const struct prefixmap_tree *t, uint32_t ref, uint32_t path,
    unsigned count)
{
	while (count-- > 0 && (ref & PREFIXMAP_LEAF) == 0)
		ref = t->child[ref][path >> count & 1];
	return ref;
}

/* Goes as deep as an address has bits, STEP at a time. */
static struct prefixnode_place
place_of(const struct prefixmap_tree *t, uint32_t ref, unsigned depth)
{
	const struct prefixnode_counter nobody = { .fn = NULL };
	struct prefixnode_place slots[PREFIXNODE_SLOTS];

	if (ref & PREFIXMAP_LEAF)
		return (struct prefixnode_place){ .number = ref & ~PREFIXMAP_LEAF };
	for (uint32_t i = 0; i < PREFIXNODE_SLOTS; i++)
		slots[i] = place_of(t, descend(t, ref, i, PREFIXNODE_STEP),
		    depth + PREFIXNODE_STEP);
	return prefixnode_make(slots, depth, &nobody);
}

struct prefixmap *
prefixmap_new(const struct prefixmap_tree *t)
{
	struct prefixmap *m = map_new(t->bits);

	for (uint32_t i = 0; i < ROOT_SLOTS; i++) {
		struct prefixnode_place p = place_of(t, descend(t, t->root, i, ROOT_BITS),
		    ROOT_BITS);

		if (p.number != PREFIXNODE_MIXED)
			m->root[i] = p.number;
		else
			add_top(m, i, &p.node);
	}
	settle_root(m);
	return m;
}

/* ---- from another map ---- */

struct remap {
	const struct prefixmap_change *change;
	struct prefixnode_counter	 counter;
	struct prefixmap *was;
};

/* The slots of a table of 1 << log2 behind top bits that are in the network:
 * from the first one, so many of them. */
struct range {
	uint32_t	 first, count;
};

static struct range
range_of(const struct addr_prefix *p, unsigned top, unsigned log2)
{
	struct range r = { 0, 1u << log2 };

	for (unsigned i = 0; i < log2 && top + i < p->len; i++) {
		r.count /= 2;
		if (p->addr.octets[(top + i) / 8] >> (7 - (top + i) % 8) & 1)
			r.first += r.count;
	}
	return r;
}

static bool
is_same(const struct prefixnode_place *a, const struct prefixnode_place *b)
{
	return a->number == b->number &&
	    (a->number != PREFIXNODE_MIXED || a->node.row == b->node.row);
}

static void
retire(struct remap *k, const struct prefixnode *n)
{
	struct prefixmap *m = k->was;

	prefixnode_count(n, k->counter.fn, k->counter.arg, -1);
	m->retired = mem_grow(m->retired, &m->retired_room,
	    m->retired_count + 1, sizeof(*m->retired));
	m->retired[m->retired_count++] = *n;
}

/* What becomes of what stands behind depth bits, all or part of which is in
 * the network. Goes as deep as an address has bits, STEP at a time. */
static struct prefixnode_place
remap_place(struct remap *k, const struct prefixnode_place *from, unsigned depth)
{
	const struct addr_prefix *p = &k->change->prefix;
	struct prefixnode_place slots[PREFIXNODE_SLOTS];
	bool same = true;
	struct range r;

	if (from->number != PREFIXNODE_MIXED && depth >= p->len)
		return (struct prefixnode_place){ .number = k->change->number(
		    k->change->arg, from->number) };
	prefixnode_open(from, slots);
	r = range_of(p, depth, PREFIXNODE_STEP);
	for (uint32_t i = r.first; i < r.first + r.count; i++) {
		struct prefixnode_place now = remap_place(k, &slots[i], depth + PREFIXNODE_STEP);

		same = same && is_same(&now, &slots[i]);
		slots[i] = now;
	}
	if (same)
		return *from;
	if (from->number == PREFIXNODE_MIXED)
		retire(k, &from->node);
	return prefixnode_make(slots, depth, &k->counter);
}

/* Leaves of the root are counted slot by slot. */
static void
count_slot(const struct remap *k, const struct prefixnode_place *p, int by)
{
	if (p->number != PREFIXNODE_MIXED)
		k->counter.fn(k->counter.arg, p->number, by);
}

struct prefixmap *
prefixmap_remap(struct prefixmap *m, const struct prefixmap_change *c)
{
	struct remap k = { c, { c->count, c->arg }, m };
	struct range r = range_of(&c->prefix, 0, ROOT_BITS);
	struct prefixmap *next;
	bool same = true;

	OBJ_CHECK(m, PREFIXMAP_MAGIC);
	assert(m->next == NULL && c->prefix.len <= m->bits);
	next = map_new(m->bits);
	for (uint32_t i = 0; i < ROOT_SLOTS; i++) {
		struct prefixnode_place was = root_place(m, i), now = was;

		if (i - r.first < r.count)
			now = remap_place(&k, &was, ROOT_BITS);
		if (!is_same(&now, &was)) {
			same = false;
			count_slot(&k, &was, -1);
			count_slot(&k, &now, 1);
		}
		if (now.number != PREFIXNODE_MIXED)
			next->root[i] = now.number;
		else
			add_top(next, i, &now.node);
	}
	if (same) {	/* then nothing was made and nothing retired */
		free(next->root);
		free(next->top);
		free(next);
		return NULL;
	}
	settle_root(next);
	m->next = next;
	prefixmap_ref(next);
	return next;
}

/* ---- life ---- */

void
prefixmap_ref(struct prefixmap *m)
{
	(void)__atomic_add_fetch(&m->refs, 1, __ATOMIC_RELAXED);
}

void
prefixmap_drop(struct prefixmap **pm)
{
	struct prefixmap *m = *pm;

	*pm = NULL;
	while (m != NULL) {
		struct prefixmap *next;

		OBJ_CHECK(m, PREFIXMAP_MAGIC);
		if (__atomic_sub_fetch(&m->refs, 1, __ATOMIC_ACQ_REL) != 0)
			return;
		next = m->next;	/* nobody makes one from it any more */
		for (size_t i = 0; next == NULL && i < m->top_count; i++)
			prefixnode_free(&m->top[i]);
		for (size_t i = 0; i < m->retired_count; i++)
			prefixnode_free_row(&m->retired[i]);
		free(m->retired);
		free(m->root);
		free(m->top);
		m->magic = 0;
		free(m);
		m = next;
	}
}

void
prefixmap_each(const struct prefixmap *m, prefixmap_count_fn *fn, void *arg)
{
	for (uint32_t i = 0; m->root != NULL && i < ROOT_SLOTS; i++)
		if ((m->root[i] & SLOT_NODE) == 0)
			fn(arg, m->root[i] >> 8, 1);
	if (m->root == NULL)
		fn(arg, m->sole >> 8, (int)ROOT_SLOTS);
	for (size_t i = 0; i < m->top_count; i++)
		prefixnode_each(&m->top[i], fn, arg);
}

size_t
prefixmap_size(const struct prefixmap *m)
{
	size_t size = sizeof(*m) + (m->root != NULL ? ROOT_SLOTS * 4u : 0);

	for (size_t i = 0; i < m->top_count; i++)
		size += prefixnode_size(&m->top[i]);
	return size;
}

/* ---- look-ups ---- */

/* An address as two words, the first bit on top; zeros stand behind it. */
struct key {
	uint64_t	 high, low;
};

static inline uint64_t
load(const uint8_t *p, size_t len)
{
	uint64_t v = 0;

	for (size_t i = 0; i < len; i++)
		v = v << 8 | p[i];
	return v;
}

static inline struct key
key_of(const struct prefixmap *m, const uint8_t *octets)
{
	if (m->bits == 32)
		return (struct key){ load(octets, 4) << 32, 0 };
	return (struct key){ load(octets, 8), load(octets + 8, 8) };
}

/* Takes the next count bits off. */
static inline uint32_t
take(struct key *k, unsigned count)
{
	uint32_t bits = (uint32_t)(k->high >> (64 - count));

	k->high = k->high << count | k->low >> (64 - count);
	k->low <<= count;
	return bits;
}

static inline struct prefixmap_found
found(uint32_t value)
{
	return (struct prefixmap_found){ value >> 8, (uint8_t)value };
}

struct prefixmap_found
prefixmap_find(const struct prefixmap *m, const uint8_t *octets)
{
	struct key k;
	uint32_t at;

	if (m->root == NULL)
		return found(m->sole);
	k = key_of(m, octets);
	at = m->root[take(&k, ROOT_BITS)];
	if ((at & SLOT_NODE) == 0)
		return found(at);
	for (const struct prefixnode *n = &m->top[at & ~SLOT_NODE];;) {
		uint32_t slot = take(&k, PREFIXNODE_STEP);
		uint64_t upto = UINT64_MAX >> (63 - slot);

		if ((n->inner >> slot & 1) == 0)
			return found(*prefixnode_leaf_at(n, prefixnode_ones(n->starts & upto) - 1));
		n = &n->row[prefixnode_ones(n->inner & upto) - 1];
	}
}
