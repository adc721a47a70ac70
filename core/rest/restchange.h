/* core/rest/restchange.h - one change that was made: who, what, and what it
 * takes to take it back. Layer: core/rest, pure.
 *
 * On record it is a line of JSON in the store's journal. Of each object it
 * holds the text from before and a checksum of the text after, so that it is
 * taken back only from objects that nobody has touched since, and whole or not
 * at all.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTCHANGE_H
#define CORE_REST_RESTCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "core/rest/restpeer.h"

struct draft;
struct err;
struct json;
struct schema;
struct store_change;

/* Of more objects a change remembers none: a load of 100,000 must not make a
 * record of 200 MB. */
#define RESTCHANGE_OBJECTS_MAX	1000

/* Whether it must be confirmed, and what came of it. */
enum restchange_confirm {
	RESTCHANGE_PLAIN,	/* counts for good */
	RESTCHANGE_PENDING,	/* reverts at its time */
	RESTCHANGE_CONFIRMED,
	RESTCHANGE_REVERTED,
	RESTCHANGE_KEPT,	/* could not be reverted */
};

struct restchange_object {
	char		*type, *name;	/* words, full path */
	char		*was;		/* stanza; NULL = was not there */
	bool		 gone;		/* is not there after it */
	uint64_t	 check;		/* else of its stanza */
};

struct restchange {
	uint64_t	 number;
	real_s		 time;
	char		 user[RESTPEER_TEXT_MAX], from[RESTPEER_TEXT_MAX];
	char		*method, *path;	/* of the request */
	enum restpeer_role role;	/* who may do such a thing, at least */
	uint64_t	 undoes;	/* number; 0 = none */
	uint64_t	 undone_by;	/* the same; not on its line */
	enum restchange_confirm confirm;
	uint32_t	 within_s;	/* to be confirmed */
	real_s		 until;
	struct restchange_object *objects;
	size_t		 count;
	uint64_t	 large;		/* so many objects, none of which is
					 * remembered; 0 = all of them are */
};

struct restchange *restchange_new(void);
void restchange_free(struct restchange **pc);

/* Learns what these changes do. */
void restchange_learn(struct restchange *c, const struct store_change *changes,
    size_t count);

/* As it stands on record; a new object. */
struct json *restchange_record(const struct restchange *c);
/* NULL when it is no such record. */
struct restchange *restchange_parse(const struct json *j);
/* As clients see it: no stanzas, for they hold secrets. A new object. */
struct json *restchange_show(const struct restchange *c);

/* "pending" */
const char *restchange_confirm_name(enum restchange_confirm c);

/*
 * restchange_revert - all objects of a change as they were, into a draft.
 *
 * ret    0; ERR_CONFLICT with e naming the first object that has changed since,
 *        and the draft as it was; ERR_PARSE when a stanza no longer reads
 */
int restchange_revert(const struct restchange *c, struct draft *d,
    struct err *e);

#endif
