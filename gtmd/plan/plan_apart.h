/* gtmd/plan/plan_apart.h - a plan of its own over a draft: what would be answered if
 * the draft were committed, with health as it is now. Layer: gtmd.
 *
 * Made by the code that makes the running plan, of the objects that the
 * question needs: the wide IPs that answer for its name, those that it names,
 * those that the draft changes, and all that these stand on.
 * The other wide IPs lend their names and decisions, so that the whole name
 * space is there. Nothing is published, logged, remembered or probed: watches
 * are opened and closed again before the loop turns.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_APART_H
#define GTMD_PLAN_PLAN_APART_H

#include <stddef.h>

#include "gtmd/query/world.h"

struct draft;
struct plan;
struct plan_force;
struct plan_wide;
struct widetable;

struct plan_apart_config {
	const struct plan *live;
	const struct world *world;	/* that is answered from now */
	const struct draft *draft;	/* checked */
	const struct plan_force *force;	/* or NULL */
	const char	*name;		/* domain name, or NULL */
	const struct plan_wide *const *wides;	/* further ones of live */
	size_t		 wide_count;
};

struct plan_apart {
	struct plan	*plan;
	struct widetable *wides;
	struct world	 world;		/* zones and settings of the live one */
};

/*
 * plan_apart_open - all borrowed until close.
 *
 * Until then the loop must not turn: neither the live plan nor health may
 * change.
 * cost   what a load of those objects costs; and some 0.5 us for each name
 *        of the live plan
 */
void plan_apart_open(struct plan_apart *a, const struct plan_apart_config *c);
void plan_apart_close(struct plan_apart *a);

#endif
