/* gtmd/mover/moverop.h - one operation of a run under way: its parts, asked of
 * drivers, companions and pages, one after the other or some at a time.
 *
 * All parts are idempotent by the operation's id, so that one that was cut off is
 * simply asked again. Control loop only. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVEROP_H
#define GTMD_MOVER_MOVEROP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtmd/migrate/migstep.h"

struct drivers;
struct fetcher;
struct ledger;
struct loop;
struct migshow_progress;
struct moverclock;
struct moverop;
struct moverview;
struct plan;
struct store;

/* What operations are done with. All borrowed. */
struct moverop_means {
	struct loop	*loop;
	struct store	*store;
	struct plan	*plan;
	struct drivers	*drivers;
	struct fetcher	*fetcher;
	const struct ledger *ledger;	/* NULL: none is kept */
	const struct moverclock *clock;
};

struct moverop_config {
	const struct moverop_means *means;
	const struct migspec *spec;	/* borrowed */
	const struct moverview *view;	/* borrowed */
	bool		 dry_run;	/* all is looked at, nothing changes */
	/* How it ended; once, never from within start. The operation is there
	 * until it is stopped, which it may be from here. */
	void		(*done)(void *arg, struct moverop *op,
			    const struct migstep_end *end);
	void		*arg;
};

/* Never NULL. */
struct moverop *moverop_start(const struct moverop_config *c,
    const struct migstep_op *what);
/* No more news; what a driver is at goes on (driver.h). Takes *pop; NULL is
 * harmless. */
void moverop_stop(struct moverop **pop);

/* Which it is. */
const struct migstep_op *moverop_what(const struct moverop *op);
/* It has told how it ended. */
bool moverop_ended(const struct moverop *op);
/* How, borrowed for its life; NULL while it has not. */
const struct migstep_end *moverop_end(const struct moverop *op);
/* What it has told last; borrowed until it tells more. */
const struct migshow_progress *moverop_progress(const struct moverop *op);

#endif
