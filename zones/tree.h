/* zones/tree.h - the nodes of a compiled zone: a name and all that is at it,
 * in one piece of memory.
 *
 *	struct tree_node			12 octets
 *	struct tree_set [sets + extras]		8 octets each
 *	name, wire form, lower case		padded to 2
 *	for each set: RRs (rrset.h), padded to 2, then its fix places
 *
 * A name with one address takes 60 octets or less, and a node that fits in a
 * cache line does not cross one: so an answer costs one miss here. Places are
 * counted from the zone's head in units of 4 octets.
 * Layer: zones, pure to read.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ZONES_TREE_H
#define ZONES_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "zones/rrset.h"
#include "zones/zone.h"

struct records;

enum {
	TREE_APEX	= 1 << 0,
	TREE_CUT	= 1 << 1,	/* NS, not the apex: others answer */
	TREE_BELOW	= 1 << 2,	/* below the cut at link */
	TREE_DNAME	= 1 << 3,	/* redirects all names below */
	TREE_CNAME	= 1 << 4,
	TREE_WILD	= 1 << 5,	/* link is the child "*" */
};

/* What a node carries beside its RRsets; kinds take the place of a type. */
enum {
	TREE_GLUE	= 0,	/* addresses of name servers below the cut */
	TREE_SIBLING	= 1,	/* of its other name servers in the zone */
	TREE_NEGATIVE	= 2,	/* the SOA for negative answers */
};

struct tree_set {
	uint16_t type;
	uint16_t count;		/* RRs */
	uint16_t len;		/* octets of RRs */
	uint16_t fix_count;
};

struct tree_node {
	uint32_t	 self;		/* where it is; never 0 */
	uint32_t	 link;		/* to the cut or to "*", see flags */
	uint8_t		 name_len;
	uint8_t		 set_count;
	uint8_t		 extra_count;
	uint8_t		 flags;		/* TREE_… */
	struct tree_set	 sets[];	/* A, AAAA, then by number; extras */
};

/* Compiles checked records (check_zone found no error) into a zone with one
 * reference. Linear in their number. */
struct zone *tree_compile(const struct records *r);

/* All nodes of a zone: start with node NULL; NULL at the end. */
const struct tree_node *tree_next(const struct zone *z,
    const struct tree_node *node);

static inline const struct zone *
tree_zone(const struct tree_node *n)
{
	return (const void *)((const uint8_t *)n - (size_t)n->self * 4);
}

static inline const struct tree_node *
tree_link(const struct tree_node *n)
{
	return (const void *)((const uint8_t *)tree_zone(n) +
	    (size_t)n->link * 4);
}

static inline const uint8_t *
tree_name(const struct tree_node *n)
{
	return (const uint8_t *)&n->sets[n->set_count + n->extra_count];
}

/* Octets of a set's RRs and places. */
static inline size_t
tree_set_size(const struct tree_set *s)
{
	return ((s->len + 1u) & ~1u) + 2u * s->fix_count;
}

/* The view of set number i, whose RRs are at wire. */
static inline struct rrset
tree_view(const struct tree_node *n, unsigned i, const uint8_t *wire)
{
	const struct tree_set *s = &n->sets[i];

	return (struct rrset){ .wire = wire,
	    .fix = (const void *)(wire + ((s->len + 1u) & ~1u)),
	    .len = s->len, .count = s->count, .fix_count = s->fix_count,
	    .type = s->type };
}

/* Where the first set's RRs are: the name is padded, places are even. */
static inline const uint8_t *
tree_data(const struct tree_node *n)
{
	return tree_name(n) + n->name_len + (n->name_len & 1u);
}

/* The set of a type. False, and *rs untouched, when the node has none. */
static inline bool
tree_find(const struct tree_node *n, uint16_t type, struct rrset *rs)
{
	const uint8_t *wire = tree_data(n);
	unsigned i;

	for (i = 0; i < n->set_count; i++) {
		if (n->sets[i].type == type) {
			*rs = tree_view(n, i, wire);
			return true;
		}
		wire += tree_set_size(&n->sets[i]);
	}
	return false;
}

/* The same for what stands behind the sets: TREE_GLUE and friends. */
bool tree_extra(const struct tree_node *n, uint16_t kind, struct rrset *rs);

#endif
