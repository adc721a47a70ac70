/* core/io/timeq.h - what is due next: a heap over nodes that live in their
 * owners.
 *
 * Pure: time is an argument, nodes are never allocated here. Among equal times
 * the node added first comes first. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_TIMEQ_H
#define CORE_IO_TIMEQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"

/* All zero is a node that is in no queue. */
struct timeq_node {
	mono_ns	 at;		/* when it is due */
	uint64_t seq;		/* order of adding */
	size_t	 place;		/* in the heap, 0 = not queued */
};

struct timeq_slot;

/* All zero is a valid empty queue. */
struct timeq {
	struct timeq_slot *heap;	/* owned array of borrowed nodes */
	size_t		   count, room;
	uint64_t	   seq;		/* +1 per addition */
};

void timeq_fini(struct timeq *q);
/* n must not be queued. Cost: O(log count). */
void timeq_add(struct timeq *q, struct timeq_node *n, mono_ns at);
/* Harmless when n is not queued. Cost: O(log count). */
void timeq_remove(struct timeq *q, struct timeq_node *n);
/* The node due first, still queued; NULL when there is none. */
struct timeq_node *timeq_first(const struct timeq *q);

static inline bool
timeq_has(const struct timeq_node *n)
{
	return n->place != 0;
}

#endif
