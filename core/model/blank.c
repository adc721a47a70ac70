/* core/model/blank.c - see blank.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/blank.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/model/apart.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"

/* Open addressing; several times as many as there are types of objects and
 * sub-objects, which are written down in tables. */
#define SLOTS	1024u

static struct blank *slots[SLOTS];	/* atomic: once set, for good */

static struct blank *
blank_new(const struct type *t)
{
	struct blank *b = mem_zalloc(1, sizeof(*b));
	struct object *o = mem_zalloc(1, t->size);

	assert(t->size >= sizeof(*o));
	o->magic = OBJECT_MAGIC;
	o->type = t;
	o->refs = 1;
	apart_new(o);
	for (unsigned i = 0; t->props != NULL && t->props[i].name != NULL;
	    i++) {
		assert(i < 64);
		prop_init(&t->props[i], o);
		if ((t->props[i].flags & PROP_APART) == 0 &&
		    prop_owns(&t->props[i], o))
			b->owning |= UINT64_C(1) << i;
	}
	b->type = t;
	b->object = o;
	return b;
}

static void
blank_free(struct blank *b)
{
	const struct prop *p = b->type->props;

	for (; p != NULL && p->name != NULL; p++)
		if ((p->flags & PROP_APART) == 0)
			prop_fini(p, b->object);
	apart_drop(b->object);
	free(b->object);
	free(b);
}

const struct blank *
blank_get(const struct type *t)
{
	size_t at = (size_t)((uintptr_t)t / 16 * 2654435761u);
	struct blank *b, *made = NULL;

	for (unsigned tries = 0; tries < SLOTS; tries++, at++) {
		struct blank **slot = &slots[at % SLOTS];

		b = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
		if (b == NULL) {
			if (made == NULL)
				made = blank_new(t);
			if (__atomic_compare_exchange_n(slot, &b, made, false,
			    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
				return made;
		}
		if (b->type != t)
			continue;
		if (made != NULL)
			blank_free(made);	/* another thread was first */
		return b;
	}
	assert(!"more types than there can be");
	return NULL;
}
