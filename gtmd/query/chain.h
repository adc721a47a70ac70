/* gtmd/query/chain.h - follows a question through wide IPs and zones.
 *
 * At each name of the way the wide IP of the type has the first word, then a
 * CNAME wide IP, then the zones; aliases lead on, at most LOOKUP_STEPS_MAX
 * times. Wide IPs overlay the zones: a name that exists as a wide IP, or lies
 * between one and its zone's apex, exists for good (RFC 8020, RFC 4592 2.2.2),
 * and a wide IP that no zone encloses is a zone of its own (apex.h).
 * Layer: gtmd, pure but for published data.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_CHAIN_H
#define GTMD_QUERY_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "zones/lookup.h"

struct answer;
struct decision;
struct wide;
struct question;
struct reply;

/* Fills the reply to a well-formed question of class IN: sections, counts,
 * rcode, AA, TC. False: a wide IP says to keep silent. */
bool chain_follow(struct answer *a, const struct question *q, struct reply *r);

/* What decided at one name of the way. */
struct chain_step {
	uint8_t		 name[DNSNAME_MAX];
	const struct wide *wide;	/* entry of the name, by itself or by
					 * a pattern; NULL = none */
	bool		 exact;		/* the entry is this very name */
	const struct decision *decision;	/* asked; NULL = the wide IPs
						 * left it to the zones */
	bool		 zoned;		/* the zones were asked: */
	enum lookup_kind kind;		/* what they said, wide IPs laid over */
	bool		 own;		/* of a zone that a wide IP makes */
	const struct zone *zone;	/* else of this one, NULL = nobody's */
};

/* A watched way, from the question's name on: answer.watch, with count 0. */
struct chain_watch {
	unsigned	 count;
	struct chain_step steps[LOOKUP_STEPS_MAX];
};

#endif
