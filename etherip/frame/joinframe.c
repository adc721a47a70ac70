/* etherip/frame/joinframe.c - see joinframe.h. The rules are those that the kernel's GRO has
 * for TCP. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/frame/joinframe.h"

#include <linux/virtio_net.h>

#include <assert.h>
#include <string.h>

#include "core/wire/be16.h"
#include "core/wire/netsum.h"
#include "etherip/frame/ethframe.h"

#define IPV4_HEAD	20
#define IPV6_HEAD	40
#define TCP		6
#define TCP_HEAD	20
#define TCP_FLAGS	13
#define TCP_SUM		16

enum { TCP_PSH = 0x08, TCP_ACK = 0x10 };

#define PACKET_MAX	65535u

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)be16_get(p) << 16 | be16_get(p + 2);
}

void
joinframe_init(struct joinframe *j)
{
	j->pieces = j->groups = j->flows = 0;
}

/* ---- what a frame is ---- */

/* The pseudo-header's sum (RFC 9293 section 3.1) for so many octets of TCP. */
static uint64_t
pseudo(const struct joingroup *g, const uint8_t *octets, size_t len)
{
	return netsum_add(TCP + (len >> 16) + (len & 0xffff), octets +
	    g->network + (g->v6 ? 8 : 12), g->v6 ? 32 : 8);
}

static bool
read_ipv4(struct joingroup *g, const uint8_t *ip, size_t left)
{
	if (left < IPV4_HEAD + TCP_HEAD || ip[0] != 0x45 || ip[9] != TCP ||
	    (be16_get(ip + 6) & 0xbfff) != 0 ||
	    netsum_fold(netsum_add(0, ip, IPV4_HEAD)) != 0)
		return false;
	g->packet = be16_get(ip + 2);
	g->id = be16_get(ip + 4);
	g->transport = (uint16_t)(g->network + IPV4_HEAD);
	return true;
}

static bool
read_ipv6(struct joingroup *g, const uint8_t *ip, size_t left)
{
	if (left < IPV6_HEAD + TCP_HEAD || ip[0] >> 4 != 6 || ip[6] != TCP)
		return false;
	g->packet = IPV6_HEAD + (size_t)be16_get(ip + 4);
	g->id = 0;
	g->transport = (uint16_t)(g->network + IPV6_HEAD);
	return true;
}

/* A segment that says nothing but "here is more": data, ACK, perhaps PSH. */
static bool
read_tcp(struct joingroup *g, const uint8_t *octets)
{
	const uint8_t *tcp = octets + g->transport;
	size_t head = (size_t)(tcp[12] >> 4) * 4;
	size_t end = g->network + g->packet, len = end - g->transport;

	if (head < TCP_HEAD || len <= head || (tcp[12] & 0xf) != 0 ||
	    (tcp[TCP_FLAGS] & ~TCP_PSH) != TCP_ACK)
		return false;
	g->body = (uint16_t)(g->transport + head);
	g->size = (uint16_t)(end - g->body);
	g->seq = get32(tcp + 4) + g->size;
	g->open = (tcp[TCP_FLAGS] & TCP_PSH) == 0;
	return netsum_fold(netsum_add(pseudo(g, octets, len), tcp, len)) == 0;
}

/* Can it be a part of a super-frame? */
static bool
read_segment(struct joingroup *g, const struct ethframe *f,
    const uint8_t *octets, size_t len)
{
	const uint8_t *ip = octets + f->payload;
	size_t left = len - f->payload;

	g->network = f->payload;
	g->v6 = f->type == ETHFRAME_IPV6;
	if (!(g->v6 ? read_ipv6(g, ip, left) : f->type == ETHFRAME_IPV4 &&
	    read_ipv4(g, ip, left)))
		return false;
	return g->packet <= left && g->packet >= g->transport - g->network +
	    (size_t)TCP_HEAD && read_tcp(g, octets);
}

/* ---- what belongs together ---- */

static bool
same_octets(const uint8_t *a, const uint8_t *b, size_t from, size_t to)
{
	return memcmp(a + from, b + from, to - from) == 0;
}

/* The same connection? Addresses, tags, ports. */
static bool
same_flow(const struct joinframe *j, const struct joingroup *a,
    const struct joingroup *b, const uint8_t *octets)
{
	const uint8_t *first = j->piece[a->first].octets;
	size_t from = a->network + (a->v6 ? 8u : 12u);

	return a->v6 == b->v6 && a->network == b->network &&
	    a->transport == b->transport &&
	    same_octets(first, octets, 0, a->network) &&
	    same_octets(first, octets, from, a->transport + 4u);
}

/* Heads that one can stand for: class, DF, hops, flow label; ACK, options, window. */
static bool
same_heads(const struct joinframe *j, const struct joingroup *a,
    const struct joingroup *b, const uint8_t *octets)
{
	const uint8_t *first = j->piece[a->first].octets;
	size_t ip = a->network, tcp = a->transport;

	if (a->body != b->body || !same_octets(first, octets, tcp + 8, tcp + 12) ||
	    !same_octets(first, octets, tcp + 14, tcp + 16) ||
	    !same_octets(first, octets, tcp + 18, a->body))
		return false;
	if (a->v6)
		return same_octets(first, octets, ip, ip + 4) &&
		    same_octets(first, octets, ip + 6, ip + 8);
	return first[ip + 1] == octets[ip + 1] &&
	    same_octets(first, octets, ip + 6, ip + 9) &&
	    (uint16_t)(a->id + 1) == b->id;
}

