/* etherip/move/moveframe.h - the frames of a move: the question whether a station is here, and
 * the news that it is there. IPv4 by ARP, IPv6 by neighbour discovery, and RARP where no
 * address is known. Layer: etherip/move, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_MOVE_MOVEFRAME_H
#define ETHERIP_MOVE_MOVEFRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etherip/bridge/snoop.h"

#define MOVEFRAME_MAX	96	/* octets */

/* Who asks. */
struct moveframe_voice {
	uint64_t mac;		/* a station's */
	uint32_t ip;		/* its IPv4 address; 0: none, then nobody learns from it
				 * (RFC 5227 section 2.1.1) */
};

/* Does the station still have its address? To it alone, or to everybody: a switch that
 * believes the station to be on the side that asks lets only the latter pass. Returns the
 * length; 0: nothing can be asked of a station without address. */
size_t moveframe_ask(uint8_t out[MOVEFRAME_MAX], const struct snoop_fact *f,
    const struct moveframe_voice *v, bool everybody);
/* The station has its address; family 0: it is here. As if it said so itself. */
size_t moveframe_tell(uint8_t out[MOVEFRAME_MAX], const struct snoop_fact *f);

#endif
