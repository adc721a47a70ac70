/* gtmd/topology/topology_trie.c - see topology_trie.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/topology_trie.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

void
topology_trie_init(struct topology_trie *t, unsigned bits)
{
	*t = (struct topology_trie){ .bits = bits };
	t->v = mem_grow(NULL, &t->room, 1, sizeof(*t->v));
	t->count = 1;
}

void
topology_trie_fini(struct topology_trie *t)
{
	free(t->v);
	*t = (struct topology_trie){ .v = NULL };
}

void
topology_trie_mark(struct topology_trie *t, const struct addr_prefix *p,
    unsigned layer, uint32_t mark)
{
	uint32_t at = 0;

	assert(p->len <= t->bits && layer < TOPOLOGY_TRIE_LAYERS);
	for (unsigned i = 0; i < p->len; i++) {
		unsigned bit = p->addr.octets[i / 8] >> (7 - i % 8) & 1;
		uint32_t next = t->v[at].child[bit];

		if (next == 0) {
			t->v = mem_grow(t->v, &t->room, t->count + 1,
			    sizeof(*t->v));
			next = (uint32_t)t->count++;
			t->v[at].child[bit] = next;
		}
		at = next;
	}
	t->v[at].mark[layer] = mark;
}

/* ---- folding ---- */

struct fold {
	const struct topology_trie *t;
	topology_trie_fn *fn;
	void		*arg;
	struct topology_marks marks;
	uint32_t	(*child)[2];	/* of what comes out */
	size_t		 count, room;
};

static uint32_t
leaf(const struct fold *f)
{
	uint32_t n = f->fn(f->arg, &f->marks);

	assert(n <= PREFIXMAP_NUMBER_MAX);
	return PREFIXMAP_LEAF | n;
}

/* Children that stand for one number are one leaf. */
static uint32_t
join(struct fold *f, uint32_t left, uint32_t right)
{
	if (left == right && (left & PREFIXMAP_LEAF) != 0)
		return left;
	f->child = mem_grow(f->child, &f->room, f->count + 1,
	    sizeof(*f->child));
	f->child[f->count][0] = left;
	f->child[f->count][1] = right;
	assert(f->count < PREFIXMAP_LEAF);
	return (uint32_t)f->count++;
}

/* Goes as deep as an address has bits. */
static uint32_t
fold_node(struct fold *f, uint32_t at)
{
	const struct topology_trie_node *n = &f->t->v[at];
	uint32_t was[TOPOLOGY_TRIE_LAYERS], side[2];
	size_t subnets = f->marks.subnet_count;
	uint32_t plain = 0;

	memcpy(was, f->marks.layer, sizeof(was));
	for (unsigned i = 1; i < TOPOLOGY_TRIE_LAYERS; i++)
		if (n->mark[i] != 0)
			f->marks.layer[i] = n->mark[i];
	if (n->mark[0] != 0)
		f->marks.subnets[f->marks.subnet_count++] = n->mark[0];
	if (n->child[0] == 0 || n->child[1] == 0)
		plain = leaf(f);
	for (int i = 0; i < 2; i++)
		side[i] = n->child[i] != 0 ? fold_node(f, n->child[i]) : plain;
	memcpy(f->marks.layer, was, sizeof(was));
	f->marks.subnet_count = subnets;
	return join(f, side[0], side[1]);
}

struct prefixmap *
topology_trie_map(const struct topology_trie *t, topology_trie_fn *fn,
    void *arg)
{
	struct fold f = { .t = t, .fn = fn, .arg = arg };
	struct prefixmap_tree tree = { .bits = t->bits };
	struct prefixmap *m;

	tree.root = fold_node(&f, 0);
	tree.child = (const uint32_t (*)[2])f.child;
	m = prefixmap_new(&tree);
	free(f.child);
	return m;
}
