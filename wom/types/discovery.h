/* wom/types/discovery.h - what is found without being configured: peers (wom
 * endpoint-discovery) and networks on this side (wom server-discovery). What is
 * found never routes by itself: a discovered peer starts with allow-routing
 * disabled. Layer: wom/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TYPES_DISCOVERY_H
#define WOM_TYPES_DISCOVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/model/object.h"
#include "core/model/prop.h"

struct type;

#define DISCOVERY_FILTER_MAX	256

/* How peers are looked for. */
enum discovery_mode {
	DISCOVERY_DISABLE, DISCOVERY_ALL, DISCOVERY_ICMP,
	DISCOVERY_TCP		/* refused */
};

struct discovery_endpoint {
	struct object	 obj;
	bool		 auto_save;
	char		*description;
	bool		 discoverable;	/* answers others */
	bool		 enables;	/* what is found gets a tunnel */
	uint32_t	 icmp_max_requests;	/* under way at a time */
	uint32_t	 icmp_min_backoff_s;	/* doubles each time */
	uint32_t	 icmp_num_retries;
	uint32_t	 max_count;	/* 0 = any */
	uint32_t	 mode;		/* enum discovery_mode */
};

enum discovery_filter { DISCOVERY_EXCLUDE, DISCOVERY_INCLUDE };
enum discovery_unit { DISCOVERY_DAYS, DISCOVERY_HOURS, DISCOVERY_MINUTES };

struct discovery_server {
	struct object	 obj;
	bool		 auto_save;
	char		*description;
	uint32_t	 filter_mode;	/* enum discovery_filter */
	uint32_t	 idle_limit, min_idle;	/* in units; 0 = not asked */
	uint32_t	 ip_ttl_limit;	/* routers between it and us, at most */
	uint32_t	 max_count;
	uint32_t	 min_len_ipv4, min_len_ipv6;	/* bits */
	bool		 enabled;	/* mode */
	uint32_t	 rtt_max_ms;
	struct strlist	 subnets;	/* networks that filter_mode means */
	uint32_t	 unit;		/* enum discovery_unit */
};

extern const struct type discovery_endpoint_type;
extern const struct type discovery_server_type;

#endif
