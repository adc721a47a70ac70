/* gtmd/serve/coalesce.h - when it pays to wait for a fuller batch, and how long.
 *
 * At a middling load each query wakes its thread by itself, and waking costs
 * two to four times what answering does. A thread that has just drained a small
 * batch and is fairly busy does better to sleep some tens of microseconds: the
 * next call then brings several. When little comes a query is answered at once,
 * since waiting saves nothing; when much comes the batches are large by
 * themselves.
 *
 * A sleep ends late, by some microseconds or by many (virtual machines): what
 * is asked of the system is shorter by what it is usually late. So the longest
 * wait is what a query may really lose, not what was asked for.
 *
 * A timer costs 1 to 2 us of processor time on bare metal and 20 to 30 under some
 * hypervisors, where a wake-up by a datagram costs 5: there waiting never pays.
 * So it is weighed: what a query costs in either manner, by the thread's own
 * processor time, in windows of which each so many is spent the other way.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_COALESCE_H
#define GTMD_SERVE_COALESCE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/clock.h"

#define COALESCE_SMALL	8	/* datagrams: a batch of so many is full enough */
/* Above this rate a thread that wakes for each query is 15 % busy (about 10 us
 * a wake-up). */
#define COALESCE_RATE	15000
#define COALESCE_WINDOW	32	/* batches by which a manner is weighed */
#define COALESCE_TRIAL	32	/* windows, of which one is the other manner's */

/* All zero: a thread that has not been asked yet. */
struct coalesce {
	mono_ns	 last_ns;	/* when the batch before ended */
	uint32_t gap_ns;	/* from query to query, smoothed over about 8
				 * batches */
	uint32_t late_ns;	/* how late sleeps end: their median, followed
				 * in small steps */
	uint32_t asked_ns;	/* the sleep under way */
	bool	 wait;		/* the manner of this window */
	bool	 open;		/* it has begun, at cpu_ns */
	dur_ns	 cpu_ns;
	uint32_t batches, queries;	/* in this window */
	uint32_t windows;	/* so far */
	uint32_t cost_ns[2];	/* of a query answered at once, and after a
				 * wait; smoothed, 0 = not known yet */
};

/* A batch of n > 0 was answered at now; no query may wait longer than max_ns
 * (below 1 s). Returns how long to sleep before the next one; 0 = not at all,
 * else coalesce_woke is told when the sleep has ended. */
uint32_t coalesce_nap(struct coalesce *c, unsigned n, mono_ns now,
    uint32_t max_ns);
void coalesce_woke(struct coalesce *c, mono_ns now);

/* After coalesce_nap: is a window to begin or to end? Then coalesce_weigh is
 * told what processor time the thread has used so far. */
bool coalesce_is_due(const struct coalesce *c);
void coalesce_weigh(struct coalesce *c, dur_ns cpu_ns);

#endif
