/* core/model/draft.c - see draft.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/draft.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/draftcheck.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/overlay.h"
#include "core/model/refindex.h"
#include "core/model/type.h"

/* The second half of a walk, over what the draft added, is told from the first
 * by the top bit of its place. */
#define SECOND_HALF	(SIZE_MAX / 2 + 1)

/* Parents of parents; more is a circle or might as well be. */
#define PARENTS_MAX	64

/* Keys of the overlay's objects; made when first asked for. */
struct keys {
	struct refindex	 index;
	bool		 made;
};

struct draft {
	unsigned	 magic;
#define DRAFT_MAGIC	0xd4af7001u
	struct model	*base;
	bool		 own_base;
	bool		 load;
	struct overlay	 over;
	struct keys	*keys;
	size_t		 work;
};

static void
keys_drop(struct keys *k)
{
	refindex_fini(&k->index);
	k->made = false;
}

static void
keys_make(struct keys *k, const struct overlay *over)
{
	struct overlay_walk w = { 0 };
	const struct overlay_entry *en;

	while ((en = overlay_next(over, &w)) != NULL)
		if (en->now != NULL)
			refindex_add_keys(&k->index, en->now);
	k->made = true;
}

struct draft *
draft_new(const struct schema *s, struct model *m)
{
	struct draft *d = mem_zalloc(1, sizeof(*d));

	d->magic = DRAFT_MAGIC;
	d->own_base = m == NULL;
	d->base = m != NULL ? m : model_new(s);
	overlay_init(&d->over, s);
	d->keys = mem_zalloc(1, sizeof(*d->keys));
	refindex_init(&d->keys->index);
	return d;
}

void
draft_free(struct draft **pd)
{
	struct draft *d = *pd;

	*pd = NULL;
	if (d == NULL)
		return;
	OBJ_CHECK(d, DRAFT_MAGIC);
	keys_drop(d->keys);
	free(d->keys);
	overlay_fini(&d->over);
	if (d->own_base)
		model_free(&d->base);
	d->magic = 0;
	free(d);
}

const struct overlay *
draft_overlay(const struct draft *d)
{
	OBJ_CHECK(d, DRAFT_MAGIC);
	return &d->over;
}

const struct schema *
draft_schema(const struct draft *d)
{
	OBJ_CHECK(d, DRAFT_MAGIC);
	return d->over.schema;
}

const struct model *
draft_base(const struct draft *d)
{
	OBJ_CHECK(d, DRAFT_MAGIC);
	return d->base;
}

bool
draft_touches(const struct draft *d, const struct type *t)
{
	size_t at = 0;

	OBJ_CHECK(d, DRAFT_MAGIC);
	return d->own_base || overlay_next_of(&d->over, t, &at) != NULL;
}

bool
draft_is_load(const struct draft *d)
{
	OBJ_CHECK(d, DRAFT_MAGIC);
	return d->load || d->own_base;
}

void
draft_mark_load(struct draft *d)
{
	OBJ_CHECK(d, DRAFT_MAGIC);
	d->load = true;
}

size_t
draft_work(const struct draft *d)
{
	OBJ_CHECK(d, DRAFT_MAGIC);
	return d->work;
}

const struct object *
draft_find(const struct draft *d, const struct type *t, const char *name)
{
	const struct overlay_entry *en;

	OBJ_CHECK(d, DRAFT_MAGIC);
	if (name == NULL)
		name = "";
	en = overlay_find(&d->over, t, name);
	return en != NULL ? en->now : model_find(d->base, t, name);
}

const struct object *
draft_find_words(const struct draft *d, const char *words, const char *name)
{
	const struct type *const *types = draft_schema(d)->types;
	const struct object *o;

	for (size_t i = 0; types[i] != NULL; i++) {
		if (!schema_in_family(types[i], words))
			continue;
		o = draft_find(d, types[i], name);
		if (o != NULL)
			return o;
	}
	return NULL;
}

const struct object *
draft_next(const struct draft *d, const struct type *t, size_t *at)
{
	const struct overlay_entry *en;
	const struct object *o;
	size_t place;

	OBJ_CHECK(d, DRAFT_MAGIC);
	while ((*at & SECOND_HALF) == 0) {
		o = model_next(d->base, t, at);
		if (o == NULL)
			*at = SECOND_HALF;
		else if (overlay_find(&d->over, t, o->name) == NULL)
			return o;
	}
	place = *at & ~SECOND_HALF;
	do {
		en = overlay_next_of(&d->over, t, &place);
	} while (en != NULL && en->now == NULL);
	*at = place | SECOND_HALF;
	return en != NULL ? en->now : NULL;
}

