/* etherip/bridge/translucent.c - see translucent.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/bridge/translucent.h"

#include "core/wire/be16.h"
#include "core/wire/netsum.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"

#define ARP_OCTETS	28
#define ARP_SENDER	8
#define ARP_TARGET	18
#define IPV6_HEAD	40
#define ICMPV6		58
#define LOCAL		0x02u	/* of an address's first octet */

/* RFC 4861 section 4: where options begin in router solicitations and advertisements, in
 * neighbours', in redirects. */
static const uint8_t options_at[] = { 8, 16, 24, 24, 40 };
enum { FIRST_TYPE = 133, LAST_TYPE = 137 };
enum { OPTION_SOURCE = 1, OPTION_TARGET = 2 };	/* link-layer addresses */

static void
turn(uint8_t *mac)
{
	if (macaddr_is_station(macaddr_get(mac)))
		mac[0] ^= LOCAL;
}

static void
turn_arp(uint8_t *arp, size_t len)
{
	if (len < ARP_OCTETS || arp[4] != 6)
		return;
	turn(arp + ARP_SENDER);
	turn(arp + ARP_TARGET);
}

/* An address in an ICMPv6 message, whose checksum follows. */
static void
turn_summed(uint8_t *icmp, uint8_t *mac)
{
	uint16_t was = be16_get(mac);

	turn(mac);
	be16_put(icmp + 2, netsum_update(be16_get(icmp + 2), was,
	    be16_get(mac)));
}

static void
turn_discovery(uint8_t *ip, size_t len)
{
	uint8_t *icmp = ip + IPV6_HEAD;
	size_t at, end;

	if (len < IPV6_HEAD + 8u || ip[6] != ICMPV6 ||
	    icmp[0] < FIRST_TYPE || icmp[0] > LAST_TYPE)
		return;
	end = be16_get(ip + 4);
	if (end > len - IPV6_HEAD)
		return;
	for (at = options_at[icmp[0] - FIRST_TYPE]; at + 8 <= end;
	    at += icmp[at + 1] * 8u) {
		if (icmp[at + 1] == 0)
			return;
		if (icmp[at] == OPTION_SOURCE || icmp[at] == OPTION_TARGET)
			turn_summed(icmp, icmp + at + 2);
	}
}

void
translucent_turn(const struct ethframe *f, uint8_t *octets, size_t len)
{
	uint8_t *inner = octets + f->payload;

	turn(octets);
	turn(octets + 6);
	if (ethframe_is_arp(f))
		turn_arp(inner, len - f->payload);
	else if (f->type == ETHFRAME_IPV6)
		turn_discovery(inner, len - f->payload);
}
