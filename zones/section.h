/* zones/section.h - puts what a look-up found into the sections of a message.
 *
 * In every function w->base is octet 0 of the message and the question stands
 * at 12. Each RRset is written whole or not at all; counts and flags of the
 * header are the caller's. No allocation, lock or system call.
 * Layer: zones, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ZONES_SECTION_H
#define ZONES_SECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lookup;
struct lookup_step;
struct rrset;
struct wbuf;
struct zone;

/*
 * section_answer - the answer section's part of one step.
 *
 * LOOKUP_ANSWER writes the set (and the CNAME, when a DNAME made it).
 * LOOKUP_CNAME writes it and moves s on to the target. LOOKUP_DNAME writes the
 * DNAME and the CNAME made from it (RFC 6672 3.1) and moves s on.
 * LOOKUP_YXDOMAIN writes the DNAME alone. Other kinds write nothing.
 * ret    RRs written; 0 when there was nothing to write, or the chain came
 *        back to a set that is in the answer already; -1 when the set did not
 *        fit (w unchanged, s not moved): TC
 */
int section_answer(struct wbuf *w, const struct lookup *r,
    struct lookup_step *s);

/* Where the last suffix_len octets (whole labels, 1..s->len) of the step's name
 * stand in the message, pointers followed: never a pointer itself. */
size_t section_suffix(const struct wbuf *w, const struct lookup_step *s,
    size_t suffix_len);

/* The SOA of a negative answer, its TTL min(SOA TTL, MINIMUM) (RFC 2308 3).
 * s is the last step; its name is under z's apex. Returns 1, or -1: no room. */
int section_soa(struct wbuf *w, const struct zone *z,
    const struct lookup_step *s);

/* Any set of z's apex (z->ns, z->soa) as owner: the apex. RRs, or -1. */
int section_apex(struct wbuf *w, const struct zone *z, const struct rrset *rs,
    const struct lookup_step *s);

/* What a referral put where. */
struct section_referral {
	uint16_t	authority;	/* NS records */
	uint16_t	additional;	/* glue */
	bool		truncated;	/* not all in-domain glue fits: TC */
};

/*
 * section_referral - NS of the cut, then its glue (RFC 1034 4.3.2 3b).
 *
 * All in-domain glue, or TC (RFC 9471 3.1): truncated is set when NS or one
 * in-domain address did not fit; what did fit stays. Sibling glue follows as
 * far as it fits (3.2). r->kind is LOOKUP_REFERRAL.
 */
struct section_referral section_referral(struct wbuf *w,
    const struct lookup *r, const struct lookup_step *s);

#endif
