/* wom/codec/blockhead.h - the head of an encoded block: what follows it, and what
 * the block is when it has been put together.
 *
 *	octet	0	version, 1
 *		1	flags
 *		2	sources: blocks that it copies from
 *		4	octets of the block, 1..2^20
 *		8	octets of literals, when unpacked
 *		12	octets of operations, when unpacked
 *		16	octets of literals as they follow
 *		20	octets of operations as they follow
 *		24	the block's name (blockid.h)
 *		40	the sources' names, 16 octets each; operations; literals
 *
 * All numbers have the most significant octet first. Where as many octets follow
 * as there are unpacked they are not packed; fewer are one zstd frame (RFC 8878).
 * Layer: wom/codec, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_BLOCKHEAD_H
#define WOM_CODEC_BLOCKHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wom/codec/blockid.h"
#include "wom/codec/history.h"

#define BLOCKHEAD_OCTETS	40
#define BLOCKHEAD_SOURCES_MAX	4096
/* An encoded block of len octets has this many at most. */
#define BLOCKHEAD_ENCODED_MAX(len)	(BLOCKHEAD_OCTETS + 16 + (size_t)(len))

#define BLOCKHEAD_KEEP	0x01	/* it goes into both sites' history */

struct blockhead {
	uint8_t	 flags;
	uint16_t sources;
	uint32_t plain;
	uint32_t literals, ops;			/* octets, unpacked */
	uint32_t packed_literals, packed_ops;	/* as they follow */
	struct blockid id;
};

/* Whatever it says. */
void blockhead_write(const struct blockhead *h, uint8_t out[BLOCKHEAD_OCTETS]);
/* Reads the head of len octets at in, an encoded block as a whole; false: they are
 * none, of another version, with numbers that do not go together, or not as long
 * as they say. */
bool blockhead_read(struct blockhead *h, const uint8_t *in, size_t len);

#endif
