/* gtmd/query/reply.h - the frame of a reply, built over the query that it answers.
 *
 * The question stays where it is, as it was written; sections are written
 * behind it, then the OPT record, then the header is set. Knows the room that
 * there is and what truncation means; what goes into the sections is the
 * caller's. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_REPLY_H
#define GTMD_QUERY_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/wire/wbuf.h"
#include "gtmd/query/cookie.h"

struct question;
struct world_settings;

/* Extended DNS errors (RFC 8914 section 5.2). */
enum { REPLY_EDE_NONE = -1, REPLY_EDE_OTHER = 0, REPLY_EDE_PROHIBITED = 18,
	REPLY_EDE_NOT_AUTHORITATIVE = 20, REPLY_EDE_NOT_SUPPORTED = 21 };

/* What the way back allows. */
enum {
	REPLY_KEPT = 1 << 0,	/* a connection that can be kept: tell how long */
	REPLY_PADDED = 1 << 1,	/* encrypted: pad for who pads (RFC 7830) */
};

/* Octets of which a padded reply is a multiple (RFC 8467 4.1). */
#define REPLY_BLOCK	468

struct reply {
	struct wbuf	w;	/* base is octet 0 of the message; room for OPT
				 * is kept apart */
	size_t		limit;	/* octets, OPT included */
	uint16_t	answer, authority, additional;	/* records */
	uint8_t		rcode;	/* enum rcode */
	bool		aa, tc;
	bool		made;	/* from a wildcard or a pattern: of many names */
	bool		keepalive;	/* tell the idle time-out (RFC 7828) */
	bool		padding;
	bool		bare;	/* nothing that informs: it is to stay small */
	int8_t		ede;	/* REPLY_EDE_… */
	uint8_t		scope;	/* bits of the client subnet that it holds for */
	bool		cookie;	/* tell the one below */
	uint8_t		cookie_octets[COOKIE_WHOLE];
};

/* Starts behind the question. limit: octets the whole reply may have, at least
 * 512; packet has that much room. manner: REPLY_… */
void reply_open(struct reply *r, const struct question *q, uint8_t *packet,
    size_t limit, unsigned manner);

/* Why a query got an error and nothing else; REPLY_EDE_NONE when its RCODE says
 * it all. */
int8_t reply_ede(const struct question *q);

/* Something did not fit: no records, TC (RFC 2181 section 9: never a part of
 * an RRset; the asker comes back by TCP). */
void reply_truncate(struct reply *r, const struct question *q);

/* Octets that the reply to a datagram would have if it were closed now. */
size_t reply_size(const struct reply *r, const struct question *q,
    const struct world_settings *s);

/* Writes OPT (only to who sent one, RFC 6891 6.1.1) and the header. Returns the
 * octets of the reply. */
size_t reply_close(struct reply *r, const struct question *q,
    const struct world_settings *s);

#endif
