/* gtmd/path/pathicmp.h - ICMP echo as octets: what we send, and what comes back to
 * it from the resolver or from a router on the way. RFC 792, RFC 4443.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PATH_PATHICMP_H
#define GTMD_PATH_PATHICMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATHICMP_MIN	16	/* octets: ICMP header and token */
#define PATHICMP_MAX	1280

/* Who the echo is from: ident is a process's, sequence an attempt's, and a token
 * that nobody guesses is a reply's proof. */
struct pathicmp_echo {
	uint16_t	 ident, sequence;
	uint64_t	 token;		/* 0 in what routers send back, which
					 * need not quote it */
};

/* Writes an echo request of len octets (PATHICMP_MIN..PATHICMP_MAX) of this
 * family; the kernel fills in ICMPv6's checksum. */
void pathicmp_write(uint8_t *to, size_t len, uint8_t family,
    const struct pathicmp_echo *echo);

enum pathicmp_kind {
	PATHICMP_OTHER,		/* nothing of ours, or cut short */
	PATHICMP_REPLY,		/* it arrived */
	PATHICMP_LOST,		/* a router says that it never will: out of
				 * hops, or no way */
};

/* Reads what a socket gave: for IPv4 on a raw one (ip_header) with the IP
 * header, else the ICMP message alone. Fills echo unless it is OTHER. */
enum pathicmp_kind pathicmp_read(const uint8_t *octets, size_t len,
    uint8_t family, bool ip_header, struct pathicmp_echo *echo);

#endif
