/* admin/shell/edit.h - the properties of a create or modify command as the JSON
 * body of the REST call.
 *
 * The daemon judges values; this knows how many words a kind takes and what
 * add, delete, modify and replace-all-with do to lists. A list that is edited
 * goes into the body whole, made from the object as it stands, so that one
 * request changes all or nothing. Layer: admin/shell, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_EDIT_H
#define ADMIN_SHELL_EDIT_H

#include <stdbool.h>
#include <stddef.h>

struct catalog_type;
struct err;
struct json;
struct phrase;

struct edit {
	const char	*folder;	/* what names of objects are below */
	/* The object as REST gives it, with sub-collections; NULL = none. */
	const struct json *current;
	struct json	*body;		/* filled; the caller's */
};

/*
 * edit_properties - properties from place at of p on, for an object of type t.
 *
 * They may stand in a block. ret 0, ERR_PARSE, ERR_UNKNOWN, ERR_EXISTS (add of
 * what is there), ERR_NOTFOUND (delete or modify of what is not).
 */
int edit_properties(const struct edit *ed, const struct catalog_type *t,
    const struct phrase *p, size_t at, struct err *e);

/* Does the phrase edit a list, so that it needs the object as it stands? */
bool edit_needs_current(const struct phrase *p, size_t at);

#endif
