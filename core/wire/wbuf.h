/* core/wire/wbuf.h - bounded writer over a caller's buffer.
 *
 * 'bad' sticks: after the first overrun every write does nothing, so a codec
 * checks it once, at the end. Layer: core/wire, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_WIRE_WBUF_H
#define CORE_WIRE_WBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct wbuf {
	uint8_t	*base;
	size_t	 cap, off;	/* off <= cap always */
	bool	 bad;
};

static inline void
wbuf_init(struct wbuf *w, void *base, size_t cap)
{
	*w = (struct wbuf){ .base = base, .cap = cap };
}

/* Room for n more octets at the returned place, or NULL with bad set. */
static inline uint8_t *
wbuf_reserve(struct wbuf *w, size_t n)
{
	if (w->bad || w->cap - w->off < n) {
		w->bad = true;
		return NULL;
	}
	w->off += n;
	return w->base + w->off - n;
}

static inline void
wbuf_u8(struct wbuf *w, uint8_t v)
{
	uint8_t *p = wbuf_reserve(w, 1);

	if (p != NULL)
		p[0] = v;
}

static inline void
wbuf_u16(struct wbuf *w, uint16_t v)
{
	uint8_t *p = wbuf_reserve(w, 2);

	if (p == NULL)
		return;
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void
wbuf_u32(struct wbuf *w, uint32_t v)
{
	uint8_t *p = wbuf_reserve(w, 4);

	if (p == NULL)
		return;
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

static inline void
wbuf_octets(struct wbuf *w, const void *octets, size_t len)
{
	uint8_t *p = wbuf_reserve(w, len);

	if (p != NULL && len > 0)
		memcpy(p, octets, len);
}

/* RDLENGTH and friends: reserve 2 octets, write the body, then fill them.
 * Returns where the body starts, for wbuf_close16. */
static inline size_t
wbuf_open16(struct wbuf *w)
{
	wbuf_u16(w, 0);
	return w->off;
}

static inline void
wbuf_close16(struct wbuf *w, size_t body)
{
	size_t n;

	if (w->bad)
		return;
	n = w->off - body;
	if (n > UINT16_MAX) {
		w->bad = true;
		return;
	}
	w->base[body - 2] = (uint8_t)(n >> 8);
	w->base[body - 1] = (uint8_t)n;
}

#endif
