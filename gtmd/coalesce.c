/* gtmd/coalesce.c - see coalesce.h.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/coalesce.h"

#include <assert.h>

#define GAP_WAIT_NS	(uint32_t)(CLOCK_S / COALESCE_RATE)
/* A longer silence tells no more than that it is quiet. */
#define GAP_MAX_NS	(uint32_t)CLOCK_MS

bool
coalesce_check(struct coalesce *c, unsigned n, mono_ns now)
{
	dur_ns gap = (now - c->last_ns) / n;

	assert(n > 0);
	if (gap > GAP_MAX_NS || c->last_ns == 0)
		gap = GAP_MAX_NS;
	c->last_ns = now;
	/* In signed steps of an eighth. */
	c->gap_ns = (uint32_t)(c->gap_ns +
	    ((int64_t)gap - (int64_t)c->gap_ns) / 8);
	return n < COALESCE_SMALL && c->gap_ns < GAP_WAIT_NS;
}
