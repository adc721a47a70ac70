/* wom/peer/peer_inner.h - what the files of a peer share.
 * Layer: wom/peer. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_PEER_PEER_INNER_H
#define WOM_PEER_PEER_INNER_H

#include "core/base/rand.h"
#include "core/io/loop.h"
#include "wom/flow/flowended.h"
#include "wom/link/linksession.h"
#include "wom/link/routeset.h"
#include "wom/peer/peer.h"
#include "wom/peer/peerknown.h"
#include "wom/peer/peerstore.h"
#include "wom/tunnel/tunnelconn.h"
#include "wom/tunnel/tunneldial.h"

struct peer_slot {
	struct tunnelconn *conn;	/* NULL: free */
	bool	up;			/* both have said HELLO */
	bool	proven;			/* and go on with it */
};

struct peer {
	unsigned	 magic;
#define PEER_MAGIC	0x9ee29ee2u
	struct peer_config config;
	struct peersetup *setup;
	struct rand	 rand;
	struct routeset	*ours, *theirs;	/* networks; NULL: none */
	struct linkroute *heard;	/* what theirs is made of */
	size_t		 heard_count;
	uint64_t	 hellos;	/* of the session, when that was heard */

	/* While it is enabled. */
	struct linksession *session;
	struct tunneldial *dial;	/* NULL: it has to call us */
	struct peer_slot slots[LINKSESSION_CONNS_MAX];
	size_t		 turn;		/* whose turn it is to send */

	/* Once the peer has said who it is. */
	uint64_t	 store_theirs;	/* that the secret has been made with */
	struct peerstore *store;
	struct flowset	*flows;
	struct flowended_list ended;	/* of all sets, since the last view */
	struct peerknown known;
	struct linklife	 met;		/* of the peer's, and bulk waits for what both */
	mono_ns		 met_until;	/* remember until then, at most */
	size_t		 hurry;		/* octets of it that are looked at without a rest */

	/* What is to be done when. */
	struct loop_timer tick;		/* the session's, and ours */
	struct loop_timer soon;		/* a settling is due */
	struct loop_timer shows;	/* a view is due */
	struct loop_timer fades;	/* no new stream waits for it any longer */
	struct loop_timer idle;		/* old blocks are looked at */
	bool		 settling, again;
	mono_ns		 lacking_since;	/* connections; 0: none is */
	mono_ns		 surplus_since;	/* the same; of so many, */
	size_t		 surplus_there;	/* who were there then */
	size_t		 enough;	/* the peer wants no more; 0: not known */
	mono_ns		 enough_until;	/* but may then */

	/* What is told. */
	enum peerview_state state;
	mono_ns		 state_since;
	char		 why[256];
	struct tunneltls_print print;	/* that it has shown last */
	bool		 has_print;
	unsigned	 routes_serial;
	uint64_t	 in, out;	/* of connections that are over */
	uint64_t	 dials_before, dial_fails, surplus, floods;
	uint64_t	 refused[TUNNELTLS_REFUSALS];
	uint64_t	 shown;		/* a sum of what the last view had */
};

/* ---- peer.c ---- */

/* Something has happened: does what follows from it. */
void peer_settle(struct peer *p);
/* The same, but not within this call. */
void peer_settle_soon(struct peer *p);
/* Why it is not up, or was not lately. */
void peer_note_why(struct peer *p, const char *why);

/* ---- peer_conn.c ---- */

/* One that the peer has opened; takes wire. */
void peer_conn_take(struct peer *p, struct tunnelwire *wire);
/* Closes what is broken. */
void peer_conn_reap(struct peer *p);
/* What is up is as it should be. */
void peer_conn_prove(struct peer *p);
/* Sends what there is to be sent, for a bounded time; true: there is more. */
bool peer_conn_pump(struct peer *p);
/* Sees to it that there are as many as are wanted; returns when to look again. */
mono_ns peer_conn_balance(struct peer *p, mono_ns now);
/* Begins to call as the setup says. */
void peer_conn_begin(struct peer *p);
/* Closes all; ours: those that we have made, others: those that the peer has. */
void peer_conn_close(struct peer *p, bool ours, bool others);

/* ---- peer_show.c ---- */

/* The state is another one, perhaps. */
void peer_show_state(struct peer *p);
/* A view is given when there is something new in it. */
void peer_show_begin(struct peer *p);
void peer_show_later(struct peer *p);

#endif
