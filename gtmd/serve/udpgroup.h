/* gtmd/serve/udpgroup.h - the sockets of one address and port, among which the
 * kernel spreads datagrams (SO_REUSEPORT), and how one rests without loss.
 *
 * Closing a socket throws its queue away, and for a moment the kernel still
 * finds a socket that has left its group. So none is closed while the address
 * is served: a filter on the group chooses among the first ones alone, and
 * those behind them rest until they are needed again. The kernel numbers them
 * in the order of binding. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_UDPGROUP_H
#define GTMD_SERVE_UDPGROUP_H

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

/* Takes one that another process bound and made ready, in its order. */
void udpgroup_inherit(struct udpgroup *g, int fd);

/* Octets of each socket's receive queue, over the system's limit where we may.
 * 0 leaves it as it is. */
void udpgroup_set_rcvbuf(const struct udpgroup *g, int octets);

/* From here on the kernel chooses only among the first use, 1..count; what the
 * others have queued stays. 0, or ERR_IO with a sentence and the choice as it
 * was. */
int udpgroup_choose(const struct udpgroup *g, unsigned use, struct err *e);

/* Closes all; their queues are lost. */
void udpgroup_close(struct udpgroup *g);

/* Is the address a wildcard, so that replies must name their source? */
bool udpgroup_needs_pktinfo(const struct udpgroup *g);

#endif
