/* wom/codec/zpack.c - see zpack.h. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/zpack.h"

#include <assert.h>
#include <stdlib.h>
#include <zstd.h>

#include "core/base/mem.h"

#define SAMPLE		(size_t)4096	/* octets of a longer piece */
#define WORTH(n)	((n) - (n) / 32)	/* more is not worth the time */
#define REST_MAX	63u	/* pieces that go by between two tries */

struct zpack {
	ZSTD_CCtx *pack;
	ZSTD_DCtx *unpack;
	int	 level;
	unsigned rest;		/* pieces still to go by */
	unsigned next_rest;	/* after one that was not worth it */
};

struct zpack *
zpack_new(void)
{
	struct zpack *z = mem_zalloc(1, sizeof(*z));

	z->pack = ZSTD_createCCtx();
	z->unpack = ZSTD_createDCtx();
	z->level = 1;
	if (z->pack == NULL || z->unpack == NULL)
		abort();		/* as mem_zalloc */
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

void
zpack_set_level(struct zpack *z, int level)
{
	assert(level >= ZPACK_LEVEL_MIN && level <= ZPACK_LEVEL_MAX);
	z->level = level;
}

/* 0: not fewer than limit. */
static size_t
squeeze(struct zpack *z, const void *in, size_t len, void *out, size_t limit)
{
	size_t n = ZSTD_compressCCtx(z->pack, out, limit, in, len, z->level);

	return ZSTD_isError(n) || n >= limit ? 0 : n;
}

/* The middle of a piece stands for all of it. */
static bool
is_worth_it(struct zpack *z, const uint8_t *in, size_t len, void *out)
{
	if (len < 2 * SAMPLE)
		return true;
	return squeeze(z, in + (len - SAMPLE) / 2, SAMPLE, out,
	    WORTH(SAMPLE)) > 0;
}

size_t
zpack_pack(struct zpack *z, const void *in, size_t len, void *out)
{
	size_t n;

	if (z->rest > 0) {
		z->rest--;
		return 0;
	}
	if (is_worth_it(z, in, len, out)) {
		n = squeeze(z, in, len, out, WORTH(len));
		if (n > 0) {
			z->next_rest = 0;
			return n;
		}
	}
	z->rest = z->next_rest;
	z->next_rest = z->next_rest < REST_MAX ? 2 * z->next_rest + 1 :
	    REST_MAX;
	return 0;
}

bool
zpack_unpack(struct zpack *z, const void *in, size_t len, void *out,
    size_t want)
{
	return ZSTD_decompressDCtx(z->unpack, out, want, in, len) == want;
}
