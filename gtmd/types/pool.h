/* gtmd/types/pool.h - pools of all record types, and what all members have.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_POOL_H
#define GTMD_TYPES_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/base/addr.h"
#include "core/model/apart.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "gtmd/types/limits.h"

struct type;

/* How one member (or pool) is chosen. The names in the table are in this
 * order. */
enum pool_lb {
	POOL_LB_ROUND_ROBIN,
	POOL_LB_RATIO,
	POOL_LB_GLOBAL_AVAILABILITY,
	POOL_LB_RETURN_TO_DNS,
	POOL_LB_FALLBACK_IP,
	POOL_LB_DROP_PACKET,
	POOL_LB_NONE,
	POOL_LB_TOPOLOGY,
	POOL_LB_STATIC_PERSISTENCE,
	POOL_LB_PACKET_RATE,		/* from here on by measurements */
	POOL_LB_VS_CAPACITY,
	POOL_LB_VS_SCORE,
	POOL_LB_COMPLETION_RATE,
	POOL_LB_LEAST_CONNECTIONS,
	POOL_LB_LOWEST_RTT,
	POOL_LB_FEWEST_HOPS,
	POOL_LB_KILOBYTES_PER_SECOND,
	POOL_LB_CPU,
	POOL_LB_QUALITY_OF_SERVICE,
};

/* What quality-of-service weighs: properties qos-hit-ratio and so on. */
enum pool_qos {
	POOL_QOS_HIT_RATIO, POOL_QOS_HOPS, POOL_QOS_KILOBYTES, POOL_QOS_LCS,
	POOL_QOS_PACKET_RATE, POOL_QOS_RTT, POOL_QOS_TOPOLOGY,
	POOL_QOS_VS_CAPACITY, POOL_QOS_VS_SCORE, POOL_QOS_TERMS
};

enum pool_min_up { POOL_MIN_UP_OFF, POOL_MIN_UP_NUMBER, POOL_MIN_UP_PERCENT };

/* What most pools leave at its default. */
struct pool_rare {
	struct apart	 apart;
	char		*description;
	struct addr	 fallback_ip;		/* family 0 = any */
	bool		 verify_member_availability;
	bool		 manual_resume;
	bool		 cohort;		/* ours: ratio-cohort */
	bool		 dynamic_ratio;
	uint32_t	 max_answers;		/* max-answers-returned */
	struct monrule	 monitor;
	uint32_t	 min_up_mode;		/* enum pool_min_up */
	uint32_t	 min_up_value;
	uint32_t	 min_active_members;	/* ours; 0 = off */
	uint32_t	 qos[POOL_QOS_TERMS];
	struct limits	 limits;	/* a, aaaa */
};

/* One struct for all pool types; a type's table leaves out what it lacks. */
struct pool {
	struct object	 obj;
	const struct pool_rare *rare;
	struct objlist	 members;		/* struct pool_member, or what
						 * starts with one */
	uint32_t	 lb_mode;		/* enum pool_lb */
	uint32_t	 alternate_mode;
	uint32_t	 fallback_mode;
	uint32_t	 ttl_s;
	bool		 enabled;
};

struct pool_member_rare {
	struct apart	 apart;
	char		*description;
	struct monrule	 monitor;	/* a, aaaa */
	struct limits	 limits;	/* a, aaaa */
};

struct pool_member {
	struct object	 obj;		/* key: /Common/server:vs; else a domain
					 * name or wide IP; for txt any word */
	const struct pool_member_rare *rare;
	size_t		 server_len;	/* a, aaaa: octets of the key that name
					 * the server, set when settled */
	uint32_t	 order;		/* member-order */
	uint32_t	 ratio;		/* 0 = never in ratio */
	uint32_t	 priority_group;	/* ours; with min-active-members */
	bool		 enabled;
	bool		 static_target;	/* names: need not be a wide IP's */
};

extern const struct type pool_type_a;
extern const struct type pool_type_aaaa;
extern const struct type pool_type_cname;
extern const struct type pool_type_mx;
extern const struct type pool_type_srv;
extern const struct type pool_type_naptr;
extern const struct type pool_type_https;
extern const struct type pool_type_svcb;
extern const struct type pool_type_txt;
extern const struct type pool_member_type;	/* of a and aaaa */
extern const struct type pool_cname_member_type;

/* The domain name that a member is keyed by: its key without a path. */
const char *pool_member_domain(const struct pool_member *m);

/* Does it choose by what was measured of the members? */
bool pool_lb_is_measured(uint32_t lb);
/* Does it choose by what was measured of the way to the resolver alone? */
bool pool_lb_is_of_paths(uint32_t lb);

/* Is it one of the pool's methods? */
bool pool_uses(const struct pool *p, uint32_t lb);
/* Does its quality-of-service go by topology's scores? */
bool pool_weighs_topology(const struct pool *p);

/* Can the method hand out members (rather than an action or nothing)? */
bool pool_lb_picks(uint32_t lb);

#endif
