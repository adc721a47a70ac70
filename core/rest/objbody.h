/* core/rest/objbody.h - a JSON body applied to an object, by its property
 * table. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_OBJBODY_H
#define CORE_REST_OBJBODY_H

#include <stdbool.h>

struct err;
struct json;
struct object;
struct prop;
struct restdialect;
struct type;

/*
 * objbody_apply - set what a body names.
 *
 * in     body  an object; what only describes (kind, selfLink, generation,
 *              …Reference, …) is passed over, membersReference.items is
 *              members. enabled and disabled may stand together if they agree.
 *              null means the default. A list replaces the whole list.
 * ret    0, or an ERR_… with e filled: "ttl: 5000000000 is outside 0..…"; o is
 *        then partly changed, and for the caller to throw away
 */
int objbody_apply(struct object *o, const struct json *body,
    const struct restdialect *dialect, struct err *e);

/* The full name that a body's name, partition and subPath make for an object
 * of this type, checked; the caller frees it. NULL with e filled. */
char *objbody_name(const struct type *t, const struct json *body,
    struct err *e);

/* Sets every row to its default; of linked collections only with all. */
void objbody_reset(struct object *o, bool all);

/* Gives a new item its place among count siblings, unless it was given. */
void objbody_place(struct object *item, const struct json *body,
    unsigned long place);

#endif
