/* wom/discover/ippacket.h - the IP header of a packet that was seen passing by.
 *
 * Fragments but the first, and IPv6 packets with extension headers, are not
 * read: nothing that is looked for here has them. Layer: wom/discover, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_DISCOVER_IPPACKET_H
#define WOM_DISCOVER_IPPACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"

enum { IPPACKET_ICMP = 1, IPPACKET_TCP = 6, IPPACKET_ICMP6 = 58 };

struct ippacket {
	struct addr source, dest;
	uint8_t	 ttl;		/* or hop limit, as it is now */
	uint8_t	 protocol;
	const uint8_t *payload;
	size_t	 len;		/* of it; what was seen may be cut short */
};

/* RFC 791 section 3.1, RFC 8200 section 3. False: it makes no sense. */
bool ippacket_read(struct ippacket *p, const uint8_t *octets, size_t len);

/* A segment that opens a connection: SYN, or SYN and ACK (RFC 9293 3.1). */
struct ippacket_opening {
	struct addrport source, dest;
	bool	 answer;	/* it has ACK */
	uint8_t	 ttl;
};
/* As ippacket_read; false: the packet is none. */
bool ippacket_read_opening(struct ippacket_opening *o, const uint8_t *octets,
    size_t len);

/* Routers that it has come through, by the least of the values that systems
 * begin with (32, 64, 128, 255) that it can have begun with. */
unsigned ippacket_hops(uint8_t ttl);

#endif
