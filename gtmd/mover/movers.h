/* gtmd/mover/movers.h - the migrations that are under way, and the latest run of each
 * that is not: found again at a start, told what to do, seen to its end.
 *
 * Records are files of STATEDIR/migrations, one a run (moverfile.h). A run goes on
 * where its record ends, whoever wrote it. Control loop only. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERS_H
#define GTMD_MOVER_MOVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtmd/migrate/migcommand.h"

struct diag;
struct draft;
struct err;
struct json;
struct ledger;
struct loop;
struct movers;
struct moverrun;
struct plan;
struct restcommit;
struct restevents;
struct store;
struct store_change;

/* All borrowed for the mover's life. */
struct movers_config {
	struct loop	*loop;
	struct store	*store;
	struct plan	*plan;
	struct restevents *events;	/* who is told; NULL = nobody */
	const char	*state_dir;	/* NULL: there are no migrations */
	const struct ledger *ledger;	/* of resolvers; NULL: none is kept */
	const char	*drivers;	/* folder of programs; NULL = the usual one */
};

/* NULL with a sentence when the system refuses. */
struct movers *movers_new(const struct movers_config *c, struct err *e);
/* What drivers are at goes on. Takes *pm; NULL is harmless. */
void movers_free(struct movers **pm);

/* Reads what is on record, which is ours from here on. Records that make no sense
 * are findings, and are left alone. */
void movers_load(struct movers *m, struct diag *out);
/* Goes on with what is under way; commits are made by changes, borrowed. */
void movers_start(struct movers *m, struct restcommit *changes);

/* From one process to another: nothing is written or asked any more, until it is
 * ours again; or it is the other's for good. */
void movers_lend(struct movers *m);
void movers_own(struct movers *m);
void movers_leave(struct movers *m);

/* Something that runs see may have changed: they look soon. */
void movers_wake(struct movers *m);
/* For store_watch; arg is the mover. */
void movers_on_change(void *arg, const struct store_change *changes,
    size_t count);
/* For the gate: 0, or findings for what a run goes by and the draft changes. */
int movers_prepare(const struct movers *m, const struct draft *d,
    struct diag *out);

struct movers_ask {
	const char	*name;		/* whole: /Common/move */
	enum migcommand_verb verb;
	const char	*user, *reason;	/* NULL = nobody's, none */
	bool		 force, dry_run;
	int32_t		 share;		/* of ADVANCE; or MIGCOMMAND_NO_SHARE */
	const char	*host;		/* of SKIP and RETRY; NULL = none said */
};

/* 0; ERR_NOTFOUND, ERR_CONFLICT, ERR_RANGE, ERR_IO … with a sentence. */
int movers_command(struct movers *m, const struct movers_ask *ask, struct err *e);

/* The latest run of a migration, or NULL. */
struct moverrun *movers_find(const struct movers *m, const char *name);
/* Walks the latest runs, in no order: *at starts at 0. */
struct moverrun *movers_next(const struct movers *m, size_t *at);
/* The record of a run; run 0 is the latest. For the caller to free, or NULL: there
 * is none. */
char *movers_path(const struct movers *m, const char *name, uint32_t run);
/* Where the latest run stands, for a page, and what may be asked; for the caller to
 * free. Never NULL. */
struct json *movers_json(const struct movers *m, const char *name);

#endif
