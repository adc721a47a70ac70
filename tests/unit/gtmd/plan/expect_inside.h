/* tests/unit/gtmd/plan/expect_inside.h - what the parts of the reference (expect.h)
 * know of each other. SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_PLAN_EXPECT_INSIDE_H
#define TESTS_UNIT_GTMD_PLAN_EXPECT_INSIDE_H

#include "tests/unit/gtmd/plan/expect.h"

#define EXPECT_NEVER	-1.0	/* the worth of what is not measured */

/* Somebody to choose: a member by its place, or a pool by its number. */
struct candidate {
	unsigned	 number;
	uint64_t	 key;
	double		 weight, worth;
	unsigned	 score;		/* by topology */
};

/* How it is chosen. */
enum way { BY_TURN, BY_SHARE, BY_ORDER, BY_NAME, BY_POINT, BY_PLACE, BY_WORTH,
    BY_QUALITY };

struct choice {
	enum way	 way;
	bool		 zero;		/* topology may take a score of 0 */
	bool		 placed;	/* the client's place counts */
	size_t		 silent;	/* members whom quality-of-service may
					 * take for another client */
	struct candidate c[SETUP_MEMBERS];
	size_t		 count;
};

/* Who asks, and what has been. */
struct asked {
	const struct setup *s;
	const struct expect_past *past;
	const struct expect_query *q;
	struct addr	 client;	/* whom topology judges */
	struct expect	*out;
};

/* ---- expect_state.c ---- */

bool expect_state_enabled(const struct setup *s, unsigned pool,
    const struct setup_member *m);
bool expect_state_available(const struct setup *s, unsigned pool,
    const struct setup_member *m);
/* Of the pool's members, those that are both. */
size_t expect_state_up(const struct setup *s, unsigned pool);
bool expect_state_too_few(const struct setup *s, unsigned pool);
/* Is it quality-of-service with a weight of topology? */
bool expect_state_weighs_place(const struct setup_pool *pool, enum setup_lb lb);
/* What a measured method goes by; EXPECT_NEVER: not known. Of
 * quality-of-service all but topology. */
double expect_state_worth(const struct setup *s, const struct setup_pool *pool,
    enum setup_lb lb, unsigned place);

/* ---- expect_topology.c ---- */

/* A pool, or a member of one. */
struct subject {
	bool		 is_pool;
	unsigned	 pool;
	int		 site;		/* -1: of a name, or of a pool */
	struct addr	 addr;
};

unsigned expect_topology_score(const struct setup *s, const struct addr *client,
    const struct subject *who);
struct addr expect_topology_client(const struct setup *s,
    const struct expect_query *q);

/* ---- expect_choose.c ---- */

/* Priority groups are let in from the highest down until there are enough. */
uint32_t expect_choose_lowest(const uint32_t *group, const size_t *active,
    size_t count, size_t need);
enum way expect_choose_way(const struct setup_pool *p, enum setup_lb lb);
/* Members stand by member-order, then by name; places are by name. */
size_t expect_choose_in_order(const struct setup_pool *p,
    const struct setup_member **to);
/* The members that this method of the pool chooses among. */
void expect_choose_members(const struct asked *a, unsigned pool,
    enum setup_lb lb, bool down_too, struct choice *to);
/* Who may be first. turn: how often it was chosen here. */
size_t expect_choose_first(const struct asked *a, const struct choice *c,
    uint64_t turn, size_t *to);
/* Who comes behind: around the circle; where some are better than others, the
 * other best around theirs, then the next best. */
size_t expect_choose_order(const struct choice *c, size_t first, size_t *to);

#endif
