/* gtmd/count/tally.c - cells of all threads, and which slots are taken; see tally.h.
 *
 * A thread's cells are a mapping of untouched pages. The list of threads and
 * the free ranges are locked; adding to a cell is not. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/count/tally.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/base/mem.h"

#define THREADS_MAX	256
#define MAP_LEN		(TALLY_SLOTS_MAX * sizeof(uint64_t))

/* Slots first .. first + count - 1 are free. */
struct range {
	uint32_t first, count;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct tally *threads[THREADS_MAX];
static size_t thread_count;
static uint64_t *ended;		/* sums of threads that have closed */
static uint32_t slots_end;	/* slots from here on were never handed out */
static struct range *ranges;	/* sorted by first, never touching */
static size_t range_count, range_room;

static uint64_t *
map_cells(void)
{
	void *p = mmap(NULL, MAP_LEN, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	/* Address space, no memory: as final as the heap's end. */
	if (p == MAP_FAILED) {
		(void)fprintf(stderr, "cannot reserve counters: %s\n",
		    strerror(errno));
		abort();
	}
	return p;
}

struct tally *
tally_open(void)
{
	struct tally *t = mem_zalloc(1, sizeof(*t));

	t->cells = map_cells();
	pthread_mutex_lock(&lock);
	assert(thread_count < THREADS_MAX);
	threads[thread_count++] = t;
	pthread_mutex_unlock(&lock);
	return t;
}

struct tally *
tally_scratch_open(void)
{
	struct tally *t = mem_zalloc(1, sizeof(*t));

	t->cells = map_cells();
	return t;
}

void
tally_scratch_close(struct tally **pt)
{
	struct tally *t = *pt;

	*pt = NULL;
	if (t == NULL)
		return;
	munmap(t->cells, MAP_LEN);
	free(t);
}

/* Adds a closing thread's cells to those of the threads before it. */
static void
fold(const struct tally *t)
{
	if (ended == NULL)
		ended = map_cells();
	for (uint32_t i = 0; i < slots_end; i++) {
		if (t->cells[i] != 0)
			ended[i] += t->cells[i];
	}
}

void
tally_close(struct tally **pt)
{
	struct tally *t = *pt;
	size_t i = 0;

	*pt = NULL;
	if (t == NULL)
		return;
	pthread_mutex_lock(&lock);
	fold(t);
	while (threads[i] != t)
		i++;
	threads[i] = threads[--thread_count];
	pthread_mutex_unlock(&lock);
	munmap(t->cells, MAP_LEN);
	free(t);
}

/* Takes count slots from the first free range that has them. */
static bool
take_from_ranges(uint32_t count, uint32_t *first)
{
	for (size_t i = 0; i < range_count; i++) {
		struct range *r = &ranges[i];

		if (r->count < count)
			continue;
		*first = r->first;
		r->first += count;
		r->count -= count;
		if (r->count == 0) {
			range_count--;
			memmove(r, r + 1, (range_count - i) * sizeof(*r));
		}
		return true;
	}
	return false;
}

uint32_t
tally_slots_new(uint32_t count)
{
	uint32_t first;

	assert(count > 0);
	pthread_mutex_lock(&lock);
	if (!take_from_ranges(count, &first)) {
		assert(count <= TALLY_SLOTS_MAX - slots_end);
		first = slots_end;
		slots_end += count;
	}
	pthread_mutex_unlock(&lock);
	return first;
}

/* No thread writes these cells any more, so that we may. */
static void
clear_slots(uint64_t *cells, uint32_t first, uint32_t count)
{
	for (uint32_t i = first; i < first + count; i++) {
		/* A read does not take a page that was never written. */
		if (__atomic_load_n(&cells[i], __ATOMIC_RELAXED) != 0)
			__atomic_store_n(&cells[i], 0, __ATOMIC_RELAXED);
	}
}

/* Joins ranges[i] with ranges[i + 1] where they touch. */
static void
join_ranges(size_t i)
{
	struct range *r = &ranges[i];

	if (i + 1 >= range_count || r[0].first + r[0].count != r[1].first)
		return;
	r[0].count += r[1].count;
	range_count--;
	memmove(r + 1, r + 2, (range_count - i - 1) * sizeof(*r));
}

static void
add_range(uint32_t first, uint32_t count)
{
	size_t lo = 0, hi = range_count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (ranges[mid].first < first)
			lo = mid + 1;
		else
			hi = mid;
	}
	ranges = mem_grow(ranges, &range_room, range_count + 1,
	    sizeof(*ranges));
	memmove(ranges + lo + 1, ranges + lo,
	    (range_count - lo) * sizeof(*ranges));
	ranges[lo] = (struct range){ first, count };
	range_count++;
	join_ranges(lo);
	if (lo > 0)
		join_ranges(lo - 1);
}

void
tally_slots_free(uint32_t first, uint32_t count)
{
	assert(count > 0);
	pthread_mutex_lock(&lock);
	assert(first < slots_end && count <= slots_end - first);
	for (size_t i = 0; i < thread_count; i++)
		clear_slots(threads[i]->cells, first, count);
	if (ended != NULL)
		clear_slots(ended, first, count);
	add_range(first, count);
	pthread_mutex_unlock(&lock);
}

uint64_t
tally_sum(uint32_t slot)
{
	uint64_t sum;

	assert(slot < TALLY_SLOTS_MAX);
	pthread_mutex_lock(&lock);
	sum = ended != NULL ? ended[slot] : 0;
	for (size_t i = 0; i < thread_count; i++)
		sum += __atomic_load_n(&threads[i]->cells[slot],
		    __ATOMIC_RELAXED);
	pthread_mutex_unlock(&lock);
	return sum;
}

void
tally_carry(uint32_t slot, uint64_t n)
{
	assert(slot < TALLY_SLOTS_MAX);
	pthread_mutex_lock(&lock);
	if (ended == NULL)
		ended = map_cells();
	ended[slot] += n;
	pthread_mutex_unlock(&lock);
}
