/* wom/tunnel/tunneldoor.h - where peers come in: a thread of its own that accepts and
 * shakes hands, so that whoever floods it slows no tunnel that stands.
 *
 * Who comes in from an address that is nobody's is turned away at once, or (peers may be
 * behind NAT) has half of the room and has to prove himself; so strangers keep
 * no peer out. Which peer a proven one is, is its owner's question. Calls below are
 * for one other thread. Layer: wom/tunnel. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TUNNEL_TUNNELDOOR_H
#define WOM_TUNNEL_TUNNELDOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "wom/tunnel/tunneltls.h"

struct err;
struct tunneldoor;
struct tunnelwire;

#define TUNNELDOOR_SHAKES	512	/* handshakes at a time, */
#define TUNNELDOOR_STRANGERS	256	/* of these with strangers, */
#define TUNNELDOOR_OF_PEER	64	/* with one address of a peer, */
#define TUNNELDOOR_OF_STRANGER	8	/* and of a stranger, or his IPv6 /64 */

struct tunneldoor_config {
	/* In the door's thread: who has a certificate that is believed; takes wire. */
	void	(*arrived)(void *arg, struct tunnelwire *wire);
	void	*arg;
};

/* Starts the thread. NULL with a sentence when the system refuses it. */
struct tunneldoor *tunneldoor_new(const struct tunneldoor_config *c,
    struct err *e);
/* Ends it, with all that has not arrived. Takes *pd; NULL is harmless. */
void tunneldoor_free(struct tunneldoor **pd);

struct tunneldoor_rules {
	const int	*fds;		/* listeners, which stay the caller's: they
					 * are used through copies */
	size_t		 fd_count;
	struct tunneltls *tls;		/* shared; NULL: nobody is let in */
	const struct addr *peers;	/* where peers are, copied */
	size_t		 peer_count;
	bool		 strangers;	/* others may try */
};

/* As these say from now on. Handshakes that have begun go on. */
void tunneldoor_set(struct tunneldoor *d, const struct tunneldoor_rules *r);

struct tunneldoor_counts {
	uint64_t accepted, arrived;
	uint64_t crowded;		/* turned away: no room */
	uint64_t strangers;		/* turned away for their address */
	uint64_t refused[TUNNELTLS_REFUSALS];
	unsigned shaking;		/* at this moment */
	char	 last[256];		/* the last refusal, a sentence; "" */
};
/* A copy of what they are now; any thread. */
void tunneldoor_read_counts(struct tunneldoor *d, struct tunneldoor_counts *c);

#endif
