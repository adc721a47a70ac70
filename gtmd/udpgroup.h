/* gtmd/udpgroup.h - the sockets of one address and port, among which the
 * kernel spreads datagrams (SO_REUSEPORT), and how one leaves without loss.
 *
 * Closing a socket throws its queue away, and the kernel goes on choosing it
 * until then. So those that are to leave are first taken out of the choice: a
 * filter on the group chooses among the others alone. The kernel numbers them
 * in the order of binding, so the last ones leave first and no number changes.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_UDPGROUP_H
#define GTMD_UDPGROUP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/addr.h"

struct err;

#define UDPGROUP_MAX	64
#define UDPGROUP_WAIT_MS	100

struct udpgroup {
	struct addrport	local;		/* port filled in after the first */
	int		fds[UDPGROUP_MAX];	/* in the order of binding */
	unsigned	count;
};

void udpgroup_init(struct udpgroup *g, const struct addrport *local);

/* Binds one more, at the end; reading from it blocks for UDPGROUP_WAIT_MS at
 * most. 0, or a negative code with a sentence. */
int udpgroup_add(struct udpgroup *g, struct err *e);

/* Octets of each socket's receive queue, over the system's limit where we may.
 * 0 leaves it as it is. */
void udpgroup_set_rcvbuf(const struct udpgroup *g, int octets);

/* From here on the kernel chooses only among the first keep, 1..count. False
 * when it does not take the filter: then what comes to one of the others between
 * its last reading and its closing is lost. */
bool udpgroup_favour(const struct udpgroup *g, unsigned keep);

/* Closes the last one; the caller has emptied its queue after the call above,
 * or no other is left. */
void udpgroup_drop(struct udpgroup *g);

/* All that are in the group now are chosen again. */
void udpgroup_settle(const struct udpgroup *g);

/* Is the address a wildcard, so that replies must name their source? */
bool udpgroup_needs_pktinfo(const struct udpgroup *g);

#endif
