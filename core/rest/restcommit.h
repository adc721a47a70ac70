/* core/rest/restcommit.h - makes changes count, each with all that belongs to
 * it: who did it is on disk with it, it can be taken back, it may have to be
 * confirmed, and whoever watches is told. Layer: core/rest.
 *
 * One sync a change at most: its line of the audit file rides in the journal's
 * record. Grouped, changes share syncs (core/model/store.h): a change counts at
 * once, and its reply, its line and its event wait until it is on disk.
 *
 * At most one change waits for its confirmation. While it does, a change after
 * which it could not be reverted whole is refused (409); others go through.
 * When its time is up it is reverted, by a change of its own. Should the
 * configuration file meanwhile say otherwise about one of its objects, it is
 * kept as a whole, and a person is told.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTCOMMIT_H
#define CORE_REST_RESTCOMMIT_H

#include <stdint.h>

#include "core/rest/restpeer.h"

struct diag;
struct draft;
struct err;
struct loop;
struct restcommit;
struct restdialect;
struct restevents;
struct restreply;
struct restrequest;
struct store;

#define RESTCOMMIT_WITHIN_MAX	86400	/* s to confirm in: a day */

/* All borrowed. */
struct restcommit_config {
	struct store	 *store;
	struct loop	 *loop;
	const struct restdialect *dialect;
	const char	 *audit_path;
	struct restevents *events;	/* who is told; NULL = nobody */
	/* Replies that wait for commits up to this one may go out; or, with e,
	 * those are gone. NULL: each change waits for a sync of its own. */
	void		(*settled)(void *arg, uint64_t upto,
			    const struct err *e);
	void		*arg;
};

/*
 * restcommit_new - after the store's first load: takes up what is on record.
 *
 * The audit file gets the lines that a crash kept from it. A change whose time
 * to be confirmed ran out meanwhile is reverted before this returns.
 * ret NULL with e filled when the record cannot be read or the file not opened
 */
struct restcommit *restcommit_new(const struct restcommit_config *c,
    struct err *e);
void restcommit_free(struct restcommit **pc);
/* Another process has the store: reverts nothing any more. */
void restcommit_leave(struct restcommit *c);

/* A change that is asked for. */
struct restcommit_ask {
	const struct restrequest *q;	/* ?confirm-within=SECONDS counts */
	enum restpeer_role role;	/* who may do such a thing, at least */
	uint64_t	 undoes;	/* number of a change, or 0 */
};

/* Takes *pd. 0, or the status that r tells: as for store_commit, 409 while
 * another change waits, 507 when it cannot be put on record. */
int restcommit_make(struct restcommit *c, struct draft **pd,
    const struct restcommit_ask *ask, struct restreply *r);
/* The same for who tells the findings in another way. 0, or the code. */
int restcommit_make_told(struct restcommit *c, struct draft **pd,
    const struct restcommit_ask *ask, struct diag *out);
/* Adds to a reply's body that the change of this request, if it made one, is to
 * be confirmed. */
void restcommit_tell(const struct restcommit *c, struct restreply *r);
/* The end of a write: one that changed nothing, or was refused, gets its line
 * in the audit file (not synced). A reply that is no refusal is held until all
 * that it may speak of is on disk. */
void restcommit_audit(struct restcommit *c, const struct restrequest *q,
    struct restreply *r);

#endif
