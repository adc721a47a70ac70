/* etherip/frame/toobig.c - see toobig.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/frame/toobig.h"

#include <string.h>

#include "core/wire/be16.h"
#include "core/wire/netsum.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"

#define IPV4_HEAD	20
#define IPV6_HEAD	40
#define ICMP_HEAD	8
#define ICMP		1
#define ICMPV6		58

#define IPV4_QUOTE	548	/* RFC 1812 section 4.3.2.3: up to 576 octets in all */
#define HOPS		64

enum { UNREACHABLE = 3, FRAGMENTATION_NEEDED = 4, PACKET_TOO_BIG = 2 };

/* ICMP's queries (RFC 792, RFC 950); all other types tell of errors. */
static bool
is_query(uint8_t type)
{
	return type == 0 || type == 8 || (type >= 13 && type <= 18);
}

static bool
is_group(const struct ethframe *f)
{
	return f->aim != ETHFRAME_UNICAST;
}

static bool
deserves_ipv4(const uint8_t *ip, size_t len)
{
	size_t head = (size_t)(ip[0] & 0xf) * 4;

	if (ip[0] >> 4 != 4 || head < IPV4_HEAD || len < head + ICMP_HEAD)
		return false;
	/* Only with DF, only the first part, not to a group or nobody. */
	if ((be16_get(ip + 6) & 0x5fff) != 0x4000 || ip[16] >= 224 ||
	    ip[12] >= 224 || ip[12] == 0)
		return false;
	return ip[9] != ICMP || is_query(ip[head]);
}

static bool
deserves_ipv6(const uint8_t *ip, size_t len)
{
	static const uint8_t nobody[16];

	if (ip[0] >> 4 != 6 || len < IPV6_HEAD + ICMP_HEAD || ip[8] == 0xff ||
	    memcmp(ip + 8, nobody, sizeof(nobody)) == 0)
		return false;
	/* RFC 4443 section 2.4 (e): types below 128 are errors. */
	return ip[6] != ICMPV6 || ip[IPV6_HEAD] >= 128;
}

/* The frame's head: back to where it came from, with the same tags. */
static void
write_head(uint8_t *out, const struct ethframe *f, const uint8_t *octets)
{
	memcpy(out, octets + 6, 6);
	memcpy(out + 6, octets, 6);
	memcpy(out + 12, octets + 12, f->payload - 12u);
}

static size_t
make_ipv4(uint8_t *out, const uint8_t *ip, size_t quoted, uint16_t mtu)
{
	uint8_t *icmp = out + IPV4_HEAD;
	size_t len = ICMP_HEAD + quoted;

	memset(out, 0, IPV4_HEAD + ICMP_HEAD);
	out[0] = 0x45;
	be16_put(out + 2, (uint16_t)(IPV4_HEAD + len));
	out[8] = HOPS;
	out[9] = ICMP;
	memcpy(out + 12, ip + 16, 4);
	memcpy(out + 16, ip + 12, 4);
	be16_put(out + 10, netsum_fold(netsum_add(0, out, IPV4_HEAD)));
	icmp[0] = UNREACHABLE;
	icmp[1] = FRAGMENTATION_NEEDED;
	be16_put(icmp + 6, mtu);
	memcpy(icmp + ICMP_HEAD, ip, quoted);
	be16_put(icmp + 2, netsum_fold(netsum_add(0, icmp, len)));
	return IPV4_HEAD + len;
}

static size_t
make_ipv6(uint8_t *out, const uint8_t *ip, size_t quoted, uint16_t mtu)
{
	uint8_t *icmp = out + IPV6_HEAD;
	size_t len = ICMP_HEAD + quoted;
	uint64_t sum;

	memset(out, 0, IPV6_HEAD + ICMP_HEAD);
	out[0] = 0x60;
	be16_put(out + 4, (uint16_t)len);
	out[6] = ICMPV6;
	out[7] = HOPS;
	memcpy(out + 8, ip + 24, 16);
	memcpy(out + 24, ip + 8, 16);
	icmp[0] = PACKET_TOO_BIG;
	be16_put(icmp + 6, mtu);
	memcpy(icmp + ICMP_HEAD, ip, quoted);
	sum = netsum_add(len + ICMPV6, out + 8, 32);
	be16_put(icmp + 2, netsum_fold(netsum_add(sum, icmp, len)));
	return IPV6_HEAD + len;
}

size_t
toobig_make(uint8_t out[TOOBIG_FRAME], const struct ethframe *f,
    const uint8_t *octets, size_t len, uint16_t mtu)
{
	const uint8_t *ip = octets + f->payload;
	size_t left = len - f->payload, most;
	bool v6 = f->type == ETHFRAME_IPV6;

	if (is_group(f) || (!v6 && f->type != ETHFRAME_IPV4) ||
	    left < IPV4_HEAD || f->payload > 22 ||
	    !(v6 ? deserves_ipv6 : deserves_ipv4)(ip, left))
		return 0;
	write_head(out, f, octets);
	most = v6 ? TOOBIG_MAX - IPV6_HEAD - ICMP_HEAD : IPV4_QUOTE;
	left = left < most ? left : most;
	return f->payload + (v6 ? make_ipv6 : make_ipv4)(out + f->payload, ip,
	    left, mtu);
}

bool
toobig_may_be_cut(const struct ethframe *f, const uint8_t *octets, size_t len)
{
	const uint8_t *ip = octets + f->payload;

	return f->type == ETHFRAME_IPV4 && len >= f->payload + (size_t)IPV4_HEAD &&
	    ip[0] >> 4 == 4 && (ip[6] & 0x40) == 0;
}
