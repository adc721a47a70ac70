/* wom/peer/peer.h - the runtime of one remote endpoint: its session, connections, codec,
 * streams and calls.
 *
 * Lives whole in one worker's loop; nothing of it is shared. Any end that may call does
 * until the session has a connection; then the one whose site has the higher number
 * calls for the rest, and the other one only if that does not come about. What
 * configuration changes is done with the least that has to be: peersetup.h.
 * Layer: wom/peer. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_PEER_PEER_H
#define WOM_PEER_PEER_H

#include "wom/peer/peersetup.h"
#include "wom/peer/peerview.h"
#include "wom/peer/site.h"

struct flow_rules;
struct linkopen;
struct loop;
struct packcrew;
struct peer;
struct tunnelwire;

struct peer_config {
	struct loop	*loop;
	struct packcrew	*crew;		/* packs for its flows; NULL: nobody */
	struct site	 site;
	const struct peersetup *setup;	/* copied */
	unsigned	 worker;	/* for the view */
	/* How it is now, whenever that has changed, some times a second at most; takes
	 * v. Not within a call below. */
	void	(*show)(void *arg, struct peerview *v);
	void	*arg;
};

struct peer *peer_new(const struct peer_config *c);
/* Ends all. Takes *pp; NULL is harmless. Not within show. */
void peer_free(struct peer **pp);

/* Is as s says from now on. */
void peer_change(struct peer *p, const struct peersetup *s);
/* A connection that it has opened, and that has proved to be its; takes wire. */
void peer_take(struct peer *p, struct tunnelwire *wire);
/* As hub_adopt. */
void peer_adopt(struct peer *p, int fd, const struct linkopen *o,
    const struct flow_rules *r);
/* As hub_forget. */
void peer_forget(struct peer *p);
/* Closes the connections that it has opened: it is to prove again who it is. */
void peer_recall(struct peer *p);

#endif
