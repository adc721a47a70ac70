/* gtmd/mover/moverrelay.h - opens and shuts the relay of late connections: an application
 * of the old site's womd that is enabled, and disabled again.
 *
 * Asked again until it is done; asking twice does no harm. Opened, a job counts what it
 * carries before anything is carried; shut, that job has said what there was, and is
 * gone. Connections that stand stay. Control loop only. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERRELAY_H
#define GTMD_MOVER_MOVERRELAY_H

#include <stdbool.h>

#include "gtmd/migrate/migstep.h"

struct hypervisor;
struct migspec;
struct model;
struct moverop_means;
struct moverrelay;

/* Whom a run's relay is asked of, and for. */
struct moverrelay_place {
	const struct hypervisor *hypervisor;	/* borrowed; has wom-control */
	char		*application;	/* full path, owned */
	char		*job;		/* that counts, owned */
};

/* False: the run has none, or nobody who has it; then there is nothing to free. */
bool moverrelay_find(const struct model *m, const struct migspec *s,
    struct moverrelay_place *out);
void moverrelay_place_fini(struct moverrelay_place *p);

/* NULL as moverrelay_find says. means is borrowed. */
struct moverrelay *moverrelay_new(const struct moverop_means *means,
    const struct migspec *s);
/* What is asked is asked no more. Takes *pr; NULL is harmless. */
void moverrelay_free(struct moverrelay **pr);

/* It is to be so: what has become of it, and in which words, good until the next call
 * of the loop. */
enum migstep_relay moverrelay_want(struct moverrelay *r, bool open,
    const char **text);

#endif
