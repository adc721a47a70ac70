/* wom/flow/flowended.h - the flows that ended last, with what they came to: who adds
 * flows up looks now and then, and would miss what came between a look and the
 * end. Layer: wom/flow, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_FLOW_FLOWENDED_H
#define WOM_FLOW_FLOWENDED_H

#include <stddef.h>
#include <stdint.h>

#include "wom/flow/flowset.h"

/* The latest FLOWENDED_MAX; the oldest goes first. All zero: there is none. */
struct flowended_ring {
	struct flowended v[FLOWENDED_MAX];
	size_t	 next;		/* place of the one to come */
	size_t	 count;
	uint64_t serial;	/* of the last one */
};

/* A copy of it, whose serial is set here. */
void flowended_add(struct flowended_ring *r, const struct flowended *one);

#endif
