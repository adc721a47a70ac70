/* gtmd/topology/prefixmap.h - from an address to the number of the network it is in.
 *
 * A compressed trie of 6 bits a step below a table of the first 16 (Asai and
 * Ohara: Poptrie, SIGCOMM 2015): one or two steps for most IPv4 addresses,
 * five for an IPv6 /48, each a look at 24 octets. What is found tells also how
 * many bits of the address it took, which is the length of the widest network
 * around the address that has one number throughout: the scope of an answer
 * (RFC 7871 section 7.2.1).
 *
 * A map never changes for those who look things up in it. One that differs is
 * made from it (prefixmap_remap) and shares with it all that stays as it is, so
 * that a change costs what is changed. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TOPOLOGY_PREFIXMAP_H
#define GTMD_TOPOLOGY_PREFIXMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/base/addr.h"

#define PREFIXMAP_NUMBER_MAX	((UINT32_C(1) << 23) - 1)

/* A place in a binary trie: a network's number, or a node's. */
#define PREFIXMAP_LEAF		(UINT32_C(1) << 31)

/* The binary trie that a map is made from. */
struct prefixmap_tree {
	const uint32_t	(*child)[2];	/* of each node: by the next bit */
	uint32_t	 root;		/* node, or PREFIXMAP_LEAF | number */
	unsigned	 bits;		/* of an address: 32 or 128; no node
					 * stands deeper than that */
};

struct prefixmap;

/* Made from the tree, of which it keeps nothing; one reference. */
struct prefixmap *prefixmap_new(const struct prefixmap_tree *t);
void prefixmap_ref(struct prefixmap *m);
/* Any thread; the last one frees. */
void prefixmap_drop(struct prefixmap **pm);

/* Where a number stands in a map, in one place or more: by is what the count
 * of its places changes by. */
typedef void prefixmap_count_fn(void *arg, uint32_t number, int by);
/* Tells all places of a map. */
void prefixmap_each(const struct prefixmap *m, prefixmap_count_fn *fn,
    void *arg);

/* What becomes of a number; the same number at each call, the same result. */
typedef uint32_t prefixmap_change_fn(void *arg, uint32_t number);

struct prefixmap_change {
	struct addr_prefix prefix;	/* of the map's family */
	prefixmap_change_fn *number;
	prefixmap_count_fn *count;	/* places that come and go */
	void		*arg;
};

/*
 * prefixmap_remap - the map with other numbers within a network.
 *
 * It is what prefixmap_new would make. m stays as it is for all who have it,
 * and cannot be remapped again. One reference; NULL when nothing is different.
 *
 * cost  the network's share of the map, and a copy of the table of the first
 *       16 bits
 */
struct prefixmap *prefixmap_remap(struct prefixmap *m,
    const struct prefixmap_change *c);

/* Octets of memory that it takes, shared or not. */
size_t prefixmap_size(const struct prefixmap *m);

/* What stands for an address. */
struct prefixmap_found {
	uint32_t	 number;
	uint8_t		 bits;		/* that decided it */
};

/* octets: 4 or 16 of them, network order, as the map was made for. */
struct prefixmap_found prefixmap_find(const struct prefixmap *m,
    const uint8_t *octets);

#endif
