/* gtmd/decide/decision_log.h - bare facts of some decisions, from the threads that
 * answer to the control loop, which makes sentences of them.
 *
 * Each thread has a ring of its own: it writes, the control loop reads, nobody
 * waits. When the ring is full the record is dropped and counted. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_DECISION_LOG_H
#define GTMD_DECIDE_DECISION_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "gtmd/decide/decision.h"

#define DECISION_LOG_RING	512	/* records of a thread; 2^n */
#define DECISION_LOG_NOBODY	UINT32_MAX

struct decision_log;

/* What one answer was. Slots are the tally's: they say which pool and member,
 * and by which of their methods. */
struct decision_log_record {
	real_s		 when;
	uint64_t	 wide;		/* decision_spec.key */
	uint64_t	 made;		/* decision_spec.made */
	struct addr	 resolver;	/* family 0 = unknown */
	struct addr_prefix subnet;	/* that it told of; family 0 = none */
	uint32_t	 pool;		/* slot, or DECISION_LOG_NOBODY: the
					 * failure policy answered */
	uint32_t	 member;	/* likewise; of the first record told.
					 * fallback-ip is its pool's */
	uint16_t	 count;		/* records told */
	uint8_t		 action;	/* enum decision_action */
	uint8_t		 rcode;
};

/* ---- the answering thread ---- */

/* A thread's ring; called before it answers. NULL-safe close drops what nobody
 * has read. */
struct decision_log *decision_log_open(void);
void decision_log_close(struct decision_log **pl);

/* A record for one query of so many (>= 1), at random, so that no rotation
 * falls in step: the place to fill, which decision_log_put then gives away, or
 * NULL: not this one, or the ring is full. No lock, no allocation. */
struct decision_log_record *decision_log_place(struct decision_log *l,
    uint32_t one_of);
void decision_log_put(struct decision_log *l);

/* ---- control loop ---- */

/* Calls fn for the records there are, at most max, each thread in its turn;
 * returns how many. */
typedef void decision_log_fn(void *arg, const struct decision_log_record *r);
size_t decision_log_drain(size_t max, decision_log_fn *fn, void *arg);

/* Records dropped since the start, by all threads. */
uint64_t decision_log_dropped(void);

#endif
