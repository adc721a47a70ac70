/* gtmd/control/control_probe.h - what monitors see of each target, for people: state,
 * newest result in words, history, latency, next probe. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_PROBE_H
#define GTMD_CONTROL_CONTROL_PROBE_H

#include <stddef.h>

#include "core/base/clock.h"
#include "monitors/health.h"

struct plan;
struct restreply;
struct restrequest;
struct sched;

#define CONTROL_PROBE_LIMIT	1000	/* targets told unless more are asked for */

struct control_probe_in {
	const struct plan  *plan;
	const struct sched *sched;
	mono_ns		    now_ns;	/* of the loop */
};

/*
 * control_probe_get - GET /mgmt/tm/gtm/probe.
 *
 * Query: monitor (full path, or its last part), target (address, or address and
 * port), state (up, down, unknown) choose; limit bounds. What several objects
 * watch alike is one target. Of a wrong value 400.
 *
 *	{"kind":…,"selfLink":…,"targets":n,"up":n,"down":n,"unknown":n,
 *	"inFlight":n,"waiting":n,"latestStart":us,"doubting":b,
 *	"controls":n,"controlsSilent":n,"withheld":n,"types":[{"type":"http",
 *	"started":n,"delayAtMost":{"p50":us,"p99":us},"results":{…}},…],
 *	"items":[{"target":"10.0.0.1:80","monitor":"/Common/http",…},…]}
 * targets to unknown count what was chosen, told or not. Walks all watches.
 */
void control_probe_get(const struct control_probe_in *in,
    const struct restrequest *q, struct restreply *r);

struct control_probe_counts {
	size_t	 state[HEALTH_DOWN + 1];
};
/* How many targets a monitor (full path) has in each state. */
void control_probe_count(const struct plan *p, const char *monitor,
    struct control_probe_counts *out);

#endif
