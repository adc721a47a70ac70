/* gtmd/query/turn.h - one name of a chain: what is said there, and how that ends.
 *
 * The parts of chain: wide IPs have the first word (turn_wide), then the zones
 * (turn_zone); some ends both may come to (turn_end). A turn lies in struct
 * answer: on the stack it would be cleared for each query. Layer: gtmd, pure
 * but for published data.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_TURN_H
#define GTMD_QUERY_TURN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtmd/decide/decision.h"
#include "gtmd/query/reply.h"
#include "zones/lookup.h"

struct answer;
struct question;
struct where;
struct wide;

/* How a name of the chain has ended. */
enum turn_end {
	TURN_DONE,
	TURN_ON,	/* a->step is the next name */
	TURN_AUTHORITY,	/* done but for the authority section */
	TURN_ZONE,	/* no wide IP answers: the zones do */
	TURN_FULL,	/* something did not fit: TC */
	TURN_SILENT,
};

struct turn {
	struct answer		*a;
	const struct question	*q;
	struct reply		*r;
	const struct wide	*wide;	/* at this name; NULL = none */
	bool			 back;	/* it said: the zones, or else */
	bool			 first;	/* this is the question's name */
	size_t			 start;	/* of the records last decided */
	struct decision_ask	 ask;
	struct decision_out	 out;	/* what the wide IP last said */
	struct lookup		 found;	/* what the zones last said */
};

/* AA is about the first owner in the answer (RFC 1035 4.1.1). */
static inline void
turn_authoritative(struct turn *t)
{
	if (t->first)
		t->r->aa = true;
}

/* ---- turn_wide.c: t->wide is not NULL ---- */

/* The decision at this name answers, or leaves the name to the zones. */
enum turn_end turn_wide_answer(struct turn *t);
/* Is the entry this very name, not a pattern that matches it? */
bool turn_wide_is_exact(const struct turn *t);
/* Does some wide IP answer here? One that is disabled leaves the name to the
 * zones. */
bool turn_wide_is_live(const struct wide *e);

/* ---- turn_zone.c ---- */

/* The zones answer, seen through the wide IPs; or say what the name is not. */
enum turn_end turn_zone_answer(struct turn *t);

/* ---- turn_end.c ---- */

/* No records, and an SOA that lets this be cached for ttl_s at most. */
enum turn_end turn_end_negative(struct turn *t, const struct where *at,
    uint32_t ttl_s);
/* What the wide IP (t->out) says when it has no answer. */
enum turn_end turn_end_failed(struct turn *t, enum decision_action action,
    const struct where *at);
/* The name exists, and that is all that ANY is told (RFC 8482 4.2). */
enum turn_end turn_end_hinfo(struct turn *t);

#endif
