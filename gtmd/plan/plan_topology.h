/* gtmd/plan/plan_topology.h - topology in the graph: the table of all records, made
 * when somebody asks for it and edited when few of them change, and the views
 * that decisions share.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_TOPOLOGY_H
#define GTMD_PLAN_PLAN_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/map.h"

struct plan;
struct plan_pool;
struct plan_wide;
struct store_change;
struct topology_table;
struct topology_view;

struct plan_topology {
	struct topology_table *table;	/* NULL until it is needed */
	bool		 ahead;		/* it knows changes that we are not told yet */
	struct topology_table *offered;	/* made of what is there now; or NULL */
	struct map	 views;		/* by the candidates' classes */
	size_t		 kept;		/* views after the last sweep */
	bool		 longest_match, allow_zero, client_subnet;
};

void plan_topology_fini(struct plan *p);

/* Is it one of the objects that the table is made from? */
bool plan_topology_concerns(const struct store_change *c);
/* Follows changes of records in the table that there is, or forgets it. */
void plan_topology_change(struct plan *p, const struct store_change *changes,
    size_t count);
/* The table and the views are made anew when they are asked for; pools and
 * wide IPs that use them are touched. */
void plan_topology_forget(struct plan *p);

/* The views of a pool's members and of a wide IP's pools (those that plan_wide
 * puts in its spec), referred to by the caller; NULL when no method of theirs
 * is topology. Of scores when a pool's quality-of-service weighs them. */
struct topology_view *plan_topology_of_pool(const struct plan_pool *pool);
struct topology_view *plan_topology_of_wide(const struct plan_wide *w);

#endif
