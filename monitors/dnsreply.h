/* monitors/dnsreply.h - a query for health's sake, and what answers it (RFC 1035).
 *
 * Who does not see the query cannot answer it: the message number is random, and
 * so are the cases of the letters of its name, which an answer repeats. Pure.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_DNSREPLY_H
#define MONITORS_DNSREPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct addr;
struct wbuf;

#define DNSREPLY_QUERY_MAX	271	/* header, name, type, class */

enum { DNSREPLY_A = 1, DNSREPLY_AAAA = 28 };

/* The query for name (wire form, lower case), with recursion desired; bits are
 * its randomness. */
void dnsreply_ask(struct wbuf *w, const uint8_t *name, uint16_t type,
    uint64_t bits);

enum dnsreply {
	DNSREPLY_FOREIGN,	/* answers another query, or none */
	DNSREPLY_CUT,		/* there is more to it: TC */
	DNSREPLY_GARBLED,	/* answers it, but does not read */
	DNSREPLY_ANSWER,	/* *seen is what it says */
};

struct dnsreply_seen {
	uint8_t		 rcode;		/* RFC 6895 2.3, the header's bits */
	unsigned	 records;	/* in the answer section */
	unsigned	 of_type;	/* of these, of the type asked for */
	bool		 match;		/* of these, one is the address wanted */
};

/*
 * dnsreply_read - what a message says to a query.
 *
 * in     query   as dnsreply_ask wrote it
 *        wanted  NULL = none
 * cost   linear in len; no pointer is followed
 * An error may come without the question (RFC 1035 4.1.1 does not say that it is
 * repeated); then its number alone proves it.
 */
enum dnsreply dnsreply_read(const uint8_t *in, size_t len,
    const uint8_t *query, size_t query_len, const struct addr *wanted,
    struct dnsreply_seen *seen);

/* "SERVFAIL"; NULL = one that has no name here. */
const char *dnsreply_rcode_name(int rcode);

#endif
