/* etherip/net/hostnet.h - makes this host's interfaces, addresses and routes be as the
 * configuration says, by as little as differs.
 *
 * Only what we made is ever removed, also when a process before us made it: addresses and
 * routes carry HOSTMSG_PROTOCOL, 802.1Q interfaces a group of that number (kernels before
 * 5.18 do not keep it of addresses: theirs stay). What is there already and others made
 * counts as ours and is left to them. What cannot be done is told by the object that asks
 * for it, and is tried again with each call. The end of the process changes nothing: clear
 * does. One for a network namespace. The control loop's. Layer: etherip/net.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_NET_HOSTNET_H
#define ETHERIP_NET_HOSTNET_H

#include <net/if.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"

struct err;
struct hostnet;

/* of: the object that asks for it, as the log calls it ("vlan /Common/v"). */

/* An interface that is to be up. */
struct hostnet_device {
	const char	*of;
	char		 name[IFNAMSIZ];
	char		 parent[IFNAMSIZ];	/* not "": it is 802.1Q below that one, */
	uint16_t	 tag;			/* made when it is not there */
	uint32_t	 mtu;		/* 0: as it is */
};

struct hostnet_address {
	const char	*of;
	char		 device[IFNAMSIZ];
	struct addr	 addr;
	uint8_t		 len;		/* bits of its network */
};

struct hostnet_route {
	const char	*of;
	struct addr_prefix to;
	struct addr	 gateway;	/* family 0: straight out of the interface */
	char		 device[IFNAMSIZ];	/* "": where the gateway is */
	uint32_t	 mtu;		/* 0: the interface's */
};

/* Borrowed for the call. */
struct hostnet_plan {
	const struct hostnet_device *devices;
	size_t		 device_count;
	const struct hostnet_address *addresses;
	size_t		 address_count;
	const struct hostnet_route *routes;
	size_t		 route_count;
};

/* NULL with a sentence in e: there is no rtnetlink. Nothing is changed yet. */
struct hostnet *hostnet_new(struct err *e);
/* Leaves the kernel as it is. Takes *ph; NULL is harmless. */
void hostnet_free(struct hostnet **ph);

/* Interfaces, addresses, routes in this order. Returns how many could not be had. An empty
 * plan removes all that is ours. */
size_t hostnet_apply(struct hostnet *h, const struct hostnet_plan *p);
/* The log is told what cannot be had since the last hostnet_apply and could before the last
 * call of this, or the other way round. */
void hostnet_tell(struct hostnet *h);

/* Removes all that is ours, the interfaces of VLAN groups included. */
void hostnet_clear(struct hostnet *h);

/* Why an object did not get what it asks for, as of the last hostnet_apply; "": it did. */
const char *hostnet_why(const struct hostnet *h, const char *of);

#endif
