/* gtmd/plan/plan_graph.h - the nodes of the running graph and how they hang
 * together. For the plan_*.c files, and for those that print the graph.
 *
 *	datacenter - server - vs - member - pool - edge - wide
 *	                           target - member (names)
 *
 * Each node knows its neighbours both ways. A node that may have changed is
 * touched: put once into the queue of its kind. plan_settle empties the queues
 * from the left to the right, so that a node is worked out after all that it
 * depends on. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_GRAPH_H
#define GTMD_PLAN_PLAN_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/hash.h"
#include "core/base/list.h"
#include "core/base/map.h"
#include "core/wire/dnsname.h"
#include "gtmd/decide/decision.h"
#include "gtmd/decide/decision_spec.h"
#include "gtmd/plan/plan.h"
#include "gtmd/plan/plan_control.h"
#include "gtmd/plan/plan_health.h"
#include "gtmd/plan/plan_limit.h"
#include "gtmd/plan/plan_prober.h"
#include "gtmd/plan/plan_topology.h"
#include "gtmd/plan/status.h"
#include "gtmd/types/datacenter.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/recordtype.h"
#include "gtmd/types/server.h"
#include "gtmd/types/settings.h"
#include "gtmd/types/wideip.h"

#define PLAN_LABEL_MAX	640	/* "pool-member", two full paths, NUL */
#define PLAN_REASON_MAX	512	/* one sentence */

struct measures_row;

/* What every node has. */
struct plan_node {
	struct plan	*plan;
	struct list	 touched;	/* in a queue of the plan, or alone */
	struct status	 status;
	uint32_t	 born;		/* plan.serial then: the first state of a
					 * new object is no change of state */
};

struct plan_datacenter {
	struct plan_node node;
	const struct datacenter *obj;	/* held; NULL = only referred to */
	char		*name;
	uint64_t	 key;		/* clientnet_key of name */
	struct list	 servers;	/* plan_server.siblings */
	struct status_census census;	/* of servers */
};

struct plan_server {
	struct plan_node node;
	const struct server *obj;	/* held */
	char		*name;
	struct plan_datacenter *datacenter;
	struct list	 siblings;	/* in the datacenter */
	struct map	 vss;		/* struct plan_vs by name */
	struct status_census census;	/* of virtual servers */
	struct measures_row *metrics;	/* while there is an object, or NULL */
	struct plan_limit limit;
};

/* "This virtual server depends on that one." */
struct plan_depend {
	struct list	 from;		/* in from->depends */
	struct list	 on;		/* in on->dependents */
	struct plan_vs	*dependent, *dependency;
};

struct plan_vs {
	struct plan_node node;
	const struct server_vs *obj;	/* of server->obj; NULL = referred to */
	char		*key;		/* "server:vs", as members name it */
	size_t		 server_len;	/* octets of it that name the server */
	struct plan_server *server;	/* NULL like obj */
	struct plan_health health;	/* server's rule, own rule */
	enum status_probe own;		/* of health */
	enum status_probe probe;	/* of health and dependencies */
	struct list	 members;	/* plan_member.siblings */
	struct list	 depends, dependents;	/* plan_depend */
	struct measures_row *metrics;	/* while there is an object, or NULL */
	struct plan_limit limit;	/* its own; its server has another */
	uint64_t	 visit;		/* of the last walk that came by */
};

/* What members have that are no virtual servers. */
struct plan_record {
	struct plan_target *target;	/* names without static-target */
	unsigned	 leads;		/* types of wide IPs that count there */
	uint8_t		*data;		/* RDATA; owned */
	size_t		 data_len;
};

struct plan_member {
	struct plan_node node;
	const struct pool_member *obj;	/* part of pool->obj */
	struct plan_pool *pool;
	struct plan_vs	*vs;		/* a, aaaa */
	struct plan_record *record;	/* all others; owned */
	struct list	 siblings;	/* in the vs or target */
	struct plan_health *health;	/* pool's rule, own rule; owned or NULL */
	enum status_probe probe;
	bool		 held;		/* manual-resume: down until resumed */
	struct plan_limit limit;	/* its own, beside its vs's */
	uint32_t	 slot;		/* tally: DECISION_MEMBER_SLOTS */
};

struct plan_pool {
	struct plan_node node;
	const struct pool *obj;		/* held; NULL = only referred to */
	const char	*name;		/* an atom */
	uint64_t	 key;		/* clientnet_key of name */
	enum wide_type	 type;
	struct plan_member **members;	/* by member-order, then key */
	struct plan_member **by_key;	/* the same; owned */
	size_t		 member_count;
	struct list	 edges;		/* plan_edge.users */
	struct plan_limit limit;
	bool		 below_min_up, watched;	/* min-members-up; plan_watch.h */
	struct topology_view *topology;	/* of its members, if needed; held */
	uint64_t	 digest;	/* of all else that decisions come from */
};

