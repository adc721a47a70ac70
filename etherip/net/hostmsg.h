/* etherip/net/hostmsg.h - what is said to the kernel about this host's addresses, routes and
 * interfaces, and how its lists of them are read.
 *
 * Messages of rtnetlink(7) as values; who sends them is core/io/routesock.h. All that is
 * made here carries one protocol number, so that what others made is told apart and left
 * alone. Layer: etherip/net, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_NET_HOSTMSG_H
#define ETHERIP_NET_HOSTMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/io/routemsg.h"

/* Who made an address or route, as "ip" shows it: of the numbers that nobody in
 * linux/rtnetlink.h or linux/if_addr.h has. */
#define HOSTMSG_PROTOCOL	104
/* What the aliases of interfaces begin with that VLAN groups have made. */
#define HOSTMSG_ALIAS		"etheripd"

struct hostmsg_address {
	unsigned	index;		/* of the interface */
	struct addr	addr;
	uint8_t		len;		/* bits of its network */
};

struct hostmsg_route {
	struct addr_prefix to;		/* its family is that of the route */
	struct addr	gateway;	/* family 0: straight out of the interface */
	unsigned	index;		/* 0: the one that the gateway is behind */
	uint32_t	mtu;		/* 0: the interface's */
};

struct hostmsg_device {
	unsigned	index;
	bool		vlan;		/* of 802.1Q, below another; else a group's */
};

/* Each fills m, which then asks to be acknowledged: EEXIST for what is there already,
 * EADDRNOTAVAIL and ESRCH for what is not there to be removed. */
void hostmsg_add_address(struct routemsg *m, const struct hostmsg_address *a);
void hostmsg_remove_address(struct routemsg *m,
    const struct hostmsg_address *a);
void hostmsg_add_route(struct routemsg *m, const struct hostmsg_route *r);
void hostmsg_remove_route(struct routemsg *m, const struct hostmsg_route *r);
/* Up; and as long packets as that unless mtu is 0. */
void hostmsg_raise(struct routemsg *m, unsigned index, uint32_t mtu);
/* 802.1Q below the interface parent, in a group of interfaces by which it is known to be
 * ours; and gone again. */
void hostmsg_add_vlan(struct routemsg *m, const char *name, unsigned parent,
    uint16_t tag);
void hostmsg_remove_device(struct routemsg *m, unsigned index);

/* Ask for all there are. */
void hostmsg_ask_addresses(struct routemsg *m);
void hostmsg_ask_routes(struct routemsg *m);
void hostmsg_ask_devices(struct routemsg *m);

/* Reads one of the answer, of len octets. True: it is one, and we made it. A route is of
 * the main table; an interface is of 802.1Q in the group HOSTMSG_PROTOCOL, or has
 * the alias. */
bool hostmsg_read_address(const struct nlmsghdr *h, size_t len,
    struct hostmsg_address *out);
bool hostmsg_read_route(const struct nlmsghdr *h, size_t len,
    struct hostmsg_route *out);
bool hostmsg_read_device(const struct nlmsghdr *h, size_t len,
    struct hostmsg_device *out);

#endif
