/* core/base/hash.c - multiply-and-fold hash.
 *
 * Takes 16 octets per step: both halves are mixed with a secret, multiplied
 * to 128 bits, and the two words of the product are folded by exclusive or.
 * The tail is read as two words that may overlap what was read before, so no
 * length needs a loop over single octets. Layer: core/base, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/hash.h"

#include <string.h>

__extension__ typedef unsigned __int128 u128;

/* Odd, half of the bits set, no pattern: the fraction of the square root of 3. */
#define FINAL	UINT64_C(0xbb67ae8584caa73b)

static inline uint64_t
load64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint64_t
load32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint64_t
fold(uint64_t a, uint64_t b)
{
	u128 r = (u128)a * b;

	return (uint64_t)r ^ (uint64_t)(r >> 64);
}

/* Two words that between them hold each of up to 16 octets. */
static inline void
load_tail(const uint8_t *p, size_t len, uint64_t *a, uint64_t *b)
{
	if (len >= 8) {
		*a = load64(p);
		*b = load64(p + len - 8);
	} else if (len >= 4) {
		*a = load32(p);
		*b = load32(p + len - 4);
	} else if (len > 0) {
		*a = (uint64_t)p[0] << 16 | (uint64_t)p[len / 2] << 8 |
		    p[len - 1];
		*b = 0;
	} else {
		*a = *b = 0;
	}
}

void
hash_key_init(struct hash_key *key, uint64_t seed)
{
	uint64_t z = seed;

	for (int i = 0; i < 2; i++) {
		z += UINT64_C(0x9e3779b97f4a7c15);
		z = (z ^ z >> 32) * UINT64_C(0xd6e8feb86659fd93);
		z = (z ^ z >> 32) * UINT64_C(0xd6e8feb86659fd93);
		key->k[i] = z ^ z >> 32;
	}
}

uint64_t
hash_octets(const struct hash_key *key, const void *p, size_t len)
{
	const uint8_t *at = p;
	/* A length that entered as it is could undo what the tail differs by. */
	uint64_t a, b, h = key->k[1] + len * key->k[0];
	size_t left = len;

	for (; left > 16; at += 16, left -= 16)
		h = fold(load64(at) ^ key->k[0], load64(at + 8) ^ h);
	load_tail(at, left, &a, &b);
	/* The first product decides which names collide, the second spreads its
	 * bits over the whole word. */
	return fold(fold(a ^ key->k[0], b ^ h) ^ key->k[1], FINAL);
}
