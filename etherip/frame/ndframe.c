/* etherip/frame/ndframe.c - see ndframe.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/frame/ndframe.h"

#include <assert.h>
#include <string.h>

#include "core/wire/netsum.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"

#define HEAD		40	/* octets of the IPv6 head */
#define BODY		24	/* of a message without options */
#define ICMP		58
#define HOP_LIMIT	255
#define OPTION_SOURCE	1	/* link-layer address of the source */
#define OPTION_TARGET	2

#define FLAG_ROUTER	0x80u
#define FLAG_SOLICITED	0x40u
#define FLAG_OVERRIDE	0x20u

static const struct addr unspecified = { .family = AF_INET6 };
static const struct addr all_nodes = { .family = AF_INET6,
    .octets = { 0xff, 0x02, [15] = 1 } };

static bool
is_group(const struct addr *a)
{
	return a->octets[0] == 0xff;
}

/* Those that could have this address (RFC 4291 section 2.7.1). */
static struct addr
solicited_node(const struct addr *a)
{
	struct addr g = { .family = AF_INET6,
	    .octets = { 0xff, 0x02, [11] = 1, [12] = 0xff } };

	memcpy(g.octets + 13, a->octets + 13, 3);
	return g;
}

static bool
is_solicited_node(const struct addr *a)
{
	struct addr g = solicited_node(a);

	return addr_equal(&g, a);
}

/* ---- read ---- */

static void
read_addr(struct rbuf *r, struct addr *a)
{
	*a = unspecified;
	if (rbuf_skip(r, 16))
		memcpy(a->octets, r->base + r->off - 16, 16);
}

static uint64_t
sum_of(const struct ndframe *n, const uint8_t *body, size_t len)
{
	const uint8_t rest[8] = { 0, 0, (uint8_t)(len >> 8), (uint8_t)len,
	    0, 0, 0, ICMP };
	uint64_t sum = netsum_add(0, n->source.octets, 16);

	sum = netsum_add(sum, n->dest.octets, 16);
	sum = netsum_add(sum, rest, sizeof(rest));
	return netsum_add(sum, body, len);
}

/* False: one of them has no length, which spoils the whole. */
static bool
read_options(struct ndframe *n, struct rbuf *r)
{
	uint8_t wanted = n->kind == NDFRAME_ASK ? OPTION_SOURCE :
	    OPTION_TARGET;

	n->link = 0;
	while (rbuf_left(r) > 0) {
		const uint8_t *option = r->base + r->off;
		uint8_t kind = rbuf_u8(r), units = rbuf_u8(r);

		if (units == 0 || !rbuf_skip(r, units * 8u - 2))
			return false;
		if (kind == wanted && units == 1)
			n->link = macaddr_get(option + 2);
	}
	return !r->bad && (n->link == 0 || macaddr_is_station(n->link));
}

/* What a station must not believe. */
static bool
is_sound(const struct ndframe *n)
{
	if (is_group(&n->target) || is_group(&n->source))
		return false;
	if (n->kind == NDFRAME_TELL)
		return !addr_is_any(&n->source) &&
		    !(is_group(&n->dest) && n->solicited);
	return !addr_is_any(&n->source) ||
	    (is_solicited_node(&n->dest) && n->link == 0);
}

static bool
read_body(struct ndframe *n, struct rbuf *r)
{
	uint8_t kind, code, flags;

	if (rbuf_left(r) < BODY || netsum_fold(sum_of(n, r->base + r->off,
	    rbuf_left(r))) != 0)
		return false;
	kind = rbuf_u8(r);
	code = rbuf_u8(r);
	(void)rbuf_u16(r);
	flags = rbuf_u8(r);
	(void)rbuf_skip(r, 3);
	read_addr(r, &n->target);
	if ((kind != NDFRAME_ASK && kind != NDFRAME_TELL) || code != 0)
		return false;
	n->kind = (enum ndframe_kind)kind;
	if (kind == NDFRAME_ASK)
		flags = 0;
	n->router = (flags & FLAG_ROUTER) != 0;
	n->solicited = (flags & FLAG_SOLICITED) != 0;
	n->override = (flags & FLAG_OVERRIDE) != 0;
	return read_options(n, r);
}

bool
ndframe_read(struct ndframe *n, const struct ethframe *f,
    const uint8_t *octets, size_t len)
{
	struct rbuf r;
	uint32_t first;
	uint16_t body;
	uint8_t next, hops;

	if (f->type != ETHFRAME_IPV6)
		return false;
	rbuf_init(&r, octets + f->payload, len - f->payload);
	first = rbuf_u32(&r);
	body = rbuf_u16(&r);
	next = rbuf_u8(&r);
	hops = rbuf_u8(&r);
	read_addr(&r, &n->source);
	read_addr(&r, &n->dest);
	if (r.bad || first >> 28 != 6 || next != ICMP || hops != HOP_LIMIT ||
	    body > rbuf_left(&r))
		return false;
	r.len = r.off + body;		/* behind it is padding */
	return read_body(n, &r) && is_sound(n);
}

