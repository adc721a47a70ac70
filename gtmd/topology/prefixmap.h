/* gtmd/topology/prefixmap.h - from an address to the number of the network it is in.
 *
 * A compressed trie of 6 bits a step below a table of the first 16 (Asai and
 * Ohara: Poptrie, SIGCOMM 2015): one or two steps for most IPv4 addresses,
 * five for an IPv6 /48, each a look at 24 octets. What is found tells also how
 * many bits of the address it took, which is the length of the widest network
 * around the address that has one number throughout: the scope of an answer
 * (RFC 7871 section 7.2.1). Immutable once made. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TOPOLOGY_PREFIXMAP_H
#define GTMD_TOPOLOGY_PREFIXMAP_H

#include <stddef.h>
#include <stdint.h>

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

/* Made from the tree, of which it keeps nothing. */
struct prefixmap *prefixmap_new(const struct prefixmap_tree *t);
void prefixmap_free(struct prefixmap **pm);
/* Octets of memory that it takes. */
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
