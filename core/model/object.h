/* core/model/object.h - what every configured object starts with.
 *
 * A typed object is a struct whose first member is struct object; its rows in
 * the type's property table say what follows. Objects in the store are never
 * edited: a draft clones, the commit replaces.
 * Layer: core/model, may include core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_OBJECT_H
#define CORE_MODEL_OBJECT_H

#include <stdbool.h>
#include <stdint.h>
#include "core/base/diag.h"

struct objlist;
struct prop;
struct type;

struct object {
	unsigned	 magic;
#define OBJECT_MAGIC	0x0b1ec75du
	unsigned	 refs : 30;	/* who holds it; free at 0 */
	bool		 builtin : 1;
	bool		 damaged : 1;	/* had findings when it was read: what is
					 * missing is not told a second time */
	const struct type *type;
	const char	*name;		/* an atom (atom.h), held: full path; item:
					 * key; single: "" */
	uint64_t	 set;		/* bit i: row i was given, not defaulted */
	uint64_t	 generation;	/* serial of the commit that made it */
	struct diag_pos	 pos;		/* where it was read; file is interned for
					 * the life of the process */
};

/* All properties at their defaults, one reference. name may be NULL ("") */
struct object *object_new(const struct type *t, const char *name);
/* Gives it another name; for an object that nobody else holds. */
void object_rename(struct object *o, const char *name);
struct object *object_ref(struct object *o);
/* Drops a reference, sets *po to NULL; the last one frees. NULL is harmless. */
void object_unref(struct object **po);
/* Deep copy with one reference, free to be edited. */
struct object *object_clone(const struct object *o);
/* Same type, name and values (place and generation do not count); of objects
 * with defaults-from also the same rows given. */
bool object_equal(const struct object *a, const struct object *b);

/* Was the row called name given explicitly? */
bool object_has(const struct object *o, const char *prop_name);

/* What defaults-from names, or NULL. */
const char *object_parent(const struct object *o);

/* Sub-objects: the one with this key or NULL; adding takes *pitem, which
 * replaces one with the same key. */
struct object *objlist_find(const struct objlist *l, const char *key);
void objlist_add(struct objlist *l, struct object **pitem);
bool objlist_remove(struct objlist *l, const char *key);

/*
 * object_inherit - the values that count when defaults-from is followed.
 *
 * A new object like o in which each row that o does not set explicitly has
 * parent's value. parent is already effective; PROP_LOCAL rows stay o's own.
 */
struct object *object_inherit(const struct object *o,
    const struct object *parent);

/* "pool /Common/Local_pool", for messages. */
void object_label(const struct object *o, char *text, size_t cap);

#endif
