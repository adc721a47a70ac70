/* wom/discover/ippacket.c - see ippacket.h. Layer: wom/discover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/discover/ippacket.h"

#include <sys/socket.h>

#include "core/wire/rbuf.h"

enum { FIN = 0x01, SYN = 0x02, RST = 0x04, ACK = 0x10 };

static void
read_addr(struct rbuf *r, uint8_t family, struct addr *a)
{
	*a = (struct addr){ .family = family };
	for (size_t i = 0; i < addr_len(a); i++)
		a->octets[i] = rbuf_u8(r);
}

static bool
read_ipv4(struct ippacket *p, struct rbuf *r, size_t head)
{
	uint16_t total;

	(void)rbuf_skip(r, 1);
	total = rbuf_u16(r);
	(void)rbuf_skip(r, 2);
	if ((rbuf_u16(r) & 0x1fff) != 0)	/* of a packet's middle */
		return false;
	p->ttl = rbuf_u8(r);
	p->protocol = rbuf_u8(r);
	(void)rbuf_skip(r, 2);
	read_addr(r, AF_INET, &p->source);
	read_addr(r, AF_INET, &p->dest);
	if (r->bad || head < 20 || total < head || r->len < head)
		return false;
	p->payload = r->base + head;
	p->len = (total < r->len ? total : r->len) - head;
	return true;
}

static bool
read_ipv6(struct ippacket *p, struct rbuf *r)
{
	uint16_t len;

	(void)rbuf_skip(r, 3);
	len = rbuf_u16(r);
	p->protocol = rbuf_u8(r);
	p->ttl = rbuf_u8(r);
	read_addr(r, AF_INET6, &p->source);
	read_addr(r, AF_INET6, &p->dest);
	if (r->bad)
		return false;
	p->payload = r->base + r->off;
	p->len = len < rbuf_left(r) ? len : rbuf_left(r);
	return true;
}

bool
ippacket_read(struct ippacket *p, const uint8_t *octets, size_t len)
{
	struct rbuf r;
	uint8_t first;

	rbuf_init(&r, octets, len);
	first = rbuf_u8(&r);
	if (first >> 4 == 4)
		return read_ipv4(p, &r, (first & 0xfu) * 4);
	return first >> 4 == 6 && read_ipv6(p, &r);
}

bool
ippacket_read_opening(struct ippacket_opening *o, const uint8_t *octets,
    size_t len)
{
	struct ippacket p;
	struct rbuf r;
	uint8_t flags;

	if (!ippacket_read(&p, octets, len) || p.protocol != IPPACKET_TCP)
		return false;
	rbuf_init(&r, p.payload, p.len);
	o->source = (struct addrport){ p.source, rbuf_u16(&r) };
	o->dest = (struct addrport){ p.dest, rbuf_u16(&r) };
	(void)rbuf_skip(&r, 9);
	flags = rbuf_u8(&r);
	o->answer = (flags & ACK) != 0;
	o->ttl = p.ttl;
	return !r.bad && (flags & (FIN | SYN | RST)) == SYN;
}

unsigned
ippacket_hops(uint8_t ttl)
{
	static const uint8_t begins[] = { 32, 64, 128, 255 };
	size_t i = 0;

	while (ttl > begins[i])
		i++;
	return begins[i] - ttl;
}
