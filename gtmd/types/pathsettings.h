/* gtmd/types/pathsettings.h - gtm global-settings metrics and metrics-exclusions:
 * how paths to resolvers are measured, and which resolvers are left alone.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_PATHSETTINGS_H
#define GTMD_TYPES_PATHSETTINGS_H

#include <stdint.h>

#include "core/model/object.h"
#include "core/model/prop.h"

struct type;

/* How a resolver is probed: the places of metrics-collection-protocols. */
enum pathsettings_protocol {
	PATHSETTINGS_ICMP,	/* echo */
	PATHSETTINGS_TCP,	/* a connection to port 53 */
	PATHSETTINGS_UDP,	/* a datagram that no port takes */
	PATHSETTINGS_DNS_DOT,	/* the name servers of the root */
	PATHSETTINGS_DNS_REV,	/* the resolver's own reverse name */
	PATHSETTINGS_PROTOCOLS
};

extern const char *const pathsettings_protocol_names[];

struct pathsettings {
	struct object	 obj;
	uint32_t	 protocols;	/* bits 1 << enum, tried in that order */
	uint32_t	 path_ttl_s;
	uint32_t	 retry_s;	/* paths-retry */
	uint32_t	 inactive_path_s, inactive_resolver_s;
	uint32_t	 interval_s;	/* ldns-update-interval */
	uint32_t	 probe_limit;	/* default-probe-limit; 0 = none */
	uint32_t	 samples;	/* ours: path-sample-count */
	uint32_t	 rate;		/* ours: probe-rate, packets/s */
	uint32_t	 hops_ttl_s;
	uint32_t	 hops_len;	/* hops-packet-length */
	uint32_t	 hops_samples;
	uint32_t	 hops_timeout_s;
};

struct pathsettings_exclusions {
	struct object	 obj;
	struct strlist	 addresses;	/* prefixes */
};

extern const struct type pathsettings_type;
extern const struct type pathsettings_exclusions_type;

#endif
