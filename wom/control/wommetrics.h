/* wom/control/wommetrics.h - the numbers of the process for Prometheus.
 * Control loop only. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CONTROL_WOMMETRICS_H
#define WOM_CONTROL_WOMMETRICS_H

#include "core/base/clock.h"

struct enact;
struct restdaemon;
struct restreply;
struct restrequest;
struct store;

/* What is asked; all borrowed. */
struct wommetrics {
	const struct restdaemon *rest;
	const struct store *store;
	const struct enact *enact;
	real_s		 started;
};

/* GET /metrics. */
void wommetrics_scrape(const struct wommetrics *m,
    const struct restrequest *q, struct restreply *r);

#endif
