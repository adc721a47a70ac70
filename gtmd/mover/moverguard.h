/* gtmd/mover/moverguard.h - the guards of a run at work: pages that are looked at
 * again and again, and what follows from them (gtmd/migrate/migguard.h).
 * Control loop only. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERGUARD_H
#define GTMD_MOVER_MOVERGUARD_H

#include <stdbool.h>
#include <stdint.h>

struct fetcher;
struct loop;
struct migguard;
struct migspec;
struct moverguard;
struct moverclock;

/* All borrowed for the guard's life. */
struct moverguard_config {
	struct loop	*loop;
	struct fetcher	*fetcher;
	const struct migspec *spec;
	const struct moverclock *clock;
};

/* Looks from here on. */
struct moverguard *moverguard_new(const struct moverguard_config *c);
/* Takes *pg; NULL is harmless. */
void moverguard_free(struct moverguard **pg);

/* What it has gathered, to be asked and to be told of the destination. */
struct migguard *moverguard_get(struct moverguard *g);

#endif
