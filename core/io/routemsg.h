/* core/io/routemsg.h - what is said to the kernel about policy routing: rules that
 * go by a packet's mark, default routes through a gateway, and the question which
 * way a packet would go.
 *
 * Messages of rtnetlink(7) as values; who sends them is routesock.h. All that is
 * made here carries one protocol number, so that nothing of others is ever
 * removed. Pure. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_ROUTEMSG_H
#define CORE_IO_ROUTEMSG_H

#include <linux/netlink.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"

/* Who made a rule or route, as "ip rule" shows it: of the numbers that nobody in
 * linux/rtnetlink.h has. */
#define ROUTEMSG_PROTOCOL	103
#define ROUTEMSG_MAX		256	/* octets of one that we send */

/* One message; whole, with its header. */
struct routemsg {
	union {
		struct nlmsghdr	head;
		uint8_t		octets[ROUTEMSG_MAX];
	};
};

/* For messages of others: zeroes m, and returns the fixed part behind its header, of len
 * octets. Then attributes are put one after another; more than ROUTEMSG_MAX is a bug. */
void *routemsg_begin(struct routemsg *m, unsigned type, unsigned flags,
    size_t len);
void routemsg_put(struct routemsg *m, unsigned type, const void *value,
    size_t len);

enum routemsg_action {
	ROUTEMSG_ANY,		/* of one to be removed: whatever it does */
	ROUTEMSG_TABLE,		/* look into table `to` */
	ROUTEMSG_GOTO,		/* go on at priority `to` */
	ROUTEMSG_NOTHING,	/* a place to go to */
	ROUTEMSG_UNREACHABLE,
};

struct routemsg_rule {
	uint8_t		family;		/* AF_INET, AF_INET6 */
	uint32_t	priority;	/* lower ones are asked first */
	uint32_t	mark, mask;	/* mask 0 = all packets */
	bool		others;		/* all packets but those */
	enum routemsg_action action;
	uint32_t	to;
};

/* The default route of a table. */
struct routemsg_route {
	uint8_t		family;
	uint32_t	table;
	struct addr	gateway;	/* on a network of ours; family 0 in one
					 * to be removed = any */
	bool		local;		/* no gateway: all of it is this host's */
};

/* Each fills m, which then asks to be acknowledged. A rule that is there already
 * is EEXIST; a route takes the place of the one that is there. What is removed
 * has all that is given; none is ENOENT (rules) or ESRCH (routes). */
void routemsg_add_rule(struct routemsg *m, const struct routemsg_rule *r);
void routemsg_remove_rule(struct routemsg *m, const struct routemsg_rule *r);
void routemsg_add_route(struct routemsg *m, const struct routemsg_route *r);
void routemsg_remove_route(struct routemsg *m,
    const struct routemsg_route *r);

/* Which way would a packet with this mark go to this address? The answer is a
 * route. */
void routemsg_ask_way(struct routemsg *m, const struct addr *to,
    uint32_t mark);

struct routemsg_way {
	bool		local;		/* the address is this host's own */
	struct addr	gateway;	/* family 0 = straight there */
};

/* Reads an answer of len octets; false when it is none. */
bool routemsg_read_way(const struct nlmsghdr *h, size_t len,
    struct routemsg_way *out);

#endif
