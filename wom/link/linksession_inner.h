/* wom/link/linksession_inner.h - what the files of a session share.
 * Layer: wom/link, pure. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LINK_LINKSESSION_INNER_H
#define WOM_LINK_LINKSESSION_INNER_H

#include "core/base/list.h"
#include "wom/link/framesplit.h"
#include "wom/link/linksession.h"
#include "wom/link/linkstream.h"
#include "wom/link/seenids.h"
#include "wom/link/turns.h"

#define LINKSESSION_BUCKETS	1024
#define LINKSESSION_REPLIES_MAX	8192

enum linkconn_state {
	LINKCONN_FREE,
	LINKCONN_NEW,		/* the peer has not said HELLO */
	LINKCONN_UP,
	LINKCONN_STALE,		/* the peer has missed that we live anew: it will
				 * close it when it has read our HELLO */
	LINKCONN_CONDEMNED
};

struct linkconn {
	enum linkconn_state state;
	bool	 said_hello, owes_sync, owes_ping, owes_pong;
	uint64_t pong;		/* its number */
	mono_ns	 heard_at, pinged_at;
	dur_ns	 rtt;
	struct framesplit *in;
};

/* What is told of streams that are forgotten. */
struct linkreply {
	enum linkframe_kind kind;	/* RESET or DONE */
	bool	 by_peer;
	uint64_t index;
};

struct linksession {
	unsigned magic;
#define LINKSESSION_MAGIC	0x5e55107du
	struct linksession_config config;
	struct linkhello peer;
	bool	 met;		/* peer is what it said in this life */
	bool	 peer_goes, we_go, owes_goaway;
	uint32_t go_reason;
	bool	 held;		/* blocks wait for the peer's SYNC */
	mono_ns	 down_at;	/* since when no connection is up */
	mono_ns	 ends_at;	/* when ends are said again */
	struct linkconn conns[LINKSESSION_CONNS_MAX];

	struct list all, news, tell, unseen, waiting;
	struct list buckets[LINKSESSION_BUCKETS];
	struct linkstream *told;	/* freed with the next news */
	struct seenids seen;	/* streams that the peer has opened */
	uint64_t next_index;
	size_t	 ours, theirs;	/* streams by who opened them */
	uint64_t pool_out, pool_in; /* octets above the floors */
	struct turns turns;

	struct linkreply *replies;	/* a ring */
	size_t	 replies_first, replies_count;
	uint8_t	*known;		/* that is to be told */
	size_t	 known_len;
	struct linksession_counts counts;
};

/* ---- linksession.c ---- */

/* Forgets all streams and the peer, and all connections with them: a new life. */
void linksession_clear(struct linksession *s, uint32_t reason);

/* ---- linksession_conn.c ---- */

/* Both have said HELLO over it. */
void linksession_conn_ready(struct linksession *s, int conn);

/* ---- linksession_stream.c ---- */

/* NULL: not there, or not any more. */
struct linkstream *linksession_stream_find(const struct linksession *s,
    bool by_peer, uint64_t index);
/* Makes it known; its item 0 has been put or taken. */
struct linkstream *linksession_stream_add(struct linksession *s, bool by_peer,
    const struct linkopen *o, uint64_t index);
/* The peer is to be told, the caller has something to read. */
void linksession_stream_tell(struct linksession *s, struct linkstream *st,
    unsigned what);
void linksession_stream_news(struct linksession *s, struct linkstream *st,
    unsigned what);
/* The same when linkstream_peek or _at_end have something. */
void linksession_stream_look(struct linksession *s, struct linkstream *st);
/* It has something to send. */
void linksession_stream_wake(struct linksession *s, struct linkstream *st);
/* Some of it has been given to a connection: its last item may have been begun with, and
 * there may be room. */
void linksession_stream_begun(struct linksession *s, struct linkstream *st);
/* Takes an ACK; false: it cannot be. */
bool linksession_stream_ack(struct linksession *s, struct linkstream *st,
    uint64_t next, uint64_t written);
/* Octets that may begin to come on it now. */
uint64_t linksession_stream_window(const struct linksession *s,
    const struct linkstream *st);
/* After a change of octets under way: what they were before it. */
void linksession_stream_settle_out(struct linksession *s,
    const struct linkstream *st, uint64_t before);
void linksession_stream_settle_in(struct linksession *s,
    const struct linkstream *st, uint64_t before);
/* It has ended well, when it has. */
void linksession_stream_retire(struct linksession *s, struct linkstream *st);
/* The peer has forgotten it: so do we, with news for the caller if it has it. */
void linksession_stream_die(struct linksession *s, struct linkstream *st,
    uint32_t reason);

#endif
