/* wom/flow/flowpace.h - how hard zstd tries: harder while the link is what blocks wait
 * for, less hard while they wait for the processor.
 *
 * Judged by what was seen of some MiB of blocks: how many found an earlier one waiting
 * for the link, how many went out at once while the LAN had more to give, how busy the
 * thread was, what a level costs and what it gains. Where neither is so the LAN or the far
 * end is slow, and nothing changes. A level that gains nothing is left again, and not
 * tried for a while. One for each peer; all
 * of its flows that are adaptive share it. Layer: wom/flow, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_FLOW_FLOWPACE_H
#define WOM_FLOW_FLOWPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/clock.h"

#define FLOWPACE_LEVELS	12

/* What has been seen at a level lately; 0: nothing. */
struct flowpace_level {
	uint32_t cost_ps;	/* of CPU time for an octet that is packed */
	uint32_t gain_ppm;	/* what they become, of a million */
};

struct flowpace {
	unsigned at;		/* place of the level */
	struct flowpace_level levels[FLOWPACE_LEVELS];
	/* Since the last judgement: */
	bool	 begun;
	mono_ns	 since, last;
	dur_ns	 cpu_since;
	uint64_t octets;		/* in blocks, */
	uint64_t queued, pressed;	/* of these, as flowpace_block has it */
	uint64_t tried, became;		/* of what goes through zstd */
	dur_ns	 spent;			/* CPU time for it */
	unsigned tired;		/* judgements before a higher level is tried */
	bool	 hurried;	/* the processor is what blocks wait for */
};

/* One block that was encoded. */
struct flowpace_block {
	uint32_t octets;
	uint32_t tried, became;	/* that zstd was given, that it gave */
	bool	 queued;	/* when it was ready its predecessor waited still */
	bool	 pressed;	/* the LAN had more than it took, and nobody else was
				 * waited for */
	dur_ns	 spent;		/* CPU time for it */
};

/* Begins at the highest of its levels that is not above `level`. */
void flowpace_init(struct flowpace *p, int level);
/* zstd's level now. */
int flowpace_level(const struct flowpace *p);
/* A block was encoded at that level. now and cpu (the thread's CPU time) grow. */
void flowpace_block(struct flowpace *p, const struct flowpace_block *b,
    mono_ns now, dur_ns cpu);
/* Is the processor what blocks wait for? */
bool flowpace_is_hurried(const struct flowpace *p);

#endif
