/* gtmd/decide/decision_walk.h - all that a decision may do, and how often it does it.
 *
 * Reads the very block that answers queries: its candidates, its tables, the
 * order of its stages. Nothing is worked out from the configuration again, so
 * what is told here is what is answered. Layer: gtmd, pure but for memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_DECISION_WALK_H
#define GTMD_DECIDE_DECISION_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "gtmd/decide/decision.h"

struct asker;
struct choose_method;

/* One end that a query may come to: a candidate of a stage, a stage without
 * candidates, or (method NULL) the failure policy. */
struct decision_outcome {
	double		 share;		/* 0..1 of all queries end here; with
					 * several records, as the first */
	double		 present;	/* 0..1 of all replies hold the record */
	enum decision_action action;
	const struct choose_method *method;	/* of the stage */
	uint32_t	 slot;		/* counts it in its pool */
	uint32_t	 member_slot;	/* counts it in its member */
	/* Picks of the mode, and of the method where the stage is asked: so
	 * many of so many. total 0: not by choice. */
	uint64_t	 pool_weight, pool_total;
	uint64_t	 weight, total;
	bool		 direct;	/* share is just the product of these */
	/* DECISION_ANSWER: the record, behind its owner. */
	uint16_t	 type, data_len;
	uint32_t	 ttl_s;
	const uint8_t	*data;		/* in the decision */
};

/*
 * decision_walk - calls fn for each outcome, in the order in which stages
 * stand: pool after pool, the rest, the failure policy if it is ever reached.
 *
 * For this asker, whose scope grows by what was used of it. The shares of all
 * calls add up to 1 (as far as doubles do). A candidate
 * that its method never picks is told with share 0.
 * cost  linear in the candidates, and in the square of the pools where a
 *       method passes; times max-answers for present
 */
typedef void decision_walk_fn(void *arg, const struct decision_outcome *o);
void decision_walk(const struct decision *d, struct asker *asker,
    decision_walk_fn *fn, void *arg);

#endif
