/* wom/codec/match.h - how far octets are the same: forwards, backwards, as a run.
 * Layer: wom/codec, pure. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_MATCH_H
#define WOM_CODEC_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MATCH_RUN	64	/* octets that match_is_run looks at */

static inline uint64_t
match_load(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Octets from a and b on that are the same, at most max. */
static inline size_t
match_forwards(const uint8_t *a, const uint8_t *b, size_t max)
{
	size_t n = 0;

	for (; n + 8 <= max; n += 8) {
		uint64_t d = match_load(a + n) ^ match_load(b + n);

		if (d != 0)
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
			return n + (unsigned)__builtin_ctzll(d) / 8;
#else
			return n + (unsigned)__builtin_clzll(d) / 8;
#endif
	}
	while (n < max && a[n] == b[n])
		n++;
	return n;
}

/* Octets before a and b that are the same, at most max. */
static inline size_t
match_backwards(const uint8_t *a, const uint8_t *b, size_t max)
{
	size_t n = 0;

	while (n < max && a[-1 - (ptrdiff_t)n] == b[-1 - (ptrdiff_t)n])
		n++;
	return n;
}

/* Are MATCH_RUN octets from p on the same one? */
static inline bool
match_is_run(const uint8_t *p)
{
	uint64_t first = match_load(p);

	/* Nearly always this says no. */
	if (first != (first & 0xff) * UINT64_C(0x0101010101010101))
		return false;
	return memcmp(p, p + 8, MATCH_RUN - 8) == 0;
}

#endif
