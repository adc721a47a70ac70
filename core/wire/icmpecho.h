/* core/wire/icmpecho.h - ICMP echo as octets: what we send, and what comes back to
 * it from its target or from a router on the way. RFC 792, RFC 4443.
 * Layer: core/wire, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_WIRE_ICMPECHO_H
#define CORE_WIRE_ICMPECHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ICMPECHO_MIN	16	/* octets: ICMP header and token */
#define ICMPECHO_MAX	1280

/* Who the echo is from: ident is a process's, sequence an attempt's, and a token
 * that nobody guesses is a reply's proof. */
struct icmpecho {
	uint16_t	 ident, sequence;
	uint64_t	 token;		/* 0 in what routers send back, which
					 * need not quote it */
};

/* Writes an echo request of len octets (ICMPECHO_MIN..ICMPECHO_MAX) of this
 * family; the kernel fills in ICMPv6's checksum. */
void icmpecho_write(uint8_t *to, size_t len, uint8_t family,
    const struct icmpecho *echo);

enum icmpecho_kind {
	ICMPECHO_OTHER,		/* nothing of ours, or cut short */
	ICMPECHO_REPLY,		/* it arrived */
	ICMPECHO_LOST,		/* a router says that it never will: out of
				 * hops, or no way */
};

/* Reads what a socket gave: for IPv4 on a raw one (ip_header) with the IP
 * header, else the ICMP message alone. Fills echo unless it is OTHER. */
enum icmpecho_kind icmpecho_read(const uint8_t *octets, size_t len,
    uint8_t family, bool ip_header, struct icmpecho *echo);

#endif
