/* wom/link/sendhalf.h - one direction of a stream, at the end that sends: numbered
 * items until the peer has taken them.
 *
 * Item 0 is where the stream goes, the last one says that no more comes, between are
 * blocks. An item belongs to the connection that began to send it; when that
 * breaks it goes again from its beginning over any other. Until the peer has taken item 0
 * all others follow it over the same connection, so that it comes first.
 * Layer: wom/link, pure. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LINK_SENDHALF_H
#define WOM_LINK_SENDHALF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wom/link/linkframe.h"

#define SENDHALF_WINDOW		256	/* items that are not taken yet */
#define SENDHALF_NOBODY		(-1)

struct senditem {
	enum linkframe_kind kind;	/* OPEN, DATA or FIN */
	uint64_t number;
	uint32_t plain, len;	/* octets: of the block; that cross the WAN, of a
				 * block 0: promised */
	uint32_t at;		/* given to the connection */
	uint16_t edition;
	enum linkframe_form form;
	int	 conn;		/* whose it is, or SENDHALF_NOBODY */
	bool	 sent;		/* all of it */
	uint8_t	 octets[];
};

struct sendhalf {
	uint64_t base;		/* first item that is not taken yet */
	uint64_t next;		/* number of the next one */
	uint64_t scan;		/* all before it are sent */
	uint64_t put, written;	/* octets: of all blocks; at the far side */
	size_t	 held;		/* octets of memory in items */
	size_t	 unsent;	/* octets of items that no connection was given */
	bool	 finished;	/* FIN is among the items, or was */
	struct senditem *ring[SENDHALF_WINDOW];
};

/* All zero is one without items. */
void sendhalf_fini(struct sendhalf *h);

/* Item 0; before any other. */
void sendhalf_open(struct sendhalf *h, const void *body, size_t len);
/* How many more blocks it takes. */
static inline size_t
sendhalf_room(const struct sendhalf *h)
{
	/* FIN has a place kept. */
	return h->finished ? 0 :
	    SENDHALF_WINDOW - 1 - (size_t)(h->next - h->base);
}

/* Appends a block (a copy of d->octets; plain, form, len are used; len is all of
 * it), which there must be room for. Returns its number. */
uint64_t sendhalf_put(struct sendhalf *h, const struct linkdata *d);
/* The same for a block whose octets come later: until then nothing behind it is begun
 * with, so that blocks cross in their order. d->plain and form are used. */
uint64_t sendhalf_promise(struct sendhalf *h, const struct linkdata *d);
/* Here they are, of an item that was promised. False: it is not waited for (any
 * more). */
bool sendhalf_fulfil(struct sendhalf *h, uint64_t number,
    const struct linkdata *d);
/* No more blocks come; harmless the second time. */
void sendhalf_finish(struct sendhalf *h);
/* The peer asks for a block in a later edition than it has been sent in: d takes
 * the place of its octets. False: it is not here any more. */
bool sendhalf_rewrite(struct sendhalf *h, uint64_t number,
    const struct linkdata *d);

/* What to send next over conn, of which there may be a part already; NULL: it has
 * nothing for this one. */
struct senditem *sendhalf_pick(struct sendhalf *h, int conn);
/* The same without the item. */
bool sendhalf_is_ready(const struct sendhalf *h, int conn);
/* conn has been given the octets of it up to at, of a kind without blocks: all. */
void sendhalf_given(struct sendhalf *h, struct senditem *i, int conn,
    uint32_t at);
/* True while there is an item that is not all sent. */
static inline bool
sendhalf_waits(const struct sendhalf *h)
{
	return h->scan < h->next;
}

/* The last item is one that no connection has begun with. */
bool sendhalf_lingers(const struct sendhalf *h);

/* conn is broken: what it had and was not taken goes again. */
void sendhalf_broken(struct sendhalf *h, int conn);
/* FIN is said again when it was said and is not taken: what the peer said to it may
 * have been lost with another connection. Returns whether it is so. */
bool sendhalf_nudge(struct sendhalf *h);
/* The peer has taken all items before next, and the far side that many octets of
 * blocks. What is older than known is nothing new. False: it cannot be. */
bool sendhalf_ack(struct sendhalf *h, uint64_t next, uint64_t written);
/* The item of this number; NULL: it is taken, or none. */
struct senditem *sendhalf_find(const struct sendhalf *h, uint64_t number);

/* Octets that are not written at the far side yet. */
static inline uint64_t
sendhalf_in_flight(const struct sendhalf *h)
{
	return h->put - h->written;
}

/* All is said, taken and written. */
static inline bool
sendhalf_is_over(const struct sendhalf *h)
{
	return h->finished && h->base == h->next && h->written == h->put;
}

#endif
