/* etherip/bfd/bfdpacket.h - the BFD Control packet, version 1, without authentication (RFC
 * 5880 section 4.1). Layer: etherip/bfd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BFD_BFDPACKET_H
#define ETHERIP_BFD_BFDPACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BFDPACKET_OCTETS	24
#define BFDPACKET_PORT		3784	/* one hop, TTL 255 (RFC 5881) */
#define BFDPACKET_PORT_FAR	4784	/* many (RFC 5883) */

enum bfdpacket_state {
	BFDPACKET_ADMINDOWN, BFDPACKET_DOWN, BFDPACKET_INIT, BFDPACKET_UP
};

/* Why a session went down, section 4.1; those that are said here. */
enum bfdpacket_diag {
	BFDPACKET_DIAG_NONE	= 0,
	BFDPACKET_DIAG_SILENCE	= 1,	/* control detection time expired */
	BFDPACKET_DIAG_NEIGHBOR	= 3,	/* neighbor signaled session down */
	BFDPACKET_DIAG_ADMIN	= 7	/* administratively down */
};

struct bfdpacket {
	uint8_t	 diag;			/* 0..31 */
	enum bfdpacket_state state;
	bool	 poll, final, demand;
	uint8_t	 multiplier;
	uint32_t mine, yours;		/* discriminators; of who sends it */
	uint32_t min_tx_us, min_rx_us, min_echo_us;
};

/* Why one is no packet; the first five rules of section 6.8.6, and what asks for an
 * authentication that there is not. */
enum bfdpacket_fault {
	BFDPACKET_GOOD,
	BFDPACKET_SHORT,	/* or its length is not what it says */
	BFDPACKET_VERSION,
	BFDPACKET_MULTIPLIER,	/* it is 0 */
	BFDPACKET_MULTIPOINT,
	BFDPACKET_DISCRIMINATOR, /* its own is 0; or ours is, and it is not down */
	BFDPACKET_AUTH
};

/* Reads len octets, all that came in a datagram; p is whole only when it is good. */
enum bfdpacket_fault bfdpacket_read(struct bfdpacket *p,
    const uint8_t *octets, size_t len);
/* As one that bfdpacket_read takes, if its discriminators and multiplier are such. */
void bfdpacket_write(const struct bfdpacket *p,
    uint8_t out[BFDPACKET_OCTETS]);

/* "up", "down", "init", "admin-down" */
const char *bfdpacket_state_name(enum bfdpacket_state s);

#endif