/* Does segment b come next in a? */
static bool
continues(const struct joinframe *j, const struct joingroup *a,
    const struct joingroup *b, const uint8_t *octets)
{
	return a->open && b->size <= a->size && b->seq - b->size == a->seq &&
	    a->packet + b->size <= PACKET_MAX && same_heads(j, a, b, octets);
}

static void
append(struct joinframe *j, struct joingroup *a, const struct joingroup *b,
    uint8_t at)
{
	j->piece[a->last].next = at;
	a->last = at;
	a->count++;
	a->seq = b->seq;
	a->id = b->id;
	a->packet += b->size;
	a->open = b->open && b->size == a->size;
}

/* Groups that are open: another one, in the place of the oldest. */
static void
remember(struct joinframe *j, unsigned group)
{
	j->flow[j->flows++ % JOINFRAME_FLOWS] = (uint8_t)group;
}

/* The slot of that connection's open group; JOINFRAME_FLOWS: there is none. */
static unsigned
find_flow(const struct joinframe *j, const struct joingroup *b,
    const uint8_t *octets)
{
	unsigned most = j->flows < JOINFRAME_FLOWS ? j->flows : JOINFRAME_FLOWS;

	for (unsigned i = 0; i < most; i++)
		if (same_flow(j, &j->group[j->flow[i]], b, octets))
			return i;
	return JOINFRAME_FLOWS;
}

/* Something of IP that is surely no TCP. */
static bool
is_other(const struct ethframe *f, const uint8_t *octets, size_t len)
{
	static const uint8_t others[] = { 17, 1, 58, 47, 50 };
	const uint8_t *ip = octets + f->payload;
	uint8_t protocol;

	if (!ethframe_is_ip(f) || len < f->payload + (size_t)IPV4_HEAD)
		return !ethframe_is_ip(f);
	protocol = f->type == ETHFRAME_IPV6 ? ip[6] : ip[9];
	return memchr(others, protocol, sizeof(others)) != NULL;
}

/* Where a segment belongs. True: it was put at the end of an open group. */
static bool
place(struct joinframe *j, const struct joingroup *b, const uint8_t *octets,
    uint8_t at)
{
	unsigned slot = find_flow(j, b, octets);
	struct joingroup *a;

	if (slot == JOINFRAME_FLOWS) {
		remember(j, j->groups);
		return false;
	}
	a = &j->group[j->flow[slot]];
	if (!continues(j, a, b, octets)) {
		j->flow[slot] = (uint8_t)j->groups;
		return false;
	}
	append(j, a, b, at);
	return true;
}

void
joinframe_add(struct joinframe *j, const struct ethframe *f, uint8_t *octets,
    size_t len)
{
	uint8_t at = (uint8_t)j->pieces++;
	struct joingroup b = { .first = at, .last = at, .count = 1 };
	bool segment;

	assert(at < JOINFRAME_FRAMES);
	segment = read_segment(&b, f, octets, len);
	j->piece[at] = (struct joinpiece){ octets, len, b.body,
	    JOINFRAME_NONE };
	if (segment && place(j, &b, octets, at)) {
		j->piece[at].len = b.body + (size_t)b.size;
		return;
	}
	/* Other TCP may be of any connection, and is not overtaken. */
	if (!segment && !is_other(f, octets, len))
		j->flows = 0;
	j->group[j->groups++] = b;
}

void
joinframe_close(struct joinframe *j, const struct joingroup *g,
    struct virtio_net_hdr *h)
{
	struct joinpiece *first = &j->piece[g->first];
	uint8_t *ip = first->octets + g->network, *tcp;
	const uint8_t *last = j->piece[g->last].octets;
	size_t len = g->network + g->packet - g->transport;

	memset(h, 0, sizeof(*h));
	if (g->count == 1)
		return;
	first->len = g->body + (size_t)g->size;
	tcp = first->octets + g->transport;
	tcp[TCP_FLAGS] |= last[g->transport + TCP_FLAGS] & TCP_PSH;
	if (g->v6) {
		be16_put(ip + 4, (uint16_t)(g->packet - IPV6_HEAD));
	} else {
		be16_put(ip + 2, (uint16_t)g->packet);
		be16_put(ip + 10, 0);
		be16_put(ip + 10, netsum_fold(netsum_add(0, ip, IPV4_HEAD)));
	}
	/* Left open, as a sender's kernel leaves it to its device. */
	be16_put(tcp + TCP_SUM, (uint16_t)~netsum_fold(pseudo(g,
	    first->octets, len)));
	h->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	h->gso_type = g->v6 ? VIRTIO_NET_HDR_GSO_TCPV6 :
	    VIRTIO_NET_HDR_GSO_TCPV4;
	h->hdr_len = g->body;
	h->gso_size = g->size;
	h->csum_start = g->transport;
	h->csum_offset = TCP_SUM;
}
