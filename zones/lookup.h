/* zones/lookup.h - what a zone set says about one name.
 *
 * RFC 1034 section 4.3.2, one step at a time: a step looks at one name. When
 * it meets a CNAME or DNAME, the caller writes it (section.h), which moves the
 * step on to the next name, and looks again, here or in a table of its own.
 * So names that are made elsewhere can stand anywhere in a chain:
 *
 *	lookup_start(&step, name, len, hash);
 *	for (i = 0; i < LOOKUP_STEPS_MAX; i++) {
 *		… own table first …
 *		lookup_name(zs, &step, qtype, &r);
 *		n = section_answer(w, &r, &step);
 *		if (n <= 0 || (r.kind != LOOKUP_CNAME && r.kind != LOOKUP_DNAME))
 *			break;
 *	}
 *
 * Wildcards: RFC 4592. DNAME: RFC 6672. DS at the parent's side: RFC 4035
 * 3.1.4.1. No allocation, lock or system call. Layer: zones, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ZONES_LOOKUP_H
#define ZONES_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/wire/dnsname.h"
#include "zones/rrset.h"

struct tree_node;
struct zone;
struct zoneset;

#define LOOKUP_STEPS_MAX	16	/* names in one chain */
#define LOOKUP_QUESTION_AT	12	/* RFC 1035 4.1.1: after the header */

enum lookup_kind {
	LOOKUP_NOTAUTH,		/* in none of our zones: REFUSED if first */
	LOOKUP_ANSWER,		/* rrset answers */
	LOOKUP_NODATA,		/* the name is there, the type is not */
	LOOKUP_NXDOMAIN,	/* no such name, no wildcard */
	LOOKUP_REFERRAL,	/* rrset = NS of the cut, not authoritative */
	LOOKUP_CNAME,		/* rrset = CNAME; go on with its target */
	LOOKUP_DNAME,		/* rrset = DNAME; go on with the new name */
	LOOKUP_YXDOMAIN,	/* rrset = DNAME; new name over 255 octets */
};

/* One name on the way, and where it stands in the message. */
struct lookup_step {
	const uint8_t	*name;		/* lower case, wire form */
	uint64_t	 hash;		/* dnsname_hash(name, len) */
	uint16_t	 at;		/* offset in the message */
	uint8_t		 len;
	uint8_t		 seen_count;	/* sets of the chain so far: loops end */
	const uint8_t	*seen[LOOKUP_STEPS_MAX];
	uint8_t		 store[DNSNAME_MAX];	/* name of a later step */
};

struct lookup {
	enum lookup_kind	 kind;
	/* Made from a wildcard; or, with LOOKUP_ANSWER and a DNAME in rrset,
	 * made from that: a question for CNAME or ANY below it, which the
	 * CNAME that it stands for answers (RFC 6672 3.2 step 3 C). */
	bool			 wildcard;
	const struct zone	*zone;		/* NULL for LOOKUP_NOTAUTH */
	const struct tree_node	*node;		/* that holds rrset, else the
						 * closest encloser */
	struct rrset		 rrset;
};

/* The first step: the question's own name. name stays the caller's. */
static inline void
lookup_start(struct lookup_step *s, const uint8_t *name, uint8_t len,
    uint64_t hash)
{
	s->name = name;
	s->hash = hash;
	s->at = LOOKUP_QUESTION_AT;
	s->len = len;
	s->seen_count = 0;
}

/* A later step: name (lower case, copied) has been written at offset at, as
 * labels down to the root or to a pointer into its own zone's apex. */
void lookup_go_on(struct lookup_step *s, const uint8_t *name, uint8_t len,
    uint16_t at);

/*
 * lookup_name - fills *r for step s and a question type.
 *
 * qtype  any data type; 255 (ANY) answers with one RRset of the name, the
 *        smallest honest reply (RFC 8482 4.1; the caller may prefer HINFO).
 *        Transfers and other meta types are the caller's to refuse
 * cost   an existing name: one probe. Else one probe per ancestor, no more
 *        than the deepest name in the set has labels
 */
void lookup_name(const struct zoneset *zs, const struct lookup_step *s,
    uint16_t qtype, struct lookup *r);

#endif
