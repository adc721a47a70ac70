/* wom/link/linkframe.h - what two sites say to each other, frame by frame.
 *
 *	octet	0	kind
 *		1	flags: bit 0, the receiver has opened the stream
 *		2	octets of the body
 *		4	stream, counted from 1 by who opens it; 0: the session
 *		12	number: of an item, a ping, ...
 *		20	body
 *
 * Numbers have the most significant octet first. What each kind has in its
 * body stands in docs/notes/wom-session.md. Layer: wom/link, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LINK_LINKFRAME_H
#define WOM_LINK_LINKFRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"

#define LINKFRAME_HEAD		20
#define LINKFRAME_BODY_MAX	16384
#define LINKFRAME_MAX		(LINKFRAME_HEAD + LINKFRAME_BODY_MAX)
#define LINKFRAME_DATA_HEAD	16	/* of a DATA frame's body */
#define LINKFRAME_DATA_MAX	(LINKFRAME_BODY_MAX - LINKFRAME_DATA_HEAD)
/* Names that fit a RESEND. */
#define LINKFRAME_NAMES_MAX	1023

enum linkframe_kind {
	LINKFRAME_HELLO = 1,	/* who is here; the first of a connection */
	LINKFRAME_OPEN,		/* item 0 of a stream: where to */
	LINKFRAME_DATA,		/* a piece of a block */
	LINKFRAME_FIN,		/* the last item: no more this way */
	LINKFRAME_ACK,		/* items taken, octets written */
	LINKFRAME_RESEND,	/* a block is wanted without copies */
	LINKFRAME_RESET,	/* forget the stream; or: it is forgotten */
	LINKFRAME_DONE,		/* the stream has ended well a while ago */
	LINKFRAME_PING,
	LINKFRAME_PONG,
	LINKFRAME_SYNC,		/* all ACKs since the break have been sent */
	LINKFRAME_KNOWN,	/* blocks that the sender has: the codec's */
	LINKFRAME_GOAWAY	/* the sender takes no new streams */
};

struct linkframe {
	enum linkframe_kind kind;
	bool	 yours;		/* the receiver has opened the stream */
	uint64_t stream, number;
	const uint8_t *body;
	size_t	 len;		/* of the body */
};

enum linkframe_form { LINKFRAME_PLAIN, LINKFRAME_ENCODED };

/* A piece of a block, the body of DATA. */
struct linkdata {
	uint32_t plain;		/* octets of the block as the stream has it */
	uint32_t total;		/* octets that cross the WAN for it */
	uint32_t offset;	/* of this piece among them */
	uint16_t edition;	/* how often it has been asked for again */
	enum linkframe_form form;
	const uint8_t *octets;
	size_t	 len;		/* of this piece; > 0 */
};

enum linkframe_found {
	LINKFRAME_WHOLE,
	LINKFRAME_SHORT,	/* more octets have to come */
	LINKFRAME_BAD		/* no more octets can make this one */
};

/* Reads the frame at the beginning of len octets; its body points into them.
 * BAD as soon as the head says so: an unknown kind, a body that this kind
 * cannot have. */
enum linkframe_found linkframe_read(struct linkframe *f, const uint8_t *in,
    size_t len);
/* Octets of a whole frame. */
static inline size_t
linkframe_octets(const struct linkframe *f)
{
	return LINKFRAME_HEAD + f->len;
}

/* Writes head and body; nothing, with w->bad set, when there is no room. */
void linkframe_write(const struct linkframe *f, struct wbuf *w);

/* The body of DATA; false: it does not make sense. */
bool linkframe_read_data(const struct linkframe *f, struct linkdata *d);
/* As linkframe_write, with d as the body. */
void linkframe_write_data(const struct linkframe *f, const struct linkdata *d,
    struct wbuf *w);

static inline uint64_t
linkframe_get64(struct rbuf *r)
{
	uint64_t high = rbuf_u32(r);

	return high << 32 | rbuf_u32(r);
}

static inline void
linkframe_put64(struct wbuf *w, uint64_t v)
{
	wbuf_u32(w, (uint32_t)(v >> 32));
	wbuf_u32(w, (uint32_t)v);
}

#endif
