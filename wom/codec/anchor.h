/* wom/codec/anchor.h - places in data that are found again wherever the same
 * octets come by: content says where they are, not position.
 *
 * A place is an anchor when a function of the ANCHOR_WINDOW octets from it on has
 * six bits zero: one place in 64 on average in mixed data, none inside a run of
 * one octet. What is the same from some octets on has the same anchors from there on,
 * but for those that come ANCHOR_GAP or closer behind another. With AVX2 64
 * places are tried at once; without it the same ones are found. Which function it is
 * each site decides for itself.
 * Layer: wom/codec, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_ANCHOR_H
#define WOM_CODEC_ANCHOR_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ANCHOR_WINDOW	8	/* octets that make it one */
#define ANCHOR_REACH	32	/* octets that tell one from another */
#define ANCHOR_GAP	32	/* octets from one to the next at least */
#define ANCHOR_MAX(len)	((len) / ANCHOR_GAP + 1)	/* of len octets */

/* Writes the anchors of data, ascending, to places (room for ANCHOR_MAX(len));
 * none is closer to the end than ANCHOR_REACH. Returns how many. len < 2^32. */
size_t anchor_find(const uint8_t *data, size_t len, uint32_t *places);
/* The same without AVX2, for tests and other processors. */
size_t anchor_find_plain(const uint8_t *data, size_t len, uint32_t *places);

/* Tells an anchor from others: a hash of the ANCHOR_REACH octets at p. */
static inline uint64_t
anchor_hash(const uint8_t *p)
{
	uint64_t w[4], h;

	memcpy(w, p, sizeof(w));
	h = (w[0] ^ UINT64_C(0x9e3779b97f4a7c15)) *
	    UINT64_C(0xbf58476d1ce4e5b9);
	h = (h ^ h >> 32 ^ w[1]) * UINT64_C(0x94d049bb133111eb);
	h = (h ^ h >> 32 ^ w[2]) * UINT64_C(0xff51afd7ed558ccd);
	h = (h ^ h >> 32 ^ w[3]) * UINT64_C(0xc4ceb9fe1a85ec53);
	return h ^ h >> 29;
}

#endif
