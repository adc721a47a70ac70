/* gtmd/xdp/xdpframe.c - see xdpframe.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/xdp/xdpframe.h"

#include <assert.h>
#include <string.h>

#include "core/wire/be16.h"
#include "core/wire/netsum.h"

enum { TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd, PROTOCOL_UDP = 17 };

/* ---- checksums ---- */

/* What UDP's checksum covers beside the datagram: both addresses, which lie
 * side by side and whose order does not matter, the protocol and the length. */
static uint64_t
sum_pseudo(const uint8_t *ip, bool ipv6, size_t udp_len)
{
	uint64_t sum = PROTOCOL_UDP + udp_len;

	return ipv6 ? netsum_add(sum, ip + 8, 32) : netsum_add(sum, ip + 12, 8);
}

static bool
udp_sum_right(const uint8_t *udp, size_t len, uint64_t pseudo, bool ipv6)
{
	uint16_t has = be16_get(udp + 6);

	if (has == 0)
		return !ipv6;	/* none: RFC 768 allows it, RFC 8200 does not */
	return netsum_fold(netsum_add(pseudo, udp, len)) == 0 ||
	    (has ^ netsum_fold(pseudo)) == UINT16_MAX;
}

/* ---- the query's frame ---- */

/* Fills in headers and the octets of UDP with its header, or gives false. */
static bool
ipv4_read(const uint8_t *ip, size_t len, size_t *udp_len)
{
	size_t total;

	if (len < XDPFRAME_IPV4 || ip[0] != 0x45 || ip[9] != PROTOCOL_UDP)
		return false;
	total = be16_get(ip + 2);
	if (total < XDPFRAME_IPV4 || total > len ||
	    (be16_get(ip + 6) & 0x3fff) != 0 ||
	    netsum_fold(netsum_add(0, ip, XDPFRAME_IPV4)) != 0)
		return false;
	*udp_len = total - XDPFRAME_IPV4;
	return true;
}

static bool
ipv6_read(const uint8_t *ip, size_t len, size_t *udp_len)
{
	if (len < XDPFRAME_IPV6 || ip[0] >> 4 != 6 || ip[6] != PROTOCOL_UDP)
		return false;
	*udp_len = be16_get(ip + 4);
	return *udp_len <= len - XDPFRAME_IPV6;
}

bool
xdpframe_read(const uint8_t *p, size_t len, struct xdpframe *f)
{
	const uint8_t *ip = p + XDPFRAME_ETHERNET, *udp;
	size_t udp_len = 0;
	uint16_t type;
	bool fits;

	if (len < XDPFRAME_ETHERNET)
		return false;
	type = be16_get(p + 12);
	len -= XDPFRAME_ETHERNET;
	fits = type == TYPE_IPV4 ? ipv4_read(ip, len, &udp_len) :
	    type == TYPE_IPV6 && ipv6_read(ip, len, &udp_len);
	if (!fits || udp_len < XDPFRAME_UDP)
		return false;
	f->ipv6 = type == TYPE_IPV6;
	f->headers = XDPFRAME_ETHERNET + XDPFRAME_UDP +
	    (f->ipv6 ? XDPFRAME_IPV6 : XDPFRAME_IPV4);
	f->len = udp_len - XDPFRAME_UDP;
	udp = p + f->headers - XDPFRAME_UDP;
	return be16_get(udp + 4) == udp_len && be16_get(udp) != 0 &&
	    udp_sum_right(udp, udp_len, sum_pseudo(ip, f->ipv6, udp_len),
	    f->ipv6);
}

const uint8_t *
xdpframe_source(const uint8_t *p, const struct xdpframe *f)
{
	return p + XDPFRAME_ETHERNET + (f->ipv6 ? 8 : 12);
}

const uint8_t *
xdpframe_port(const uint8_t *p, const struct xdpframe *f)
{
	return p + f->headers - XDPFRAME_UDP;
}

/* ---- the reply's ---- */

static void
swap(uint8_t *a, uint8_t *b, size_t len)
{
	uint8_t was[16];

	assert(len <= sizeof(was));
	memcpy(was, a, len);
	memcpy(a, b, len);
	memcpy(b, was, len);
}

/* May be fragmented on its way, as a socket's may: RFC 9715 R1 leaves DF to the
 * path, and no answer of ours depends on what somebody says of it. */
static void
ipv4_turn(uint8_t *ip, size_t udp_len, uint16_t id)
{
	ip[1] = 0;
	be16_put(ip + 2, (uint16_t)(XDPFRAME_IPV4 + udp_len));
	be16_put(ip + 4, id);
	be16_put(ip + 6, 0);
	ip[8] = XDPFRAME_HOPS;
	be16_put(ip + 10, 0);
	swap(ip + 12, ip + 16, 4);
	be16_put(ip + 10, netsum_fold(netsum_add(0, ip, XDPFRAME_IPV4)));
}

static void
ipv6_turn(uint8_t *ip, size_t udp_len)
{
	static const uint8_t plain[4] = { 0x60 };	/* no class, no flow */

	memcpy(ip, plain, sizeof(plain));
	be16_put(ip + 4, (uint16_t)udp_len);
	ip[7] = XDPFRAME_HOPS;
	swap(ip + 8, ip + 24, 16);
}

size_t
xdpframe_turn(uint8_t *p, const struct xdpframe *f, size_t len, uint16_t id)
{
	uint8_t *ip = p + XDPFRAME_ETHERNET;
	uint8_t *udp = p + f->headers - XDPFRAME_UDP;
	size_t udp_len = XDPFRAME_UDP + len, total = f->headers + len;
	uint16_t sum;

	assert(f->headers + len <= UINT16_MAX);
	swap(p, p + 6, 6);
	if (f->ipv6)
		ipv6_turn(ip, udp_len);
	else
		ipv4_turn(ip, udp_len, id);
	swap(udp, udp + 2, 2);
	be16_put(udp + 4, (uint16_t)udp_len);
	be16_put(udp + 6, 0);
	sum = netsum_fold(netsum_add(sum_pseudo(ip, f->ipv6, udp_len),
	    udp, udp_len));
	be16_put(udp + 6, sum != 0 ? sum : UINT16_MAX);	/* RFC 768 */
	if (total >= XDPFRAME_MIN)
		return total;
	memset(p + total, 0, XDPFRAME_MIN - total);
	return XDPFRAME_MIN;
}
