/* gtmd/coalesce.h - when it pays to wait for a fuller batch.
 *
 * At a middling load each query wakes its thread by itself, and waking costs
 * two to four times what answering does. A thread that has just drained a small
 * batch and is fairly busy does better to sleep some tens of microseconds: the
 * next call then brings several. When little comes a query is answered at once,
 * since waiting saves nothing; when much comes the batches are large by
 * themselves. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_COALESCE_H
#define GTMD_COALESCE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/clock.h"

#define COALESCE_SMALL	8	/* datagrams: a batch of so many is full enough */
/* Above this rate a thread that wakes for each query is 15 % busy (about 10 us
 * a wake-up). */
#define COALESCE_RATE	15000

/* All zero: a thread that has not been asked yet. */
struct coalesce {
	mono_ns	 last_ns;	/* when the batch before ended */
	uint32_t gap_ns;	/* from query to query, smoothed over about 8
				 * batches */
};

/* A batch of n > 0 was answered at now. Wait before the next? */
bool coalesce_check(struct coalesce *c, unsigned n, mono_ns now);

#endif
