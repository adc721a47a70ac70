/* gtmd/decide/choose.h - the ways to choose one of several candidates.
 *
 * A method is one file and one row of the table in choose.c. It sees
 * candidates as numbers in their configured order and knows neither pools nor
 * addresses: the same method chooses among pools and among members. What can
 * be worked out beforehand is put in a table at compile time; a pick reads
 * that table and the turn it is given, and nothing else.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_CHOOSE_H
#define GTMD_DECIDE_CHOOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "gtmd/topology/clientnet.h"
#include "gtmd/types/pool.h"

struct asker;
struct metric_values;
struct topology_view;

#define CHOOSE_NONE		UINT32_MAX	/* no pick for this client */
#define CHOOSE_CANDIDATES_MAX	65535		/* fits the tables' 16 bits */
#define CHOOSE_ORDER_MAX	512		/* put in order for one asker */

enum choose_kind {
	CHOOSE_PICK,		/* one of the candidates */
	CHOOSE_RETURN_TO_DNS,	/* the zones answer, or the failure policy */
	CHOOSE_FALLBACK_IP,	/* the pool's fallback-ip */
	CHOOSE_DROP,		/* no reply */
	CHOOSE_SKIP,		/* nothing: whatever comes next is tried */
};

/* What a method may know of a candidate when it compiles. */
struct choose_item {
	uint32_t	 ratio;
	struct clientnet_len net;	/* what makes clients one; the same in
					 * all items */
	uint64_t	 key;		/* clientnet_key of its name */
	uint64_t	 score;		/* of a method that has .score */
	/* For topology; the same of all items but for the place. */
	const struct topology_view *topology;
	uint32_t	 place;		/* among the view's candidates */
	bool		 client_subnet;	/* judge by EDNS client subnet */
	/* For paths. */
	uint64_t	 datacenter;	/* clientnet_key of its name; 0 = none */
	const uint32_t	*qos;		/* the pool's weights, POOL_QOS_TERMS */
};

#define CHOOSE_UNMEASURED	UINT64_MAX	/* the score of what has none */

/* What it may know of the query when it picks. */
struct choose_query {
	uint64_t	 turn;		/* picks made so far at this place by
					 * this thread */
	struct asker	*asker;		/* takes the scope of what was used */
};

/* Returns a candidate's number, or CHOOSE_NONE if the method passes. */
typedef uint32_t choose_pick_fn(const void *table,
    const struct choose_query *q);

/* A compiled choice, to be asked what it does. */
struct choose_weigh {
	const void	*table;
	choose_pick_fn	*pick;
	size_t		 count;		/* of candidates */
	struct asker	*asker;
};

/* All candidates, best first. */
struct choose_order {
	const uint16_t	*at;
	uint32_t	 ties;		/* at the front: picked in turn */
	uint32_t	 usable;	/* 0: the method passes */
	uint16_t	 room[CHOOSE_ORDER_MAX]; /* for at, where the method has
					 * no order ready */
};

struct choose_method {
	const char	*name;		/* as the configuration spells it */
	enum choose_kind kind;

	/* The rest counts for CHOOSE_PICK only. */
	bool		 is_static;	/* needs no measurement, so that it may
					 * hand out what is down when told to */
	bool		 may_pass;	/* pick may give CHOOSE_NONE */
	uint32_t	 most;		/* it takes the first so many; 0 =
					 * CHOOSE_CANDIDATES_MAX */
	/* What a member's measurements are worth to this method: the more the
	 * better, and with dynamic-ratio in that proportion. qos: the pool's
	 * weights, POOL_QOS_TERMS of them. CHOOSE_UNMEASURED: what it needs is
	 * not known. NULL: it needs none; else it is given its candidates best
	 * first, equal ones in their order. */
	uint64_t	(*score)(const struct metric_values *v,
			    const uint32_t *qos);
	/* May this candidate ever be picked? NULL: all may. */
	bool		(*admits)(const struct choose_item *);
	/* Octets of the table for these candidates, all admitted. NULL: 0. */
	size_t		(*room)(const struct choose_item *items, size_t count);
	/* Fills the table (8-octet aligned) for 1..CHOOSE_CANDIDATES_MAX
	 * candidates. Returns the pick, or NULL when the first candidate is
	 * always it. NULL itself: as if it returned NULL. */
	choose_pick_fn	*(*compile)(void *table, const struct choose_item *items,
			    size_t count);
	/* The exact share of all picks, 0..1, that each candidate gets in the
	 * long run; of all clients, where they are told apart. */
	void		(*shares)(const struct choose_item *items, size_t count,
			    double *out);
	/* The same, read out of a compiled table that has a pick, for one
	 * asker (whose scope it sets as a pick does): out[i] of so many picks
	 * are candidate i's. Returns so many, 1..2^32; what the weights lack
	 * of it are the picks that pass. NULL when compile never gives a
	 * pick. */
	uint64_t	(*weights)(const struct choose_weigh *w, uint64_t *out);
	/* Which come after the one picked, for one asker: the other ties
	 * around their circle, then the rest. NULL: around the circle of all. */
	void		(*order)(const struct choose_weigh *w,
			    struct choose_order *out);
};

/* The n-th candidate of an order whose first is the tie at place from; n <
 * usable. */
static inline uint32_t
choose_order_at(const struct choose_order *o, uint32_t from, uint32_t n)
{
	uint32_t at = from + n;

	if (n >= o->ties)
		return o->at[n];
	return o->at[at < o->ties ? at : at - o->ties];
}

/* Which tie a candidate is. */
static inline uint32_t
choose_order_tie(const struct choose_order *o, uint32_t candidate)
{
	uint32_t i = 0;

	while (i + 1 < o->ties && o->at[i] != candidate)
		i++;
	return i;
}

extern const struct choose_method choose_round_robin;
extern const struct choose_method choose_ratio;
extern const struct choose_method choose_global_availability;
extern const struct choose_method choose_static_persistence;
extern const struct choose_method choose_ratio_cohort;
/* Strict: no candidate of score 0, topology-allow-zero-scores no. */
extern const struct choose_method choose_topology;
extern const struct choose_method choose_topology_strict;
/* The row of an answer that persistence gives again. */
extern const struct choose_method choose_persistence;

/* choose_ratio's .weights, for methods that compile by it. */
uint64_t choose_ratio_weights(const struct choose_weigh *w, uint64_t *out);

/* The row of this configured value, or NULL if there is none yet. */
const struct choose_method *choose_find(enum pool_lb lb);
/* The same, where ratio-cohort says that clients stay in their share. */
const struct choose_method *choose_find_cohort(enum pool_lb lb, bool cohort);
/* The same for a pool with dynamic-ratio: what would take the best by score
 * shares out in proportion to it. */
const struct choose_method *choose_find_dynamic(enum pool_lb lb);

#endif
