/* gtmd/query/apex.c - makes SOA and NS of a wide IP's own zone; see apex.h.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/apex.h"

#include "core/wire/wbuf.h"
#include "gtmd/query/question.h"
#include "gtmd/query/world.h"
#include "zones/rrset.h"

/* A secondary of such a zone has no use; the figures are what SOA checkers
 * expect to see (RIPE-203). */
#define REFRESH_S	14400
#define RETRY_S		3600
#define EXPIRE_S	604800

static void
write_name(struct wbuf *w, const struct apex *a)
{
	if (a->at <= RRSET_POINTER_MAX)
		wbuf_u16(w, (uint16_t)(0xc000 | a->at));
	else
		wbuf_octets(w, a->name, a->len);
}

static void
write_head(struct wbuf *w, const struct apex *a, uint16_t type, uint32_t ttl_s)
{
	write_name(w, a);
	wbuf_u16(w, type);
	wbuf_u16(w, RRCLASS_IN);
	wbuf_u32(w, ttl_s);
}

static int
whole(struct wbuf *w, size_t was, int count)
{
	if (!w->bad)
		return count;
	w->bad = false;
	w->off = was;
	return -1;
}

int
apex_write_soa(struct wbuf *w, const struct apex *a,
    const struct wide_apex *wa, uint32_t ttl_s, uint32_t negative_ttl_s)
{
	static const uint8_t hostmaster[] = "\012hostmaster";
	size_t was = w->off, body;

	write_head(w, a, RRTYPE_SOA, ttl_s);
	body = wbuf_open16(w);
	wbuf_octets(w, wa->ns[0].octets, wa->ns[0].len);
	wbuf_octets(w, hostmaster, sizeof(hostmaster) - 1);
	write_name(w, a);
	wbuf_u32(w, wa->serial);
	wbuf_u32(w, REFRESH_S);
	wbuf_u32(w, RETRY_S);
	wbuf_u32(w, EXPIRE_S);
	wbuf_u32(w, negative_ttl_s);
	wbuf_close16(w, body);
	return whole(w, was, 1);
}

int
apex_write_ns(struct wbuf *w, const struct apex *a, const struct wide_apex *wa)
{
	size_t was = w->off, body;

	for (int i = 0; i < wa->ns_count; i++) {
		write_head(w, a, RRTYPE_NS, APEX_TTL_S);
		body = wbuf_open16(w);
		wbuf_octets(w, wa->ns[i].octets, wa->ns[i].len);
		wbuf_close16(w, body);
	}
	return whole(w, was, wa->ns_count);
}
