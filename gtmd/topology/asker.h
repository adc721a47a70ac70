/* gtmd/topology/asker.h - who asks, as far as a decision may depend on it.
 *
 * Transport fills in where the query came from; what a method used of it comes
 * back as the scope of the answer (RFC 7871 section 7.2.1). Made for one query,
 * by the thread that answers it. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TOPOLOGY_ASKER_H
#define GTMD_TOPOLOGY_ASKER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include "core/base/addr.h"

struct clock;
struct decision_log;
struct ledger;
struct pathtable;
struct persist;

struct asker {
	const struct sockaddr	*from;	/* source of the query; NULL = unknown */
	struct addr_prefix	 client;	/* EDNS client subnet; family 0 =
						 * none was given */
	uint8_t			 scope;	/* bits of client that the answer
					 * depends on, so far */
	bool			 peeks;	/* leaves no record behind */
	bool			 proven;	/* by TCP or a good cookie: from
						 * is no lie */
	struct persist		*records;	/* of wide IPs with persistence;
						 * NULL = nobody is remembered */
	struct pathtable	*paths;	/* to resolvers; NULL = none is known */
	const struct clock	*clock;	/* what records live by */
	struct decision_log	*log;	/* the thread's; NULL = none is kept */
	struct ledger		*ledger; /* of wide IPs with one; likewise */
};

/* The resolver's address; family 0 when it is unknown. IPv4-mapped addresses
 * come out as IPv4. */
static inline void
asker_resolver(const struct asker *a, struct addr *out)
{
	uint16_t port;

	*out = (struct addr){ 0 };
	if (a->from != NULL)
		addr_from_sockaddr(a->from, out, &port);
}

#endif
