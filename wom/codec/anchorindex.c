/* wom/codec/anchorindex.c - see anchorindex.h. Layer: wom/codec, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/anchorindex.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "wom/codec/anchor.h"

#define PER_ENTRY	128	/* octets of history */
#define PIECE		16384	/* octets that are looked through at a time */

_Static_assert(HISTORY_SLOTS_MAX <= 1u << ANCHORINDEX_SLOT_BITS &&
    HISTORY_BLOCK_MAX <= 1u << ANCHORINDEX_PLACE_BITS, "entries have room");

void
anchorindex_init(struct anchorindex *ix, size_t history_octets)
{
	uint64_t n = 1024;

	while (n < history_octets / PER_ENTRY)
		n *= 2;
	ix->mask = n - 1;
	ix->table = mem_zalloc(n, sizeof(*ix->table));
}

void
anchorindex_fini(struct anchorindex *ix)
{
	free(ix->table);
	*ix = (struct anchorindex){ 0 };
}

static void
put_older(struct anchorindex *ix, uint64_t hash, uint32_t slot, uint32_t place)
{
	if (ix->table[hash & ix->mask] == 0)
		anchorindex_put(ix, hash, slot, place);
}

/* Those of len octets at data + from, a piece and what reaches over its end. */
static size_t
find_piece(const uint8_t *data, size_t from, size_t len, uint32_t *places)
{
	size_t left = len - from;

	return anchor_find(data + from, left < PIECE + ANCHOR_REACH ? left :
	    PIECE + ANCHOR_REACH, places);
}

void
anchorindex_learn(struct anchorindex *ix, uint32_t slot, const uint8_t *data,
    size_t len)
{
	uint32_t places[ANCHOR_MAX(PIECE + ANCHOR_REACH)];

	assert(len <= HISTORY_BLOCK_MAX);
	for (size_t from = 0; from < len; from += PIECE) {
		size_t n = find_piece(data, from, len, places);

		for (size_t i = 0; i < n; i++)
			anchorindex_put(ix, anchor_hash(data + from +
			    places[i]), slot, (uint32_t)from + places[i]);
	}
}

void
anchorindex_learn_older(struct anchorindex *ix, uint32_t slot,
    const uint8_t *data, size_t len)
{
	uint32_t places[ANCHOR_MAX(PIECE + ANCHOR_REACH)];

	assert(len <= HISTORY_BLOCK_MAX);
	for (size_t from = 0; from < len; from += PIECE) {
		size_t n = find_piece(data, from, len, places);

		for (size_t i = 0; i < n; i++)
			put_older(ix, anchor_hash(data + from + places[i]),
			    slot, (uint32_t)from + places[i]);
	}
}
