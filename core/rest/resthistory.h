/* core/rest/resthistory.h - the latest changes, and which of them may be taken
 * back. Layer: core/rest, pure.
 *
 * Holds 32 changes and the one that waits for its confirmation. Over a restart
 * it comes out of the lines in the store's journal:
 *
 *	{"change":17,…,"objects":[…],"audit":{…}}	restchange.h
 *	{"change":18,"settles":17,"confirm":"confirmed","audit":{…}}
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTHISTORY_H
#define CORE_REST_RESTHISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "core/rest/restchange.h"

struct json;
struct resthistory;
struct strbuf;

#define RESTHISTORY_MAX	32

struct resthistory *resthistory_new(void);
void resthistory_free(struct resthistory **ph);

/* The number that the next change or settlement has; and a number that is
 * taken. */
uint64_t resthistory_next(const struct resthistory *h);
void resthistory_take(struct resthistory *h, uint64_t number);

/* Takes *pc: the latest change. What it undoes is undone from here on. */
void resthistory_add(struct resthistory *h, struct restchange **pc);
/* The change that waits is settled so. */
void resthistory_settle(struct resthistory *h, uint64_t number,
    enum restchange_confirm how);
/* A line of the journal as JSON; lines of other kinds are passed over. */
void resthistory_read(struct resthistory *h, const struct json *line);
/* All that is held as lines, oldest first. */
void resthistory_keep(const struct resthistory *h, struct strbuf *lines);

/* Borrowed until the next call that adds; NULL when there is none. */
const struct restchange *resthistory_find(const struct resthistory *h,
    uint64_t number);
/* The change that waits for its confirmation. */
const struct restchange *resthistory_pending(const struct resthistory *h);
/* What "undo" means: the latest change that is neither undone nor an undo
 * itself. So one undo after the other goes further back. */
const struct restchange *resthistory_undoable(const struct resthistory *h);

/* Clients' view, latest first: an array, for the caller to free. */
struct json *resthistory_show(const struct resthistory *h);

#endif
