/* gtmd/service_prober.h - the process that probes, from both of its ends:
 * started by the daemon, run by main.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVICE_PROBER_H
#define GTMD_SERVICE_PROBER_H

#include "monitors/probechild.h"

struct err;
struct loop;
struct probelink;
struct sightboard;

/* What the daemon keeps of its child. */
struct service_prober {
	struct probechild child;
	struct sightboard *sights;
	char *const	*argv;		/* of the child, borrowed */
};

/* Starts the child, on which p is then. NULL with a sentence in e. */
struct probelink *service_prober_start(struct service_prober *p,
    struct loop *loop, struct err *e);

/* After the link has been freed. */
void service_prober_fini(struct service_prober *p);

/* The child's life, until its parent is gone. ret its exit code. */
int service_prober_run(void);

#endif