/* One pool in one wide IP. */
struct plan_edge {
	struct plan_wide *wide;
	struct plan_pool *pool;
	struct list	 users;		/* in the pool */
	uint32_t	 order, ratio, priority_group;
	uint32_t	 slot;		/* tally: DECISION_POOL_SLOTS */
	bool		 last_resort;
};

/* A name or alias of a wide IP. */
struct plan_domain {
	struct list	 same;		/* others of this domain, in the plan's
					 * domains; or in its patterns */
	struct plan_wide *wide;
	const char	*canonical;	/* in the wide IP's name, or an atom */
};

struct plan_wide {
	struct plan_node node;
	const struct wideip *obj;	/* held */
	const char	*name;		/* an atom */
	uint64_t	 key;		/* clientnet_key of type and name */
	enum wide_type	 type;
	struct plan_edge **edges;	/* owned, by order, then name; the last
					 * resort at the end */
	size_t		 edge_count;
	struct plan_domain **domains;	/* owned */
	size_t		 domain_count;
	struct list	 targets;	/* plan_follow.followers: CNAME members
					 * elsewhere that lead here */
	struct decision_slot *slot;	/* owned, freed after a grace period */
	uint32_t	 tally;		/* DECISION_WIDE_SLOTS */
	bool		 stale, watched; /* decision made anew; plan_watch.h */
	uint64_t	 made;		/* decisions so far: the last one's
					 * decision_spec.made */
	uint64_t	 visit;		/* of the last walk that came by */
};

/* A domain that members point at, and the wide IPs that answer there. */
struct plan_target {
	struct plan	*plan;
	char		*canonical;
	struct list	 members;	/* plan_member.siblings */
	struct list	 follows;	/* plan_follow.same */
};

struct plan_follow {
	struct list	 same;		/* in target->follows */
	struct list	 followers;	/* in wide->targets */
	struct plan_target *target;
	struct plan_wide *wide;
};

struct plan {
	unsigned	 magic;
#define PLAN_MAGIC	0x51a90f37u
	struct plan_config config;
	struct map	 datacenters;	/* by full path */
	struct map	 servers;	/* by full path */
	struct map	 vss;		/* all, by server and name */
	struct map	 pools[WIDE_TYPES];	/* by their names */
	struct map	 wides[WIDE_TYPES];	/* likewise */
	struct map	 monitors;	/* struct plan_monitor by full path */
	struct map	 domains;	/* struct list of plan_domain.same */
	struct list	 patterns;	/* plan_domain.same */
	struct map	 targets;	/* by canonical domain */
	struct map	 held;		/* plan_hold's, until the first load */
	struct list	 touched_vss, touched_members, touched_pools,
			 touched_servers, touched_datacenters, touched_wides;
	struct list	 graves;	/* tally slots that readers may hold */
	uint64_t	 visit;
	struct hash_key	 digest_key;
	uint64_t	 serial;	/* of configuration changes */
	bool		 settling;
	bool		 remember;	/* call config.changed */
	struct plan_counts counts;
	struct plan_topology topology;
	struct plan_prober prober;
	struct plan_control control;
	/* global settings, copied */
	bool		 monitor_disabled, respect_fallback, verify_all;
	bool		 unknown_is_down;	/* monitor-unknown */
	bool		 failure_response;
	uint8_t		 failure_rcode;
	uint32_t	 failure_ttl_s;
	struct clientnet_len static_net;
	bool		 drain;		/* drain-persistent-requests */
	uint32_t	 log_sample;	/* decision-log-sample */
};

/* Lets go of the object held in a node's variable and holds another, or NULL:
 * the typed object's first member is its struct object. */
#define PLAN_HOLD(var, next)						\
	((var) = plan_hold_object((var) != NULL ? &(var)->obj : NULL,	\
	    (next)))

/* For PLAN_HOLD: lets go of was, holds next and returns it. */
const void *plan_hold_object(const struct object *was, const void *next);
void plan_node_init(struct plan_node *n, struct plan *p);
/* Puts the node in the queue unless it is in one already. */
void plan_node_touch(struct plan_node *n, struct list *queue);
/* Sets the state; true when it changed. */
bool plan_node_set(struct plan_node *n, const struct status *now);
/* One notice per change of state: kind "pool-member", name, why. was is the
 * state before, which was announced. */
void plan_node_log(const struct plan_node *n, const char *object,
    const struct status *was, const char *cause);
/* Virtual servers, members and pools: all may be probed otherwise. */
void plan_touch_places(struct plan *p);
/* Works out all that is touched, and what that touches. */
void plan_settle(struct plan *p);

#endif
