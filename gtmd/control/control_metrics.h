/* gtmd/control/control_metrics.h - all counters and states for Prometheus.
 *
 * A scrape is written piece by piece while the peer reads, so that neither its
 * length nor a slow reader holds up the control loop; what changes meanwhile
 * is seen as it is when its turn comes. An object that is removed and made
 * anew during a scrape may be told twice. Control loop. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_METRICS_H
#define GTMD_CONTROL_CONTROL_METRICS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/base/clock.h"

struct gauges;
struct listeners;
struct plan;
struct restreply;
struct restrequest;
struct restserver;
struct sched;
struct store;
struct store_change;

/* What is read; borrowed, and longer-lived than any scrape. */
struct control_metrics {
	const struct plan	*plan;
	const struct sched	*sched;
	const pid_t		*prober;	/* 0 = none now; NULL: none */
	const struct gauges	*gauges;	/* NULL: not counted */
	const struct store	*store;
	const struct listeners	*listeners;
	const struct restserver	*server;	/* NULL: not counted */
	real_s			 started;	/* of the process */
	/* Counted by control_metrics_on_change. */
	uint64_t		 commits, changes;
};

/* For store_watch; arg is the struct. */
void control_metrics_on_change(void *arg, const struct store_change *changes,
    size_t count);

/*
 * control_metrics_scrape - answers a GET with a stream.
 *
 * in     q  parameters collect[]=KIND say which kinds of objects are told one
 *           by one: wideip, pool, pool_member, server, virtual_server,
 *           datacenter, or none; without any, all are
 * fails  another kind: 400
 * cost   some 80 octets a sample; a piece takes under a millisecond, or what
 *        one pool or server with all that is in it takes
 */
void control_metrics_scrape(const struct control_metrics *m,
    const struct restrequest *q, struct restreply *r);

#endif
