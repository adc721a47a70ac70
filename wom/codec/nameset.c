/* wom/codec/nameset.c - see nameset.h.
 *
 * Differences of sorted random numbers are short ones mostly, and a Rice code
 * (a quotient in ones, `width` bits of remainder) comes within some hundredths of
 * the fewest bits that they can be told in. Layer: wom/codec, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/nameset.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"
#include "wom/codec/history.h"

#define VERSION		1
#define PREFIX_BITS	48

/* ---- bits, the most significant first ---- */

struct bits {
	uint8_t	*out;		/* zero at first */
	const uint8_t *in;
	size_t	 at, end;	/* bits */
};

static void
put_bits(struct bits *b, uint64_t v, unsigned count)
{
	assert(count <= b->end - b->at);
	while (count-- > 0) {
		b->out[b->at / 8] |= (uint8_t)((v >> count & 1) <<
		    (7 - b->at % 8));
		b->at++;
	}
}

static bool
take_bit(struct bits *b)
{
	bool bit = (b->in[b->at / 8] >> (7 - b->at % 8) & 1) != 0;

	b->at++;
	return bit;
}

static void
put_difference(struct bits *b, uint64_t v, unsigned width)
{
	for (uint64_t n = v >> width; n > 0; n--)
		put_bits(b, 1, 1);
	put_bits(b, 0, 1);
	put_bits(b, v, width);
}

/* False: it is not whole, or more than a prefix can be. */
static bool
take_difference(struct bits *b, unsigned width, uint64_t *v)
{
	*v = 0;
	while (b->at < b->end && take_bit(b))
		++*v;
	if (b->end - b->at < width || *v >> (PREFIX_BITS - width) != 0)
		return false;
	for (unsigned i = 0; i < width; i++)
		*v = *v << 1 | take_bit(b);
	return true;
}

/* ---- prefixes ---- */

static uint64_t
prefix_of(const struct blockid *id)
{
	uint64_t v = 0;

	for (size_t i = 0; i < PREFIX_BITS / 8; i++)
		v = v << 8 | id->octets[i];
	return v;
}

static int
by_value(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

/* Bits of a remainder: so that the quotients of all are no more than twice as many
 * as there are names. */
static unsigned
width_for(uint32_t count)
{
	unsigned width = PREFIX_BITS;

	while (count > 1) {
		count = count / 2 + count % 2;
		width--;
	}
	return width;
}

/* At most, for so many names: the remainder of each and the end of its quotient;
 * all quotients together are what the prefixes go up to. */
static uint64_t
bits_for(uint32_t count)
{
	unsigned width = width_for(count);

	return (uint64_t)count * (width + 1) +
	    (UINT64_C(1) << (PREFIX_BITS - width));
}

/* Names that surely fit; fewer do, too. */
static uint32_t
names_for(size_t octets)
{
	uint32_t count = NAMESET_NAMES_MAX;

	while (count > 0 && bits_for(count) > 8 * (uint64_t)octets)
		count -= (count + 15) / 16;
	return count;
}

/* The newest ones, `most` at most, sorted, each once; *count of them, to be
 * freed. */
static uint64_t *
collect(const struct history *h, uint32_t most, uint32_t *count)
{
	size_t held = history_count(h);
	uint64_t *prefixes = mem_zalloc((held < most ? held : most) + 1,
	    sizeof(*prefixes));
	uint32_t n = 0, kept = 0;

	for (uint32_t slot = history_newest(h); slot != HISTORY_NONE &&
	    n < most; slot = history_older(h, slot))
		prefixes[n++] = prefix_of(history_id(h, slot));
	qsort(prefixes, n, sizeof(*prefixes), by_value);
	for (uint32_t i = 0; i < n; i++)
		if (kept == 0 || prefixes[i] != prefixes[kept - 1])
			prefixes[kept++] = prefixes[i];
	*count = kept;
	return prefixes;
}

size_t
nameset_write(const struct history *h, uint8_t *out, size_t cap)
{
	struct bits b = { 0 };
	struct wbuf w;
	uint64_t *prefixes, before = 0;
	uint32_t count;
	unsigned width;

	assert(cap >= NAMESET_HEAD);
	if (cap > NAMESET_OCTETS_MAX)
		cap = NAMESET_OCTETS_MAX;
	prefixes = collect(h, names_for(cap - NAMESET_HEAD), &count);
	width = width_for(count);
	memset(out, 0, cap);
	wbuf_init(&w, out, cap);
	wbuf_u8(&w, VERSION);
	wbuf_u8(&w, (uint8_t)width);
	wbuf_u32(&w, count);
	b.out = out;
	b.at = 8 * NAMESET_HEAD;
	b.end = 8 * cap;
	for (uint32_t i = 0; i < count; i++) {
		/* Each is above the one before. */
		put_difference(&b, prefixes[i] - before, width);
		before = prefixes[i] + 1;
	}
	free(prefixes);
	return (b.at + 7) / 8;
}

/* ---- the peer's ---- */

/* *count prefixes of a set, ascending, to be freed; NULL: it is none. */
static uint64_t *
read_set(const uint8_t *in, size_t len, uint32_t *count)
{
	struct bits b = { .in = in, .at = 8 * NAMESET_HEAD, .end = 8 * len };
	uint64_t *prefixes, next = 0, v;
	struct rbuf r;
	unsigned width;

	rbuf_init(&r, in, len);
	if (rbuf_u8(&r) != VERSION)
		return NULL;
	width = rbuf_u8(&r);
	*count = rbuf_u32(&r);
	/* No more memory than what was sent is worth. */
	if (r.bad || *count > NAMESET_NAMES_MAX || width > PREFIX_BITS ||
	    (uint64_t)*count * (width + 1) > b.end - b.at)
		return NULL;
	prefixes = mem_zalloc((size_t)*count + 1, sizeof(*prefixes));
	for (uint32_t i = 0; i < *count; i++) {
		if (!take_difference(&b, width, &v) ||
		    (next + v) >> PREFIX_BITS != 0) {
			free(prefixes);
			return NULL;
		}
		prefixes[i] = next + v;
		next += v + 1;
	}
	if ((b.at + 7) / 8 != len) {
		free(prefixes);
		return NULL;
	}
	return prefixes;
}

bool
nameset_mark(struct history *h, const uint8_t *in, size_t len,
    uint32_t *shared)
{
	uint32_t count;
	uint64_t *prefixes = read_set(in, len, &count);

	if (prefixes == NULL)
		return false;
	*shared = 0;
	for (uint32_t slot = history_newest(h); slot != HISTORY_NONE;
	    slot = history_older(h, slot)) {
		uint64_t prefix = prefix_of(history_id(h, slot));
		bool has = bsearch(&prefix, prefixes, count,
		    sizeof(*prefixes), by_value) != NULL;

		history_set_shared(h, slot, has);
		*shared += has;
	}
	free(prefixes);
	return true;
}
