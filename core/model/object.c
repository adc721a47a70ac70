/* core/model/object.c - see object.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/object.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/atom.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/apart.h"
#include "core/model/blank.h"
#include "core/model/prop.h"
#include "core/model/type.h"

struct object *
object_new(const struct type *t, const char *name)
{
	const struct blank *b = blank_get(t);
	struct object *o = mem_dup(b->object, t->size);

	o->name = atom_get(name != NULL ? name : "");
	apart_share(o, b->object);
	for (unsigned i = 0; b->owning >> i != 0; i++)
		if (b->owning >> i & 1)
			prop_init(&t->props[i], o);
	return o;
}

void
object_rename(struct object *o, const char *name)
{
	const char *was = o->name;

	o->name = atom_get(name);
	atom_drop(&was);
}

struct object *
object_ref(struct object *o)
{
	OBJ_CHECK(o, OBJECT_MAGIC);
	o->refs++;
	return o;
}

void
object_unref(struct object **po)
{
	struct object *o = *po;

	*po = NULL;
	if (o == NULL)
		return;
	OBJ_CHECK(o, OBJECT_MAGIC);
	assert(o->refs > 0);
	if (--o->refs > 0)
		return;
	for (const struct prop *p = o->type->props;
	    p != NULL && p->name != NULL; p++)
		if ((p->flags & PROP_APART) == 0)
			prop_fini(p, o);
	apart_drop(o);
	atom_drop(&o->name);
	o->magic = 0;
	free(o);
}

struct object *
object_clone(const struct object *o)
{
	struct object *c = mem_zalloc(1, o->type->size);

	OBJ_CHECK(o, OBJECT_MAGIC);
	*c = *o;
	c->name = atom_ref(o->name);
	c->refs = 1;
	apart_share(c, o);
	for (const struct prop *p = o->type->props;
	    p != NULL && p->name != NULL; p++)
		if ((p->flags & PROP_APART) == 0)
			prop_copy(p, c, o);
	return c;
}

/* The path of the object whose values this one inherits, or NULL. */
const char *
object_parent(const struct object *o)
{
	const struct prop *p = o->type->props;

	/* Asked of every object of a change: the kind is told faster than a
	 * word. */
	while (p != NULL && p->name != NULL && (p->kind != PROP_REF ||
	    p->refused != NULL || strcmp(p->name, "defaults-from") != 0))
		p++;
	if (p == NULL || p->name == NULL)
		return NULL;
	return *(char *const *)(const void *)((const char *)o + p->off);
}

/* The rows given, as far as it makes a difference to who inherits. */
static uint64_t
given(const struct object *o)
{
	uint64_t bits = o->set;

	for (unsigned i = 0; o->type->props != NULL &&
	    o->type->props[i].name != NULL; i++)
		if (o->type->props[i].flags & PROP_LOCAL)
			bits &= ~(UINT64_C(1) << i);
	return bits;
}

bool
object_equal(const struct object *a, const struct object *b)
{
	if (a->type != b->type || strcmp(a->name, b->name) != 0)
		return false;
	for (const struct prop *p = a->type->props;
	    p != NULL && p->name != NULL; p++)
		if (!prop_equal(p, a, b))
			return false;
	/* An inherited value and the same value given differ as soon as the
	 * parent changes. */
	return object_parent(a) == NULL || given(a) == given(b);
}

bool
object_has(const struct object *o, const char *prop_name)
{
	unsigned i;

	return prop_find(o->type->props, prop_name, &i) != NULL &&
	    (o->set & UINT64_C(1) << i) != 0;
}

struct object *
object_inherit(const struct object *o, const struct object *parent)
{
	struct object *c = object_clone(o);

	if (parent->type != o->type)
		return c;
	for (unsigned i = 0; o->type->props != NULL &&
	    o->type->props[i].name != NULL; i++) {
		const struct prop *p = &o->type->props[i];

		if ((o->set & UINT64_C(1) << i) == 0 &&
		    (p->flags & PROP_LOCAL) == 0)
			prop_copy(p, c, parent);
	}
	return c;
}

void
object_label(const struct object *o, char *text, size_t cap)
{
	const char *title = o->type->title;

	if (title == NULL)
		title = o->type->words;
	(void)snprintf(text, cap, "%s%s%s", title, o->name[0] != '\0' ?
	    " " : "", o->name);
	/* A title such as "Data Center" is words inside a sentence here; IP
	 * stays what it is. */
	for (size_t i = 0; i + 1 < cap && i < strlen(title); i++)
		if ((i == 0 || text[i - 1] == ' ') &&
		    isupper((unsigned char)text[i]) &&
		    !isupper((unsigned char)text[i + 1]))
			text[i] = (char)tolower((unsigned char)text[i]);
}
