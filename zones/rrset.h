/* zones/rrset.h - a ready-made RRset: wire RRs that one memcpy puts into an
 * answer.
 *
 * Stored form. Each RR is complete; its owner is the pointer c00c, the name
 * of the question. A name inside rdata that RFC 1035 types may compress (RFC
 * 3597 section 4: NS, CNAME, SOA, PTR, MX and the old mail types, nothing
 * newer) and that ends in the zone's apex stands as its labels and a pointer
 * to be filled in: the apex is a suffix of every name that the zone answers,
 * so it is in the message already. "fix" lists where those pointers are.
 *
 * Layer: zones, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ZONES_RRSET_H
#define ZONES_RRSET_H

#include <stdbool.h>
#include <stdint.h>

struct wbuf;

/* Octets of one RRset in stored form: what a message of 65,535 can carry
 * beside its header, the longest question, and EDNS options. */
#define RRSET_WIRE_MAX	65000u

#define RRSET_POINTER_MAX	0x3fffu	/* RFC 1035 4.1.4: 14 bits */

/* A view; borrowed from the zone that it came from. len 0 = no such set. */
struct rrset {
	const uint8_t	*wire;		/* len octets */
	const uint16_t	*fix;		/* fix_count places in wire */
	uint16_t	 len;
	uint16_t	 count;		/* RRs */
	uint16_t	 fix_count;
	uint16_t	 type;
};

/* Where the names that an RRset leans on stand in the message. */
struct rrset_at {
	uint16_t	owner;		/* offset of its owner's name */
	uint16_t	apex;		/* offset of its zone's apex name */
};

/*
 * rrset_write - put an RRset into the message that w holds.
 *
 * in     w   base is octet 0 of the message; both names of at stand before off
 *        at  at->apex must be a valid pointer target (<= RRSET_POINTER_MAX)
 * ret    true: written whole, w->off is past it. false: no room, w unchanged
 *        (not even bad): the caller sets TC or leaves the set out
 * cost   one memcpy when the owner is the question (12) and nothing is to be
 *        fixed; else 2 octets per RR and per place more
 * note   an owner past 0x3fff is no pointer target: then its name is written
 *        out in full with each RR
 */
bool rrset_write(struct wbuf *w, const struct rrset *rs,
    const struct rrset_at *at);

/* The TTL of the set in seconds; a set has one (RFC 2181 5.2). */
static inline uint32_t
rrset_ttl_s(const struct rrset *rs)
{
	const uint8_t *p = rs->wire + 6;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

#endif
