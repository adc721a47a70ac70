/* monitors/probestat.h - what became of the probes of one type: results, how
 * long they took, how late they started.
 *
 * Counts only; the scheduler owns one a type. Control loop. Layer: monitors,
 * pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBESTAT_H
#define MONITORS_PROBESTAT_H

#include "core/base/histogram.h"
#include "monitors/probe.h"

#define PROBESTAT_CODES	(PROBE_LOCAL + 1)

/* All zero but for monitor is a valid empty one. */
struct probestat {
	const struct type *monitor;	/* of the monitor objects */
	uint64_t	 started;
	uint64_t	 results[PROBESTAT_CODES];
	struct histogram duration;	/* of those that were no fault of ours */
	struct histogram delay;		/* due to started */
};

/* A probe starts, late by so much. */
void probestat_start(struct probestat *p, uint64_t late_us);
/* A probe ended by itself. */
void probestat_end(struct probestat *p, const struct probe_result *r);
/* "up", "refused", … for labels. */
const char *probestat_code_name(enum probe_code code);

#endif
