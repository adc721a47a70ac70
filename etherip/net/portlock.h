/* etherip/net/portlock.h - which services this system may be asked for at its self IP
 * addresses (allow-service): a table of nftables of our own, in one change.
 *
 * What is to a self IP address, begins something and is not allowed is dropped and counted.
 * Always allowed: what this system began itself, ICMP, what comes from this system, from the
 * other end of a tunnel EtherIP, IPsec and BFD, and from a pair's other unit its port. Other
 * addresses, tables and what is forwarded are none of its business. Table "inet etheripd";
 * it stays when the process ends.
 * The control loop's. Layer: etherip/net.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_NET_PORTLOCK_H
#define ETHERIP_NET_PORTLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"

struct err;
struct portlock;
struct strbuf;

struct portlock_service {
	uint8_t		proto;		/* number of the IP protocol */
	uint16_t	port;		/* of TCP, UDP, SCTP; 0 = any */
};

/* A self IP address; with everything allowed it need not be told. */
struct portlock_self {
	struct addr	addr;
	bool		dflt;		/* portlock_default, too */
	const struct portlock_service *services;
	size_t		count;
};

/* A tunnel, or a pair's link: what comes from there. */
struct portlock_peer {
	struct addr	local, remote;
	uint16_t	udp;		/* this port, too; 0: none */
};

/* Borrowed for the call. */
struct portlock_plan {
	const struct portlock_self *selfs;
	size_t		 self_count;
	const struct portlock_peer *peers;
	size_t		 peer_count;
};

/* What allow-service default is, as F5's net self-allow has it; ends with proto 0. */
extern const struct portlock_service portlock_default[];

/* Adds the words of nft(8) that make it so from whatever there may be. */
void portlock_write(struct strbuf *out, const struct portlock_plan *p);

/* Never NULL; asks nothing of the kernel. */
struct portlock *portlock_new(void);
/* Leaves the table. Takes *pl; NULL is harmless. */
void portlock_free(struct portlock **pl);

/* Makes it so, by nothing when nothing differs and all is there. 0, or as nftrun_do. */
int portlock_apply(struct portlock *l, const struct portlock_plan *p,
    struct err *e);

#endif
