/* core/wire/rbuf.h - bounded reader over a caller's buffer.
 *
 * 'bad' sticks: after the first overrun every read gives 0, so a codec checks
 * it once, at the end. Layer: core/wire, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_WIRE_RBUF_H
#define CORE_WIRE_RBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rbuf {
	const uint8_t	*base;
	size_t		 len, off;	/* off <= len always */
	bool		 bad;
};

static inline void
rbuf_init(struct rbuf *r, const void *base, size_t len)
{
	*r = (struct rbuf){ .base = base, .len = len };
}

static inline size_t
rbuf_left(const struct rbuf *r)
{
	return r->len - r->off;
}

/* True, and the reader has moved past n octets; or false with bad set. */
static inline bool
rbuf_skip(struct rbuf *r, size_t n)
{
	if (r->bad || r->len - r->off < n) {
		r->bad = true;
		return false;
	}
	r->off += n;
	return true;
}

static inline uint8_t
rbuf_u8(struct rbuf *r)
{
	return rbuf_skip(r, 1) ? r->base[r->off - 1] : 0;
}

static inline uint16_t
rbuf_u16(struct rbuf *r)
{
	if (!rbuf_skip(r, 2))
		return 0;
	return (uint16_t)(r->base[r->off - 2] << 8 | r->base[r->off - 1]);
}

static inline uint32_t
rbuf_u32(struct rbuf *r)
{
	const uint8_t *p;

	if (!rbuf_skip(r, 4))
		return 0;
	p = r->base + r->off - 4;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

#endif
