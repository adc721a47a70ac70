/* etherip/path/pathnote.h - what a thread of a tunnel tells the loop: a bounded ring of notes,
 * each with the octets of a frame or none. One thread writes, one reads, neither waits; what
 * finds no room is lost, and whoever writes counts it. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_PATHNOTE_H
#define ETHERIP_PATH_PATHNOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etherip/bridge/fdb.h"

struct pathnotes;

enum pathnote_kind {
	PATHNOTE_NEW,		/* a station that was not known, at member */
	PATHNOTE_MOVED,		/* it was at `was`, and is at member */
	PATHNOTE_SNOOP,		/* its octets tell who is where */
	PATHNOTE_HELD,		/* a frame for a station that is held; from member. As from a
				 * TAP: with its virtio_net_hdr in front */
	PATHNOTE_MTU		/* a datagram was too long for the way */
};

struct pathnote {
	enum pathnote_kind kind;
	unsigned	 member, was;
	struct fdb_key	 key;
	uint32_t	 len;		/* of the octets */
};

#define PATHNOTE_OCTETS_MAX	66000u
#define PATHNOTE_ROOM		(UINT32_C(1) << 19)	/* octets, all notes */

/* NULL with errno: the system has no descriptor left. */
struct pathnotes *pathnote_new(void);
/* Takes *pn; NULL is harmless. */
void pathnote_free(struct pathnotes **pn);

/* The writer. False: there is no room. */
bool pathnote_put(struct pathnotes *n, const struct pathnote *note,
    const void *octets);
/* The writer, after its batch: wakes the reader when there is something new. */
void pathnote_ring(struct pathnotes *n);

/* Readable when the writer has rung. */
int pathnote_fd(const struct pathnotes *n);
/* The reader, before it takes: what rings from now on is told anew. */
void pathnote_hush(struct pathnotes *n);
/* The reader: pathnote_fd is readable again, for there may be more. */
void pathnote_again(struct pathnotes *n);
/* The reader: the oldest note and its octets. False: there is none. */
bool pathnote_take(struct pathnotes *n, struct pathnote *note,
    uint8_t octets[PATHNOTE_OCTETS_MAX]);

#endif
