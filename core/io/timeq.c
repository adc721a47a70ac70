/* core/io/timeq.c - the binary heap behind timeq.h. Slot 0 of the array stays
 * unused, so that parent and children are place / 2, 2 place and 2 place + 1.
 * Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/timeq.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/mem.h"

static bool
before(const struct timeq_node *a, const struct timeq_node *b)
{
	return a->at != b->at ? a->at < b->at : a->seq < b->seq;
}

static void
put(struct timeq *q, struct timeq_node *n, size_t place)
{
	q->heap[place] = n;
	n->place = place;
}

static void
sift_up(struct timeq *q, struct timeq_node *n, size_t place)
{
	for (; place > 1 && before(n, q->heap[place / 2]); place /= 2)
		put(q, q->heap[place / 2], place);
	put(q, n, place);
}

static void
sift_down(struct timeq *q, struct timeq_node *n, size_t place)
{
	size_t child;

	while ((child = place * 2) <= q->count) {
		if (child < q->count &&
		    before(q->heap[child + 1], q->heap[child]))
			child++;
		if (!before(q->heap[child], n))
			break;
		put(q, q->heap[child], place);
		place = child;
	}
	put(q, n, place);
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
	q->heap = mem_grow(q->heap, &q->room, q->count + 2, sizeof(*q->heap));
	n->at = at;
	n->seq = q->seq++;
	q->count++;
	sift_up(q, n, q->count);
}

void
timeq_remove(struct timeq *q, struct timeq_node *n)
{
	struct timeq_node *last;
	size_t place = n->place;

	if (place == 0)
		return;
	assert(place <= q->count && q->heap[place] == n);
	n->place = 0;
	last = q->heap[q->count--];
	if (last == n)
		return;
	if (place > 1 && before(last, q->heap[place / 2]))
		sift_up(q, last, place);
	else
		sift_down(q, last, place);
}

struct timeq_node *
timeq_first(const struct timeq *q)
{
	return q->count != 0 ? q->heap[1] : NULL;
}
