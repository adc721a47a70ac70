/* core/io/timeq.c - the heap behind timeq.h. Each place has four below it, and a
 * place holds the time beside the node: on the way down a heap of 200,000 that
 * is nine steps with one or two cache lines each, and no look at a node.
 *
 * The first place is 3 and those below p begin at 4 (p - 2), so that they lie
 * side by side in a line. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/timeq.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/mem.h"

#define FIRST	((size_t)3)
#define FAN	4

struct timeq_slot {
	mono_ns		   at;		/* as in the node */
	struct timeq_node *node;
};

static bool
before(const struct timeq_slot *a, const struct timeq_slot *b)
{
	return a->at != b->at ? a->at < b->at : a->node->seq < b->node->seq;
}

static size_t
above(size_t place)
{
	return place / FAN + 2;
}

static size_t
below(size_t place)
{
	return FAN * (place - 2);
}

/* Behind the last one. */
static size_t
end(const struct timeq *q)
{
	return FIRST + q->count;
}

static void
put(struct timeq *q, struct timeq_slot s, size_t place)
{
	q->heap[place] = s;
	s.node->place = place;
}

static void
sift_up(struct timeq *q, struct timeq_slot s, size_t place)
{
	for (; place > FIRST && before(&s, &q->heap[above(place)]);
	    place = above(place))
		put(q, q->heap[above(place)], place);
	put(q, s, place);
}

/* The earliest of those below a place; end(q) or more when there are none. */
static size_t
least_below(const struct timeq *q, size_t place)
{
	size_t least = below(place), stop = least + FAN;

	if (stop > end(q))
		stop = end(q);
	for (size_t k = least + 1; k < stop; k++) {
		if (before(&q->heap[k], &q->heap[least]))
			least = k;
	}
	return least;
}

static void
sift_down(struct timeq *q, struct timeq_slot s, size_t place)
{
	size_t least;

	while ((least = least_below(q, place)) < end(q) &&
	    before(&q->heap[least], &s)) {
		put(q, q->heap[least], place);
		place = least;
	}
	put(q, s, place);
}

void
timeq_fini(struct timeq *q)
{
	assert(q->count == 0);
	free(q->heap);
	*q = (struct timeq){ 0 };
}

void
timeq_add(struct timeq *q, struct timeq_node *n, mono_ns at)
{
	assert(n->place == 0);
	q->heap = mem_grow(q->heap, &q->room, end(q) + 1, sizeof(*q->heap));
	n->at = at;
	n->seq = q->seq++;
	q->count++;
	sift_up(q, (struct timeq_slot){ at, n }, end(q) - 1);
}

void
timeq_remove(struct timeq *q, struct timeq_node *n)
{
	struct timeq_slot last;
	size_t place = n->place;

	if (place == 0)
		return;
	assert(place < end(q) && q->heap[place].node == n);
	n->place = 0;
	q->count--;
	last = q->heap[end(q)];
	if (last.node == n)
		return;
	if (place > FIRST && before(&last, &q->heap[above(place)]))
		sift_up(q, last, place);
	else
		sift_down(q, last, place);
}

struct timeq_node *
timeq_first(const struct timeq *q)
{
	return q->count != 0 ? q->heap[FIRST].node : NULL;
}
