/* gtmd/topology/topology_source.h - the compiled table of a configuration's topology
 * records and regions. Control loop. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TOPOLOGY_TOPOLOGY_SOURCE_H
#define GTMD_TOPOLOGY_TOPOLOGY_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include "gtmd/topology/topology_sort.h"

struct draft;
struct geo;
struct model;
struct topology;
struct topology_table;

struct topology_source {
	const struct draft *draft;	/* of these two, one */
	const struct model *model;
	bool		 longest_match, allow_zero;
	struct geo *const *geo;		/* databases; borrowed */
	size_t		 geo_count;
};

/* One reference; cost as topology_table_new, and sorting. */
struct topology_table *topology_source_table(const struct topology_source *s);

/* What an object says, without its key; the terms are the caller's to end.
 * False for a name that is none, which no checked object has. */
bool topology_source_record(const struct topology *o,
    struct topology_record *r);

#endif
