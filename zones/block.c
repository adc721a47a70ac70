/* zones/block.c - memory straight from the system; see block.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "zones/block.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define BLOCK_PAGE	((size_t)4096)
#define BLOCK_HUGE	((size_t)2 << 20)
#define BLOCK_LINE	((size_t)64)
/* Below this a mapping wastes more in its last page than it is worth, and
 * mappings are counted (vm.max_map_count). */
#define BLOCK_HEAP_MAX	((size_t)128 << 10)

static size_t
round_up(size_t n, size_t to)
{
	assert(n <= SIZE_MAX - to);
	return (n + to - 1) & ~(to - 1);
}

static void *
map_new(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert(p != MAP_FAILED);	/* out of memory: as core/base/mem */
	return p;
}

/* Huge pages spare a TLB miss per look-up; without them it still works. */
static void
want_huge(void *p, size_t size)
{
	if (size >= BLOCK_HUGE)
		(void)madvise(p, size, MADV_HUGEPAGE);
}

/* A mapping that starts at a huge page's edge: what is cut off in front and
 * behind was never touched and costs nothing. */
static void *
map_aligned(size_t size)
{
	uint8_t *p = map_new(size + BLOCK_HUGE);
	size_t head = (BLOCK_HUGE - ((uintptr_t)p & (BLOCK_HUGE - 1))) &
	    (BLOCK_HUGE - 1);

	if (head > 0)
		(void)munmap(p, head);
	if (BLOCK_HUGE - head > 0)
		(void)munmap(p + head + size, BLOCK_HUGE - head);
	want_huge(p + head, size);
	return p + head;
}

static void
grow(struct block *b, size_t need)
{
	size_t cap = b->cap == 0 ? 16 * BLOCK_PAGE : b->cap;
	void *p;

	while (cap < need) {
		assert(cap <= SIZE_MAX / 2);
		cap *= 2;
	}
	if (b->base == NULL) {
		p = map_new(cap);
	} else {
		p = mremap(b->base, b->cap, cap, MREMAP_MAYMOVE);
		assert(p != MAP_FAILED);
	}
	b->base = p;
	b->cap = cap;
}

size_t
block_add(struct block *b, size_t n, size_t align)
{
	size_t at = round_up(b->len, align);

	assert(n <= SIZE_MAX - at);
	if (at + n > b->cap)
		grow(b, at + n);
	b->len = at + n;
	return at;
}

void
block_expect(struct block *b, size_t size)
{
	assert(b->base == NULL);
	if (size < BLOCK_HUGE)
		return;
	b->cap = round_up(size, BLOCK_HUGE);
	b->base = map_aligned(b->cap);
}

void
block_fini(struct block *b)
{
	if (b->base != NULL)
		(void)munmap(b->base, b->cap);
	*b = (struct block){ .base = NULL };
}

void *
block_alloc(size_t size, size_t *mapped)
{
	void *p;

	*mapped = 0;
	if (size < BLOCK_HEAP_MAX) {
		size = round_up(size == 0 ? 1 : size, BLOCK_LINE);
		p = aligned_alloc(BLOCK_LINE, size);
		assert(p != NULL);
		return memset(p, 0, size);
	}
	*mapped = round_up(size, BLOCK_PAGE);
	if (size < BLOCK_HUGE)
		return map_new(*mapped);
	return map_aligned(*mapped);
}

void *
block_take(struct block *b, size_t *mapped)
{
	size_t keep = round_up(b->len, BLOCK_PAGE);
	void *p = b->base;

	if (b->len < BLOCK_HEAP_MAX) {
		p = block_alloc(b->len, mapped);
		if (b->len > 0)
			memcpy(p, b->base, b->len);
		block_fini(b);
		return p;
	}
	if (keep < b->cap)
		(void)munmap(b->base + keep, b->cap - keep);
	*mapped = keep;
	*b = (struct block){ .base = NULL };
	return p;
}

void
block_free(void *p, size_t mapped)
{
	if (mapped == 0)
		free(p);
	else if (p != NULL)
		(void)munmap(p, mapped);
}
