/* etherip/move/moveframe.c - see moveframe.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/move/moveframe.h"

#include "etherip/frame/arpframe.h"
#include "etherip/frame/macaddr.h"
#include "etherip/frame/ndframe.h"

_Static_assert(MOVEFRAME_MAX >= ARPFRAME_MAX && MOVEFRAME_MAX >= NDFRAME_MAX,
    "room for either");

static uint32_t
ipv4_of(const struct addr *a)
{
	return (uint32_t)a->octets[0] << 24 | (uint32_t)a->octets[1] << 16 |
	    (uint32_t)a->octets[2] << 8 | a->octets[3];
}

size_t
moveframe_ask(uint8_t out[MOVEFRAME_MAX], const struct snoop_fact *f,
    const struct moveframe_voice *v, bool everybody)
{
	uint64_t to = everybody ? MACADDR_BROADCAST : f->mac;
	const struct arpframe arp = { .sender_mac = v->mac, .sender = v->ip,
	    .target = ipv4_of(&f->ip) };
	const struct ndframe nd = { .link = v->mac,
	    .source = ndframe_linklocal(v->mac), .target = f->ip };

	if (f->ip.family == 0)
		return 0;
	return f->ip.family == AF_INET ?
	    arpframe_ask(out, &arp, to, f->vlan) :
	    ndframe_ask(out, &nd, to, f->vlan);
}

size_t
moveframe_tell(uint8_t out[MOVEFRAME_MAX], const struct snoop_fact *f)
{
	const struct ndframe nd = { .link = f->mac, .target = f->ip,
	    .router = f->router };

	if (f->ip.family == 0)
		return arpframe_rarp(out, f->mac, f->vlan);
	return f->ip.family == AF_INET ?
	    arpframe_announce(out, f->mac, ipv4_of(&f->ip), f->vlan) :
	    ndframe_announce(out, &nd, f->vlan);
}
