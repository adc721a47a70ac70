/* etherip/frame/ethframe.c - see ethframe.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/frame/ethframe.h"

#include "core/base/obj.h"
#include "core/wire/be16.h"
#include "etherip/frame/macaddr.h"

#define TAGS_MAX	2	/* a provider's and a customer's */

static bool
is_tag(uint16_t type)
{
	return type == 0x8100 || type == 0x88a8;
}

/* Groups that bridges do not pass on (802.1Q table 8-1: spanning tree, PAUSE, LACP, LLDP,
 * 802.1X and others), and Cisco's likewise (CDP, VTP, UDLD, PVST+, UplinkFast). */
static bool
is_control_group(uint64_t dst)
{
	return (dst & ~UINT64_C(0xf)) == UINT64_C(0x0180c2000000) ||
	    (dst & ~UINT64_C(0x1)) == UINT64_C(0x01000ccccccc) ||
	    dst == UINT64_C(0x01000ccdcdcd);
}

/* The same by what they carry, whomever they are for. */
static bool
is_control_type(uint16_t type)
{
	static const uint16_t types[] = {
		0x8808,		/* MAC control: PAUSE */
		0x8809,		/* slow protocols: LACP, OAM */
		0x888e,		/* 802.1X */
		0x88cc,		/* LLDP */
		0x8902,		/* connectivity faults */
		0x9000,		/* loopback */
	};

	for (size_t i = 0; i < OBJ_COUNT(types); i++)
		if (types[i] == type)
			return true;
	return false;
}

static enum ethframe_aim
aim_of(uint64_t dst, uint16_t type)
{
	if (is_control_group(dst) || is_control_type(type))
		return ETHFRAME_CONTROL;
	if ((dst & MACADDR_GROUP) == 0)
		return ETHFRAME_UNICAST;
	return dst == MACADDR_BROADCAST ? ETHFRAME_BROADCAST :
	    ETHFRAME_MULTICAST;
}

bool
ethframe_read(struct ethframe *f, const uint8_t *octets, size_t len)
{
	size_t at = 12;

	if (len < ETHFRAME_HEAD)
		return false;
	f->dst = macaddr_get(octets);
	f->src = macaddr_get(octets + 6);
	f->vlan = 0;
	if (!macaddr_is_station(f->src))
		return false;
	for (int i = 0; i < TAGS_MAX && is_tag(be16_get(octets + at)); i++) {
		if (len < at + ETHFRAME_TAG + 2)
			return false;
		if (i == 0)
			f->vlan = be16_get(octets + at + 2) & 0xfff;
		at += ETHFRAME_TAG;
	}
	f->type = be16_get(octets + at);
	f->payload = (uint16_t)(at + 2);
	f->aim = aim_of(f->dst, f->type);
	return true;
}
