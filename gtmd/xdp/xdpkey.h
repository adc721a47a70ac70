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
#define XDPKEY_FEW		8	/* places that are compared one by one:
					 * that costs a tenth of a look-up */

/* Where DNS is served. Every octet counts: unused ones are zero. */
struct xdpkey_place {
	__be32	address[4];	/* IPv4 in the first */
	__be16	port;
	__u8	family;		/* 4 or 6 */
	__u8	unused;
};

/* What the interface is like, and where DNS is served there. One of two is
 * valid, so that it changes whole; the number of that one stands beside. */
struct xdpkey_link {
	__u8	mac[6];		/* frames to others are none of ours */
	__u16	packet_max;	/* octets of IP; the kernel gets longer ones */
	__u32	few;		/* places; over XDPKEY_FEW: as the map has them */
	struct xdpkey_place places[XDPKEY_FEW];
};

#endif
