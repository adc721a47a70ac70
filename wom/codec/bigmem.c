/* wom/codec/bigmem.c - see bigmem.h. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/bigmem.h"

#include <sys/mman.h>

#include <stdint.h>

#define HUGE_PAGE	((size_t)2 << 20)

/* A piece that ends is given back: 0 octets are none. */
static void
unmap(void *from, size_t len)
{
	if (len > 0)
		(void)munmap(from, len);
}

/* Where the first huge page begins, and then no memory beside it. */
static uint8_t *
align(uint8_t *p, size_t octets)
{
	size_t ahead = -(uintptr_t)p % HUGE_PAGE;

	unmap(p, ahead);
	unmap(p + ahead + octets, HUGE_PAGE - ahead);
	return p + ahead;
}

/* In whole pages of the smallest size. */
static size_t
round_up(size_t octets)
{
	return (octets + 65535) / 65536 * 65536;
}

void *
bigmem_new(size_t octets)
{
	size_t size = round_up(octets);
	void *p = mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	p = align(p, size);
	/* Where the kernel has none, small pages do. */
	(void)madvise(p, size, MADV_HUGEPAGE);
	return p;
}

bool
bigmem_touch(void *mem, size_t octets, size_t *at, size_t step)
{
	size_t size = round_up(octets), left = size - *at;
	uint8_t *p = (uint8_t *)mem + *at;

	if (left == 0)
		return false;
	if (step < left)
		left = round_up(step);
	*at += left;
	if (madvise(p, left, MADV_POPULATE_WRITE) == -1)
		*at = size;	/* a kernel before 5.14, or there is no memory */
	return *at < size;
}

void
bigmem_free(void **pmem, size_t octets)
{
	void *p = *pmem;

	*pmem = NULL;
	if (p != NULL)
		unmap(p, round_up(octets));
}
