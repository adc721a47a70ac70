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

/* How long, when this window waits. */
static uint32_t
nap(struct coalesce *c, uint32_t max_ns)
{
	/* Where sleeps end later than a query may wait, the shortest one is
	 * tried now and then: that may pass. */
	if (c->late_ns + NAP_MIN_NS > max_ns) {
		c->late_ns -= c->late_ns > 0;
		return 0;
	}
	c->asked_ns = max_ns - c->late_ns;
	return c->asked_ns;
}

uint32_t
coalesce_nap(struct coalesce *c, unsigned n, mono_ns now, uint32_t max_ns)
{
	assert(n > 0);
	follow_gap(c, n, now);
	if (n >= COALESCE_SMALL || c->gap_ns >= GAP_WAIT_NS ||
	    max_ns < NAP_MIN_NS) {
		c->open = false;	/* it would weigh another load */
		c->batches = c->queries = 0;
		return 0;
	}
	c->batches++;
	c->queries += n;
	return c->wait ? nap(c, max_ns) : 0;
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

bool
coalesce_is_due(const struct coalesce *c)
{
	return c->batches >= COALESCE_WINDOW || (c->batches > 0 && !c->open);
}

/* Waiting delays answers: it has to save an eighth at least. */
static bool
wait_pays(const struct coalesce *c)
{
	return c->cost_ns[true] < c->cost_ns[false] - c->cost_ns[false] / 8;
}

static void
follow_cost(struct coalesce *c, dur_ns used)
{
	uint32_t *cost = &c->cost_ns[c->wait];
	uint32_t now = 1 +
	    (uint32_t)((used < CLOCK_S ? used : CLOCK_S) / c->queries);

	*cost = *cost == 0 ? now : (uint32_t)(*cost +
	    ((int64_t)now - (int64_t)*cost) / 2);
}

void
coalesce_weigh(struct coalesce *c, dur_ns cpu_ns)
{
	if (c->open && c->batches >= COALESCE_WINDOW)
		follow_cost(c, cpu_ns - c->cpu_ns);
	c->open = true;
	c->cpu_ns = cpu_ns;
	c->batches = c->queries = 0;
	if (c->cost_ns[true] == 0)
		c->wait = true;
	else if (c->cost_ns[false] == 0)
		c->wait = false;
	else
		c->wait = wait_pays(c) != (++c->windows % COALESCE_TRIAL == 0);
}
