/* gtmd/decide/decision_keep.h - does a decision owe this client its last answer?
 *
 * F5's order: a live record wins while its member is usable, before any method
 * is asked. The answering threads and decision_walk ask the same. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_DECISION_KEEP_H
#define GTMD_DECIDE_DECISION_KEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "gtmd/decide/persist.h"

struct asker;
struct clock;
struct decision;
struct decision_target;

/* What was found, and what a new record would be put under. */
struct decision_keeper {
	struct persist_key key;
	uint32_t	 now_s;
	const struct decision_target *target;	/* when it returns true */
};

/* For a decision with persistence (d->kept). Without records there is none,
 * and key and now_s are not set. */
bool decision_keep_find(const struct decision *d, const struct asker *asker,
    struct decision_keeper *k);

/* The seconds that records live by: never 0, and the same for all who share
 * the clock. */
uint32_t decision_keep_now(const struct clock *clock);

#endif
