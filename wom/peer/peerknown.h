/* wom/peer/peerknown.h - two sites that meet tell each other which blocks they have, so
 * that both know what need not be sent.
 *
 * A KNOWN frame has 4 octets: of the set (nameset.h) in all; 4: where in it this piece
 * begins; the piece. One without a piece says that the set of so many octets has come;
 * until then it is told again from its beginning after each break of a connection. Who has
 * nothing tells a set of nothing.
 * Nothing counts as shared before the peer's set is here. Layer: wom/peer.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_PEER_PEERKNOWN_H
#define WOM_PEER_PEERKNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wom/link/linkhello.h"

struct history;
struct linksession;

#define PEERKNOWN_HEAD	8

struct peerknown {
	struct linksession *session;	/* borrowed */
	struct linklife life;		/* of the peer's, that all this is about */

	uint8_t	*out;			/* our set; NULL: there is none to tell */
	size_t	 out_len, out_at;
	bool	 met;			/* the set of this life has been made */
	uint64_t breaks;		/* of the session, when out began */

	uint8_t	*in;			/* the peer's; NULL: none begun, or done with */
	size_t	 in_len, in_at;
	bool	 marked;		/* it is, in the history */
	size_t	 owed;			/* to be confirmed; 0: nothing */
	uint32_t shared;		/* blocks that both had */
};

void peerknown_init(struct peerknown *k, struct linksession *s);
void peerknown_fini(struct peerknown *k);

/* A KNOWN frame's body has come; what makes no sense is left aside. */
void peerknown_hear(struct peerknown *k, const uint8_t *octets, size_t len);
/* The session knows its peer: marks what has come, tells what is here. True when it
 * has given the session something to say. */
bool peerknown_step(struct peerknown *k, struct history *h);

#endif
