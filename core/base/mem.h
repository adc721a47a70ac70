/* core/base/mem.h - control-plane allocation. Running out here is a bug of
 * sizing, not weather: these never return NULL, they abort with a sentence.
 * Packet paths do not call them. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_MEM_H
#define CORE_BASE_MEM_H

#include <stddef.h>

/* Zeroed memory of count * size octets (checked for overflow). */
void *mem_zalloc(size_t count, size_t size)
    __attribute__((returns_nonnull, malloc, alloc_size(1, 2)));

/* The same, in cache lines of 64 octets that it shares with nothing else: for what
 * threads write that must not slow each other down. */
void *mem_zalloc_lines(size_t count, size_t size)
    __attribute__((returns_nonnull, malloc, alloc_size(1, 2)));

/* p grown or shrunk to count * size octets; new octets are not zeroed. */
void *mem_resize(void *p, size_t count, size_t size)
    __attribute__((returns_nonnull, warn_unused_result, alloc_size(2, 3)));

/* Makes room for need items in the growing array p of *room items; doubles.
 * New items are zeroed. Returns the (moved) array. */
void *mem_grow(void *p, size_t *room, size_t need, size_t size)
    __attribute__((returns_nonnull, warn_unused_result));

/* Copies, terminated where they are text; the caller frees them. */
void *mem_dup(const void *p, size_t len)
    __attribute__((returns_nonnull, malloc));
/* NULL gives NULL. */
char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t len)
    __attribute__((returns_nonnull, malloc));
char *mem_printf(const char *fmt, ...)
    __attribute__((returns_nonnull, malloc, format(printf, 1, 2)));

/* Gives free memory back to the system, in whole pages, where the C library
 * can: after what has freed much at once. Milliseconds for each 100 MiB; other
 * threads that allocate wait meanwhile. */
void mem_trim(void);

#endif
