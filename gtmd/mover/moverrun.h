/* gtmd/mover/moverrun.h - one run of a migration: its record, its state, and what
 * is under way for it.
 *
 * The hands of gtmd/migrate/migstep.h: puts on record what comes next, and starts
 * and stops operations so that those run that should. Control loop only.
 * Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERRUN_H
#define GTMD_MOVER_MOVERRUN_H

#include <stdbool.h>
#include <stdint.h>

#include "gtmd/migrate/migcommand.h"
#include "gtmd/migrate/migstep.h"
#include "gtmd/mover/moverop.h"

struct diag;
struct err;
struct json;
struct moverrun;
struct restcommit;
struct restevents;

/* All borrowed for the run's life. */
struct moverrun_config {
	struct moverop_means means;
	struct restevents *events;
	struct restcommit *const *changes;	/* *changes NULL: not yet */
	/* Something has changed: turn is to be called soon. */
	void		(*wake)(void *arg);
	void		*arg;
};

/*
 * moverrun_open - a run by its record; that of a new one is an empty file.
 *
 * ret    NULL with findings in out: the record cannot be read, or makes no sense
 */
struct moverrun *moverrun_open(const struct moverrun_config *c, const char *path,
    struct diag *out);
/* Takes *pr; NULL is harmless. What drivers are at goes on. */
void moverrun_free(struct moverrun **pr);

/* Goes on with it from here: it may put things on record, and does. */
void moverrun_turn(struct moverrun *r);
/* Nothing of it moves until it is owned again; what drivers are at goes on. */
void moverrun_rest(struct moverrun *r);
/* It goes on: the other process wrote nothing. */
void moverrun_own(struct moverrun *r);
/* It is another process's for good. */
void moverrun_leave(struct moverrun *r);

/* Takes *spec of START when it succeeds. 0; or as migcommand_event, or as
 * migjournal_put. */
int moverrun_command(struct moverrun *r, const struct migcommand *c,
    struct err *e);
/* Would it be taken? The same codes; nothing changes. */
int moverrun_check(struct moverrun *r, const struct migcommand *c, struct err *e);

/* What it is, borrowed. */
const struct migstate *moverrun_state(const struct moverrun *r);
const char *moverrun_path(const struct moverrun *r);
/* Where it stands, for a page; for the caller to free. */
struct json *moverrun_json(struct moverrun *r);

#endif
