/* etherip/frame/cutframe.c - see cutframe.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/frame/cutframe.h"

#include <linux/virtio_net.h>

#include <assert.h>
#include <string.h>

#include "core/wire/be16.h"
#include "core/wire/netsum.h"
#include "etherip/frame/ethframe.h"

#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4	5	/* since Linux 6.2 */
#endif

#define IPV4_HEAD	20
#define IPV6_HEAD	40
#define UDP_HEAD	8
#define TCP_HEAD	20

/* In TCP's thirteenth octet (RFC 9293 section 3.1). */
enum { TCP_FIN = 0x01, TCP_PSH = 0x08, TCP_CWR = 0x80 };

#define TCP_FLAGS	13
#define TCP_SEQ		4
#define TCP_SUM		16
#define UDP_LENGTH	4
#define UDP_SUM		6

#define TCP_PIECE_MIN	64	/* smaller ones would not be worth their heads */

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)be16_get(p) << 16 | be16_get(p + 2);
}

static void
put32(uint8_t *p, uint32_t v)
{
	be16_put(p, (uint16_t)(v >> 16));
	be16_put(p + 2, (uint16_t)v);
}

/* A checksum of 0 says "none" to UDP (RFC 768). */
static uint16_t
never_zero(uint16_t sum, size_t sum_at)
{
	return sum == 0 && sum_at == UDP_SUM ? 0xffff : sum;
}

/* The sender's kernel has summed the pseudo-header; the rest was left to the device. */
static bool
fill_sum(const struct virtio_net_hdr *h, uint8_t *octets, size_t len)
{
	size_t start = h->csum_start, at = start + h->csum_offset;

	if (start > len || at + 2 > len)
		return false;
	be16_put(octets + at, never_zero(netsum_fold(netsum_add(0,
	    octets + start, len - start)), h->csum_offset));
	return true;
}

/* Finds the heads; false when they are not of the kind that was said. */
static bool
find_heads(struct cutframe *c, const struct virtio_net_hdr *h,
    const struct ethframe *f)
{
	const uint8_t *ip = c->octets + f->payload;
	size_t head;

	c->network = f->payload;
	c->transport = h->csum_start;
	if ((h->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) == 0 ||
	    c->transport + UDP_HEAD > c->len)
		return false;
	c->v6 = f->type == ETHFRAME_IPV6;
	if (c->v6)
		return c->transport >= c->network + IPV6_HEAD && ip[0] >> 4 == 6;
	if (f->type != ETHFRAME_IPV4 || c->transport < c->network + IPV4_HEAD)
		return false;
	head = (size_t)(ip[0] & 0xf) * 4;
	return ip[0] >> 4 == 4 && c->transport == c->network + head;
}

/* What the kernel summed: addresses, protocol and the length of the whole. */
static uint64_t
pseudo_of(const struct cutframe *c, size_t sum_at)
{
	size_t len = c->len - c->transport;

	return (uint64_t)be16_get(c->octets + c->transport + sum_at) +
	    (uint16_t)~(len & 0xffff) + (uint16_t)~(len >> 16);
}

static bool
start_tcp(struct cutframe *c, const struct virtio_net_hdr *h)
{
	const uint8_t *tcp = c->octets + c->transport;
	size_t head;

	if (c->transport + TCP_HEAD > c->len || h->csum_offset != TCP_SUM)
		return false;
	head = (size_t)(tcp[12] >> 4) * 4;
	c->kind = CUTFRAME_TCP;
	c->body = c->transport + head;
	c->seq = get32(tcp + TCP_SEQ);
	c->pseudo = pseudo_of(c, TCP_SUM);
	return head >= TCP_HEAD;
}

static bool
start_udp(struct cutframe *c, const struct virtio_net_hdr *h)
{
	if (h->csum_offset != UDP_SUM)
		return false;
	c->kind = CUTFRAME_UDP;
	c->body = c->transport + UDP_HEAD;
	c->pseudo = pseudo_of(c, UDP_SUM);
	return true;
}

static bool
start_kind(struct cutframe *c, const struct virtio_net_hdr *h)
{
	switch (h->gso_type & ~VIRTIO_NET_HDR_GSO_ECN) {
	case VIRTIO_NET_HDR_GSO_TCPV4:
		return !c->v6 && start_tcp(c, h);
	case VIRTIO_NET_HDR_GSO_TCPV6:
		return c->v6 && start_tcp(c, h);
	case VIRTIO_NET_HDR_GSO_UDP_L4:
		return start_udp(c, h);
	default:
		return false;
	}
}

