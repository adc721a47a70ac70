/* wom/link/linksession.h - the session between two sites: streams that outlive the
 * connections that carry them.
 *
 * A state machine without sockets and clock: octets of connections go in and come out,
 * times come in. It decides what goes over which connection, what goes again when one
 * breaks, and when streams are over; encoding, names of blocks and the LAN's sockets
 * are the caller's. With the last connection gone it waits for the next, for keep_ns;
 * when the peer comes back as another one, or not in time, all streams are reset.
 * Memory is bounded: what a stream and all of them hold is agreed on by HELLO.
 *
 * Streams share what the session may hold above a floor that each of them has for
 * itself, so that one that nobody reads stops no other. docs/notes/wom-session.md has
 * the frames. One owner; no lock. Layer: wom/link, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LINK_LINKSESSION_H
#define WOM_LINK_LINKSESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "wom/codec/blockid.h"
#include "wom/link/linkhello.h"
#include "wom/link/linkopen.h"
#include "wom/link/recvhalf.h"

#define LINKSESSION_CONNS_MAX	16
/* A stream of which so many octets wait for a connection has no room: more would not fill
 * the link better, and whoever chooses how to encode would learn too late that it
 * is slow. 10 ms at 1.6 Gb/s, until the next turn of the loop. */
#define LINKSESSION_UNSENT_MAX	(UINT32_C(2) << 20)

struct linksession;
struct linkstream;

/* Why a stream was reset. What a caller says starts at LINKRESET_CALLER. */
enum {
	LINKRESET_RESTART = 1,	/* the peer has forgotten it */
	LINKRESET_LOST,		/* no connection for too long */
	LINKRESET_CALLER = 256
};

struct linksession_config {
	/* What this end says; self.count and peer are the session's to set. */
	struct linkhello hello;
	dur_ns	keep_ns;	/* that streams wait for a connection */
	dur_ns	ping_ns;	/* of silence, then a ping */
	dur_ns	dead_ns;	/* of silence, then it is broken */
	/* A piece of the set of blocks that the peer has; NULL: not wanted. */
	void	(*known)(void *arg, const uint8_t *octets, size_t len);
	void	*arg;
};

/* What has happened, since the birth. */
struct linksession_counts {
	uint64_t opened, accepted, closed, reset;	/* streams */
	uint64_t breaks, resumes, clears; /* connections; sessions; the same */
	uint64_t frames_in, frames_out, duplicates, ignored;
	uint64_t hellos;	/* that the peer has said, and we have believed */
	uint64_t again;		/* blocks asked for in another edition */
};

struct linksession *linksession_new(const struct linksession_config *c);
/* Takes *ps; streams are gone without a word. NULL is harmless. */
void linksession_free(struct linksession **ps);

/* ---- connections ---- */

/* A connection has come about (TLS is done): its number, 0.., or -1: there are
 * LINKSESSION_CONNS_MAX. */
int linksession_conn_open(struct linksession *s, mono_ns now);
/* It is closed, for whatever reason; its number may come again. */
void linksession_conn_broken(struct linksession *s, int conn, mono_ns now);
/* A connection that is to be closed now, which is told by linksession_conn_broken; -1:
 * none. To look at after each call below that takes a time. */
int linksession_conn_condemned(const struct linksession *s);

/* Where octets from a connection go, and how many fit, > 0; then so many have
 * come. Negative with a sentence: the peer is at fault, the connection condemned.
 * The session stays whole: the peer may come again. */
uint8_t *linksession_in_room(struct linksession *s, int conn, size_t *cap);
int linksession_in_fed(struct linksession *s, int conn, size_t len, mono_ns now,
    struct err *e);
/* What to send over it next, whole frames; cap >= LINKFRAME_MAX. 0: nothing now;
 * to ask again after whatever call. What is returned counts as sent. */
size_t linksession_out_fill(struct linksession *s, int conn, uint8_t *out,
    size_t cap, mono_ns now);

/* Pings, silence, patience. Returns when to call it again; UINT64_MAX: nothing is
 * waited for. */
mono_ns linksession_conn_tick(struct linksession *s, mono_ns now);

/* Connections over which both have said HELLO; is this one of them? */
size_t linksession_conn_up(const struct linksession *s);
bool linksession_conn_is_up(const struct linksession *s, int conn);
/* Round trip as the last ping saw it; 0: not known. */
dur_ns linksession_conn_rtt(const struct linksession *s, int conn);
/* What the peer has said last; NULL: not there since the last reset of all. */
const struct linkhello *linksession_peer(const struct linksession *s);
/* The networks that the peer is told of from now on, at most LINKHELLO_ROUTES_MAX;
 * it hears of them over the connections that are there. */
void linksession_set_routes(struct linksession *s,
    const struct linkroute *routes, size_t count);
