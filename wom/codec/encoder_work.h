/* wom/codec/encoder_work.h - what the encoder's own files know of it, and nobody
 * else: encoder.c (a block from beginning to end), encoder_find.c (what of it is
 * known), encoder_say.c (what is made of that). Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_ENCODER_WORK_H
#define WOM_CODEC_ENCODER_WORK_H

#include "wom/codec/anchor.h"
#include "wom/codec/anchorindex.h"
#include "wom/codec/blockops.h"
#include "wom/codec/encoder.h"
#include "wom/codec/history.h"

struct zpack;

#define ENCODER_SOURCE_WAYS	1024	/* of the table of sources */

/* The block at hand. */
struct work {
	const uint8_t *plain;
	uint32_t len;
	uint32_t at;		/* all before is said, or noted as literal */
	uint32_t literal_from;	/* up to at: literals not said yet */
	uint32_t run_at;	/* runs were looked for up to here */
	uint32_t scanned;	/* anchors were looked for up to here */
	uint32_t anchors, next;	/* found; not looked up yet */
	bool	 alone;
	struct blockops state;
	size_t	 ops_len, literals_len;
	uint32_t slots[BLOCKHEAD_SOURCES_MAX];
	uint16_t sources;
	uint16_t source_of[ENCODER_SOURCE_WAYS];	/* by slot; a guess */
};

struct encoder {
	unsigned magic;
#define ENCODER_MAGIC	0xe0c0de11u
	struct encoder_config with;
	struct encoder_counts counts;
	struct zpack *literal_pack, *ops_pack;
	bool	 keeps, packs;	/* encoder_allow */
	size_t	 least, left;	/* encoder_leave, encoder_left */
	struct anchorindex_place follow;	/* where the block before left off */
	struct work w;
	uint32_t places[ANCHOR_MAX(HISTORY_BLOCK_MAX)];
	uint64_t hashes[ANCHOR_MAX(HISTORY_BLOCK_MAX)];
	uint8_t	 literals[HISTORY_BLOCK_MAX];
	uint8_t	 ops[HISTORY_BLOCK_MAX + 4 * BLOCKOPS_MAX];
};

/* Operations take up as much as they may: the rest is literal. */
static inline bool
encoder_is_full(const struct encoder *e)
{
	return e->w.ops_len > e->w.len;
}

/* What stands between the last operation and end is literal. */
void encoder_say_literal(struct encoder *e, uint32_t end);
/* The octets from there on, at or behind w.at, are all the same one; what is before
 * them is literal. */
void encoder_say_run(struct encoder *e, uint32_t from, uint32_t len);
/* ... are what stands at p, which the peer has. False: there is no room to say so. */
bool encoder_say_copy(struct encoder *e, uint32_t from,
    struct anchorindex_place p, uint32_t len);

/* Copies all over the block, and runs as far as its last anchor. */
void encoder_find_copies(struct encoder *e);
/* Runs that begin before end. */
void encoder_find_runs(struct encoder *e, uint32_t end);

#endif
