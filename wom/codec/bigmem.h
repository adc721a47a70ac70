/* wom/codec/bigmem.h - memory by the gigabyte: zeroed, in pages as large as the
 * system has them.
 *
 * A history and its index are read here and there all over: with pages of 4 KiB
 * each look costs a walk through page tables, and each first touch a fault. What is
 * never touched costs nothing, what was touched ahead no time when it is needed.
 * Any thread. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_BIGMEM_H
#define WOM_CODEC_BIGMEM_H

#include <stdbool.h>
#include <stddef.h>

/* NULL: there is no address space for so many octets (> 0). */
void *bigmem_new(size_t octets);
/* Has the system find and clear some more of it, `step` octets (> 0) from *at on, which
 * moves. False: all of it is there, or the system has no more. On a virtual machine
 * whose host has to find the memory first, that may be 0.3 GB a second. */
bool bigmem_touch(void *mem, size_t octets, size_t *at, size_t step);
/* Takes *pmem, of so many octets; NULL is harmless. */
void bigmem_free(void **pmem, size_t octets);

#endif
