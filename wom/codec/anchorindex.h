/* wom/codec/anchorindex.h - where in the history an anchor was seen lately.
 *
 * A table of a fixed size, in groups of ANCHORINDEX_WAYS (half a cache line) of
 * which a newer anchor takes the place of the oldest: what stands at several
 * places can be followed at the one that has most in common.
 * It may be wrong (the block has been overwritten since, or another anchor looks
 * alike): who asks compares the octets. Layer: wom/codec, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_ANCHORINDEX_H
#define WOM_CODEC_ANCHORINDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wom/codec/history.h"

#define ANCHORINDEX_WAYS	4

/* An entry: 22 bits to tell anchors apart, 22 of the slot, 20 of the place. */
#define ANCHORINDEX_SLOT_BITS	22
#define ANCHORINDEX_PLACE_BITS	20

struct anchorindex {
	uint64_t *table;
	uint64_t  mask;
	size_t	  touched;	/* octets that are there, not only promised */
	uint64_t  salt;		/* of the domain at hand */
};

/* Octets of a block in the history, from one on. */
struct anchorindex_place {
	uint32_t slot, offset;
};

/* A block that has a slot. */
struct anchorindex_block {
	uint32_t slot;
	const uint8_t *data;
	size_t	 len;
};

/* For a history of so many octets: 8 octets for each 64 of them, which suffices
 * for all of its anchors. */
void anchorindex_init(struct anchorindex *ix, size_t history_octets);
void anchorindex_fini(struct anchorindex *ix);
/* Has some more octets of it ready, in idle time: anchors go here and there all over.
 * True while there is more to do. */
bool anchorindex_touch_step(struct anchorindex *ix, size_t octets);

/* What is put and looked for from now on is of that domain (dedupdomain.h): the same
 * anchor stands elsewhere in another, so that it displaces none there but by chance. */
static inline void
anchorindex_enter(struct anchorindex *ix, uint64_t domain)
{
	ix->salt = domain;
}

static inline uint64_t *
anchorindex_group(const struct anchorindex *ix, uint64_t hash)
{
	return &ix->table[(hash ^ ix->salt) & ix->mask &
	    ~(uint64_t)(ANCHORINDEX_WAYS - 1)];
}

static inline void
anchorindex_prefetch(const struct anchorindex *ix, uint64_t hash)
{
	__builtin_prefetch(anchorindex_group(ix, hash));
}

/* The upper bits tell apart what falls to the same entry; never all zero. */
static inline uint64_t
anchorindex_mark(uint64_t hash)
{
	return hash >> (ANCHORINDEX_SLOT_BITS + ANCHORINDEX_PLACE_BITS) | 1;
}

static inline uint64_t
anchorindex_entry(uint64_t hash, uint32_t slot, uint32_t place)
{
	return anchorindex_mark(hash) <<
	    (ANCHORINDEX_SLOT_BITS + ANCHORINDEX_PLACE_BITS) |
	    (uint64_t)slot << ANCHORINDEX_PLACE_BITS | place;
}

static inline void
anchorindex_put(struct anchorindex *ix, uint64_t hash, uint32_t slot,
    uint32_t place)
{
	uint64_t *group = anchorindex_group(ix, hash);

	for (unsigned i = ANCHORINDEX_WAYS - 1; i > 0; i--)
		group[i] = group[i - 1];
	group[0] = anchorindex_entry(hash, slot, place);
}

/* What is at a way of the anchor's group, 0 (the newest) .. ANCHORINDEX_WAYS - 1;
 * false: another anchor, or nothing. */
static inline bool
anchorindex_get(const struct anchorindex *ix, uint64_t hash, unsigned way,
    struct anchorindex_place *p)
{
	uint64_t e = anchorindex_group(ix, hash)[way];

	p->slot = (uint32_t)(e >> ANCHORINDEX_PLACE_BITS) &
	    ((1u << ANCHORINDEX_SLOT_BITS) - 1);
	p->offset = (uint32_t)e & ((1u << ANCHORINDEX_PLACE_BITS) - 1);
	return e >> (ANCHORINDEX_SLOT_BITS + ANCHORINDEX_PLACE_BITS) ==
	    anchorindex_mark(hash);
}

/* Enters the anchors of a block, data, that has just got its slot. */
void anchorindex_learn(struct anchorindex *ix, uint32_t slot,
    const uint8_t *data, size_t len);
/* Only those that reach into its octets [from, to): what is around them stands elsewhere,
 * too, and has been entered there. */
void anchorindex_learn_part(struct anchorindex *ix,
    const struct anchorindex_block *b, size_t from, size_t to);
/* The same for a block that is older than what the index knows: no other anchor
 * goes for it. */
void anchorindex_learn_older(struct anchorindex *ix, uint32_t slot,
    const uint8_t *data, size_t len);

#endif
