/* gtmd/query/reply.c - header, OPT and truncation; see reply.h.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/reply.h"

#include <assert.h>
#include <string.h>

#include "gtmd/query/question.h"
#include "gtmd/query/world.h"

#define OPT_LEN		11	/* root owner, type, class, TTL, RDLENGTH */
#define KEEPALIVE_LEN	6	/* code, length, time-out: RFC 7828 3.1 */
#define COOKIE_LEN	(4 + COOKIE_WHOLE)
#define EDE_LEN		6	/* code, length, INFO-CODE: RFC 8914 2 */

/* What REPLY_EDE_OTHER stands for here. */
static const char other_text[] = "no pool is available";

enum { OPTION_NSID = 3, OPTION_SUBNET = 8, OPTION_COOKIE = 10,
	OPTION_KEEPALIVE = 11, OPTION_PADDING = 12, OPTION_EDE = 15 };

void
reply_open(struct reply *r, const struct question *q, uint8_t *packet,
    size_t limit, unsigned manner)
{
	size_t kept = 0;

	assert(limit >= WORLD_UDP_MIN);
	r->keepalive = (manner & REPLY_KEPT) != 0 && q->keepalive;
	r->padding = (manner & REPLY_PADDED) != 0 && q->padding;
	if (q->edns)
		kept = OPT_LEN + (r->keepalive ? KEEPALIVE_LEN : 0u) +
		    (q->cookie_len != 0 ? COOKIE_LEN : 0u) +
		    (q->subnet_len != 0 ? 4u + q->subnet_len : 0u);
	wbuf_init(&r->w, packet, limit - kept);
	r->w.off = q->end;
	r->limit = limit;
	r->answer = r->authority = r->additional = 0;
	r->rcode = q->rcode;
	r->aa = r->tc = r->made = r->bare = false;
	r->ede = REPLY_EDE_NONE;
	r->scope = 0;
	r->cookie = false;
}

int8_t
reply_ede(const struct question *q)
{
	/* Transfers are for nobody yet, whoever asks. */
	if (q->rcode == RCODE_REFUSED)
		return REPLY_EDE_PROHIBITED;
	if (q->rcode == RCODE_NOTIMP)
		return REPLY_EDE_NOT_SUPPORTED;
	return REPLY_EDE_NONE;
}

void
reply_truncate(struct reply *r, const struct question *q)
{
	r->w.off = q->end;
	r->w.bad = false;
	r->answer = r->authority = r->additional = 0;
	r->tc = true;
}

/* ---- what informs, if there is room ---- */

static size_t
ede_len(const struct reply *r)
{
	if (r->ede == REPLY_EDE_NONE || r->bare)
		return 0;
	return EDE_LEN + (r->ede == REPLY_EDE_OTHER ?
	    sizeof(other_text) - 1 : 0);
}

static size_t
nsid_len(const struct reply *r, const struct question *q,
    const struct world_settings *s)
{
	return q->nsid && s->identity.len > 0 && !r->bare ?
	    4u + s->identity.len : 0;
}

size_t
reply_size(const struct reply *r, const struct question *q,
    const struct world_settings *s)
{
	if (!q->edns)
		return r->w.off;
	return r->w.off + OPT_LEN + (r->cookie ? COOKIE_LEN : 0u) +
	    (q->subnet_len != 0 ? 4u + q->subnet_len : 0u) + ede_len(r) +
	    nsid_len(r, q, s);
}

/* As it came, with the scope (RFC 7871 section 7.2.1). */
static void
write_subnet(struct reply *r, const struct question *q)
{
	struct wbuf *w = &r->w;

	wbuf_u16(w, OPTION_SUBNET);
	wbuf_u16(w, q->subnet_len);
	wbuf_octets(w, q->subnet, QUESTION_SUBNET_HEAD - 1);
	wbuf_u8(w, q->client.addr.family != 0 ? r->scope : 0);
	wbuf_octets(w, q->subnet + QUESTION_SUBNET_HEAD,
	    (size_t)q->subnet_len - QUESTION_SUBNET_HEAD);
}