/* No new streams from either side from now on; those that are there go on. */
void linksession_go_away(struct linksession *s, uint32_t reason);
/* Sends a piece (at most LINKFRAME_BODY_MAX) of the set of blocks that are here.
 * False: the last piece waits still, or the peer does not know of such. One that a
 * break swallows is not sent again. */
bool linksession_tell_known(struct linksession *s, const uint8_t *octets,
    size_t len);
const struct linksession_counts *linksession_counts(
    const struct linksession *s);
/* Octets of memory in blocks of all streams, both ways. */
size_t linksession_held(const struct linksession *s);

/* ---- streams ---- */

/* What has happened to a stream. */
enum {
	LINKNEWS_OPENED	  = 0x01,	/* the peer opens it */
	LINKNEWS_READABLE = 0x02,	/* linkstream_peek or _at_end has something */
	LINKNEWS_ROOM	  = 0x04,	/* linkstream_room has been 0, and is not */
	LINKNEWS_ASKED	  = 0x08,	/* linkstream_asked */
	LINKNEWS_RESET	  = 0x10,	/* it is gone */
	LINKNEWS_CLOSED	  = 0x20,	/* it has ended well, both ways */
	LINKNEWS_BEGUN	  = 0x40,	/* linksession_waits has been true, and is not */
	LINKNEWS_TAKEN	  = 0x80	/* linkstream_taken goes on: linkstream_watch */
};

struct linknews {
	struct linkstream *stream;
	unsigned what;		/* LINKNEWS_..., or'ed */
	uint32_t reason;	/* of RESET: LINKRESET_... */
};

/* The next stream with news, each with all it has; false: none. After RESET and
 * CLOSED the stream is good until the next call of this. */
bool linksession_news(struct linksession *s, struct linknews *n);

/* A new stream with o as its item 0; NULL: the peer is not known or going away, or
 * there are as many as it takes. */
struct linkstream *linksession_open(struct linksession *s,
    const struct linkopen *o);
/* Ends it both ways at once. The caller forgets it with this call. */
void linksession_reset(struct linksession *s, struct linkstream *st,
    uint32_t reason);

/* Octets of stream that the next block may have: 0 or at least 4,096. */
size_t linksession_room(struct linksession *s, struct linkstream *st);
/* A block: d->plain octets (at most linksession_room), d->form, d->len octets that
 * cross the WAN. Takes a copy. Returns its number, 1... What it was made of is to
 * be kept until linkstream_taken passes it. */
uint64_t linksession_write(struct linksession *s, struct linkstream *st,
    const struct linkdata *d);
/* The same for a block whose octets come later, of which d->plain and form are used: it
 * has its number and its place among the others, and none behind it goes ahead of it. */
uint64_t linksession_promise(struct linksession *s, struct linkstream *st,
    const struct linkdata *d);
/* Here they are. Nothing happens when nobody waits for them any more: the stream is
 * gone, or the peer has asked for another edition. */
void linksession_fulfil(struct linksession *s, struct linkstream *st,
    uint64_t number, const struct linkdata *d);
/* Has no connection begun to send the last block yet? What is written now would only
 * wait behind it. */
bool linksession_waits(struct linksession *s, struct linkstream *st);
/* No more blocks. */
void linksession_finish(struct linksession *s, struct linkstream *st);
/* The block that linkstream_asked tells, in another form. */
void linksession_rewrite(struct linksession *s, struct linkstream *st,
    const struct linkdata *d);

/* The block of linkstream_peek is taken: it has been decoded; or the end is. */
void linksession_take(struct linksession *s, struct linkstream *st);
/* It cannot be decoded: it is asked for without copies; the peer is told which
 * names are missing, as far as they fit. False: it has been asked for so often that
 * the stream had better be reset. */
bool linksession_refuse(struct linksession *s, struct linkstream *st,
    const struct blockid *names, size_t count);
/* So many octets of taken blocks have been written to the real peer. */
void linksession_wrote(struct linksession *s, struct linkstream *st,
    uint64_t octets);

/* The block that is next, whole; NULL: not here. */
const struct recvitem *linkstream_peek(const struct linkstream *st);
/* The peer has finished, and all its blocks are taken; take this, too. */
bool linkstream_at_end(const struct linkstream *st);
/* Blocks below this number have been taken by the peer. */
uint64_t linkstream_taken(const struct linkstream *st);
/* The block that the peer asks for, 0: none; and what it lacks. */
uint64_t linkstream_asked(const struct linkstream *st,
    const struct blockid **names, size_t *count);
/* LINKNEWS_TAKEN is wanted. */
void linkstream_watch(struct linkstream *st);
/* From now on it goes ahead of none, or may again. */
void linkstream_set_bulk(struct linkstream *st, bool bulk);
/* Where it goes. */
const struct linkopen *linkstream_open(const struct linkstream *st);
/* What the caller keeps with it. */
void linkstream_set_user(struct linkstream *st, void *user);
void *linkstream_user(const struct linkstream *st);

#endif
