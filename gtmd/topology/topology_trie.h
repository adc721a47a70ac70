/* gtmd/topology/topology_trie.h - networks with marks on them, one over another, cut
 * into pieces that have one set of marks each. Layer: gtmd, pure but for
 * memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TOPOLOGY_TOPOLOGY_TRIE_H
#define GTMD_TOPOLOGY_TOPOLOGY_TRIE_H

#include <stddef.h>
#include <stdint.h>
#include "core/base/addr.h"
#include "gtmd/topology/prefixmap.h"

#define TOPOLOGY_TRIE_LAYERS	5	/* subnets, and databases */

struct topology_trie_node {
	uint32_t	 child[2];	/* 0 = none: node 0 is the root */
	uint32_t	 mark[TOPOLOGY_TRIE_LAYERS];	/* 0 = none */
};

struct topology_trie {
	struct topology_trie_node *v;
	size_t		 count, room;
	unsigned	 bits;		/* 32 or 128 */
};

void topology_trie_init(struct topology_trie *t, unsigned bits);
void topology_trie_fini(struct topology_trie *t);

/* A mark other than 0 on a network, in a layer; one there before goes. */
void topology_trie_mark(struct topology_trie *t, const struct addr_prefix *p,
    unsigned layer, uint32_t mark);

/* The marks of a piece. Those of layer 0 add up, widest network first; of the
 * other layers the narrowest network's counts. */
struct topology_marks {
	uint32_t	 subnets[129];
	size_t		 subnet_count;
	uint32_t	 layer[TOPOLOGY_TRIE_LAYERS];
};

/* The number of a piece with these marks: the same marks, the same number. */
typedef uint32_t topology_trie_fn(void *arg, const struct topology_marks *m);

/* The map from addresses to the numbers that fn gives; pieces side by side
 * with one number become one. */
struct prefixmap *topology_trie_map(const struct topology_trie *t,
    topology_trie_fn *fn, void *arg);

#endif
