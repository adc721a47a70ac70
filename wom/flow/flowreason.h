/* wom/flow/flowreason.h - why a stream ended other than well: what the end that knows
 * says in RESET, and the other one shows.
 *
 * The numbers cross the WAN. Layer: wom/flow, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_FLOW_FLOWREASON_H
#define WOM_FLOW_FLOWREASON_H

#include <stdint.h>

#include "wom/link/linksession.h"

enum flowreason {
	FLOWREASON_NONE = 0,		/* it ended well, or has not ended */
	FLOWREASON_RESTART = LINKRESET_RESTART,	/* the peer began anew */
	FLOWREASON_LOST = LINKRESET_LOST,	/* no connection for too long */
	FLOWREASON_LAN = LINKRESET_CALLER,	/* the LAN's side was reset */
	FLOWREASON_REFUSED,	/* nobody listens at the destination */
	FLOWREASON_UNREACHABLE,	/* no way to it */
	FLOWREASON_TIMEOUT,	/* it does not answer, or not any more */
	FLOWREASON_DENIED,	/* the far end may not or will not connect there */
	FLOWREASON_SOURCE,	/* it cannot have the client's address */
	FLOWREASON_RESOURCES,	/* no descriptor, memory or port left */
	FLOWREASON_DAMAGED,	/* a block that no edition of could be decoded */
	FLOWREASON_STOPPED,	/* by configuration or at the end of the process */
	FLOWREASON_OTHER,	/* a number that a later version may have */
};

#define FLOWREASON_COUNT	(FLOWREASON_OTHER - FLOWREASON_LAN + 4)

/* What the number of a RESET says; FLOWREASON_OTHER: that is not known here. */
enum flowreason flowreason_of_reset(uint32_t number);
/* What an errno of a LAN socket means. */
enum flowreason flowreason_of_errno(int sys_errno);
/* Words for an operator: "nobody listens at the destination". */
const char *flowreason_text(enum flowreason r);
/* 0..FLOWREASON_COUNT - 1, for tables of counters; and back. */
unsigned flowreason_index(enum flowreason r);
enum flowreason flowreason_at(unsigned index);

#endif
