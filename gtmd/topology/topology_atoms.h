/* gtmd/topology/topology_atoms.h - the conditions that topology records and regions are
 * made of, numbered, and what follows from the ones that hold.
 *
 * An atom is a kind and a value without "not": "country DE", "region /Common/x".
 * Most atoms are false of most clients and servers; what is told of one of them
 * is which atoms are not as they are by default ("flipped"). Control loop only.
 * Layer: gtmd, pure but for memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TOPOLOGY_TOPOLOGY_ATOMS_H
#define GTMD_TOPOLOGY_TOPOLOGY_ATOMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/base/addr.h"
#include "core/base/map.h"
#include "gtmd/topology/topology_list.h"
#include "gtmd/types/topoterm.h"

struct geo_facts;

#define TOPOLOGY_ATOM_NONE	UINT32_MAX

/* A region that has an atom as a member. */
struct topology_parent {
	uint32_t	 region;
	bool		 negate;
};

struct topology_atom {
	enum topoterm_kind kind;
	struct addr_prefix prefix;	/* SUBNET */
	char		*value;
	bool		 by_default;	/* what it is of nothing in particular */
	bool		 on_pool;	/* it may hold of a pool by itself */
	bool		 asked;		/* a record's client side needs it */
	struct topology_parent *parents;
	size_t		 parent_count, parent_room;
	/* REGION: */
	uint32_t	 level;		/* over all regions that it holds */
	uint32_t	 in, out;	/* members that hold by default */
	uint32_t	 members, members_in;
	int32_t		 more_in, more_out;	/* while flips are found */
	bool		 queued;
};

struct topology_atoms {
	struct map	 ids;		/* "kind value": number + 1 */
	struct topology_atom *v;
	size_t		 count, room;
	struct topology_list spare;	/* free numbers */
	uint64_t	 lens[2][3];	/* bit n: a subnet of that length is
					 * there; IPv4, IPv6 */
	uint32_t	*queue;		/* regions to look at again */
	size_t		 queue_count, queue_room;
};

void topology_atoms_init(struct topology_atoms *a);
void topology_atoms_fini(struct topology_atoms *a);

/* The number of a term's atom, made if it is new. */
uint32_t topology_atoms_put(struct topology_atoms *a,
    const struct topoterm *t);
/* The same, or TOPOLOGY_ATOM_NONE if there is none. */
uint32_t topology_atoms_find(const struct topology_atoms *a,
    enum topoterm_kind kind, const char *value);

/* Nobody uses it any more: its number is free. Regions, and what is in one,
 * stay. */
void topology_atoms_drop(struct topology_atoms *a, uint32_t id);

/* A member of a region, whose own atom is there already. */
void topology_atoms_join(struct topology_atoms *a, uint32_t region,
    const struct topoterm *member);

/*
 * topology_atoms_settle - after the last member: levels, defaults, and which
 * atoms clients are asked for (those marked so, and what regions among them
 * hold). Regions do not hold one another in a circle: the configuration was
 * checked.
 */
void topology_atoms_settle(struct topology_atoms *a);

/* From the atoms that are flipped of themselves (no regions among them, each
 * once, any order) to all that are; out is emptied first. */
void topology_atoms_flip(struct topology_atoms *a,
    const struct topology_list *base, struct topology_list *out);

/* Adds the atoms that an address, or what a database knows, flips. */
void topology_atoms_of_addr(const struct topology_atoms *a,
    const struct addr *addr, struct topology_list *out);
void topology_atoms_of_facts(const struct topology_atoms *a,
    const struct geo_facts *f, struct topology_list *out);

#endif
