/* gtmd/migrate/migfold.h - what an event makes of one host. For migstate alone.
 *
 * Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_MIGFOLD_H
#define GTMD_MIGRATE_MIGFOLD_H

#include <stdint.h>

#include "gtmd/migrate/migstate.h"

struct err;

/* Readiness that was refused is asked again after a sixtieth of the time that it has
 * been asked for, within these: a week of it is no long record. */
#define MIGFOLD_CHECK_AGAIN_MS	2000
#define MIGFOLD_CHECK_AGAIN_MAX_MS 60000
/* A step that is no part of a move (finish, cancel, locate) fails so often in a
 * row before it is given up. */
#define MIGFOLD_TRIES		4

/* One event on its way into the state. */
struct migfold {
	struct migstate	*m;
	struct migevent	*ev;
	struct err	*e;
	int64_t		 at_ms;		/* never before m->at_ms */
};

/* Copies a text with zeros behind it, so that equal states are equal octets. */
void migfold_keep(char to[MIGEVENT_TEXT_MAX], const char *text);
/* The migration's next phase. */
void migfold_enter(struct migfold *f, enum migstate_phase p);

/* A step of the host that the event names. ret 0 or ERR_CONFLICT. */
int migfold_begun(struct migfold *f);
int migfold_done(struct migfold *f);
int migfold_failed(struct migfold *f);

/* Resumed: what failed gets its rounds anew. */
void migfold_again(struct migfold *f, struct migstate_host *h);
/* The host that the event names stays where it is, once it is somewhere; or is one of
 * the plan anew. migskip has said that it can be. */
void migfold_skip(struct migfold *f);
void migfold_retry(struct migfold *f);
/* Rolled back: what is half way is given up, what is there goes home. */
void migfold_turn(struct migfold *f, struct migstate_host *h);
/* Aborted: what is half way is given up; what has moved is announced yet. */
void migfold_halt(struct migfold *f, struct migstate_host *h);

#endif
