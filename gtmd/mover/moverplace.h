/* gtmd/mover/moverplace.h - who is asked about a host of a run: its hypervisors as
 * the configuration has them now, as drivers want to know them.
 *
 * Nothing of a hypervisor is on record but its name; no run's hypervisor changes
 * while it is under way (movers.h). Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERPLACE_H
#define GTMD_MOVER_MOVERPLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "gtmd/drive/driver.h"

struct err;
struct hypervisor;
struct migspec;
struct migspec_host;
struct model;

/* Borrowed from spec and model; good until the next commit. */
struct moverplace {
	const struct hypervisor *from, *to;
	struct driver_place from_place, to_place;
	struct driver_host host;
};

/* Which host, and whereto. */
struct moverplace_way {
	const struct migspec *spec;
	size_t		 host;
	bool		 back;		/* it goes home */
};

/* 0; ERR_REF, or ERR_RANGE (a port), with a sentence. */
int moverplace_find(const struct model *m, const struct moverplace_way *way,
    struct moverplace *out, struct err *e);

#endif
