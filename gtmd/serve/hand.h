/* gtmd/serve/hand.h - what one thread answers datagrams with, and how it rests
 * between batches. The datagrams themselves are the thread's business. Nothing
 * is shared between threads. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_HAND_H
#define GTMD_SERVE_HAND_H

#include "gtmd/query/answer.h"
#include "gtmd/serve/coalesce.h"

struct hand {
	struct answer	answer;
	struct coalesce	coalesce;
};

/* Counters, the rate limiter and the ring of who asked, of this thread. */
void hand_open(struct hand *h);
void hand_close(struct hand *h);

/* Makes the calling thread's short sleeps as short as they are asked for, and
 * has it run soon when there is work. */
void hand_settle(void);
/* After a batch of n > 0: sleeps for a fuller one where that pays, and no query
 * waits longer than max_us. 0 = never. */
void hand_rest(struct hand *h, unsigned n, unsigned max_us);

#endif
