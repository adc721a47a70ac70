/* wom/codec/zpack.c - see zpack.h. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/zpack.h"

#include <assert.h>
#include <stdlib.h>
#include <zstd.h>

#include "core/base/mem.h"

#define SAMPLE		256u	/* octets that are looked at together */
#define SAMPLES		32	/* of a piece, or one more */
#define NOISE		140u	/* different ones in a sample */
/* Level 1 looks for matches of 6 or 7 octets. What is left of a memory when all
 * that is known has been taken out has hardly any: shorter ones and a table that
 * stays in the processor's first cache make 2 % less of it, in no more time. */
#define FAST_MATCH	4
#define FAST_HASH	13
#define WORTH(n)	((n) - (n) / 64)	/* more is not worth unpacking */

struct zpack {
	ZSTD_CCtx *pack;
	ZSTD_DCtx *unpack;
	int	 level;		/* 0: none set yet */
};

struct zpack *
zpack_new(void)
{
	struct zpack *z = mem_zalloc(1, sizeof(*z));

	z->pack = ZSTD_createCCtx();
	z->unpack = ZSTD_createDCtx();
	if (z->pack == NULL || z->unpack == NULL)
		abort();		/* as mem_zalloc */
	zpack_set_level(z, 1);
	return z;
}

void
zpack_free(struct zpack **pz)
{
	struct zpack *z = *pz;

	*pz = NULL;
	if (z == NULL)
		return;
	ZSTD_freeCCtx(z->pack);
	ZSTD_freeDCtx(z->unpack);
	free(z);
}

static void
set(struct zpack *z, ZSTD_cParameter what, int value)
{
	size_t n = ZSTD_CCtx_setParameter(z->pack, what, value);

	assert(!ZSTD_isError(n));
	(void)n;
}

void
zpack_set_level(struct zpack *z, int level)
{
	assert(level >= ZPACK_LEVEL_MIN && level <= ZPACK_LEVEL_MAX);
	if (level == z->level)
		return;
	z->level = level;
	(void)ZSTD_CCtx_reset(z->pack, ZSTD_reset_parameters);
	set(z, ZSTD_c_compressionLevel, level);
	if (level == 1) {
		set(z, ZSTD_c_minMatch, FAST_MATCH);
		set(z, ZSTD_c_hashLog, FAST_HASH);
	}
}

/* Do these octets look like any? Of 256 that are chosen at random 162 are
 * different (6 more or less); text, code and most of what is in a memory have
 * 120 or fewer. */
static bool
is_noise(const uint8_t *sample)
{
	uint8_t seen[256] = { 0 };
	unsigned count = 0;

	for (unsigned i = 0; i < SAMPLE; i++) {
		count += 1u - seen[sample[i]];
		seen[sample[i]] = 1;
	}
	return count >= NOISE;
}

/* Encrypted or compressed as a whole. */
static bool
is_all_noise(const uint8_t *in, size_t len)
{
	size_t step = len / SAMPLES;

	if (step < SAMPLE)
		return false;
	for (size_t at = 0; at + SAMPLE <= len; at += step)
		if (!is_noise(in + at))
			return false;
	return true;
}

size_t
zpack_pack(struct zpack *z, const void *in, size_t len, void *out)
{
	size_t n;

	if (is_all_noise(in, len))
		return 0;
	n = ZSTD_compress2(z->pack, out, WORTH(len), in, len);
	return ZSTD_isError(n) ? 0 : n;
}

bool
zpack_unpack(struct zpack *z, const void *in, size_t len, void *out,
    size_t want)
{
	return ZSTD_decompressDCtx(z->unpack, out, want, in, len) == want;
}
