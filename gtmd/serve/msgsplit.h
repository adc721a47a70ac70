/* gtmd/serve/msgsplit.h - cuts a stream of octets into DNS messages: two octets of
 * length before each (RFC 1035 4.2.2), however they arrive (RFC 7766 8).
 *
 * Holds MSGSPLIT_MAX octets of a message and no more: of a longer one the
 * first octets are given out, marked as cut, and the rest is thrown away as it
 * comes. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_MSGSPLIT_H
#define GTMD_SERVE_MSGSPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MSGSPLIT_MAX	4096		/* a query with room for any option */
#define MSGSPLIT_CAP	8192		/* some pipelined ones at once */

/* All zero is a stream at its start. */
struct msgsplit {
	size_t	start, end;	/* octets of buf not given out yet */
	size_t	skip;		/* octets of an overlong message to come */
	uint8_t	buf[MSGSPLIT_CAP];
};

struct msgsplit_msg {
	const uint8_t	*octets;	/* in buf, until msgsplit_room */
	size_t		 len;		/* at most MSGSPLIT_MAX */
	bool		 cut;		/* it was longer */
};

/* Where the next octets may be read to; *cap of them, never 0 once
 * msgsplit_next has returned false. */
uint8_t *msgsplit_room(struct msgsplit *s, size_t *cap);
/* n octets have been put there. */
void msgsplit_fed(struct msgsplit *s, size_t n);
/* The next message that is whole (or cut); false: more octets are needed. */
bool msgsplit_next(struct msgsplit *s, struct msgsplit_msg *m);

/* Has a message begun that is not whole? */
static inline bool
msgsplit_partial(const struct msgsplit *s)
{
	return s->end > s->start || s->skip > 0;
}

#endif
