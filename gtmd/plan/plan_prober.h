/* gtmd/plan/plan_prober.h - does this gtmd probe what a server has?
 *
 * Probers are gtmd's, and each probes for itself. prober-preference and
 * prober-fallback say whom a server's data center wants to be probed by; this
 * process does so when it is such a one by either of them. Who it is says a
 * server with an address of this host. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_PROBER_H
#define GTMD_PLAN_PLAN_PROBER_H

#include <stdbool.h>
#include <stddef.h>

struct plan;
struct plan_server;
struct store_change;

/* Part of a plan. */
struct plan_prober {
	size_t	 choosy;	/* servers and data centers that do not let
				 * anybody probe: without one nobody asks who
				 * this is */
	char	*server, *datacenter;	/* that this is; NULL = none; owned */
};

void plan_prober_fini(struct plan_prober *pr);

/* The configuration has changed: learns anew who this is if anything depends on
 * it, and touches all places if any may be probed otherwise. */
void plan_prober_change(struct plan *p, const struct store_change *changes,
    size_t count);

/* NULL, or why this process does not probe: "Not probed from here: …". */
const char *plan_prober_pause(const struct plan_server *s);

#endif
