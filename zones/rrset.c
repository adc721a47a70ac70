/* zones/rrset.c - writes ready-made RRsets; see rrset.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "zones/rrset.h"

#include <assert.h>
#include <string.h>

#include "core/wire/dnsname.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"

#define RR_HEAD		12u	/* owner pointer, type, class, TTL, RDLENGTH */
#define QUESTION_AT	12u	/* what the stored owners point to */

static void
set_pointer(uint8_t *p, uint16_t to)
{
	p[0] = (uint8_t)(0xc0 | to >> 8);
	p[1] = (uint8_t)to;
}

static size_t
rr_len(const uint8_t *rr)
{
	return RR_HEAD + ((size_t)rr[RR_HEAD - 2] << 8 | rr[RR_HEAD - 1]);
}

/* The rare form for an owner that no pointer reaches: its name in full before
 * each RR. Places move along: fix counts from the start of the stored form. */
static bool
write_far(struct wbuf *w, const struct rrset *rs, const struct rrset_at *at)
{
	const uint8_t *rr = rs->wire, *end = rs->wire + rs->len;
	uint8_t name[DNSNAME_MAX], *p;
	size_t len, n, i = 0, off;
	struct rbuf r;

	rbuf_init(&r, w->base, w->off);
	r.off = at->owner;
	len = dnsname_read(&r, name);
	assert(len > 0);
	if (w->bad || w->cap - w->off < rs->len + rs->count * (len - 2))
		return false;
	for (; rr < end; rr += n) {
		n = rr_len(rr);
		wbuf_octets(w, name, len);
		p = wbuf_reserve(w, n - 2);
		memcpy(p, rr + 2, n - 2);
		for (; i < rs->fix_count; i++) {
			off = rs->fix[i] - (size_t)(rr - rs->wire);
			if (off >= n)
				break;
			set_pointer(p + off - 2, at->apex);
		}
	}
	return true;
}

bool
rrset_write(struct wbuf *w, const struct rrset *rs, const struct rrset_at *at)
{
	uint8_t *p, *rr;
	unsigned i;

	assert(rs->fix_count == 0 || at->apex <= RRSET_POINTER_MAX);
	if (at->owner > RRSET_POINTER_MAX)
		return write_far(w, rs, at);
	if (w->bad || w->cap - w->off < rs->len)
		return false;
	p = w->base + w->off;
	memcpy(p, rs->wire, rs->len);
	w->off += rs->len;
	for (i = 0; i < rs->fix_count; i++)
		set_pointer(p + rs->fix[i], at->apex);
	if (at->owner != QUESTION_AT)
		for (rr = p; rr < p + rs->len; rr += rr_len(rr))
			set_pointer(rr, at->owner);
	return true;
}
