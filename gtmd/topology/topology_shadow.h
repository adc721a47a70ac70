/* gtmd/topology/topology_shadow.h - records that decide nothing: wherever they match a
 * client and a server, a record before them does so too.
 *
 * Judged for all clients that there may be and for the servers that are given,
 * in the order that the table has, so with topology-longest-match and without.
 * A record that matches none of them is in nobody's shadow. Control loop only.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TOPOLOGY_TOPOLOGY_SHADOW_H
#define GTMD_TOPOLOGY_TOPOLOGY_SHADOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct topology_table;

struct topology_shadow {
	uint32_t	 line;		/* the record: number in the table */
	uint32_t	 by;		/* the first record for clients and
					 * servers that it matches */
	bool		 alone;		/* by is before it for all of them */
};

typedef void topology_shadow_fn(void *arg, const struct topology_shadow *s);

struct topology_shadow_order {
	/* As topology_table_new made it: not edited yet. */
	const struct topology_table *table;
	const uint32_t	*servers;	/* topology_table_server's numbers; one
					 * may come twice */
	size_t		 server_count;
	size_t		 work_max;	/* classes to look at, more or less;
					 * some 10 million a second */
};

/*
 * topology_shadow_each - tells them in the order of records.
 *
 * ret   how many records could not be judged for want of work_max
 * cost  for most records one pair of a client's class and a server's, which is
 *       no work; for one in the shadow its classes of clients, times its
 *       classes of servers where not all of these are in the same shadow
 */
size_t topology_shadow_each(const struct topology_shadow_order *o,
    topology_shadow_fn *fn, void *arg);

#endif
