/* etherip/bridge/storm.c - see storm.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/bridge/storm.h"

#include <assert.h>

#define UNIT	UINT64_C(1000000000)	/* parts of one */

/* What fits into a bucket of that rate: at least one of what is counted. */
static uint64_t
depth(uint64_t rate, uint64_t least)
{
	uint64_t burst = rate * STORM_BURST_NS;

	return burst > least * UNIT ? burst : least * UNIT;
}

/* A second brings a unit for each that the rate has: rate * ns parts. */
static void
refill(uint64_t *has, uint64_t rate, uint64_t depth, dur_ns passed)
{
	uint64_t room = depth - *has;

	/* So that the product fits, and long silence is no more than a full bucket. */
	if (passed > room / rate)
		*has = depth;
	else
		*has += rate * passed;
}

void
storm_init(struct storm *s, uint64_t frames_s, uint64_t octets_s, mono_ns now)
{
	assert(frames_s <= STORM_RATE_MAX && octets_s <= STORM_RATE_MAX);
	*s = (struct storm){ .frames_s = frames_s, .octets_s = octets_s,
	    .frames = depth(frames_s, 1),
	    .octets = depth(octets_s, STORM_FRAME_MAX), .at = now };
}

bool
storm_admit(struct storm *s, size_t len, mono_ns now)
{
	uint64_t octets = len * UNIT;

	assert(len <= STORM_FRAME_MAX);
	if (s->frames_s != 0)
		refill(&s->frames, s->frames_s, depth(s->frames_s, 1),
		    now - s->at);
	if (s->octets_s != 0)
		refill(&s->octets, s->octets_s,
		    depth(s->octets_s, STORM_FRAME_MAX), now - s->at);
	s->at = now;
	if ((s->frames_s != 0 && s->frames < UNIT) ||
	    (s->octets_s != 0 && s->octets < octets))
		return false;
	if (s->frames_s != 0)
		s->frames -= UNIT;
	if (s->octets_s != 0)
		s->octets -= octets;
	return true;
}