/* ---- made ---- */

static void
write_mac(struct wbuf *w, uint64_t mac)
{
	wbuf_u16(w, (uint16_t)(mac >> 32));
	wbuf_u32(w, (uint32_t)mac);
}

/* The station that a group's packets go to (RFC 2464 section 7). */
static uint64_t
station_of_group(const struct addr *a)
{
	return UINT64_C(0x333300000000) | (uint64_t)a->octets[12] << 24 |
	    (uint64_t)a->octets[13] << 16 | (uint64_t)a->octets[14] << 8 |
	    a->octets[15];
}

static void
write_body(struct wbuf *w, const struct ndframe *n, size_t len)
{
	size_t at = w->off;
	uint16_t sum;

	wbuf_u8(w, (uint8_t)n->kind);
	wbuf_u8(w, 0);
	wbuf_u16(w, 0);
	wbuf_u8(w, (uint8_t)((n->router ? FLAG_ROUTER : 0) |
	    (n->solicited ? FLAG_SOLICITED : 0) |
	    (n->override ? FLAG_OVERRIDE : 0)));
	wbuf_octets(w, "\0\0", 3);
	wbuf_octets(w, n->target.octets, 16);
	if (len > BODY) {
		wbuf_u8(w, n->kind == NDFRAME_ASK ? OPTION_SOURCE :
		    OPTION_TARGET);
		wbuf_u8(w, 1);
		write_mac(w, n->link);
	}
	assert(!w->bad);
	sum = netsum_fold(sum_of(n, w->base + at, len));
	w->base[at + 2] = (uint8_t)(sum >> 8);
	w->base[at + 3] = (uint8_t)sum;
}

/* From n->link to that station. */
static size_t
make(uint8_t out[NDFRAME_MAX], const struct ndframe *n, uint64_t to,
    uint16_t vlan)
{
	/* Who looks for its own address has none yet to be answered at. */
	size_t len = addr_is_any(&n->source) ? BODY : BODY + 8;
	struct wbuf w;

	wbuf_init(&w, out, NDFRAME_MAX);
	write_mac(&w, to);
	write_mac(&w, n->link);
	if (vlan != 0)
		wbuf_u32(&w, UINT32_C(0x81000000) | vlan);
	wbuf_u16(&w, ETHFRAME_IPV6);
	wbuf_u32(&w, UINT32_C(6) << 28);
	wbuf_u16(&w, (uint16_t)len);
	wbuf_u8(&w, ICMP);
	wbuf_u8(&w, HOP_LIMIT);
	wbuf_octets(&w, n->source.octets, 16);
	wbuf_octets(&w, n->dest.octets, 16);
	write_body(&w, n, len);
	return w.off;
}

size_t
ndframe_announce(uint8_t out[NDFRAME_MAX], const struct ndframe *n,
    uint16_t vlan)
{
	const struct ndframe a = { .kind = NDFRAME_TELL, .router = n->router,
	    .override = true, .source = n->target, .dest = all_nodes,
	    .target = n->target, .link = n->link };

	return make(out, &a, station_of_group(&a.dest), vlan);
}

size_t
ndframe_ask(uint8_t out[NDFRAME_MAX], const struct ndframe *n, uint64_t to,
    uint16_t vlan)
{
	struct ndframe a = { .kind = NDFRAME_ASK, .source = n->source,
	    .dest = n->target, .target = n->target, .link = n->link };

	a.source.family = AF_INET6;
	if (to == MACADDR_BROADCAST || addr_is_any(&a.source)) {
		a.dest = solicited_node(&n->target);
		to = station_of_group(&a.dest);
	}
	return make(out, &a, to, vlan);
}

size_t
ndframe_answer(uint8_t out[NDFRAME_MAX], const struct ndframe *q,
    const struct ndframe *n, uint16_t vlan)
{
	bool nobody = addr_is_any(&q->source);
	const struct ndframe a = { .kind = NDFRAME_TELL, .router = n->router,
	    .solicited = !nobody, .override = n->override,
	    .source = q->target, .dest = nobody ? all_nodes : q->source,
	    .target = q->target, .link = n->link };

	return make(out, &a, nobody ? station_of_group(&all_nodes) : q->link,
	    vlan);
}

struct addr
ndframe_linklocal(uint64_t mac)
{
	struct addr a = { .family = AF_INET6,
	    .octets = { 0xfe, 0x80, [11] = 0xff, [12] = 0xfe } };
	uint8_t octets[6];

	macaddr_put(octets, mac ^ MACADDR_LOCAL);
	memcpy(a.octets + 8, octets, 3);
	memcpy(a.octets + 13, octets + 3, 3);
	return a;
}
