/* wom/codec/decoder.h - puts blocks together again, and believes none that does
 * not bear its name.
 *
 * Layer: wom/codec. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_DECODER_H
#define WOM_CODEC_DECODER_H

#include <stddef.h>
#include <stdint.h>

#include "wom/codec/blockhead.h"
#include "wom/codec/encoder.h"

struct decoder;

enum decoder_result {
	DECODER_OK,
	DECODER_MISSING,	/* a source is not here: decoder_missing says
				 * which; the peer is to send it alone */
	DECODER_DAMAGED		/* it does not make sense, or is not what its
				 * name says */
};

/* All borrowed for its life; the encoder of the other direction has the same. */
struct decoder *decoder_new(const struct encoder_config *c);
/* Takes *pd; NULL is harmless. */
void decoder_free(struct decoder **pd);

/* Decodes the encoded block of len octets at in. *plain has *plain_len octets, until the
 * next one is decoded or anything is added to the history. Nothing of a block is given,
 * and nothing of it kept, unless all of it is right. Uses the same memory whatever
 * comes. */
enum decoder_result decoder_block(struct decoder *d, const uint8_t *in,
    size_t len, const uint8_t **plain, size_t *plain_len);

/* After DECODER_MISSING: what was missing, *count of them, until the next call. */
const struct blockid *decoder_missing(const struct decoder *d, size_t *count);

#endif
