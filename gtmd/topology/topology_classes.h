/* gtmd/topology/topology_classes.h - classes of clients, or of servers: each a set of
 * atoms that are not as they are by default, numbered.
 *
 * Numbers of classes that went are given again. Control loop only.
 * Layer: gtmd, pure but for memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TOPOLOGY_TOPOLOGY_CLASSES_H
#define GTMD_TOPOLOGY_TOPOLOGY_CLASSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "gtmd/topology/topology_list.h"

struct topology_class {
	struct topology_list flips;	/* of atoms: rising */
	struct topology_list lines;	/* of servers: records, first first */
	struct topology_list plain;	/* of those: for all clients but some */
	uint32_t	 kind;		/* tells classes of equal flips apart */
	bool		 live;
};

/* All zero is none at all. */
struct topology_classes {
	struct topology_class *v;	/* also of numbers that are free */
	size_t		 count, room;
	uint32_t	*slots;		/* number + 1: open addressing */
	size_t		 slot_room, used;
	struct topology_list spare;	/* free numbers */
};

void topology_classes_fini(struct topology_classes *c);

/* The number of the class with these flips, which are in rising order; *made
 * says that it is new. */
uint32_t topology_classes_put(struct topology_classes *c,
    const struct topology_list *flips, uint32_t kind, bool *made);
/* Its number is free. */
void topology_classes_remove(struct topology_classes *c, uint32_t number);

#endif
