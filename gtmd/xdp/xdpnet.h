/* gtmd/xdp/xdpnet.h - the interfaces of this machine as an XDP listener needs to
 * know them, and word of their changes.
 *
 * Only Ethernet counts: frames are turned round by their station addresses.
 * Control loop. Layer: gtmd/xdp.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_XDP_XDPNET_H
#define GTMD_XDP_XDPNET_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"

struct err;

struct xdpnet_interface {
	char		 name[IF_NAMESIZE];
	unsigned	 index;
	unsigned	 mtu;		/* octets of an IP packet */
	unsigned	 queues;	/* that receive and send; >= 1 */
	uint8_t		 mac[6];
	struct addr	*addresses;	/* owned; of both families */
	size_t		 count, room;
};

struct xdpnet {
	struct xdpnet_interface	*v;	/* Ethernet and up */
	size_t			 count;
};

/* What there is at this moment. 0, or ERR_IO with a sentence. */
int xdpnet_read(struct xdpnet *n, struct err *e);
void xdpnet_fini(struct xdpnet *n);

/* NULL when there is none of the name. */
const struct xdpnet_interface *xdpnet_find(const struct xdpnet *n,
    const char *name);
bool xdpnet_has_address(const struct xdpnet_interface *i,
    const struct addr *a);

/* A descriptor, non-blocking, that becomes readable when interfaces or
 * addresses may have changed; xdpnet_hear empties it. Or ERR_IO with a
 * sentence. The caller closes it. */
int xdpnet_watch(struct err *e);
void xdpnet_hear(int fd);

#endif
