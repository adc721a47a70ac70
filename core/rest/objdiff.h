/* core/rest/objdiff.h - what a change of an object is, as JSON. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_OBJDIFF_H
#define CORE_REST_OBJDIFF_H

struct json;
struct object;
struct objjson_view;

/*
 * objdiff_json - the properties that differ, before and after.
 *
 * in     was, now  of the same type and name
 * out    old, new  objects with the properties that differ, for the caller to
 *                  free: each as it was, and as it is. Of items those that differ
 *                  are in a list, with their names and, if both have one, what
 *                  differs in it. No kind, no links. Values that are inherited
 *                  count as if they were the object's own.
 */
void objdiff_json(const struct objjson_view *v,
    const struct object *was, const struct object *now, struct json **old,
    struct json **new);

#endif
