/* etherip/bridge/snoop_read.c - what a frame tells of who sent it: see snoop.h.
 * Layer: etherip/bridge, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bridge/snoop.h"

#include "etherip/frame/arpframe.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/ndframe.h"

static bool
read_arp(struct snoop_fact *out, const struct ethframe *f,
    const uint8_t *octets, size_t len)
{
	struct arpframe a;

	if (!arpframe_read(&a, f, octets, len) || a.sender_mac != f->src)
		return false;
	out->mac = a.sender_mac;
	if (f->type == ETHFRAME_RARP || a.sender == 0)
		return true;
	out->ip.family = AF_INET;
	for (int i = 0; i < 4; i++)
		out->ip.octets[i] = (uint8_t)(a.sender >> (24 - 8 * i));
	return true;
}

static bool
read_nd(struct snoop_fact *out, const struct ethframe *f,
    const uint8_t *octets, size_t len)
{
	struct ndframe n;

	if (!ndframe_read(&n, f, octets, len) ||
	    (n.link != 0 && n.link != f->src))
		return false;
	out->mac = f->src;
	out->router = n.router;
	/* An answer without the option is of the target itself, too, when it is the packet's
	 * source. */
	if (n.kind == NDFRAME_TELL && (n.link != 0 ||
	    addr_equal(&n.source, &n.target)))
		out->ip = n.target;
	else if (n.kind == NDFRAME_ASK && n.link != 0)
		out->ip = n.source;
	return true;
}

bool
snoop_read(struct snoop_fact *out, const struct ethframe *f,
    const uint8_t *octets, size_t len)
{
	*out = (struct snoop_fact){ .vlan = f->vlan };
	if (ethframe_is_arp(f))
		return read_arp(out, f, octets, len);
	return f->type == ETHFRAME_IPV6 && read_nd(out, f, octets, len);
}
