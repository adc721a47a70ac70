/* etherip/path/outercut.c - see outercut.h. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/outercut.h"

#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <sys/socket.h>

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "etherip/frame/etheriphead.h"

#define TTL	64

/* The heads of one fragment. */
union heads {
	struct iphdr	v4;
	struct {
		struct ip6_hdr	ip;
		struct ip6_frag	fragment;
	} v6;
};

/* A piece of the datagram. */
struct piece {
	size_t	at, len;
	bool	more;
};

/* The part of v from `at` on, len octets at most. */
static struct iovec
slice(const struct iovec *v, size_t at, size_t len)
{
	size_t left = at < v->iov_len ? v->iov_len - at : 0;

	return (struct iovec){ (uint8_t *)v->iov_base + (left != 0 ? at : 0),
	    left < len ? left : len };
}

/* Sum and length are the kernel's to fill in. */
static size_t
write_ipv4(union heads *h, const struct outercut *c, const struct piece *p)
{
	h->v4 = (struct iphdr){ .version = 4, .ihl = 5, .tos = c->tos,
	    .id = htons((uint16_t)c->id), .ttl = TTL,
	    .protocol = ETHERIPHEAD_PROTOCOL, .frag_off =
	    htons((uint16_t)(p->at / 8 | (p->more ? IP_MF : 0))) };
	memcpy(&h->v4.saddr, c->local.octets, sizeof(h->v4.saddr));
	memcpy(&h->v4.daddr, c->remote.octets, sizeof(h->v4.daddr));
	return sizeof(h->v4);
}

static size_t
write_ipv6(union heads *h, const struct outercut *c, const struct piece *p)
{
	struct ip6_frag *f = &h->v6.fragment;

	memset(&h->v6, 0, sizeof(h->v6));
	h->v6.ip.ip6_flow = htonl(UINT32_C(6) << 28 | (uint32_t)c->tos << 20);
	h->v6.ip.ip6_plen = htons((uint16_t)(sizeof(*f) + p->len));
	h->v6.ip.ip6_nxt = IPPROTO_FRAGMENT;
	h->v6.ip.ip6_hlim = TTL;
	memcpy(&h->v6.ip.ip6_src, c->local.octets, sizeof(h->v6.ip.ip6_src));
	memcpy(&h->v6.ip.ip6_dst, c->remote.octets, sizeof(h->v6.ip.ip6_dst));
	f->ip6f_nxt = ETHERIPHEAD_PROTOCOL;
	/* Offsets are multiples of 8, and the lowest bit says "more". */
	f->ip6f_offlg = htons((uint16_t)(p->at | (p->more ? 1 : 0)));
	f->ip6f_ident = htonl(c->id);
	return sizeof(h->v6);
}

static int
send_piece(int fd, const struct outercut *c, const struct piece *p)
{
	size_t first = c->part[0].iov_len;
	union heads h;
	struct iovec v[3] = { { &h, c->remote.family == AF_INET6 ?
	    write_ipv6(&h, c, p) : write_ipv4(&h, c, p) } };
	const struct msghdr m = { .msg_iov = v, .msg_iovlen = 3 };

	v[1] = slice(&c->part[0], p->at, p->len);
	v[2] = slice(&c->part[1], p->at > first ? p->at - first : 0,
	    p->len - v[1].iov_len);
	return sendmsg(fd, &m, MSG_DONTWAIT) == -1 ? errno : 0;
}

int
outercut_send(int fd, const struct outercut *c)
{
	const union heads *h = NULL;
	size_t whole = c->part[0].iov_len + c->part[1].iov_len;
	size_t heads = c->remote.family == AF_INET6 ? sizeof(h->v6) :
	    sizeof(h->v4), each = (c->limit - heads) & ~(size_t)7;
	struct piece p = { .at = 0 };

	assert(c->limit >= OUTERCUT_MIN);
	for (; p.at < whole; p.at += p.len) {
		int error;

		p.more = whole - p.at > each;
		p.len = p.more ? each : whole - p.at;
		error = send_piece(fd, c, &p);
		if (error != 0)
			return error;
	}
	return 0;
}
