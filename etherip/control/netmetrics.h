/* etherip/control/netmetrics.h - the numbers of the process for Prometheus.
 * Control loop only. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_NETMETRICS_H
#define ETHERIP_CONTROL_NETMETRICS_H

#include "core/base/clock.h"

struct netenact;
struct restdaemon;
struct restreply;
struct restrequest;
struct store;

/* What is asked; all borrowed. */
struct netmetrics {
	const struct restdaemon *rest;
	const struct store *store;
	const struct netenact *enact;
	real_s		 started;
};

/* GET /metrics. */
void netmetrics_scrape(const struct netmetrics *m,
    const struct restrequest *q, struct restreply *r);

#endif
