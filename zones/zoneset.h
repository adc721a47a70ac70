/* zones/zoneset.h - all names of all zones that are served together, behind
 * one hash index.
 *
 * Immutable once built: published whole, freed whole after a grace period.
 * The index has 16-octet slots (hash, node); an existing name costs two cache
 * misses, its slot and its node, whatever the number of names. Where a zone
 * and its child are both in the set, the child's data wins at and below its
 * apex; only the DS question at the apex goes to the parent. Layer: zones.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ZONES_ZONESET_H
#define ZONES_ZONESET_H

#include <stddef.h>
#include <stdint.h>

#include "zones/zone.h"

struct tree_node;
struct err;

struct zoneset_slot {
	uint64_t		 hash;
	const struct tree_node	*node;		/* NULL = free */
};

struct zoneset {
	unsigned	 magic;
#define ZONESET_MAGIC	0x5e7a11edu
	uint8_t		 labels_max;	/* of the deepest name in the set */
	uint8_t		 labels_min;	/* of the shallowest apex */
	uint32_t	 slot_count;	/* > names: a free slot ends a search */
	size_t		 mapped;	/* octets mapped for slots; 0 = heap */
	struct zoneset_slot *slots;
	size_t		 zone_count;
	struct zone	**zones;	/* one reference each, by address */
};

/*
 * zoneset_build - make the set of n zones (n may be 0).
 *
 * The set takes a reference of its own to each zone; the caller keeps his.
 * ret    0 and *out; ERR_EXISTS when two zones have the same apex
 * cost   one pass over all names, about 0.1 us each
 */
int zoneset_build(struct zoneset **out, struct zone *const *zones, size_t n,
    struct err *e);
/* Sets *zs to NULL; NULL is harmless. */
void zoneset_free(struct zoneset **zs);

/* The node of a name, or NULL. hash = dnsname_hash(name, len). */
const struct tree_node *zoneset_find(const struct zoneset *zs,
    const uint8_t *name, size_t len, uint64_t hash);

/* The node of name or of its closest ancestor in the set, or NULL when the
 * name is in none of the zones. One probe per label, beginning no deeper than
 * the deepest name: long made-up names cost no more than short ones. */
const struct tree_node *zoneset_closest(const struct zoneset *zs,
    const uint8_t *name, size_t len);

/* The parent's node for the apex of a zone, when the parent is in the set and
 * delegates it: DS is there (RFC 4035 3.1.4.1). Else NULL. */
const struct tree_node *zoneset_find_cut(const struct zoneset *zs,
    const uint8_t *name, size_t len, uint64_t hash);

/* The zone that encloses a lower-case name most closely, or NULL. Its soa,
 * soa_negative and ns serve answers that overlay the zone. */
const struct zone *zoneset_find_zone(const struct zoneset *zs,
    const uint8_t *name, size_t len);

/* Where the search for a hash starts. */
static inline const struct zoneset_slot *
zoneset_slot(const struct zoneset *zs, uint64_t hash)
{
	return &zs->slots[((hash >> 32) * zs->slot_count) >> 32];
}

/* Two passes over a batch hide both misses: first this for each question … */
static inline void
zoneset_prefetch(const struct zoneset *zs, uint64_t hash)
{
	__builtin_prefetch(zoneset_slot(zs, hash));
}

/* … then this, which reads the slot and asks for the node. */
void zoneset_prefetch_node(const struct zoneset *zs, uint64_t hash);

#endif
