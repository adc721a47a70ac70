/* gtmd/topology/topology_edit.h - one record more, less or other in a compiled table.
 *
 * What comes out is what topology_table_new would make of all records, at the
 * cost of what the record is about: its network's part of the maps, and the
 * classes of clients in it. Control loop only. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TOPOLOGY_TOPOLOGY_EDIT_H
#define GTMD_TOPOLOGY_TOPOLOGY_EDIT_H

#include <stdbool.h>
#include "gtmd/topology/topology_list.h"
#include "gtmd/topology/topology_sort.h"

struct topology_table;

/* What edits leave to be done for views. All zero at first. */
struct topology_dirty {
	struct topology_list classes;	/* of clients: to be looked at again;
					 * in no order, perhaps twice */
	bool		 all;		/* all of them are */
	bool		 servers;	/* candidates are to be asked for anew
					 * (topology_table_server) */
};

void topology_edit_fini(struct topology_dirty *d);

/* One record; was or now is NULL when there is or was none. Both with their
 * keys (topology_sort_key). */
struct topology_edit {
	const struct topology_record *was, *now;
};

/*
 * topology_edit_apply - false when the table has to be made anew: the record
 * is the first to ask clients for a region, or for what a database knows.
 *
 * cost  logarithmic in the records, linear in the classes of clients that the
 *       record's ldns holds or does not hold of by itself
 */
bool topology_edit_apply(struct topology_table *t,
    const struct topology_edit *e, struct topology_dirty *out);

#endif
