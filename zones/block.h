/* zones/block.h - large memory that grows without copying and goes back to
 * the system when it is let go.
 *
 * malloc keeps freed heap for later; after a reload of a million names that
 * would be memory for nobody. Layer: zones, knows nothing of DNS.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ZONES_BLOCK_H
#define ZONES_BLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Grows at its end; all zero is a valid empty one. Octets past len are 0. */
struct block {
	uint8_t	*base;		/* moves when it grows */
	size_t	 len, cap;
};

/* n more octets at the end, zero, aligned to align (a power of two). Returns
 * their offset. Aborts when the system has no memory left. */
size_t block_add(struct block *b, size_t n, size_t align);
/* Room for about size octets, made in one piece while b is still empty: huge
 * pages from the start and no moving. What is not used costs nothing. */
void block_expect(struct block *b, size_t size);
void block_fini(struct block *b);

/* size octets, zero and aligned to a cache line: from the heap when small
 * (*mapped = 0), else a mapping of *mapped octets, in huge pages if the system
 * gives them. */
void *block_alloc(size_t size, size_t *mapped);
/* What is in b as memory of the same kind, without copying when it is large;
 * room that b did not use goes back. b is empty afterwards. */
void *block_take(struct block *b, size_t *mapped);
void block_free(void *p, size_t mapped);

#endif
