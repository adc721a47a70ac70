/* wom/link/seenids.h - which of the numbers that count up from 1 have come, in
 * whatever order: a window behind which all have.
 * Layer: wom/link, pure. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LINK_SEENIDS_H
#define WOM_LINK_SEENIDS_H

#include <stdbool.h>
#include <stdint.h>

#define SEENIDS_WINDOW	4096	/* numbers from the first one that is missing */

struct seenids {
	uint64_t base;		/* all below have come */
	uint64_t bits[SEENIDS_WINDOW / 64];
};

void seenids_init(struct seenids *s);
/* Has it come? */
bool seenids_has(const struct seenids *s, uint64_t id);
/* False: it is beyond the window, which who counts must not leave. */
bool seenids_put(struct seenids *s, uint64_t id);

#endif