/* Options that inform; one that finds no room is left out. */
static void
write_options(struct reply *r, const struct question *q,
    const struct world_settings *s)
{
	struct wbuf *w = &r->w;

	if (r->cookie) {
		wbuf_u16(w, OPTION_COOKIE);
		wbuf_u16(w, COOKIE_WHOLE);
		wbuf_octets(w, r->cookie_octets, COOKIE_WHOLE);
	}
	if (q->subnet_len != 0)
		write_subnet(r, q);
	if (r->keepalive) {
		/* In units of 100 ms. */
		uint32_t units = s->tcp_idle_timeout_ms / 100;

		wbuf_u16(w, OPTION_KEEPALIVE);
		wbuf_u16(w, 2);
		wbuf_u16(w, units < UINT16_MAX ? (uint16_t)units : UINT16_MAX);
	}
	if (ede_len(r) > 0 && w->cap - w->off >= ede_len(r)) {
		wbuf_u16(w, OPTION_EDE);
		wbuf_u16(w, (uint16_t)(ede_len(r) - 4));
		wbuf_u16(w, (uint16_t)r->ede);
		wbuf_octets(w, other_text, ede_len(r) - EDE_LEN);
	}
	if (nsid_len(r, q, s) > 0 && w->cap - w->off >= nsid_len(r, q, s)) {
		wbuf_u16(w, OPTION_NSID);
		wbuf_u16(w, s->identity.len);
		wbuf_octets(w, s->identity.octets, s->identity.len);
	}
}

/* The last option: up to the next multiple, or as far as there is room. */
static void
write_padding(struct wbuf *w)
{
	size_t whole = w->off + 4 + REPLY_BLOCK - 1, n;

	if (w->cap - w->off < 4)
		return;
	whole -= whole % REPLY_BLOCK;
	if (whole > w->cap)
		whole = w->cap;
	n = whole - w->off - 4;
	wbuf_u16(w, OPTION_PADDING);
	wbuf_u16(w, (uint16_t)n);
	memset(w->base + w->off, 0, n);
	w->off += n;
}

/* RFC 6891 6.1.3: the upper octet of the RCODE, version 0, DO as it came. */
static void
write_opt(struct reply *r, const struct question *q,
    const struct world_settings *s)
{
	static const uint8_t head[3] = { 0, RRTYPE_OPT >> 8, RRTYPE_OPT };
	struct wbuf *w = &r->w;
	size_t body;

	w->cap = r->limit;
	wbuf_octets(w, head, sizeof(head));
	wbuf_u16(w, s->udp_response_max);
	wbuf_u8(w, r->rcode >> 4);
	wbuf_u8(w, 0);
	wbuf_u16(w, q->dnssec_ok ? 0x8000 : 0);
	body = wbuf_open16(w);
	write_options(r, q, s);
	if (r->padding)
		write_padding(w);
	wbuf_close16(w, body);
	r->additional++;
}

static void
put_u16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

size_t
reply_close(struct reply *r, const struct question *q,
    const struct world_settings *s)
{
	uint8_t *p = r->w.base;

	assert(!r->w.bad);
	if (q->edns)
		write_opt(r, q, s);
	/* Opcode, RD and CD stay (RFC 1035 4.1.1, RFC 4035 3.1.6); RA, Z and
	 * AD are ours to clear. */
	p[2] = (uint8_t)(0x80 | (p[2] & 0x79) | (r->aa ? 0x04 : 0) |
	    (r->tc ? 0x02 : 0));
	p[3] = (uint8_t)((p[3] & 0x10) | (r->rcode & 0x0f));
	put_u16(p + 4, q->end > QUESTION_AT);
	put_u16(p + 6, r->answer);
	put_u16(p + 8, r->authority);
	put_u16(p + 10, r->additional);
	assert(!r->w.bad && r->w.off <= r->limit);
	return r->w.off;
}
