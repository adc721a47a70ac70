/* core/model/objref.c - see objref.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/objref.h"

#include <stdio.h>

#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"

#define WORDS_MAX	128	/* octets of a type's words; ours are short */

struct walk {
	const struct object *owner;
	objref_fn	*fn;
	void		*arg;
};

static void
give(const struct walk *w, const struct prop *p, const char *words,
    const char *name)
{
	const struct objref r = {
		.owner = w->owner, .prop = p->name, .words = words,
		.name = name,
	};

	if (name != NULL)
		w->fn(w->arg, &r);
}

static void
give_list(const struct walk *w, const struct prop *p, const struct strlist *l)
{
	for (size_t i = 0; i < l->count; i++)
		give(w, p, p->ref, l->v[i]);
}

static void
give_typed(const struct walk *w, const struct prop *p,
    const struct typedref *t)
{
	char words[WORDS_MAX];

	if (t->kind == NULL)
		return;
	(void)snprintf(words, sizeof(words), "%s %s", p->ref, t->kind);
	give(w, p, words, t->path);
}

static void
give_items(const struct walk *w, const struct objlist *l)
{
	for (size_t i = 0; i < l->count; i++)
		objref_each(l->v[i], w->fn, w->arg);
}

/* A row that names no type refers to nothing that we could look up. */
static void
give_row(const struct walk *w, const struct prop *p)
{
	const void *v;

	if (p->refused != NULL || (p->ref == NULL && p->kind != PROP_ITEMS))
		return;
	v = prop_value(p, w->owner);
	switch (p->kind) {
	case PROP_REF:
		give(w, p, p->ref, *(char *const *)v);
		break;
	case PROP_REFS:
		give_list(w, p, v);
		break;
	case PROP_TYPEDREF:
		give_typed(w, p, v);
		break;
	case PROP_RULE:
		give_list(w, p, &((const struct monrule *)v)->monitors);
		break;
	case PROP_ITEMS:
		give_items(w, v);
		break;
	case PROP_STATE: case PROP_BOOL: case PROP_ENUM: case PROP_BITS:
	case PROP_U32: case PROP_U64: case PROP_STRING: case PROP_ADDR:
	case PROP_ADDRPORT: case PROP_STRINGS: case PROP_PAIRS:
		break;
	}
}

static void
on_type_ref(void *arg, const char *words, const char *name, const char *item)
{
	const struct walk *w = arg;
	const struct objref r = {
		.owner = w->owner, .words = words, .name = name, .item = item,
	};

	w->fn(w->arg, &r);
}

/* Goes as deep as the tables nest. */
void
objref_each(const struct object *o, objref_fn *fn, void *arg)
{
	struct walk w = { .owner = o, .fn = fn, .arg = arg };

	for (const struct prop *p = o->type->props;
	    p != NULL && p->name != NULL; p++)
		give_row(&w, p);
	if (o->type->each_ref != NULL)
		o->type->each_ref(o, on_type_ref, &w);
}
