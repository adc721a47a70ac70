/* wom/discover/askwire.h - an ICMP echo that asks whoever is on its way for an end of
 * tunnels, and the answer, as octets.
 *
 * Both have 72 octets, so that nobody is sent more than a question cost; what is in
 * which octet stands in docs/notes/wom-discovery.md. Layer: wom/discover, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_DISCOVER_ASKWIRE_H
#define WOM_DISCOVER_ASKWIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"

#define ASKWIRE_LEN	72	/* octets of ICMP, its header among them */
#define ASKWIRE_SITE	16
#define ASKWIRE_TOKEN	16
/* The first octets of a question behind the ICMP header, for filters. */
#define ASKWIRE_ASK_1	0x776f6d64u	/* "womd" */
#define ASKWIRE_ASK_2	0x2d61736bu	/* "-ask" */

struct askwire_ask {
	uint16_t ident, sequence;	/* of the echo */
	uint8_t	 site[ASKWIRE_SITE];	/* who asks */
	uint8_t	 token[ASKWIRE_TOKEN];	/* that nobody guesses */
};

struct askwire_answer {
	uint8_t	 site[ASKWIRE_SITE];	/* who answers */
	uint8_t	 token[ASKWIRE_TOKEN];
	struct addrport at;		/* where its tunnels end */
};

/* An echo request, and the reply that echoes its ident and sequence. For IPv6 the
 * kernel fills in the checksum. */
void askwire_write_ask(uint8_t out[ASKWIRE_LEN], uint8_t family,
    const struct askwire_ask *a);
void askwire_write_answer(uint8_t out[ASKWIRE_LEN], uint8_t family,
    const struct askwire_ask *to, const struct askwire_answer *a);

/* Reads a packet from its IP header on: false when it is no question. from: who
 * sent it. Longer ones are read, too: later versions may say more. */
bool askwire_read_ask(struct askwire_ask *a, struct addr *from,
    const uint8_t *packet, size_t len);
/* Reads what an ICMP socket of this family gave, ip_header: with the IP header
 * (raw, IPv4). False when it is no answer. */
bool askwire_read_answer(struct askwire_answer *a, const uint8_t *octets,
    size_t len, uint8_t family, bool ip_header);

#endif