/* Passes on those of the model that the overlay has not taken the place of. */
struct keyed {
	const struct draft *d;
	refindex_fn	*fn;
	void		*arg;
};

static void
on_keyed(void *arg, const struct object *o)
{
	struct keyed *k = arg;

	if (overlay_find(&k->d->over, o->type, o->name) == NULL)
		k->fn(k->arg, o);
}

void
draft_each_keyed(const struct draft *d, const char *key, refindex_fn *fn,
    void *arg)
{
	struct keyed k = { .d = d, .fn = fn, .arg = arg };

	OBJ_CHECK(d, DRAFT_MAGIC);
	if (!d->keys->made)
		keys_make(d->keys, &d->over);
	refindex_each_keyed(&d->keys->index, key, fn, arg);
	refindex_each_keyed(model_refs(d->base), key, on_keyed, &k);
}

struct object *
draft_effective(const struct draft *d, const struct object *o)
{
	const struct object *chain[PARENTS_MAX];
	struct object *e, *next;
	size_t n = 0;

	assert(o != NULL);
	while (o != NULL && n < PARENTS_MAX) {
		chain[n++] = o;
		o = object_parent(o) != NULL ?
		    draft_find(d, o->type, object_parent(o)) : NULL;
	}
	e = object_clone(chain[--n]);
	while (n > 0) {
		next = object_inherit(chain[--n], e);
		object_unref(&e);
		e = next;
	}
	return e;
}

struct object *
draft_edit(struct draft *d, const struct type *t, const char *name)
{
	const struct object *o = draft_find(d, t, name);
	struct overlay_entry *en;
	struct object *c;

	if (o == NULL)
		return NULL;
	en = overlay_find(&d->over, t, o->name);
	if (en != NULL)
		return en->now;
	c = object_clone(o);
	keys_drop(d->keys);
	overlay_put(&d->over, &c);
	return overlay_find(&d->over, t, o->name)->now;
}

void
draft_put(struct draft *d, struct object **po)
{
	OBJ_CHECK(d, DRAFT_MAGIC);
	OBJ_CHECK(*po, OBJECT_MAGIC);
	assert((*po)->type->naming != TYPE_ITEM);
	keys_drop(d->keys);
	overlay_put(&d->over, po);
}

int
draft_delete(struct draft *d, const struct type *t, const char *name,
    struct err *e)
{
	const struct object *o = draft_find(d, t, name);
	char label[ERR_TEXT_MAX];

	if (o == NULL)
		return err_set(e, ERR_NOTFOUND, "there is no %s %s", t->words,
		    name != NULL ? name : "");
	object_label(o, label, sizeof(label));
	if (t->naming == TYPE_SINGLE)
		return err_set(e, ERR_DENIED, "%.300s: is always there and "
		    "cannot be deleted", label);
	o = model_find(d->base, t, name);
	if (o == NULL) {
		keys_drop(d->keys);
		overlay_forget(&d->over, t, name);
		return 0;
	}
	if (o->builtin)
		return err_set(e, ERR_DENIED, "%.300s: is built in and cannot "
		    "be deleted", label);
	keys_drop(d->keys);
	overlay_delete(&d->over, t, name);
	return 0;
}

/* Single objects stay, as if nobody had written anything. */
static void
forget_object(struct draft *d, const struct object *o)
{
	struct object *plain;

	if (o->builtin || overlay_find(&d->over, o->type, o->name) != NULL)
		return;
	if (o->type->naming != TYPE_SINGLE) {
		overlay_delete(&d->over, o->type, o->name);
		return;
	}
	plain = object_new(o->type, o->name);
	overlay_put(&d->over, &plain);
}

void
draft_delete_rest(struct draft *d)
{
	const struct type *const *types = draft_schema(d)->types;
	const struct object *o;

	keys_drop(d->keys);
	for (size_t i = 0; types[i] != NULL; i++) {
		size_t at = 0;

		while ((o = model_next(d->base, types[i], &at)) != NULL)
			forget_object(d, o);
	}
}

int
draft_check(struct draft *d, struct diag *out)
{
	size_t before = out->count;

	OBJ_CHECK(d, DRAFT_MAGIC);
	keys_drop(d->keys);
	d->work += draftcheck_run(d, out);
	for (size_t i = before; i < out->count; i++)
		if (out->entries[i].level == DIAG_ERROR)
			return out->entries[i].code;
	return 0;
}
