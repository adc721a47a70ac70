/* gtmd/migrate/migcommand.h - what an operator may say to a migration, and the
 * event that it puts on record.
 *
 * A command that cannot be had is refused with what would help. Who may give it
 * is the control socket's to know. Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_MIGCOMMAND_H
#define GTMD_MIGRATE_MIGCOMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "gtmd/migrate/migstate.h"
#include "gtmd/migrate/migstep.h"

struct err;

enum migcommand_verb {
	MIGCOMMAND_START, MIGCOMMAND_PAUSE, MIGCOMMAND_RESUME, MIGCOMMAND_ABORT,
	MIGCOMMAND_ROLL_BACK, MIGCOMMAND_ADVANCE, MIGCOMMAND_SKIP, MIGCOMMAND_RETRY,
	MIGCOMMAND_CLOSE
};
#define MIGCOMMAND_VERBS	9
#define MIGCOMMAND_NO_SHARE	(-1)

/* "start", "roll-back" and so on. */
const char *migcommand_name(enum migcommand_verb v);
/* ret 0 or ERR_UNKNOWN. */
int migcommand_parse(const char *text, enum migcommand_verb *v, struct err *e);

struct migcommand {
	enum migcommand_verb verb;
	const char	*user;		/* NULL = gtmd itself */
	const char	*reason;	/* NULL = none */
	bool		 force;
	int32_t		 share;		/* ADVANCE; or MIGCOMMAND_NO_SHARE */
	const char	*host;		/* SKIP, RETRY: its name; else NULL */
	struct migspec	**spec;		/* START: taken, *spec becomes NULL, when it
					 * succeeds */
};

/* ret 0; ERR_PARSE for force, a share or a host that the command does not take, ERR_RANGE
 * for a reason that is too long for the record. */
int migcommand_check(const struct migcommand *c, struct err *e);

/* What a command is given into. */
struct migcommand_turn {
	const struct migstate		*m;
	const struct migstep_seen	*seen;
	int64_t				 now_ms;
};

/*
 * migcommand_event - the event that a command puts on record.
 *
 * in     seen  as for migstep_next; ADVANCE asks it what a site can carry
 * ret    0 with ev, to be put; ERR_CONFLICT when it is not to be had in this
 *        state, or not without force; ERR_RANGE, ERR_PARSE for a share or spec;
 *        ERR_REF for a host that is none, or is not said
 */
int migcommand_event(const struct migcommand_turn *t, const struct migcommand *c,
    struct migevent *ev, struct err *e);

/* Would the phase let the command in, of some host at least where it is of one? Force
 * and arithmetic are not asked. */
bool migcommand_allowed(const struct migstate *m, enum migcommand_verb v);

#endif
