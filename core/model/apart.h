/* core/model/apart.h - what most objects of a type leave at its default, in a
 * block that all those share which say the same of it.
 *
 * A new object shares the block of its type's defaults; whoever changes a row
 * with PROP_APART gets a block of its own first. The functions are core/model's
 * own (prop.c, object.c, blank.c). Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_APART_H
#define CORE_MODEL_APART_H

#include <stdbool.h>

struct object;

/* First member of such a block. */
struct apart {
	unsigned	 refs;		/* atomic: objects of several threads may
					 * share the defaults */
};

/* For an object without one: all zero, for it alone. Each does nothing when the
 * object's type has no rows apart. */
void apart_new(struct object *o);
/* to has none, and is of from's type. */
void apart_share(struct object *to, const struct object *from);
void apart_drop(struct object *o);
/* Two objects of a type that have the same block differ in no row of it. */
bool apart_same(const struct object *a, const struct object *b);
/* The block of an object whose type has one: to be read; and to be written. */
const void *apart_get(const struct object *o);
void *apart_own(struct object *o);

#endif
