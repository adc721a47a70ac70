/* gtmd/query/world.h - everything that an answer is made from, as the answering
 * threads see it: read-only and published.
 *
 * One world per process, alive as long as any answering thread. The control
 * loop owns it: a reload publishes new zones or new settings in place (RCU)
 * and no thread stops. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_WORLD_H
#define GTMD_QUERY_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/wire/dnsname.h"
#include "gtmd/query/cookie.h"
#include "gtmd/query/ratelimit.h"

struct ledger;
struct model;
struct pathtable;
struct persist;
struct widetable;
struct zoneset;

#define WORLD_TEXT_MAX	255	/* octets of one TXT string, RFC 1035 3.3 */

/* Sizes of a UDP answer, octets: RFC 1035 4.2.1; what our buffers hold. */
#define WORLD_UDP_MIN	512
#define WORLD_UDP_MAX	4096

/* Name servers of a wide IP's own zone: as many as fit a 512-octet referral. */
#define WORLD_APEX_NS_MAX	13

/* A domain name in lower-case wire form. */
struct world_name {
	uint8_t	len;
	uint8_t	octets[DNSNAME_MAX];
};

/* What a zone of its own says at a wide IP that lies outside every served
 * zone; SOA and NS records are made from it on the spot (apex.h). */
struct wide_apex {
	uint32_t	 serial;
	uint8_t		 ns_count;	/* >= 1 */
	struct world_name ns[WORLD_APEX_NS_MAX];	/* NS targets; the
						 * first is MNAME too */
};

/* A text of 0..255 octets for a TXT record; len 0 = not configured. */
struct world_text {
	uint8_t	len;
	uint8_t	octets[WORLD_TEXT_MAX];
};

/* How this server speaks; immutable, replaced whole. */
struct world_settings {
	uint16_t		 udp_response_max;	/* octets, 512..4096 */
	uint32_t		 tcp_clients_max;
	uint32_t		 tcp_idle_timeout_ms;
	uint32_t		 tcp_query_timeout_ms;	/* one message within */
	struct world_text	 version;	/* CHAOS version.bind */
	struct world_text	 identity;	/* CHAOS id.server, NSID */
	struct wide_apex	 apex;
	struct ratelimit_rule	 limit;
	bool			 cookies;
	struct cookie_secrets	 secrets;
};

struct world {
	const struct widetable		*wides;		/* one for life */
	struct zoneset			*zones;		/* RCU; never NULL once
							 * a thread runs */
	const struct world_settings	*settings;	/* RCU; likewise */
	struct persist			*persist;	/* NULL: nobody is
							 * remembered */
	struct pathtable		*paths;		/* NULL: none is known */
	struct ledger			*ledger;	/* NULL: none is kept */
	const struct cookie_secrets	*secrets;	/* what the settings
							 * take; control loop */
};

/* Publishes the settings of the model, with w->secrets; serial becomes the SOA serial of wide
 * IPs that are zones of their own. Control loop. */
void world_set_settings(struct world *w, const struct model *m,
    uint64_t serial);

#endif