/* TCP has no borders of its own within a super-frame: it may be cut smaller. */
static void
fit(struct cutframe *c, uint16_t mtu)
{
	size_t heads = c->body - c->network;

	if (c->kind == CUTFRAME_TCP && mtu >= heads + TCP_PIECE_MIN &&
	    mtu < heads + c->piece)
		c->piece = mtu - heads;
}

bool
cutframe_start(struct cutframe *c, const struct virtio_net_hdr *h,
    const struct ethframe *f, uint8_t *octets, size_t len, uint16_t mtu)
{
	*c = (struct cutframe){ .octets = octets, .len = len,
	    .kind = CUTFRAME_WHOLE, .piece = len, .network = f->payload };
	if (h->gso_type == VIRTIO_NET_HDR_GSO_NONE)
		return (h->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) == 0 ||
		    fill_sum(h, octets, len);
	if (!find_heads(c, h, f) || !start_kind(c, h) ||
	    c->body > CUTFRAME_HEAD_MAX || c->body >= len || h->gso_size == 0)
		return false;
	c->piece = h->gso_size;
	c->id = c->v6 ? 0 : be16_get(octets + c->network + 4);
	fit(c, mtu);
	return true;
}

static void
write_network(const struct cutframe *c, uint8_t *head, size_t body_len,
    uint16_t count)
{
	uint8_t *ip = head + c->network;
	size_t len = c->body - c->network + body_len;

	if (c->v6) {
		be16_put(ip + 4, (uint16_t)(len - IPV6_HEAD));
		return;
	}
	be16_put(ip + 2, (uint16_t)len);
	be16_put(ip + 4, (uint16_t)(c->id + count));
	be16_put(ip + 10, 0);
	be16_put(ip + 10, netsum_fold(netsum_add(0, ip,
	    c->transport - c->network)));
}

static void
write_tcp(const struct cutframe *c, uint8_t *tcp, bool last)
{
	put32(tcp + TCP_SEQ, c->seq + (uint32_t)c->at);
	if (!last)
		tcp[TCP_FLAGS] &= (uint8_t)~(TCP_FIN | TCP_PSH);
	/* RFC 3168 section 6.1.2: told once. */
	if (c->at > 0)
		tcp[TCP_FLAGS] &= (uint8_t)~TCP_CWR;
}

/* The transport's head, with the sum of all that it covers. */
static void
write_transport(const struct cutframe *c, uint8_t *head,
    const uint8_t *body, size_t body_len)
{
	uint8_t *t = head + c->transport;
	size_t len = c->body - c->transport, whole = len + body_len;
	size_t sum_at = c->kind == CUTFRAME_TCP ? TCP_SUM : UDP_SUM;
	uint64_t sum;

	if (c->kind == CUTFRAME_TCP)
		write_tcp(c, t, c->body + c->at + body_len == c->len);
	else
		be16_put(t + UDP_LENGTH, (uint16_t)whole);
	be16_put(t + sum_at, 0);
	sum = netsum_add(c->pseudo + whole, t, len);
	be16_put(t + sum_at, never_zero(netsum_fold(netsum_add(sum, body,
	    body_len)), sum_at));
}

bool
cutframe_next(struct cutframe *c, uint8_t head[CUTFRAME_HEAD_MAX],
    struct cutpiece *p)
{
	size_t left = c->len - c->body - c->at;

	if (left == 0)
		return false;
	p->body = c->octets + c->body + c->at;
	p->body_len = left < c->piece ? left : c->piece;
	p->head_len = c->body;
	if (c->kind != CUTFRAME_WHOLE) {
		assert(c->body <= CUTFRAME_HEAD_MAX);
		memcpy(head, c->octets, c->body);
		write_network(c, head, p->body_len,
		    (uint16_t)(c->at / c->piece));
		write_transport(c, head, p->body, p->body_len);
	}
	c->at += p->body_len;
	return true;
}

size_t
cutframe_packet(const struct cutframe *c)
{
	size_t body = c->len - c->body;

	return c->body - c->network + (body < c->piece ? body : c->piece);
}
