/* core/rest/objjson_inside.h - the parts that an object in JSON is made of, for those
 * who show parts alone (objdiff.c). Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_OBJJSON_INSIDE_H
#define CORE_REST_OBJJSON_INSIDE_H

struct json;
struct object;
struct objjson_view;
struct prop;

/* Where an object stands: its URL goes before those of its items. */
struct objjson_frame {
	const struct objjson_view *v;
	const char	*url;		/* without scheme and version */
};

/* Adds the property of this row, as it is shown of o. */
void objjson_put_row(struct json *j, const struct objjson_frame *f,
    const struct object *o, const struct prop *p);
/* An item as an entry of its parent's array. */
struct json *objjson_entry(const struct objjson_frame *f,
    const struct object *item);

#endif
