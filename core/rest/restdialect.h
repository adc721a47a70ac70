/* core/rest/restdialect.h - where the wire and the property table differ: a
 * type's further properties in REST. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTDIALECT_H
#define CORE_REST_RESTDIALECT_H

#include <stddef.h>

struct err;
struct json;
struct object;
struct type;

/* One row; a table ends with a row whose type is NULL. */
struct restdialect {
	const struct type *type;	/* items have types too */
	/* Adds to what is shown of an object. May be NULL. */
	void	(*show)(const struct object *o, struct json *j);
	/* Takes a property of a body before the table is asked: 1 = taken,
	 * 0 = the table's business, negative with e filled. May be NULL. */
	int	(*take)(struct object *o, const char *key,
		    const struct json *value, struct err *e);
};

/* The row of a type, or NULL. */
static inline const struct restdialect *
restdialect_find(const struct restdialect *table, const struct type *t)
{
	for (; table != NULL && table->type != NULL; table++)
		if (table->type == t)
			return table;
	return NULL;
}

#endif
