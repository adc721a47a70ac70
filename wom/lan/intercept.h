/* wom/lan/intercept.h - has the kernel hand us connections that are on their way
 * through the LAN's interfaces: a table of nftables of our own, a rule and a
 * route.
 *
 * What is taken, all of it: TCP, in by an interface of the LAN, to a port of a
 * transparent application, to an address that a peer has a route for; decided
 * with the first packet (SYN), so that what stands already goes on as it was. It is
 * not: what goes to this host, or to where tunnels end. What goes to the place of a
 * takeover application is taken, too, of this host or another, while a peer has a
 * route for where that leads. All else (UDP too) passes by;
 * when a peer is gone its addresses are taken out and their packets pass
 * by, too, or (drop) are refused with RST, but for those to networks of this side.
 * Packets of sockets that have another host's address here, of a client before
 * us or of one at the far end, come to them by the same table.
 *
 * The kernel changes from one state to the next at once. It is left as it was
 * before us by intercept_free, or of a process that was killed by the next
 * one's intercept_new; until then its packets pass by. Others' tables, rules and
 * routes are never touched. One process for a network namespace. The control
 * loop's. Layer: wom/lan.
 *
 * Numbers: mark and routing table INTERCEPT_MARK, a rule at INTERCEPT_PRIORITY,
 * table "inet womd".
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LAN_INTERCEPT_H
#define WOM_LAN_INTERCEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INTERCEPT_MARK		0x77000001u
#define INTERCEPT_PRIORITY	530u

struct addrport;
struct err;
struct intercept;
struct lanapps;
struct routebook;
struct routeset;
struct strlist;

/* What is to be taken; all of it borrowed. */
struct intercept_plan {
	const struct strlist *interfaces;	/* of the LAN; none: nothing is
						 * taken, nothing is changed */
	const struct lanapps *apps;		/* their ports */
	const struct routebook *routes;		/* where to */
	const struct routeset *ours;		/* networks of this side */
	const struct addrport *tunnels;		/* where tunnels end, here and */
	size_t		 tunnel_count;		/* there */
	uint16_t	 port4, port6;	/* lanlisten_open_transparent; 0: that
					 * family passes by */
	bool		 drop;		/* no-route drop */
};

/* Removes what a process left that was killed. Never NULL. */
struct intercept *intercept_new(void);
/* Removes all that is ours. Takes *ip; NULL is harmless. */
void intercept_free(struct intercept **ip);

/*
 * intercept_apply - make the kernel as p says, by as little as differs.
 *
 * ret   0; or negative with a sentence: ERR_DENIED without CAP_NET_ADMIN, ERR_BUSY
 *       when another process intercepts here, ERR_REF when an interface is
 *       not there (those that are count all the same), ERR_IO. Unless it
 *       is ERR_REF nothing is taken then
 * cost  nothing is asked of the kernel when nothing differs
 */
int intercept_apply(struct intercept *i, const struct intercept_plan *p,
    struct err *e);

/* Is it all still there? Puts back what somebody has removed. As the last
 * intercept_apply; to be called now and then. */
int intercept_check(struct intercept *i, struct err *e);

/* Are connections being taken; may sockets have far clients' addresses? */
bool intercept_in_force(const struct intercept *i);

#endif
