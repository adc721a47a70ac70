/* wom/codec/encoder.h - a block becomes what the peer needs to put it together:
 * copies from what both have, runs, and the rest through zstd.
 *
 * How it looks for what is known: a block that is known as a whole by its name;
 * then from anchor to anchor, each match compared octet by octet with our own copy
 * of the history and extended both ways, then on into the next block of the history,
 * and behind a difference at the same distance (a memory page of which some words
 * have changed). What it copies from is named; a peer that has lost it says so, and
 * is sent the block again without that. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_ENCODER_H
#define WOM_CODEC_ENCODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wom/codec/blockhead.h"

struct anchorindex;
struct blockid_key;
struct encoder;
struct history;

/* What it works with, all borrowed for its life. */
struct encoder_config {
	struct history	*history;
	struct anchorindex *index;
	struct blockid_key *key;
};

/* What has become of the octets, since the birth. */
struct encoder_counts {
	uint64_t blocks, plain, encoded;	/* octets, but for blocks */
	uint64_t whole;		/* blocks known by their name */
	uint64_t copied, resumed, run, literal;	/* octets, of plain */
	uint64_t packed;	/* octets, of literals, when packed */
};

struct encoder *encoder_new(const struct encoder_config *c);
/* Takes *pe; NULL is harmless. */
void encoder_free(struct encoder **pe);

/* How hard zstd tries: zpack.h's levels. */
void encoder_set_level(struct encoder *e, int level);
/* What is done to the blocks that follow: kept at both ends, so that others can be copied
 * from them; packed, what is literal. Both at first. */
void encoder_allow(struct encoder *e, bool keep, bool pack);

/* Literals of the blocks that follow are left as they are when there are `least` octets
 * of them or more: who asks for that packs them later (blockpack.h), in whatever
 * thread. 0, at first: none are left. */
void encoder_leave(struct encoder *e, size_t least);
/* How many of the last block were left. */
size_t encoder_left(const struct encoder *e);
/* So many that were left have become `packed`: for the counts. */
void encoder_packed(struct encoder *e, size_t left, size_t packed);

/* The number of a domain that a stream names (dedupdomain.h), and: the blocks that
 * follow are of it, here and in whatever else has the same history. 0 at first. */
uint64_t encoder_domain(const struct encoder *e, const char *name);
void encoder_enter(struct encoder *e, uint64_t domain);

/* Encodes len octets of plain (1..HISTORY_BLOCK_MAX) to out, which has room for
 * BLOCKHEAD_ENCODED_MAX(len). Returns how many octets that took. The block is then
 * in the history, as one that the peer has, when it is worth keeping: blocks that
 * consist of others are not, nor are small ones. */
size_t encoder_block(struct encoder *e, const uint8_t *plain, size_t len,
    uint8_t *out);
/* The same without a copy from another block: for a peer that asks again. */
size_t encoder_alone(struct encoder *e, const uint8_t *plain, size_t len,
    uint8_t *out);

/* Grows until the end; borrowed. */
const struct encoder_counts *encoder_counts(const struct encoder *e);

#endif
