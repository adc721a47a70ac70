/* monitors/gateways.h - ways through members: packets of a probe with a gateway's
 * mark leave by that gateway and by nothing else.
 *
 * For each gateway there is a rule that sends its mark to a table of its own,
 * whose only route leads there; behind those rules stands one that refuses all
 * marks of ours, so that what has lost its way does not go another one. Packets
 * without our marks pass all of it by with one comparison; no table, rule or route
 * of others is touched. Rules and routes have a protocol number
 * (core/io/routemsg.h) and are removed with the last user, at the end, and, of a
 * process that was killed, by gateways_sweep of the next. Processes on one network
 * take seats, with marks and priorities of their own; the seat of a dead one is
 * free.
 *
 * Numbers, all of them: marks and tables 0x67SS00NN in hexadecimal, seat and
 * gateway; priorities GATEWAYS_PRIORITY on, four a seat. Control loop only.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_GATEWAYS_H
#define MONITORS_GATEWAYS_H

#include <stdint.h>

struct addr;
struct gateway;
struct gateways;

#define GATEWAYS_MAX		255	/* of one process */
#define GATEWAYS_SEATS		4	/* processes; --replace takes two */
#define GATEWAYS_PRIORITY	540u
#define GATEWAYS_MARK		0x67000000u

/* Changes nothing before the first gateway is used. */
struct gateways *gateways_new(void);
/* All gateways have left (asserted). Removes all that is ours. Takes *pg; NULL is
 * harmless. */
void gateways_free(struct gateways **pg);

/* Removes what processes left that are no more, as far as we may. */
void gateways_sweep(void);

/* The gateway of an address, shared by all who join it. Never NULL. */
struct gateway *gateways_join(struct gateways *g, const struct addr *a);
/* With the last one its rule and route go. Takes *pg; NULL is harmless. */
void gateways_leave(struct gateway **pg);

/*
 * gateways_way - see that packets with a mark go through a gateway.
 *
 * in     to    where they are to go in the end
 * out    mark  for SO_MARK
 * ret    0, or the errno that gateways_words has words for: nothing is to be
 *        sent then
 * cost   one question to the kernel, some 3 us; what somebody has removed is put
 *        back
 */
int gateways_way(struct gateway *g, const struct addr *to, uint32_t *mark);

/* "no CAP_NET_ADMIN" and the like. */
const char *gateways_words(int sys_errno);

#endif
