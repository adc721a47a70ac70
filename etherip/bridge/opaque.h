/* etherip/bridge/opaque.h - groups in mode opaque: stations of one side never see those of the
 * other, but addresses of ours in their place, as with a proxy for ARP and for neighbour
 * discovery (RFC 1027, RFC 4389).
 *
 * For the stations behind each member one address of ours stands, the same for all of them; who
 * is meant is looked up by the IP address. Questions for a station whose address is known are
 * answered at once, others cross with an address of ours as who asks; answers find their way
 * back by the address of who asked. Nothing but IP and ARP crosses.
 * Neighbour discovery that is signed (RFC 3971) does not survive it.
 *
 * The decision for one frame, made by the threads that carry frames; struct opaque is not
 * changed while they use it. Layer: etherip/bridge, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BRIDGE_OPAQUE_H
#define ETHERIP_BRIDGE_OPAQUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "etherip/bridge/fdb.h"

struct ethframe;
struct snoop;

#define OPAQUE_EXCLUDES_MAX	64
#define OPAQUE_ROUTES_MAX	16
#define OPAQUE_ANSWER_MAX	96	/* octets */

/* Where packets go whose destination is no station of the group: as the configured routes say,
 * since which router a station has chosen cannot be told from a frame to an address of ours. */
struct opaque_route {
	struct addr_prefix to;
	struct addr	via;
};

struct opaque {
	const struct snoop *snoop;	/* who has which address, */
	const struct fdb *fdb;		/* and where who is */
	uint64_t	base;		/* opaque_derive */
	struct addr	excludes[OPAQUE_EXCLUDES_MAX];	/* nobody answers for these */
	size_t		exclude_count;
	struct opaque_route routes[OPAQUE_ROUTES_MAX];
	size_t		route_count;
};

/* The first of the addresses of ours of a group: locally administered, the same at each start,
 * another one for another unit (a burnt-in address of it; of a pair the shared one) or
 * group. */
uint64_t opaque_derive(uint64_t burnt_in, const char *group);

/* The one that stands for the stations behind a member. */
static inline uint64_t
opaque_proxy(const struct opaque *o, unsigned member)
{
	return o->base | member;
}

static inline bool
opaque_is_proxy(const struct opaque *o, uint64_t mac)
{
	return (mac & ~(uint64_t)(FDB_MEMBERS_MAX - 1)) == o->base;
}

enum opaque_why {
	OPAQUE_PASSES,		/* made right for the other side: it goes to `to` */
	OPAQUE_ANSWERED,	/* it stops; an answer goes back by where it came from */
	OPAQUE_EXCLUDED,	/* nobody answers for this address */
	OPAQUE_SAME,		/* it is between stations of one side */
	OPAQUE_UNKNOWN,		/* nobody knows who has the address */
	OPAQUE_NOT_IP,		/* neither IP nor ARP */
	OPAQUE_LOOP,		/* from an address of ours */
	OPAQUE_MALFORMED
};
#define OPAQUE_WHYS	8

struct opaque_verdict {
	enum opaque_why why;
	unsigned to;		/* of what passes: FDB_NONE: all but where it came from */
	size_t	 answer_len;	/* octets in the answer */
};

struct opaque_frame {
	unsigned from;
	const struct ethframe *head;	/* of */
	uint8_t	*octets;	/* which are changed when it passes */
	size_t	 len;
	uint32_t now_s;		/* the clock of snoop and fdb */
};

/* answer is written when it is answered. No allocation, no lock; at most three look-ups. */
struct opaque_verdict opaque_decide(const struct opaque *o,
    const struct opaque_frame *x, uint8_t answer[OPAQUE_ANSWER_MAX]);

#endif
