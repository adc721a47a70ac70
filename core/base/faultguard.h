/* core/base/faultguard.h - a mapped file that loses its octets does not take the
 * process with it.
 *
 * Who reads or writes a mapping of a file that somebody has cut short, or whose
 * disk fails, is sent SIGBUS. Within a guarded range the handler puts zeros in the
 * place of what is gone, a piece at a time, and counts; the reader goes on, and
 * whoever checks what it read finds that it is not right; the writer writes to
 * memory that is no file's, and finds by the count that it has. A fault anywhere
 * else goes to the handler that was there before. Any thread. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_FAULTGUARD_H
#define CORE_BASE_FAULTGUARD_H

#include <stdatomic.h>
#include <stddef.h>

#define FAULTGUARD_MAX	64	/* ranges at a time */

/* Guards len octets at base, a mapping of the caller's whose pages have this
 * protection (PROT_READ, perhaps with PROT_WRITE), and installs the handler where it
 * is not. Returns how many faults there were, a
 * number that grows from 0; NULL: FAULTGUARD_MAX are guarded already. */
const atomic_uint *faultguard_add(const void *base, size_t len, int prot);
/* Before the range is unmapped. Sets *pfaults to NULL; NULL is harmless. */
void faultguard_remove(const atomic_uint **pfaults);

#endif
