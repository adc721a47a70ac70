/* core/model/objref.h - walks all that an object refers to, by its rows and by
 * its type's each_ref, sub-objects included. Layer: core/model, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_OBJREF_H
#define CORE_MODEL_OBJREF_H

struct object;

/* All borrowed for the time of the call. */
struct objref {
	const struct object *owner;	/* the object, or the sub-object in it */
	const char	*prop;		/* the row, or NULL: the object's key */
	const char	*words;		/* of a type or a family of types */
	const char	*name;		/* of the target, which may be missing */
	const char	*item;		/* key inside the target, or NULL */
};

typedef void objref_fn(void *arg, const struct objref *r);

/* Calls fn for each reference that o holds, those of its items included. */
void objref_each(const struct object *o, objref_fn *fn, void *arg);

#endif
