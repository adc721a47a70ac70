/* wom/codec/blockops.h - how a block is put together: literal octets, copies from
 * blocks that are known, runs of one octet; as octets on the wire.
 *
 * An operation is a varint (7 bits an octet, least significant first, bit 7: more
 * follow) of length << 2 | kind, and for a copy the varints of its source's place
 * in the block's list and of the offset there, for a run the octet. A copy that
 * goes on in the source of the one before as far behind it as here (what is
 * between has changed, the rest has not) needs neither. docs/notes/wom-wire.md.
 * Layer: wom/codec, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_BLOCKOPS_H
#define WOM_CODEC_BLOCKOPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BLOCKOPS_MAX	16	/* octets of one at most */

enum blockop_kind { BLOCKOP_LITERAL, BLOCKOP_COPY, BLOCKOP_RESUME, BLOCKOP_RUN };

struct blockop {
	enum blockop_kind kind;
	uint32_t len;		/* octets that it makes, > 0 */
	uint32_t source, offset; /* COPY; blockops_read sets them for RESUME */
	uint8_t	 octet;		/* RUN */
};

/* One side's place in a block: where the last copy came from. All zero at its
 * beginning. */
struct blockops {
	uint32_t source;
	uint32_t at;		/* octets of the block made so far */
	uint32_t offset;	/* in source of what stands at `at`, if all
				 * since the copy had come from there */
	bool	 copied;
};

/* Writes op to out (room for BLOCKOPS_MAX) and returns how many octets it took.
 * A COPY that a RESUME can say becomes one. */
size_t blockops_write(struct blockops *s, const struct blockop *op,
    uint8_t *out);
/* Reads one from len octets at in; the octets it took, or 0: they are not whole,
 * or no operation (a RESUME without a copy, a length of 0). Whether source and
 * lengths fit the block is the caller's to check. */
size_t blockops_read(struct blockops *s, struct blockop *op, const uint8_t *in,
    size_t len);

#endif
