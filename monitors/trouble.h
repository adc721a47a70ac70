/* monitors/trouble.h - what keeps us from probing, in the log: one line a minute of
 * each kind, however many probes it hits.
 *
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_TROUBLE_H
#define MONITORS_TROUBLE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"

struct probe_result;

/* All zero is a valid one with nothing to tell. */
struct trouble {
	size_t	 abstained;		/* probes since the latest line */
	mono_ns	 next_abstain_ns;	/* to be told from then on, */
	mono_ns	 next_late_ns;		/* likewise */
};

/* A probe that we could not make: our own means run out. */
void trouble_abstained(struct trouble *t, const struct probe_result *r,
    mono_ns now);

struct trouble_queue {
	size_t	 waiting, under_way, most;	/* probes */
};
/* A probe starts, late by so much. Too few descriptors, or too little of a
 * processor, for what there is to ask: told from a second on. */
void trouble_late(struct trouble *t, uint64_t late_us,
    const struct trouble_queue *q, mono_ns now);

#endif
