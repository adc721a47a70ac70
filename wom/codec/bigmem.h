/* wom/codec/bigmem.h - memory by the gigabyte: zeroed, in pages as large as the
 * system has them.
 *
 * A history and its index are read here and there all over: with pages of 4 KiB
 * each look costs a walk through page tables, and each first touch a fault. What is
 * never touched costs nothing. Any thread. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_BIGMEM_H
#define WOM_CODEC_BIGMEM_H

#include <stddef.h>

/* NULL: there is no address space for so many octets (> 0). */
void *bigmem_new(size_t octets);
/* Takes *pmem, of so many octets; NULL is harmless. */
void bigmem_free(void **pmem, size_t octets);

#endif
