/* wom/codec/anchorindex.c - see anchorindex.h. Layer: wom/codec, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/anchorindex.h"

#include <assert.h>
#include <stdlib.h>

#include "wom/codec/anchor.h"
#include "wom/codec/bigmem.h"

#define PER_ENTRY	64	/* octets of history */
#define PIECE		4096	/* octets that are looked through at a time */

_Static_assert(HISTORY_SLOTS_MAX <= 1u << ANCHORINDEX_SLOT_BITS &&
    HISTORY_BLOCK_MAX <= 1u << ANCHORINDEX_PLACE_BITS, "entries have room");

void
anchorindex_init(struct anchorindex *ix, size_t history_octets)
{
	uint64_t n = 1024;

	while (n < history_octets / PER_ENTRY)
		n *= 2;
	ix->mask = n - 1;
	ix->touched = 0;
	ix->table = bigmem_new(n * sizeof(*ix->table));
	if (ix->table == NULL)
		abort();		/* as mem_zalloc */
}

void
anchorindex_fini(struct anchorindex *ix)
{
	void *table = ix->table;

	bigmem_free(&table, (ix->mask + 1) * sizeof(*ix->table));
	*ix = (struct anchorindex){ 0 };
}

bool
anchorindex_touch_step(struct anchorindex *ix, size_t octets)
{
	return bigmem_touch(ix->table, (ix->mask + 1) * sizeof(*ix->table),
	    &ix->touched, octets);
}

/* Where there is room, in the order of age. */
static void
put_older(struct anchorindex *ix, uint64_t hash, uint32_t slot, uint32_t place)
{
	uint64_t *group = anchorindex_group(ix, hash);

	for (unsigned i = 0; i < ANCHORINDEX_WAYS; i++) {
		if (group[i] != 0)
			continue;
		group[i] = anchorindex_entry(hash, slot, place);
		return;
	}
}

typedef void put_fn(struct anchorindex *ix, uint64_t hash, uint32_t slot,
    uint32_t place);

/* Those of len octets from there on. What is to be written is asked for ahead: each
 * stands somewhere else in memory. */
static inline void
learn_piece(struct anchorindex *ix, const struct anchorindex_block *b,
    size_t from, size_t len, put_fn *put)
{
	uint32_t places[ANCHOR_MAX(PIECE + ANCHOR_REACH)];
	uint64_t hashes[ANCHOR_MAX(PIECE + ANCHOR_REACH)];
	size_t n = anchor_find(b->data + from, len, places);

	for (size_t i = 0; i < n; i++) {
		hashes[i] = anchor_hash(b->data + from + places[i]);
		anchorindex_prefetch(ix, hashes[i]);
	}
	for (size_t i = 0; i < n; i++)
		put(ix, hashes[i], b->slot, (uint32_t)from + places[i]);
}

/* Those that begin at places from .. to - 1. */
static inline void
learn(struct anchorindex *ix, const struct anchorindex_block *b, size_t from,
    size_t to, put_fn *put)
{
	assert(to <= b->len && b->len <= HISTORY_BLOCK_MAX);
	for (; from < to; from += PIECE) {
		size_t end = (to - from < PIECE ? to : from + PIECE) +
		    ANCHOR_REACH - 1;

		learn_piece(ix, b, from, (end < b->len ? end : b->len) - from,
		    put);
	}
}

void
anchorindex_learn(struct anchorindex *ix, uint32_t slot, const uint8_t *data,
    size_t len)
{
	learn(ix, &(struct anchorindex_block){ slot, data, len }, 0, len,
	    anchorindex_put);
}

void
anchorindex_learn_older(struct anchorindex *ix, uint32_t slot,
    const uint8_t *data, size_t len)
{
	learn(ix, &(struct anchorindex_block){ slot, data, len }, 0, len,
	    put_older);
}

void
anchorindex_learn_part(struct anchorindex *ix,
    const struct anchorindex_block *b, size_t from, size_t to)
{
	learn(ix, b, from < ANCHOR_REACH ? 0 : from - (ANCHOR_REACH - 1), to,
	    anchorindex_put);
}
