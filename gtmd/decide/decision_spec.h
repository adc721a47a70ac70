/* gtmd/decide/decision_spec.h - all that a decision is made from, as plain values.
 *
 * The seam between the graph of objects (plan) and the rules of selection:
 * plan fills a spec, the rules see nothing else, so that they can be tested,
 * explained and asked "what if" without a graph. Borrowed throughout: what is
 * compiled from a spec keeps nothing of it but references to topology views. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_DECISION_SPEC_H
#define GTMD_DECIDE_DECISION_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/base/addr.h"
#include "gtmd/topology/clientnet.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/recordtype.h"

struct choose_method;
struct decision;
struct topology_view;

/* Tally slots in a row that the owner of each spec part hands in. They
 * outlive the decision: a rotation goes on where the last decision stood. */
enum {
	DECISION_REQUESTS,	/* less those below: the turn of the choice
				 * among pools */
	DECISION_FAILED,	/* the failure policy answered */
	DECISION_KEPT,		/* persistence answered: no choice was made */
	DECISION_WIDE_SLOTS
};

/* Of one pool in one wide IP. The first four are also the turns of the
 * choice among members, so that pool and member rotations never correlate. */
enum decision_how {
	DECISION_PREFERRED, DECISION_ALTERNATE, DECISION_FALLBACK,
	DECISION_LAST_RESORT,
	DECISION_RETURNED,	/* return-to-dns */
	DECISION_DROPPED,	/* drop-packet */
	DECISION_FALLBACK_IP,
	DECISION_PERSISTED,	/* a client's last answer again */
	DECISION_POOL_SLOTS
};

/* Of one member, whatever the wide IP: PREFERRED, ALTERNATE, FALLBACK. */
#define DECISION_MEMBER_SLOTS	3

struct decision_spec_member {
	bool		 enabled;	/* itself and all above it */
	bool		 available;	/* not known to be down or over a limit */
	uint32_t	 ratio;
	uint32_t	 priority_group;
	/* By the pool's preferred, alternate and fallback method, where that
	 * has a .score. */
	uint64_t	 score[DECISION_MEMBER_SLOTS];
	struct addr	 addr;		/* a: IPv4, aaaa: IPv6 */
	const uint8_t	*target;	/* cname: lower-case wire name */
	const uint8_t	*data;		/* other types: RDATA, compared by its
					 * octets */
	size_t		 data_len;
	uint32_t	 slot;		/* DECISION_MEMBER_SLOTS */
	uint64_t	 key;		/* clientnet_key of its name */
	uint64_t	 datacenter;	/* likewise of its server's; 0 = none */
};

struct decision_spec_pool {
	enum wide_type	 type;		/* of its members; a last resort may
					 * be WIDE_CNAME under any wide IP */
	bool		 enabled;
	bool		 below_min_up;	/* min-members-up not reached */
	bool		 over_limit;
	bool		 verify;	/* verify-member-availability */
	uint32_t	 ratio;
	uint32_t	 priority_group;
	const struct choose_method *preferred, *alternate, *fallback;
	struct addr	 fallback_ip;	/* family 0 = none */
	uint32_t	 ttl_s;
	uint32_t	 max_answers;	/* >= 1 */
	uint32_t	 min_active_members;
	uint32_t	 slot;		/* DECISION_POOL_SLOTS */
	uint64_t	 key;		/* clientnet_key of its name */
	const struct decision_spec_member *members;	/* by member-order */
	size_t		 member_count;
	struct topology_view *topology;	/* of the members, in their order;
					 * when a method is topology or
					 * weighs it */
	uint32_t	 qos[POOL_QOS_TERMS];
};

struct decision_spec {
	const struct choose_method *mode;	/* pool-lb-mode */
	uint32_t	 min_active_members;
	bool		 respect_fallback_dependency;
	bool		 minimal;	/* minimal-response */
	bool		 failure_rcode_response;
	uint8_t		 failure_rcode;
	uint32_t	 failure_rcode_ttl_s;
	uint32_t	 slot;		/* DECISION_WIDE_SLOTS */
	struct clientnet_len net;	/* static-persist-cidr */
	bool		 persistence;
	bool		 drain;		/* drain-persistent-requests */
	struct clientnet_len persist_net;	/* persist-cidr */
	uint32_t	 persist_ttl_s;
	uint64_t	 key;		/* clientnet_key of type and name; not
					 * 0 */
	const struct decision_spec_pool *pools;		/* by order */
	size_t		 pool_count;
	const struct decision_spec_pool *last_resort;	/* or NULL */
	struct topology_view *topology;	/* of the pools, in their order; when
					 * the mode is topology */
	bool		 client_subnet;	/* topology-prefer-edns0-client-subnet */
	uint32_t	 log_one_of;	/* queries, of which one is noted (see
					 * decision_log.h); 0 = none */
	bool		 ledger;	/* answers are entered (ledger.h) */
	uint64_t	 made;		/* which of this wide IP's decisions it
					 * is, for what is noted */
};

/* The key of a wide IP, out of clientnet_key of its name. */
static inline uint64_t
decision_spec_wide(uint64_t name_key, enum wide_type type)
{
	return clientnet_mix(name_key, type) | 1;
}

/* What persistence remembers of a member, or CNAME, of a pool. Not 0. */
static inline uint64_t
decision_spec_target(uint64_t pool_key, uint64_t member_key)
{
	return clientnet_mix(pool_key, member_key) | 1;
}

/*
 * decision_compile - the immutable decision that this spec leads to.
 *
 * ret    one block, never NULL; freed with decision_compile_free, after a
 *        grace period if it was published
 * cost   linear in the candidates (and 16,384 steps at most for a short
 *        ratio rotation); one allocation beside scratch
 */
struct decision *decision_compile(const struct decision_spec *spec);
void decision_compile_free(struct decision **pd);

#endif
