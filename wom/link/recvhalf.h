/* wom/link/recvhalf.h - one direction of a stream, at the end that receives: items
 * come in any order, some twice, and are taken once, in order.
 *
 * A block is put together from its pieces, which come in order, but maybe more than
 * once, over connections that take turns with it. One that cannot be decoded is
 * asked for again, in a later edition; pieces of an earlier one are
 * left aside then. Layer: wom/link, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LINK_RECVHALF_H
#define WOM_LINK_RECVHALF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wom/link/linkframe.h"
#include "wom/link/sendhalf.h"

#define RECVHALF_WINDOW		SENDHALF_WINDOW
#define RECVHALF_EDITIONS_MAX	1000

struct recvitem {
	uint32_t plain, len;
	uint32_t have;		/* octets of it, from its beginning */
	uint16_t edition;	/* that is wanted */
	enum linkframe_form form;
	uint8_t	*octets;	/* NULL: nothing of this edition yet */
};

struct recvhalf {
	uint64_t next;		/* the item that is taken next */
	uint64_t fin;		/* the last one's number; 0: not known yet */
	uint64_t received;	/* octets of all blocks that have begun to come */
	uint64_t written;	/* of these, at the real peer */
	size_t	 held;		/* octets of memory in items */
	struct recvitem *ring[RECVHALF_WINDOW];
};

enum recvhalf_result {
	RECVHALF_KEPT,
	RECVHALF_DUPLICATE,	/* it was here before */
	RECVHALF_WRONG		/* it contradicts what came, or the windows */
};

/* All zero is one to which item 0 has not come. */
void recvhalf_fini(struct recvhalf *h);

/* A piece of block `number`; window: how many octets of blocks that begin to
 * come there may be now. */
enum recvhalf_result recvhalf_data(struct recvhalf *h, uint64_t number,
    const struct linkdata *d, uint64_t window);
/* Item `number` is the last one. */
enum recvhalf_result recvhalf_finish(struct recvhalf *h, uint64_t number);

/* The block that is to be taken next, when all of it is here; or NULL. */
const struct recvitem *recvhalf_peek(const struct recvhalf *h);
/* It, or FIN, or item 0, is taken. */
void recvhalf_take(struct recvhalf *h);
/* What is to be taken next is FIN. */
static inline bool
recvhalf_is_finished(const struct recvhalf *h)
{
	return h->fin != 0 && h->next == h->fin;
}

/* The block that recvhalf_peek gives is wanted in another edition, which this
 * returns; 0: there have been too many. */
uint16_t recvhalf_refuse(struct recvhalf *h);
/* So many octets more are at the real peer. */
void recvhalf_wrote(struct recvhalf *h, uint64_t octets);

/* Octets that are not at the real peer yet. */
static inline uint64_t
recvhalf_in_flight(const struct recvhalf *h)
{
	return h->received - h->written;
}

/* Items before this number are taken. FIN is not until all octets are written, so
 * that the sender has something to say again as long as it does not know that. */
static inline uint64_t
recvhalf_taken(const struct recvhalf *h)
{
	return h->fin != 0 && h->next > h->fin && h->written < h->received ?
	    h->fin : h->next;
}

/* FIN is taken and all octets are written. */
static inline bool
recvhalf_is_over(const struct recvhalf *h)
{
	return h->fin != 0 && h->next > h->fin && h->written == h->received;
}

#endif
