/* gtmd/serve/coalesce.c - see coalesce.h.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/serve/coalesce.h"

#include <assert.h>

#define GAP_WAIT_NS	(uint32_t)(CLOCK_S / COALESCE_RATE)
/* A longer silence tells no more than that it is quiet. */
#define GAP_MAX_NS	(uint32_t)CLOCK_MS
/* The median moves by so much a sleep: a time slice of a neighbour, thousands
 * of times as long, weighs no more than any other. */
#define LATE_STEP_NS	500u
#define LATE_MAX_NS	(uint32_t)CLOCK_MS
/* Shorter sleeps do not pay for the timer. */
#define NAP_MIN_NS	5000u

/* From query to query, in signed steps of an eighth. */
static void
follow_gap(struct coalesce *c, unsigned n, mono_ns now)
{
	dur_ns gap = (now - c->last_ns) / n;

	if (gap > GAP_MAX_NS || c->last_ns == 0)
		gap = GAP_MAX_NS;
	c->last_ns = now;
	c->gap_ns = (uint32_t)(c->gap_ns +
	    ((int64_t)gap - (int64_t)c->gap_ns) / 8);
}

uint32_t
coalesce_nap(struct coalesce *c, unsigned n, mono_ns now, uint32_t max_ns)
{
	assert(n > 0);
	follow_gap(c, n, now);
	if (n >= COALESCE_SMALL || c->gap_ns >= GAP_WAIT_NS ||
	    max_ns < NAP_MIN_NS)
		return 0;
	/* Where sleeps end later than a query may wait, the shortest one is
	 * tried now and then: that may pass. */
	if (c->late_ns + NAP_MIN_NS > max_ns) {
		c->late_ns -= c->late_ns > 0;
		return 0;
	}
	c->asked_ns = max_ns - c->late_ns;
	return c->asked_ns;
}

void
coalesce_woke(struct coalesce *c, mono_ns now)
{
	if (now - c->last_ns < (dur_ns)c->asked_ns + c->late_ns)
		c->late_ns -= c->late_ns < LATE_STEP_NS ? c->late_ns :
		    LATE_STEP_NS;
	else if (c->late_ns < LATE_MAX_NS)
		c->late_ns += LATE_STEP_NS;
}
