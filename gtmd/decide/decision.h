/* gtmd/decide/decision.h - what a wide IP answers right now, made ready.
 *
 * plan compiles a decision whenever health, configuration or an operator
 * changes what the wide IP may answer, and publishes it through its slot;
 * answering threads only read. Everything that does not depend on the client
 * is settled at compile time: which pools and members are candidates, in which
 * method's table, and what happens when there is none.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_DECISION_H
#define GTMD_DECIDE_DECISION_H

#include <stdbool.h>
#include <stdint.h>
#include "core/io/rcu.h"

struct asker;
struct decision;
struct tally;
struct wbuf;

/* Where a wide IP's decision of the moment hangs: its address is stable for
 * the life of the wide IP, shared by its name and aliases. RCU: the control
 * loop publishes, readers use decision_get. Freed after a grace period. */
struct decision_slot {
	struct decision	*current;	/* NULL: wide IP disabled or without
					 * pools, the zones answer instead */
};

/* Valid until the thread's next quiescent state; NULL as said above. */
static inline const struct decision *
decision_get(const struct decision_slot *s)
{
	return RCU_GET(s->current);
}

enum decision_action {
	DECISION_ANSWER,	/* records were written */
	DECISION_NODATA,	/* NOERROR, no records; SOA in authority whose
				 * negative TTL is negative_ttl_s (RFC 2308) */
	DECISION_RCODE,		/* failure-rcode; SOA only when negative_ttl_s
				 * is not 0 and rcode is NOERROR or NXDOMAIN */
	DECISION_ZONE,		/* return-to-dns: the zones' own records at this
				 * name; when there are none, as action_else */
	DECISION_DROP,		/* no reply at all */
};

/* What decision_answer tells beside the records it wrote. */
struct decision_out {
	enum decision_action action;
	enum decision_action action_else;	/* for DECISION_ZONE: NODATA or
						 * RCODE */
	uint16_t	count;		/* records written */
	uint8_t		rcode;
	uint32_t	negative_ttl_s;
	bool		minimal;	/* minimal-response: no authority section
					 * beside a positive answer */
	/* CNAME answers: the target to go on with, else NULL. */
	const uint8_t	*target;	/* lower-case wire name in the decision */
	uint16_t	target_off;	/* where it stands in the message */
};

/* One question to a decision. */
struct decision_ask {
	struct tally	*tally;		/* the calling thread's: rotation
					 * cursors, counters */
	struct asker	*asker;		/* its scope grows by what is used */
	uint16_t	 owner;		/* 2-octet compression pointer of the
					 * owner: 0xc00c, or where a CNAME
					 * target stands */
};

/*
 * decision_answer - choose, and write the records chosen.
 *
 * in     d      from decision_get, valid until the thread's next quiescent
 *               state
 *        w      placed at the end of the answer section so far; sets w->bad
 *               when the records do not fit (the caller truncates)
 * cost   no allocation, lock, log or system call; two picks at most; the same
 *        for 2 and for 500 members, but for ratio-cohort, which takes a
 *        few nanoseconds for each
 */
void decision_answer(const struct decision *d, const struct decision_ask *ask,
    struct wbuf *w, struct decision_out *out);

#endif
