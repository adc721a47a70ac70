/* etherip/pair/mirrorwire.c - see mirrorwire.h. Layer: etherip/pair, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/pair/mirrorwire.h"

#include <assert.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/addr.h"

#define LAST	0x01
#define ROUTER	0x01
#define STATION	8u	/* octets of one */
#define ADDRESS	14u	/* of one, and what it is follows */
#define HEAD	14u	/* of a batch, without its place */

_Static_assert(HEAD + MIRRORWIRE_PLACE_MAX + ADDRESS + 16 <= MIRRORWIRE_ROOM,
    "one fits");

/* ---- reading ---- */

static struct fdb_key
read_key(struct rbuf *r)
{
	uint64_t high = rbuf_u16(r);
	struct fdb_key k = { high << 32 | rbuf_u32(r), 0 };

	k.vlan = rbuf_u16(r);
	return k;
}

/* False: it is none. */
static bool
read_address(struct rbuf *r, uint32_t now_s, struct snoop_fact *f)
{
	uint8_t version = rbuf_u8(r), flags = rbuf_u8(r);
	struct fdb_key k = read_key(r);
	uint32_t age_s = rbuf_u32(r);
	size_t len;

	if (r->bad || (version != 4 && version != 6))
		return false;
	*f = (struct snoop_fact){ .mac = k.mac, .vlan = k.vlan,
	    .ip.family = version == 4 ? AF_INET : AF_INET6,
	    .router = (flags & ROUTER) != 0,
	    .seen_s = now_s > age_s ? now_s - age_s : 0 };
	len = addr_len(&f->ip);
	if (rbuf_left(r) < len)
		return false;
	memcpy(f->ip.octets, r->base + r->off, len);
	return rbuf_skip(r, len);
}

/* Are all that it counts there, and nothing else? */
static bool
is_whole(const struct mirrorwire_body *b)
{
	struct rbuf r = b->rest;
	struct snoop_fact f;

	if (b->kind == MIRRORWIRE_STATIONS)
		return rbuf_left(&r) == b->count * STATION;
	for (size_t i = 0; i < b->count; i++)
		if (!read_address(&r, 0, &f))
			return false;
	return rbuf_left(&r) == 0;
}

static bool
read_batch(struct mirrorwire_body *b, struct rbuf *r)
{
	size_t len;

	b->last = (rbuf_u8(r) & LAST) != 0;
	len = rbuf_u16(r);
	if (r->bad || len >= sizeof(b->place) || rbuf_left(r) < len)
		return false;
	memcpy(b->place, r->base + r->off, len);
	b->place[len] = '\0';
	(void)rbuf_skip(r, len);
	b->count = rbuf_u16(r);
	b->rest = *r;
	return !r->bad && strlen(b->place) == len && is_whole(b);
}

bool
mirrorwire_read(struct mirrorwire_body *b, const uint8_t *octets, size_t len)
{
	struct rbuf r;
	uint8_t kind;

	rbuf_init(&r, octets, len);
	kind = rbuf_u8(&r);
	b->kind = (enum mirrorwire_kind)kind;
	b->pass = rbuf_u32(&r);
	b->number = rbuf_u32(&r);
	if (r.bad)
		return false;
	if (kind == MIRRORWIRE_ACK) {
		/* What a later version adds stands behind. */
		b->version = rbuf_left(&r) > 0 ? rbuf_u8(&r) : 1;
		return true;
	}
	return (kind == MIRRORWIRE_STATIONS || kind == MIRRORWIRE_ADDRESSES) &&
	    read_batch(b, &r);
}

struct fdb_key
mirrorwire_read_station(struct mirrorwire_body *b)
{
	struct fdb_key k = read_key(&b->rest);

	assert(!b->rest.bad);
	return k;
}

void
mirrorwire_read_address(struct mirrorwire_body *b, uint32_t now_s,
    struct snoop_fact *f)
{
	bool is_one = read_address(&b->rest, now_s, f);

	assert(is_one);		/* mirrorwire_read has looked */
	(void)is_one;
}

/* ---- writing ---- */

void
mirrorwire_begin(struct mirrorwire_batch *b, uint8_t *out, size_t cap,
    const struct mirrorwire_body *head)
{
	size_t len = strlen(head->place);

	assert(cap >= MIRRORWIRE_ROOM && len < MIRRORWIRE_PLACE_MAX);
	b->count = 0;
	wbuf_init(&b->w, out, cap);
	wbuf_u8(&b->w, (uint8_t)head->kind);
	wbuf_u32(&b->w, head->pass);
	wbuf_u32(&b->w, head->number);
	b->flags_at = b->w.off;
	wbuf_u8(&b->w, 0);
	wbuf_u16(&b->w, (uint16_t)len);
	wbuf_octets(&b->w, head->place, len);
	b->count_at = b->w.off;
	wbuf_u16(&b->w, 0);
}

static void
write_key(struct wbuf *w, const struct fdb_key *k)
{
	wbuf_u16(w, (uint16_t)(k->mac >> 32));
	wbuf_u32(w, (uint32_t)k->mac);
	wbuf_u16(w, k->vlan);
}

bool
mirrorwire_add_station(struct mirrorwire_batch *b, const struct fdb_key *k)
{
	if (b->w.cap - b->w.off < STATION)
		return false;
	write_key(&b->w, k);
	b->count++;
	return true;
}

bool
mirrorwire_add_address(struct mirrorwire_batch *b, const struct snoop_fact *f,
    uint32_t now_s)
{
	const struct fdb_key k = { f->mac, f->vlan };
	size_t len = addr_len(&f->ip);

	assert(len > 0);
	if (b->w.cap - b->w.off < ADDRESS + len)
		return false;
	wbuf_u8(&b->w, f->ip.family == AF_INET ? 4 : 6);
	wbuf_u8(&b->w, f->router ? ROUTER : 0);
	write_key(&b->w, &k);
	wbuf_u32(&b->w, now_s > f->seen_s ? now_s - f->seen_s : 0);
	wbuf_octets(&b->w, f->ip.octets, len);
	b->count++;
	return true;
}

size_t
mirrorwire_end(struct mirrorwire_batch *b, bool last)
{
	uint8_t *octets = b->w.base;

	assert(!b->w.bad);
	octets[b->flags_at] = last ? LAST : 0;
	octets[b->count_at] = (uint8_t)(b->count >> 8);
	octets[b->count_at + 1] = (uint8_t)b->count;
	return b->w.off;
}

size_t
mirrorwire_ack(uint8_t *out, size_t cap, uint32_t pass, uint32_t number)
{
	struct wbuf w;

	wbuf_init(&w, out, cap);
	wbuf_u8(&w, MIRRORWIRE_ACK);
	wbuf_u32(&w, pass);
	wbuf_u32(&w, number);
	wbuf_u8(&w, MIRRORWIRE_VERSION);
	return w.bad ? 0 : w.off;
}
