/* etherip/frame/ethframe.h - the head of an Ethernet frame (IEEE 802.3-2018 section 3.2,
 * without preamble and FCS; tags of IEEE 802.1Q-2018 section 9), and whom it is for.
 * Layer: etherip/frame, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_FRAME_ETHFRAME_H
#define ETHERIP_FRAME_ETHFRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ETHFRAME_HEAD	14	/* octets without tag */
#define ETHFRAME_TAG	4

enum {
	ETHFRAME_IPV4	= 0x0800,
	ETHFRAME_ARP	= 0x0806,
	ETHFRAME_RARP	= 0x8035,
	ETHFRAME_IPV6	= 0x86dd
};

/* Of whom it is for. */
enum ethframe_aim {
	ETHFRAME_UNICAST,
	ETHFRAME_BROADCAST,
	ETHFRAME_MULTICAST,
	ETHFRAME_CONTROL	/* of switches among themselves: it stays on its wire */
};

struct ethframe {
	uint64_t dst, src;	/* macaddr.h */
	uint16_t vlan;		/* of the outer tag; 0: none, or a priority alone */
	uint16_t type;		/* behind all tags; below 0x0600: a length */
	uint16_t payload;	/* octets before what it carries */
	enum ethframe_aim aim;
};

/* False: it is too short to be a frame, or comes from no station (a group, or nobody).
 * Reads no more than the head. */
bool ethframe_read(struct ethframe *f, const uint8_t *octets, size_t len);

/* Does it carry what stations find each other by? What VMware sends after a move (RARP,
 * RFC 903) does. */
static inline bool
ethframe_is_arp(const struct ethframe *f)
{
	return f->type == ETHFRAME_ARP || f->type == ETHFRAME_RARP;
}

static inline bool
ethframe_is_ip(const struct ethframe *f)
{
	return f->type == ETHFRAME_IPV4 || f->type == ETHFRAME_IPV6;
}

#endif
