/* gtmd/xdp/xdpkey.h - what the program in the kernel and we say to each other:
 * the shapes of its maps. Read by both compilers, so it stands on the kernel's
 * types alone. Layer: gtmd/xdp.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_XDP_XDPKEY_H
#define GTMD_XDP_XDPKEY_H

#include <linux/types.h>

#define XDPKEY_QUEUES_MAX	64	/* of an interface */
#define XDPKEY_PLACES_MAX	1024	/* addresses times ports */

/* Where DNS is served. Every octet counts: unused ones are zero. */
struct xdpkey_place {
	__u8	address[16];	/* IPv4 in the first four */
	__be16	port;
	__u8	family;		/* 4 or 6 */
	__u8	unused;
};

/* What the interface is like; one of it. */
struct xdpkey_link {
	__u8	mac[6];		/* frames to others are none of ours */
	__u16	packet_max;	/* octets of IP; the kernel gets longer ones */
};

#endif
