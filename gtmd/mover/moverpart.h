/* gtmd/mover/moverpart.h - what an operation consists of: a list of parts, each one
 * question to a driver, a companion, a page or the running graph.
 * Pure. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERPART_H
#define GTMD_MOVER_MOVERPART_H

#include <stddef.h>
#include <stdint.h>

#include "gtmd/drive/driver.h"

struct migspec;
struct migstep_op;

enum moverpart_kind {
	MOVERPART_DESTINATION,	/* somebody would answer at the new site */
	MOVERPART_DRIVER,
	MOVERPART_PAGE,		/* check-url, until it answers */
	MOVERPART_EIP_READY,	/* tunnel of the VLAN group up, at both sites */
	MOVERPART_WOM_READY,	/* the other site's womd is reached */
	MOVERPART_RELAY_READY,	/* relay-application is there, and shut */
	MOVERPART_EIP_FREEZE,	/* frames for the station wait */
	MOVERPART_EIP_THAW,	/* they need not: it does not move */
	MOVERPART_EIP_ANNOUNCE,	/* it is there now */
	MOVERPART_EIP_WHERE,	/* and is seen there */
	MOVERPART_JOB_OPEN,	/* its streams are counted together */
	MOVERPART_JOB_LOOK,	/* what has crossed the WAN for it */
	MOVERPART_JOB_CLOSE
};

struct moverpart {
	enum moverpart_kind kind;
	uint16_t	 host;		/* index in the spec */
	enum driver_action action;	/* DRIVER */
};

struct moverpart_list {
	struct moverpart *v;	/* owned */
	size_t		 count, room;
	size_t		 at_once;	/* so many at a time; 1: in their order */
};

/* The parts of an operation; those that a host or its sites have no need of are
 * left out when they are asked. */
void moverpart_list_init(struct moverpart_list *l, const struct migspec *s,
    const struct migstep_op *op);
void moverpart_list_fini(struct moverpart_list *l);

#endif
