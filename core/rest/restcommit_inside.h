/* core/rest/restcommit_inside.h - what restcommit's files share: the making of
 * changes (restcommit.c), what goes on record (restrecord.c, restrecovery.c), their
 * confirmation (restconfirm.c), undo (restundo.c), and those that wait for the disk
 * (restlate.c).
 * Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTCOMMIT_INSIDE_H
#define CORE_REST_RESTCOMMIT_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/io/loop.h"
#include "core/rest/restcommit.h"
#include "core/rest/restlate.h"

struct diag;
struct draft;
struct json;
struct restaudit;
struct restchange;
struct resthistory;

#define RESTCOMMIT_REVERT	"REVERT"	/* method of a change of our own */

struct restcommit {
	unsigned	 magic;
#define RESTCOMMIT_MAGIC	0x2ec0331fu
	struct restcommit_config config;
	struct restaudit *audit;
	struct resthistory *history;
	struct loop_timer due;		/* of the change that waits, */
	uint64_t	 due_change;	/* and its number */
	struct restlate	 late;		/* what its changes still have to tell */
	/* While a change is being made: */
	const struct restcommit_ask *ask;	/* NULL = ourselves */
	struct restchange *made;	/* what it will be */
	char		*line;		/* of the audit file */
	uint32_t	 within_s;
	/* Of the request at work: */
	bool		 recorded;	/* its line is written */
	uint64_t	 number;	/* of its change, 0 = none */
	bool		 stuck;		/* a revert has failed and said so */
	bool		 behind;	/* the audit file lacks lines */
};

/* The wall clock of its loop. */
real_s restcommit_now(const struct restcommit *c);

/* c->line goes to the audit file: its record is in the journal. */
void restcommit_append(struct restcommit *c);

/* To who watches. Takes *told; NULL tells nothing. */
void restcommit_event(struct restcommit *c, struct json **told);

/* Takes *pd; findings go to out. 0, or the code of an error. */
int restcommit_draft(struct restcommit *c, struct draft **pd,
    const struct restcommit_ask *ask, struct diag *out);

#endif
