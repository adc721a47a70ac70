/* wom/codec/anchor.c - see anchor.h.
 *
 * The window is four numbers of 16 bits, each of which counts its own weight times;
 * six bits from the middle of the sum tell. A processor multiplies and adds many pairs of
 * such numbers at once. Layer: wom/codec, pure. SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/anchor.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <stdbool.h>

#define ALL	(63 << 13)	/* of the sum: what is set at an anchor */

/* Any odd numbers that look random do with which no run of one octet is an anchor: that
 * is one row in fifty. */
static const int16_t weights[ANCHOR_WINDOW / 2] = {
	-19123, 19375, -27785, 24201
};

static inline bool
is_anchor(const uint8_t *p)
{
	uint32_t v = 0;

	for (unsigned i = 0; i < ANCHOR_WINDOW / 2; i++)
		v += (uint32_t)((int16_t)(p[2 * i] | p[2 * i + 1] << 8) *
		    weights[i]);
	return (v & ALL) == ALL;
}

/* Where the next one may be. */
struct find {
	uint32_t *places;
	size_t	 count, next;
};

static void
find_from(struct find *f, const uint8_t *data, size_t at, size_t end)
{
	for (; at < end; at++) {
		if (at < f->next || !is_anchor(data + at))
			continue;
		f->places[f->count++] = (uint32_t)at;
		f->next = at + ANCHOR_GAP;
	}
}

size_t
anchor_find_plain(const uint8_t *data, size_t len, uint32_t *places)
{
	struct find f = { .places = places };

	if (len >= ANCHOR_REACH)
		find_from(&f, data, 0, len - ANCHOR_REACH + 1);
	return f.count;
}

#if defined(__x86_64__)
#define GROUP	64	/* places that are tried together */
#define AVX2	__attribute__((target("avx2")))

/* All bits of a number of 32 for each anchor among p, p + 4, ..., p + 28. */
AVX2 static inline __m256i
try_eight(const uint8_t *p)
{
	const __m256i all = _mm256_set1_epi32(ALL);
	const __m256i first = _mm256_set1_epi32((int)((uint16_t)weights[0] |
	    (uint32_t)weights[1] << 16));
	const __m256i second = _mm256_set1_epi32((int)((uint16_t)weights[2] |
	    (uint32_t)weights[3] << 16));
	__m256i v = _mm256_add_epi32(
	    _mm256_madd_epi16(_mm256_loadu_si256((const void *)p), first),
	    _mm256_madd_epi16(_mm256_loadu_si256((const void *)(p + 4)),
	    second));

	return _mm256_cmpeq_epi32(_mm256_and_si256(v, all), all);
}

/* A bit for each of 32 places from p on; reads 39 octets. */
AVX2 static inline uint64_t
try_lanes(const uint8_t *p)
{
	__m256i even = _mm256_blend_epi16(try_eight(p), try_eight(p + 2), 0xaa);
	__m256i odd = _mm256_blend_epi16(try_eight(p + 1), try_eight(p + 3),
	    0xaa);

	return (uint32_t)_mm256_movemask_epi8(_mm256_blendv_epi8(even, odd,
	    _mm256_set1_epi16((short)0xff00)));
}

/* The first hit of a group at `at`; gives what is left of them behind its gap. Without a
 * branch, which would be foretold wrong half of the times. */
static inline uint64_t
note(struct find *f, size_t at, uint64_t hits)
{
	const bool some = hits != 0;
	const unsigned place =
	    (unsigned)__builtin_ctzll(hits | UINT64_C(1) << (GROUP - 1));

	f->places[f->count] = (uint32_t)(at + place);
	f->count += some;
	f->next = some ? at + place + ANCHOR_GAP : f->next;
	return hits & ~(UINT64_C(0xffffffff) << place);
}

/* The GROUP places from `at` on, of which two may be anchors; f->next is not behind
 * them. */
AVX2 static inline void
find_group(struct find *f, const uint8_t *data, size_t at)
{
	const size_t skip = f->next > at ? f->next - at : 0;
	uint64_t hits = try_lanes(data + at) | try_lanes(data + at + 32) << 32;

	hits = note(f, at, hits & UINT64_MAX << skip);
	(void)note(f, at, hits);
}

AVX2 static size_t
find_wide(const uint8_t *data, size_t len, uint32_t *places)
{
	struct find f = { .places = places };
	const size_t end = len - ANCHOR_REACH + 1;
	size_t at = 0;

	for (; at + GROUP <= end; at += GROUP)
		find_group(&f, data, at);
	if (end < GROUP) {
		find_from(&f, data, 0, end);
	} else if (at < end && f.next < end) {
		/* The last group laps over the one before. */
		f.next = f.next > at ? f.next : at;
		find_group(&f, data, end - GROUP);
	}
	return f.count;
}
#endif

size_t
anchor_find(const uint8_t *data, size_t len, uint32_t *places)
{
#if defined(__x86_64__)
	if (len >= ANCHOR_REACH && __builtin_cpu_supports("avx2"))
		return find_wide(data, len, places);
#endif
	return anchor_find_plain(data, len, places);
}
