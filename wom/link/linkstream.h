/* wom/link/linkstream.h - what a session knows of one stream, for its own files.
 * Layer: wom/link, pure. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LINK_LINKSTREAM_H
#define WOM_LINK_LINKSTREAM_H

#include "core/base/list.h"
#include "wom/link/linksession.h"
#include "wom/link/recvhalf.h"
#include "wom/link/sendhalf.h"
#include "wom/link/turns.h"

/* What is to be told to the peer. */
enum {
	LINKSTREAM_TELL_ACK	= 0x1,
	LINKSTREAM_TELL_RESEND	= 0x2,
	LINKSTREAM_TELL_RESET	= 0x4
};

enum linkstream_state {
	LINKSTREAM_LIVE,
	LINKSTREAM_TOMB,	/* reset by us, the peer has not confirmed it */
	LINKSTREAM_DEAD		/* the session has forgotten it, the caller has
				 * news to read */
};

/* A block that is wanted in another edition. */
struct linkwish {
	uint64_t number;	/* 0: none */
	uint16_t edition;
	size_t	 count;
	struct blockid *names;
};

struct linkstream {
	unsigned magic;
#define LINKSTREAM_MAGIC	0x11a57e4du
	enum linkstream_state state;
	bool	 by_peer;	/* who has opened it */
	uint64_t index;		/* of those that this one has opened, 1.. */
	struct list in_bucket, in_all, in_news, in_tell;
	struct list in_unseen;	/* ours, item 0 not taken yet */
	struct list in_waiting;	/* for room */
	struct turns_flow flow;
	unsigned news, tell;
	bool	 watched;	/* TAKEN is wanted */
	bool	 awaited;	/* BEGUN is */
	uint32_t reason;	/* of the reset */
	struct sendhalf send;
	struct recvhalf recv;
	struct linkwish wish;	/* ours */
	struct linkwish asked;	/* the peer's */
	struct linkopen open;
	void	*user;
};

struct linkstream *linkstream_new(bool by_peer, uint64_t index,
    const struct linkopen *o);
/* Takes *pst, which is in no list any more. */
void linkstream_free(struct linkstream **pst);
/* Remembers a wish, and w.count names at `names` with it. */
void linkstream_set_wish(struct linkwish *w, const struct linkwish *from,
    const void *names);
/* There is none any more. */
void linkstream_forget_wish(struct linkwish *w);

#endif
