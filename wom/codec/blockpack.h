/* wom/codec/blockpack.h - the literals of a block that was encoded without packing them
 * are packed after all.
 *
 * A matter of the block's own octets alone: neither history nor encoder is needed, so
 * that another thread does it while the encoder looks for copies in the next block.
 * Layer: wom/codec. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_BLOCKPACK_H
#define WOM_CODEC_BLOCKPACK_H

#include <stddef.h>
#include <stdint.h>

struct zpack;

/* The block of len octets at in, which is one (as of encoder_block with encoder_leave),
 * goes to out, which has room for len, with its literals packed. Returns how many
 * octets it has then, or 0: it would not have fewer, and goes as it is. */
size_t blockpack_literals(struct zpack *z, const uint8_t *in, size_t len,
    uint8_t *out);

#endif
