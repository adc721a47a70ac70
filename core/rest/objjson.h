/* core/rest/objjson.h - an object as JSON, by its property table.
 *
 * Every property with the value that counts: defaults and what defaults-from
 * gives included, rows without effect at their default. Secrets are left out,
 * and what is empty; ours and what is of an earlier dialect (PROP_OURS,
 * PROP_OLD) while they are at their default.
 * Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_OBJJSON_H
#define CORE_REST_OBJJSON_H

#include <stdbool.h>

struct draft;
struct json;
struct object;
struct prop;
struct restdialect;

/* What is shown, and through which eyes. All borrowed. */
struct objjson_view {
	const struct draft	*draft;		/* where references lead */
	const struct restdialect *dialect;
	bool			 expand;	/* linked collections, too */
};

/* The whole object with kind, name and links. */
struct json *objjson_object(const struct objjson_view *v,
    const struct object *o);
/* One of o's items as an object of its own. items is the row. */
struct json *objjson_item(const struct objjson_view *v,
    const struct object *o, const struct prop *items,
    const struct object *item);
/* The collection of o's items: kind, selfLink, and the items themselves if
 * there are any. */
struct json *objjson_items(const struct objjson_view *v,
    const struct object *o, const struct prop *items);

#endif
