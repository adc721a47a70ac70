/* core/rest/restplace.h - which resource a path names: a collection, an
 * object, the items of one, an item, or the statistics of any of them.
 * Layer: core/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTPLACE_H
#define CORE_REST_RESTPLACE_H

#include <stdbool.h>
#include <stddef.h>

struct draft;
struct object;
struct prop;
struct restrequest;
struct schema;
struct type;

struct restplace {
	const struct type *type;	/* NULL = none of the schema's */
	const char	*name;		/* as asked, maybe bare; NULL = collection;
					 * "" for a single object */
	const char	*plain;		/* the same with '~' left alone */
	const struct prop *items;	/* ITEMS row, or NULL */
	const char	*key;		/* of an item, or NULL */
	bool		 stats;		/* …/stats */
	bool		 beyond;	/* parts that lead nowhere */
};

/* All borrowed from q, whose first two parts are "mgmt" and "tm". */
struct restplace restplace_find(const struct schema *s,
    const struct restrequest *q);

/* Is it the words of several types' beginning, with nothing after them? */
bool restplace_is_family(const struct schema *s, const struct restrequest *q);

/* The object, or NULL. Bare names are in /Common. */
const struct object *restplace_object(const struct restplace *at,
    const struct draft *d);
/* The item of o by its key, spelled with or without /Common/; or NULL. */
struct object *restplace_item(const struct object *o, const struct prop *items,
    const char *key);

#endif
