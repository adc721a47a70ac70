/* core/model/refindex.c - see refindex.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/refindex.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/ptrset.h"
#include "core/model/object.h"
#include "core/model/objref.h"
#include "core/model/type.h"

/*
 * Nearly all targets have one referrer: then the word in the table is that
 * object's address. Else it is the address of a set, with its lowest bit set.
 */
#define SET_BIT	UINT64_C(1)

struct edit {
	struct refindex	*index;
	const struct object *referrer;
	bool		 out;		/* take out */
};

static uint64_t
word_of(const struct object *o)
{
	return (uintptr_t)o;
}

/* The set, or NULL when the word is an object's. */
static struct ptrset *
set_of(uint64_t word)
{
	return (word & SET_BIT) != 0 ?
	    (struct ptrset *)(uintptr_t)(word & ~SET_BIT) : NULL;
}

static const struct object *
object_of(uint64_t word)
{
	return (const struct object *)(uintptr_t)word;
}

static void
put_in(struct refindex *x, uint64_t key, const struct object *o)
{
	struct ptrset *set;
	uint64_t word;

	if (!digestmap_find(&x->targets, key, &word)) {
		digestmap_put(&x->targets, key, word_of(o));
		return;
	}
	set = set_of(word);
	if (set == NULL) {
		if (word == word_of(o))
			return;
		set = mem_zalloc(1, sizeof(*set));
		(void)ptrset_add(set, object_of(word));
		digestmap_put(&x->targets, key, (uintptr_t)set | SET_BIT);
	}
	(void)ptrset_add(set, o);
}

static void
take_out(struct refindex *x, uint64_t key, const struct object *o)
{
	struct ptrset *set;
	uint64_t word;

	if (!digestmap_find(&x->targets, key, &word))
		return;
	set = set_of(word);
	if (set == NULL) {
		if (word == word_of(o))
			digestmap_remove(&x->targets, key);
		return;
	}
	(void)ptrset_remove(set, o);
	if (set->count > 0)
		return;
	digestmap_remove(&x->targets, key);
	ptrset_fini(set);
	free(set);
}

static void
edit_target(const struct edit *ed, uint64_t key)
{
	if (ed->out)
		take_out(ed->index, key, ed->referrer);
	else
		put_in(ed->index, key, ed->referrer);
}

static void
on_ref(void *arg, const struct objref *r)
{
	const char *words = r->words, *one;
	size_t len;

	while (words != NULL) {
		one = schema_each_words(&words, &len);
		edit_target(arg, digestmap_key(one, len, r->name));
	}
}

/* No type is without words, so that keys stay apart from references. */
static void
on_key(void *arg, const char *key)
{
	edit_target(arg, digestmap_key("", 0, key));
}

static void
edit_object(struct edit *ed, bool refs)
{
	const struct object *o = ed->referrer;

	if (refs)
		objref_each(o, on_ref, ed);
	if (o->type->each_key != NULL)
		o->type->each_key(o, on_key, ed);
}

void
refindex_init(struct refindex *x)
{
	*x = (struct refindex){ .targets = { .room = 0 } };
}

void
refindex_add(struct refindex *x, const struct object *o)
{
	edit_object(&(struct edit){ .index = x, .referrer = o }, true);
}

void
refindex_add_keys(struct refindex *x, const struct object *o)
{
	edit_object(&(struct edit){ .index = x, .referrer = o }, false);
}

void
refindex_remove(struct refindex *x, const struct object *o)
{
	edit_object(&(struct edit){ .index = x, .referrer = o, .out = true },
	    true);
}

void
refindex_fini(struct refindex *x)
{
	struct ptrset *set;
	uint64_t word;
	size_t at = 0;

	while (digestmap_next(&x->targets, &at, &word)) {
		set = set_of(word);
		if (set == NULL)
			continue;
		ptrset_fini(set);
		free(set);
	}
	digestmap_fini(&x->targets);
}

static void
give(const struct refindex *x, uint64_t key, refindex_fn *fn, void *arg)
{
	const struct object *o;
	struct ptrset *set;
	uint64_t word;
	size_t at = 0;

	if (!digestmap_find(&x->targets, key, &word))
		return;
	set = set_of(word);
	if (set == NULL) {
		fn(arg, object_of(word));
		return;
	}
	while ((o = ptrset_next(set, &at)) != NULL)
		fn(arg, o);
}

void
refindex_each_keyed(const struct refindex *x, const char *key,
    refindex_fn *fn, void *arg)
{
	give(x, digestmap_key("", 0, key), fn, arg);
}

void
refindex_each(const struct refindex *x, const struct type *t,
    const char *name, refindex_fn *fn, void *arg)
{
	const char *end = t->words;

	for (;;) {
		end += strcspn(end, " ");
		give(x, digestmap_key(t->words, (size_t)(end - t->words),
		    name), fn, arg);
		if (*end == '\0')
			break;
		end++;
	}
}
