/* gtmd/topology/topology_list.h - lists of numbers, as topology's parts hand them about.
 * Layer: gtmd, pure but for memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TOPOLOGY_TOPOLOGY_LIST_H
#define GTMD_TOPOLOGY_TOPOLOGY_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero is an empty one. */
struct topology_list {
	uint32_t	*v;		/* owned: free(v) ends it */
	size_t		 count, room;
};

/* Puts a number, or all of another list, at the end. */
void topology_list_add(struct topology_list *l, uint32_t n);
void topology_list_copy(struct topology_list *to,
    const struct topology_list *from);
/* Brings it into rising order, each number once. */
void topology_list_sort(struct topology_list *l);
/* Takes a number out of a list in no order, if it is there. */
void topology_list_remove(struct topology_list *l, uint32_t n);
/* Puts a number in, or takes one out, at a place. */
void topology_list_insert(struct topology_list *l, size_t at, uint32_t n);
void topology_list_cut(struct topology_list *l, size_t at);
/* Is it in a list that is sorted? */
bool topology_list_has(const struct topology_list *l, uint32_t n);

#endif
