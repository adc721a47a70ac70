/* tests/unit/monitors/afar.h - both ends of a prober in one process and one
 * virtual time: a link with its scheduler, and a server of scripted probes.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_MONITORS_AFAR_H
#define TESTS_UNIT_MONITORS_AFAR_H

#include "monitors/probelink.h"
#include "monitors/probeserve.h"
#include "monitors/sightboard.h"
#include "tests/unit/monitors/rig.h"

struct afar {
	struct rig	 rig;		/* its scheduler is the link's */
	struct probelink *link;
	struct probeserve *server;
	struct sightboard *sights;
	int		 end;		/* the server's; -1 = none */
	int		 ours;		/* the link's; -1 = none */
	unsigned	 starts;	/* of servers */
	bool		 refuses;	/* the next ones cannot start, or */
	bool		 idle;		/* are nobody at all */
	mono_ns		 start_ns;	/* the latest one */
};

extern struct afar afar;

/* Fixtures of a test. */
int afar_set_up(void **state);
int afar_tear_down(void **state);

/* Time passes, and all that is said arrives. */
void afar_run(dur_ns by);
/* The server ends as a process does that is killed. */
void afar_kill(void);

#endif
