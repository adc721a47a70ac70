/* gtmd/topology/prefixmap.c - see prefixmap.h. Layer: gtmd, pure but for memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/prefixmap.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

#define ROOT_BITS	16
#define ROOT_SLOTS	(1u << ROOT_BITS)
#define STEP		6
#define STEP_SLOTS	(1u << STEP)

/* Below the root table: 64 slots, each a node or a leaf. Nodes stand in a row
 * from first_node on, one a set bit of inner; leaves from first_leaf on, one
 * for each run of slots that have the same, which a set bit of starts begins.
 */
struct node {
	uint64_t	 inner, starts;
	uint32_t	 first_node, first_leaf;
};

/* number << 8 | bits: 31 bits, so that the top one can say "a node". */
#define SLOT_NODE	(UINT32_C(1) << 31)

struct prefixmap {
	uint32_t	*root;		/* NULL: sole is all there is */
	uint32_t	 sole;
	unsigned	 bits;
	struct node	*nodes;
	size_t		 node_count, node_room;
	uint32_t	*leaves;
	size_t		 leaf_count, leaf_room;
};

static uint32_t
leaf_value(uint32_t ref, unsigned depth)
{
	assert((ref & ~PREFIXMAP_LEAF) <= PREFIXMAP_NUMBER_MAX);
	return (ref & ~PREFIXMAP_LEAF) << 8 | depth;
}

/* Where in the binary trie one is after some bits, or the leaf met before. */
struct spot {
	uint32_t	 ref;
	unsigned	 depth;
};

static bool
is_leaf(const struct spot *s)
{
	return (s->ref & PREFIXMAP_LEAF) != 0;
}

static struct spot
descend(const struct prefixmap_tree *t, struct spot s, uint32_t path,
    unsigned count)
{
	while (count-- > 0 && !is_leaf(&s)) {
		s.ref = t->child[s.ref][path >> count & 1];
		s.depth++;
	}
	return s;
}

static uint32_t
add_nodes(struct prefixmap *m, size_t count)
{
	uint32_t first = (uint32_t)m->node_count;

	m->nodes = mem_grow(m->nodes, &m->node_room, m->node_count + count,
	    sizeof(*m->nodes));
	m->node_count += count;
	assert(m->node_count < SLOT_NODE);
	return first;
}

static void
add_leaf(struct prefixmap *m, struct node *n, uint32_t slot, uint32_t value)
{
	if (n->starts != 0 && m->leaves[m->leaf_count - 1] == value)
		return;
	m->leaves = mem_grow(m->leaves, &m->leaf_room, m->leaf_count + 1,
	    sizeof(*m->leaves));
	m->leaves[m->leaf_count++] = value;
	n->starts |= UINT64_C(1) << slot;
}

/* Fills the node at this place of the array; goes as deep as an address has
 * bits, STEP at a time. */
static void
fill(struct prefixmap *m, const struct prefixmap_tree *t, uint32_t at,
    struct spot from)
{
	struct node n = { .first_leaf = (uint32_t)m->leaf_count };
	struct spot inner[STEP_SLOTS];
	size_t count = 0;

	for (uint32_t slot = 0; slot < STEP_SLOTS; slot++) {
		struct spot s = descend(t, from, slot, STEP);

		if (is_leaf(&s)) {
			add_leaf(m, &n, slot, leaf_value(s.ref, s.depth));
			continue;
		}
		n.inner |= UINT64_C(1) << slot;
		inner[count++] = s;
	}
	n.first_node = add_nodes(m, count);
	m->nodes[at] = n;
	for (size_t i = 0; i < count; i++)
		fill(m, t, n.first_node + (uint32_t)i, inner[i]);
}

struct prefixmap *
prefixmap_new(const struct prefixmap_tree *t)
{
	struct prefixmap *m = mem_zalloc(1, sizeof(*m));
	struct spot top = { t->root, 0 };

	m->bits = t->bits;
	if (is_leaf(&top)) {
		m->sole = leaf_value(t->root, 0);
		return m;
	}
	m->root = mem_zalloc(ROOT_SLOTS, sizeof(*m->root));
	for (uint32_t i = 0; i < ROOT_SLOTS; i++) {
		struct spot s = descend(t, top, i, ROOT_BITS);

		if (is_leaf(&s)) {
			m->root[i] = leaf_value(s.ref, s.depth);
			continue;
		}
		m->root[i] = SLOT_NODE | add_nodes(m, 1);
		fill(m, t, m->root[i] & ~SLOT_NODE, s);
	}
	return m;
}

void
prefixmap_free(struct prefixmap **pm)
{
	struct prefixmap *m = *pm;

	*pm = NULL;
	if (m == NULL)
		return;
	free(m->root);
	free(m->nodes);
	free(m->leaves);
	free(m);
}

size_t
prefixmap_size(const struct prefixmap *m)
{
	return sizeof(*m) + (m->root != NULL ? ROOT_SLOTS * 4u : 0) +
	    m->node_count * sizeof(*m->nodes) + m->leaf_count * 4;
}

/* Set bits of x. Spelled out: without the machine's instruction, which not
 * every machine has, the compiler's own is a call. */
static inline uint32_t
ones(uint64_t x)
{
	x -= x >> 1 & UINT64_C(0x5555555555555555);
	x = (x & UINT64_C(0x3333333333333333)) +
	    (x >> 2 & UINT64_C(0x3333333333333333));
	x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (uint32_t)(x * UINT64_C(0x0101010101010101) >> 56);
}

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
	for (const struct node *n = &m->nodes[at & ~SLOT_NODE];;) {
		uint32_t slot = take(&k, STEP);
		uint64_t upto = UINT64_MAX >> (63 - slot);

		if ((n->inner >> slot & 1) == 0)
			return found(m->leaves[n->first_leaf +
			    ones(n->starts & upto) - 1]);
		n = &m->nodes[n->first_node + ones(n->inner & upto) - 1];
	}
}
