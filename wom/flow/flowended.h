/* wom/flow/flowended.h - flows that have ended, with what they came to, until somebody takes
 * them: who adds flows up looks now and then, and would miss what came between a look and
 * the end. Layer: wom/flow, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_FLOW_FLOWENDED_H
#define WOM_FLOW_FLOWENDED_H

#include <stddef.h>
#include <stdint.h>

#include "wom/flow/flowset.h"

/* Some 9 MB when it is full: of flows that end faster than somebody looks. */
#define FLOWENDED_MAX	16384

/* Longer than one set of flows: a peer's next one goes on with it. */
struct flowended_list {
	struct flowended *v;
	size_t	 count, room;
	uint64_t serial;	/* of the last one */
	uint64_t missed;	/* that found no room since the last taking */
};

/* serial: higher than of any list before it. */
void flowended_init(struct flowended_list *l, uint64_t serial);
void flowended_fini(struct flowended_list *l);

/* A copy of it, whose serial is set here. */
void flowended_add(struct flowended_list *l, const struct flowended *one);
/* All there are, in the order of their ends, for the caller to free; NULL: none. The list is
 * empty then. */
struct flowended *flowended_take(struct flowended_list *l, size_t *count,
    uint64_t *missed);

#endif
