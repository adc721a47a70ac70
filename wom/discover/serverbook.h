/* wom/discover/serverbook.h - servers on this side that connections from afar go to, and
 * the networks that they make.
 *
 * It is shown the segments that open connections (SYN, and SYN with ACK): the time
 * between the two is the server's distance, and the second one's TTL says how many
 * routers are between. A server that is near, and that the filter lets in, counts;
 * servers are joined to networks of a given length. One without connections for
 * too long goes, and a network with its last server. The clock is an argument.
 * Bounded. Layer: wom/discover, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_DISCOVER_SERVERBOOK_H
#define WOM_DISCOVER_SERVERBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"

#define SERVERBOOK_OPENINGS	4096	/* of connections, that wait for the
					 * server's word */

struct ippacket_opening;
struct serverbook;

struct serverbook_rules {
	const struct addr_prefix *subnets;	/* of the filter */
	size_t		 subnet_count;
	bool		 include;	/* only those; else all but those */
	uint32_t	 hops_max;
	dur_ns		 rtt_max_ns;
	uint32_t	 count_max;	/* servers */
	uint8_t		 len4, len6;	/* bits of networks */
	dur_ns		 idle_max_ns;	/* 0 = they stay */
	dur_ns		 idle_min_ns;	/* one that is idle for less keeps its
					 * place when others want it */
};

/* Networks come and go; not from within serverbook_free. */
struct serverbook_watch {
	void	(*came)(void *arg, const struct addr_prefix *network);
	void	(*went)(void *arg, const struct addr_prefix *network);
	void	*arg;
};

struct serverbook *serverbook_new(const struct serverbook_watch *w);
/* Takes *bp; NULL is harmless. */
void serverbook_free(struct serverbook **bp);

/* From here on; r is copied. What does not fit it any more goes. */
void serverbook_set(struct serverbook *b, const struct serverbook_rules *r);

/* A segment that comes from afar (SYN), or from this side (with ACK). One of a
 * network that is known keeps it also when nobody was seen asking: those who
 * come by a tunnel are asked for by this host. */
void serverbook_see(struct serverbook *b, const struct ippacket_opening *o,
    mono_ns now);
/* A network that was found earlier: it is kept as if it had had a connection now. */
void serverbook_keep(struct serverbook *b, const struct addr_prefix *network,
    mono_ns now);
/* Those that have been idle for too long go. To be called now and then. */
void serverbook_tick(struct serverbook *b, mono_ns now);

/* Servers that there are. */
size_t serverbook_count(const struct serverbook *b);

#endif
