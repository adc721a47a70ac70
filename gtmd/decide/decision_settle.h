/* gtmd/decide/decision_settle.h - which pools and members are candidates, and what
 * is tried in which order: the rules of selection, and only they.
 *
 * design.md's "order of a decision" is this file: compile turns its result
 * into octets, status and explain print it. Whatever does not depend on the
 * client is settled: a pool that can yield nothing is gone, and nothing
 * stands behind a stage that is certain to answer. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_DECISION_SETTLE_H
#define GTMD_DECIDE_DECISION_SETTLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "gtmd/decide/decision_spec.h"

struct choose_item;

/* One method of one pool with its candidates, or an answer of its own kind. */
struct settle_stage {
	const struct decision_spec_pool *pool;
	const struct choose_method *method;
	enum decision_how how;		/* counts in the pool */
	enum decision_how member_how;	/* counts in the member */
	uint32_t	*candidates;	/* CHOOSE_PICK: indexes in pool->members,
					 * by order, or best first where the
					 * method has a .score; owned */
	size_t		 count;
};

/* Stages tried one after the other. */
struct settle_chain {
	struct settle_stage *stages;	/* owned */
	size_t		 count;
	size_t		 room;
};

/* A pool that can be chosen. */
struct settle_pool {
	size_t		 index;		/* in spec->pools */
	struct settle_chain chain;	/* preferred, alternate; not empty */
};

struct settle {
	struct settle_pool *pools;	/* candidates of the mode, by order */
	size_t		 pool_count;
	struct settle_chain rest;	/* when every pool has passed: last
					 * resort, fallback. After it comes
					 * the failure policy */
	struct settle_chain kept;	/* with persistence: of each pool the
					 * members that a client may go back
					 * to, whatever the methods say */
	uint32_t	 negative_ttl_s;	/* smallest ttl of all pools */
};

/* What this spec leads to, for decision_settle_fini to free. */
void decision_settle(struct settle *s, const struct decision_spec *spec);
void decision_settle_fini(struct settle *s);

/* Does a chain end in a stage that never passes? */
bool decision_settle_is_certain(const struct settle_chain *c);

/* The exact share, 0..1, of each candidate pool, and of each candidate of a
 * CHOOSE_PICK stage. One double per candidate; there is one at least. */
void decision_settle_pool_shares(const struct settle *s,
    const struct decision_spec *spec, double *out);
void decision_settle_shares(const struct settle_stage *st,
    const struct decision_spec *spec, double *out);

/* What methods may know of the candidate pools, and of a stage's candidates;
 * one item each. */
void decision_settle_pool_items(const struct settle *s,
    const struct decision_spec *spec, struct choose_item *items);
void decision_settle_items(const struct settle_stage *st,
    const struct decision_spec *spec, struct choose_item *items);

#endif
