/* wom/codec/blockops.c - see blockops.h. Layer: wom/codec, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/blockops.h"

#include <assert.h>

#define VARINT_MAX	5	/* octets: 32 bits */
#define LEN_MAX		(UINT32_MAX >> 2)

static size_t
put_varint(uint8_t *out, uint32_t v)
{
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		out[n++] = (uint8_t)(v | 0x80);
	out[n++] = (uint8_t)v;
	return n;
}

/* 0: not whole, or more than 32 bits. */
static size_t
get_varint(const uint8_t *in, size_t len, uint32_t *v)
{
	uint64_t all = 0;

	for (size_t n = 0; n < len && n < VARINT_MAX; n++) {
		all |= (uint64_t)(in[n] & 0x7f) << 7 * n;
		if ((in[n] & 0x80) != 0)
			continue;
		*v = (uint32_t)all;
		return all <= UINT32_MAX ? n + 1 : 0;
	}
	return 0;
}

/* The block has grown by an operation. */
static void
follow(struct blockops *s, const struct blockop *op)
{
	if (op->kind == BLOCKOP_COPY || op->kind == BLOCKOP_RESUME) {
		s->source = op->source;
		s->offset = op->offset;
		s->copied = true;
	}
	s->offset += op->len;
	s->at += op->len;
}

size_t
blockops_write(struct blockops *s, const struct blockop *op, uint8_t *out)
{
	enum blockop_kind kind = op->kind;
	size_t n;

	assert(op->len > 0 && op->len <= LEN_MAX && kind != BLOCKOP_RESUME);
	if (kind == BLOCKOP_COPY && s->copied && op->source == s->source &&
	    op->offset == s->offset)
		kind = BLOCKOP_RESUME;
	n = put_varint(out, op->len << 2 | kind);
	if (kind == BLOCKOP_COPY) {
		n += put_varint(out + n, op->source);
		n += put_varint(out + n, op->offset);
	} else if (kind == BLOCKOP_RUN) {
		out[n++] = op->octet;
	}
	follow(s, op);
	return n;
}

/* What follows the length; the octets it took, 0 = it is not whole. */
static size_t
read_copy(struct blockop *op, const uint8_t *in, size_t len)
{
	size_t n = get_varint(in, len, &op->source), m;

	if (n == 0)
		return 0;
	m = get_varint(in + n, len - n, &op->offset);
	return m > 0 ? n + m : 0;
}

static size_t
read_rest(const struct blockops *s, struct blockop *op, const uint8_t *in,
    size_t len)
{
	switch (op->kind) {
	case BLOCKOP_LITERAL:
		return 0;
	case BLOCKOP_COPY:
		return read_copy(op, in, len);
	case BLOCKOP_RESUME:
		op->source = s->source;
		op->offset = s->offset;
		return 0;
	case BLOCKOP_RUN:
		if (len > 0)
			op->octet = in[0];
		return len > 0;
	}
	return 0;
}

static bool
needs_more(enum blockop_kind kind)
{
	return kind == BLOCKOP_COPY || kind == BLOCKOP_RUN;
}

size_t
blockops_read(struct blockops *s, struct blockop *op, const uint8_t *in,
    size_t len)
{
	uint32_t head = 0;
	size_t n = get_varint(in, len, &head), m;

	*op = (struct blockop){ .kind = (enum blockop_kind)(head & 3),
	    .len = head >> 2 };
	if (n == 0 || op->len == 0 ||
	    (op->kind == BLOCKOP_RESUME && !s->copied))
		return 0;
	m = read_rest(s, op, in + n, len - n);
	if (m == 0 && needs_more(op->kind))
		return 0;
	follow(s, op);
	return n + m;
}
