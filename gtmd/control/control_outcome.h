/* gtmd/control/control_outcome.h - what the decision of a wide IP does with all
 * queries, sorted by pool and member of the graph. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_OUTCOME_H
#define GTMD_CONTROL_CONTROL_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "gtmd/decide/decision_walk.h"
#include "gtmd/topology/clientnet.h"

struct asker;
struct json;
struct pathtable;
struct pathtable_figures;
struct plan_edge;
struct plan_member;
struct plan_wide;

/* The outcomes of one decision, in its order. */
struct control_outcome {
	const struct plan_wide *wide;
	const struct decision *decision;	/* NULL = the zones answer */
	struct decision_outcome *v;
	size_t		 count, room;
	size_t		*by_member;	/* numbers in v, by member_slot */
	struct addr	 who;		/* the client, or its resolver */
	struct pathtable *paths;	/* to resolver; NULL = none is known */
	struct clientnet resolver;
	uint32_t	 now_s;
};

/* What comes together at a pool or member. first NULL: it is not in the
 * decision; all else is 0 then. */
struct control_outcome_sum {
	double		 share, present;
	const struct decision_outcome *first;	/* likeliest one */
};

/* For one asker, whose scope grows by what was used of it. Valid until the
 * decision changes, that is until the loop turns. */
void control_outcome_init(struct control_outcome *c, const struct plan_wide *w,
    struct asker *asker);
void control_outcome_fini(struct control_outcome *c);

/* The pool, or its member (not NULL), through this edge. */
struct control_outcome_sum control_outcome_pool(
    const struct control_outcome *c, const struct plan_edge *e);
struct control_outcome_sum control_outcome_member(
    const struct control_outcome *c, const struct plan_edge *e,
    const struct plan_member *m);

/* What is in force of the path from the member's data center to the resolver.
 * False: nothing. */
bool control_outcome_figures(const struct control_outcome *c,
    const struct plan_member *m, struct pathtable_figures *out);

/* Where an outcome belongs; NULL = the failure policy. */
const struct plan_edge *control_outcome_edge(const struct control_outcome *c,
    const struct decision_outcome *o);

/* Puts share; and weight and total, the same as a fraction, where its numbers
 * are below 2^53: what a double, and so any reader of JSON, can hold. */
void control_outcome_put_share(struct json *j,
    const struct decision_outcome *o);

#endif
