/* gtmd/drive/qmpmove.h - what is to be done next so that a machine comes from
 * one QEMU to another.
 *
 * Goes by what is there, not by what was done: each round asks both, and the
 * picture of the moment says the next command, or that it is time to wait, or
 * the end. So whoever begins in the middle goes on from there. Disks are
 * mirrored to an NBD server of the other QEMU; the machine stops for its switch
 * until they are the same, then they are let go. Pure.
 * Layer: gtmd/drive, may include core/{base,model}.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DRIVE_QMPMOVE_H
#define GTMD_DRIVE_QMPMOVE_H

#include "gtmd/drive/driver.h"
#include "gtmd/drive/qmpseen.h"
#include "gtmd/drive/qmpstep.h"


struct qmpmove {
	const struct driver_order *order;
	struct qmpseen	 at[2];		/* of each side */
	bool		 serves;	/* NBD has been asked for */
	bool		 tuned, started; /* the move: prepared, asked for */
	char		 mirrors[QMPSEEN_MAX][QMPSEEN_NAME]; /* asked for */
	size_t		 mirror_count;
	bool		 watched;	/* seen on its way */
	bool		 fetched;	/* it did not arrive, and was told to go on */
	unsigned	 missed;	/* rounds without the other side since it left */
};

static inline const char *
qmpmove_host(const struct qmpmove *m)
{
	return m->order->host->name;
}

static inline const char *
qmpmove_place(const struct qmpmove *m, enum qmpstep_side side)
{
	return side == QMPSTEP_FROM ? m->order->from->name :
	    m->order->to->name;
}

/* Disks that the two places do not share. */
static inline bool
qmpmove_has_storage(const struct qmpmove *m)
{
	return m->order->host->storage_octets != 0;
}

/* Where QEMU listens: at its own address, or the one others reach it at. */
static inline const struct addrport *
qmpmove_listens(const struct addrport *own, const struct addrport *reached)
{
	return own->port != 0 ? own : reached;
}

/* order is borrowed. ERR_RANGE with a sentence when a place lacks an address
 * that this takes. */
int qmpmove_init(struct qmpmove *m, const struct driver_order *order,
    struct err *e);

/* The i-th question of a round; false: no more. Answers go to at[side]. */
bool qmpmove_question(const struct qmpmove *m, size_t i,
    enum qmpstep_side *side, enum qmpseen_question *q);

/* After a round. */
void qmpmove_next(struct qmpmove *m, struct qmpstep *step);
/* A command was lost with its connection: nobody knows what came of it. It is
 * as if the next round were the first. */
void qmpmove_forget(struct qmpmove *m);
/* An event of that name: is a new round due? */
bool qmpmove_event(const char *name);

#endif
