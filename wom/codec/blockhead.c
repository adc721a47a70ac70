/* wom/codec/blockhead.c - see blockhead.h. Layer: wom/codec, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/blockhead.h"

#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"

#define VERSION	1

void
blockhead_write(const struct blockhead *h, uint8_t out[BLOCKHEAD_OCTETS])
{
	struct wbuf w;

	wbuf_init(&w, out, BLOCKHEAD_OCTETS);
	wbuf_u8(&w, VERSION);
	wbuf_u8(&w, h->flags);
	wbuf_u16(&w, h->sources);
	wbuf_u32(&w, h->plain);
	wbuf_u32(&w, h->literals);
	wbuf_u32(&w, h->ops);
	wbuf_u32(&w, h->packed_literals);
	wbuf_u32(&w, h->packed_ops);
	wbuf_octets(&w, h->id.octets, sizeof(h->id.octets));
}

static bool
fits(const struct blockhead *h, size_t left)
{
	return (h->flags & ~BLOCKHEAD_KEEP) == 0 &&
	    h->sources <= BLOCKHEAD_SOURCES_MAX &&
	    h->plain > 0 && h->plain <= HISTORY_BLOCK_MAX &&
	    h->literals <= h->plain && h->ops <= h->plain + 16 &&
	    h->packed_literals <= h->literals && h->packed_ops <= h->ops &&
	    left == h->sources * (size_t)BLOCKID_OCTETS +
	    h->packed_literals + h->packed_ops;
}

bool
blockhead_read(struct blockhead *h, const uint8_t *in, size_t len)
{
	struct rbuf r;
	uint8_t version;

	rbuf_init(&r, in, len);
	version = rbuf_u8(&r);
	h->flags = rbuf_u8(&r);
	h->sources = rbuf_u16(&r);
	h->plain = rbuf_u32(&r);
	h->literals = rbuf_u32(&r);
	h->ops = rbuf_u32(&r);
	h->packed_literals = rbuf_u32(&r);
	h->packed_ops = rbuf_u32(&r);
	if (!rbuf_skip(&r, BLOCKID_OCTETS) || version != VERSION)
		return false;
	memcpy(h->id.octets, in + r.off - BLOCKID_OCTETS, BLOCKID_OCTETS);
	return fits(h, rbuf_left(&r));
}
