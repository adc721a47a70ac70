/* core/base/rand.c - xoshiro256** streams.
 *
 * The generator of Blackman and Vigna, "Scrambled linear pseudorandom number
 * generators" (2018), its state filled through splitmix64 as they advise. A
 * stream belongs to one thread. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/rand.h"

#include <assert.h>
#include <errno.h>
#include <sys/random.h>
#include <sys/types.h>

__extension__ typedef unsigned __int128 u128;

static inline uint64_t
rotl(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

/* Distinct outputs for distinct inputs, so four in a row are never all 0. */
static uint64_t
splitmix(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

void
rand_seed(struct rand *r)
{
	uint64_t seed;
	ssize_t n;

	do {
		n = getrandom(&seed, sizeof(seed), 0);
	} while (n == -1 && errno == EINTR);
	/* Up to 256 octets come whole or not at all (getrandom(2)). */
	assert(n == (ssize_t)sizeof(seed));
	rand_seed_from(r, seed);
}

void
rand_seed_from(struct rand *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		r->s[i] = splitmix(&seed);
}

uint64_t
rand_u64(struct rand *r)
{
	uint64_t *s = r->s;
	uint64_t result = rotl(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return result;
}

uint32_t
rand_below(struct rand *r, uint32_t n)
{
	assert(n > 0);
	/* The upper half of a 64 x 32 bit product: no division, and no number
	 * is favoured by more than n / 2^64. */
	return (uint32_t)((u128)rand_u64(r) * n >> 64);
}
