/* gtmd/mover/moverprobe.h - what the monitors' probes of both sites say to a run's
 * guards: of pools that users are sent to, each result once.
 * Control loop only. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERPROBE_H
#define GTMD_MOVER_MOVERPROBE_H

#include <stdint.h>

#include "core/base/clock.h"

struct migguard;
struct migstate;
struct moverop_means;
struct moverview;

/* All zero is one that has not looked yet. */
struct moverprobe {
	mono_ns		 since[2];	/* of each site: the last look; 0 = users
					 * were not sent there */
};

/* Who looks. */
struct moverprobe_of {
	const struct moverop_means *means;
	const struct moverview *view;
	const struct migstate *state;
};

/* Tells g of what has come since the last look. A site that users have only now been
 * sent to begins anew. */
void moverprobe_look(struct moverprobe *p, const struct moverprobe_of *of,
    struct migguard *g, int64_t now_ms);

#endif
