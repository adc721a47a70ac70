/* gtmd/topology/prefixnode.h - the nodes of a prefixmap below its root: 64 slots in two words
 * and a row, made out of what stands in them, and opened again.
 * Layer: gtmd, pure but for memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TOPOLOGY_PREFIXNODE_H
#define GTMD_TOPOLOGY_PREFIXNODE_H

#include <stddef.h>
#include <stdint.h>

#include "gtmd/topology/prefixmap.h"

#define PREFIXNODE_STEP		6	/* bits */
#define PREFIXNODE_SLOTS	(1u << PREFIXNODE_STEP)
/* In the place of a number: there is more than one. */
#define PREFIXNODE_MIXED	UINT32_MAX

/* Below the root table: 64 slots, each a node or a leaf. Nodes stand in a row
 * of their own, one for each set bit of inner; before the row, last first,
 * stand leaves, one for each run of slots that have the same, which a set bit
 * of starts begins. */
struct prefixnode {
	uint64_t	 inner, starts;
	struct prefixnode *row;
};

/* What stands in a slot, while nodes are made. */
struct prefixnode_place {
	uint32_t	 number;	/* of a leaf, else PREFIXNODE_MIXED */
	struct prefixnode node;
};

/* Whoever counts the places of numbers. */
struct prefixnode_counter {
	prefixmap_count_fn *fn;		/* NULL: nobody */
	void		*arg;
};

/* Set bits of x. Spelled out: without the machine's instruction, which not
 * every machine has, the compiler's own is a call. */
static inline uint32_t
prefixnode_ones(uint64_t x)
{
	x -= x >> 1 & UINT64_C(0x5555555555555555);
	x = (x & UINT64_C(0x3333333333333333)) +
	    (x >> 2 & UINT64_C(0x3333333333333333));
	x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (uint32_t)(x * UINT64_C(0x0101010101010101) >> 56);
}

static inline uint32_t *
prefixnode_leaf_at(const struct prefixnode *n, uint32_t i)
{
	return (uint32_t *)n->row - 1 - i;
}

/*
 * The bits that tell each slot's leaf from others, top of them in front of
 * this table: the table is 1 << log2 slots, number has their numbers or PREFIXNODE_MIXED
 * and is used up. Slots of nodes keep top + log2. Returns the number of all of
 * them, or PREFIXNODE_MIXED.
 */
uint32_t prefixnode_depths(uint32_t *number, unsigned log2, unsigned top,
    uint8_t *depth);
/* A leaf: its number, and how deep it lies. */
uint32_t prefixnode_leaf(uint32_t number, unsigned depth);

/* A node behind top bits, its row new and its leaves counted; or the number that is in all
 * slots. */
struct prefixnode_place prefixnode_make(
    const struct prefixnode_place slots[PREFIXNODE_SLOTS], unsigned top,
    const struct prefixnode_counter *c);
/* The other way round. */
void prefixnode_open(const struct prefixnode_place *p,
    struct prefixnode_place slots[PREFIXNODE_SLOTS]);

/* With all below it. */
void prefixnode_free(const struct prefixnode *n);
/* Without what is below it. */
void prefixnode_free_row(const struct prefixnode *n);
/* Its leaves, by is told with each; and those of all below it, by 1. */
void prefixnode_count(const struct prefixnode *n, prefixmap_count_fn *fn,
    void *arg, int by);
void prefixnode_each(const struct prefixnode *n, prefixmap_count_fn *fn,
    void *arg);
/* Octets of it and all below it. */
size_t prefixnode_size(const struct prefixnode *n);

#endif
