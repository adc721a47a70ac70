/* wom/flow/flowpace.h - how hard zstd tries: harder while the link is what blocks wait
 * for, less hard while they wait for the processor.
 *
 * Judged by what was seen of some MiB of blocks: how long they waited for room, which is
 * the link's pace, or the far end's; whether the LAN had more to give; how busy the thread
 * was, and what a level costs. With neither wait nor plenty it is the LAN that is slow, and
 * nothing changes. What a level gains is not asked: what a stream has to say changes more
 * from one MiB to the next than two levels differ. One for each peer; all of its flows
 * that are adaptive share it. Layer: wom/flow, pure. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_FLOW_FLOWPACE_H
#define WOM_FLOW_FLOWPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/clock.h"

#define FLOWPACE_LEVELS	12

struct flowpace {
	unsigned at;		/* place of the level */
	uint32_t cost_ps[FLOWPACE_LEVELS];	/* time for an octet that is packed,
						 * as it was lately; 0: not known */
	/* Since the last judgement: */
	bool	 begun;
	mono_ns	 since, last;
	dur_ns	 cpu_since;
	uint64_t octets, pressed;	/* in blocks; of these as flowpace_block says */
	dur_ns	 waited;
	uint64_t tried, became;		/* of what goes through zstd */
	dur_ns	 spent;			/* time for it */
	dur_ns	 elsewhere;		/* of this, by helpers */
	uint64_t tried_here;		/* of tried, without them */
	bool	 hurried;	/* the processor is what blocks wait for */
	unsigned helpers;	/* threads that pack */
};

/* One block that was encoded. */
struct flowpace_block {
	uint32_t octets;
	uint32_t tried, became;	/* that zstd was given, that it gave */
	bool	 pressed;	/* the LAN had more than it took */
	dur_ns	 waited;	/* that its stream had no room before it */
	dur_ns	 spent;		/* time for it, on the clock; */
	dur_ns	 elsewhere;	/* of this, in a helper, who packed it */
};

/* Begins at the highest of its levels that is not above `level`, with so many threads
 * that pack beside the caller's; 0: none. */
void flowpace_init(struct flowpace *p, int level, unsigned helpers);
/* zstd's level now. */
int flowpace_level(const struct flowpace *p);
/* A block was encoded at that level. now and cpu (the thread's CPU time) grow. */
void flowpace_block(struct flowpace *p, const struct flowpace_block *b,
    mono_ns now, dur_ns cpu);
/* Is the processor what blocks wait for? */
bool flowpace_is_hurried(const struct flowpace *p);

#endif
