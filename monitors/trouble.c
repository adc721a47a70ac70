/* monitors/trouble.c - see trouble.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/trouble.h"

#include "core/base/log.h"
#include "monitors/probe.h"

#define AGAIN_NS	(60 * CLOCK_S)
#define LATE_US		1000000		/* so late a start is told of */

void
trouble_abstained(struct trouble *t, const struct probe_result *r, mono_ns now)
{
	char why[128], quoted[160];

	t->abstained++;
	if (now < t->next_abstain_ns)
		return;
	log_at(LOG_ERROR, "monitor", "-", "abstain", "probes=%zu cause=%s",
	    t->abstained, log_quote(probe_reason(r, why, sizeof(why)), quoted,
	    sizeof(quoted)));
	t->abstained = 0;
	t->next_abstain_ns = now + AGAIN_NS;
}

void
trouble_late(struct trouble *t, uint64_t late_us,
    const struct trouble_queue *q, mono_ns now)
{
	if (late_us < LATE_US || now < t->next_late_ns)
		return;
	log_at(LOG_WARNING, "monitor", "-", "late", "ms=%llu waiting=%zu "
	    "under-way=%zu most=%zu", (unsigned long long)late_us / 1000,
	    q->waiting, q->under_way, q->most);
	t->next_late_ns = now + AGAIN_NS;
}
