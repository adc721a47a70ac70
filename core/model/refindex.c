/* core/model/refindex.c - see refindex.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/refindex.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/model/object.h"
#include "core/model/objref.h"
#include "core/model/type.h"

/* Who refers to one target, by the referrer's own "words\nname". */
struct refset {
	struct map by;
};

struct edit {
	struct refindex	*index;
	struct object	*referrer;	/* NULL: take out */
	char		*key;		/* the referrer's */
};

static char *
make_key(const char *words, size_t len, const char *name)
{
	return mem_printf("%.*s\n%s", (int)len, words, name);
}

static void
put_ref(struct edit *ed, const char *target)
{
	struct refset *set = map_find(&ed->index->targets, target);

	if (set == NULL) {
		set = mem_zalloc(1, sizeof(*set));
		(void)map_put(&ed->index->targets, target, set);
	}
	(void)map_put(&set->by, ed->key, ed->referrer);
}

static void
drop_ref(struct edit *ed, const char *target)
{
	struct refset *set = map_find(&ed->index->targets, target);

	if (set == NULL)
		return;
	(void)map_remove(&set->by, ed->key);
	if (set->by.count > 0)
		return;
	(void)map_remove(&ed->index->targets, target);
	map_fini(&set->by);
	free(set);
}

/* Takes target. */
static void
edit_target(struct edit *ed, char *target)
{
	if (ed->referrer != NULL)
		put_ref(ed, target);
	else
		drop_ref(ed, target);
	free(target);
}

static void
on_ref(void *arg, const struct objref *r)
{
	edit_target(arg, make_key(r->words, strlen(r->words), r->name));
}

/* No type is without words, so that keys stay apart from references. */
static void
on_key(void *arg, const char *key)
{
	edit_target(arg, make_key("", 0, key));
}

static void
edit_object(struct refindex *x, const struct object *o, struct object *put,
    bool refs)
{
	struct edit ed = { .index = x, .referrer = put };

	ed.key = make_key(o->type->words, strlen(o->type->words), o->name);
	if (refs)
		objref_each(o, on_ref, &ed);
	if (o->type->each_key != NULL)
		o->type->each_key(o, on_key, &ed);
	free(ed.key);
}

void
refindex_add(struct refindex *x, struct object *o)
{
	edit_object(x, o, o, true);
}

void
refindex_add_keys(struct refindex *x, struct object *o)
{
	edit_object(x, o, o, false);
}

void
refindex_remove(struct refindex *x, const struct object *o)
{
	edit_object(x, o, NULL, true);
}

void
refindex_fini(struct refindex *x)
{
	struct refset *set;
	size_t at = 0;

	while ((set = map_next(&x->targets, &at, NULL)) != NULL) {
		map_fini(&set->by);
		free(set);
	}
	map_fini(&x->targets);
}

static void
give_set(const struct refset *set, refindex_fn *fn, void *arg)
{
	const struct object *o;
	size_t at = 0;

	while ((o = map_next(&set->by, &at, NULL)) != NULL)
		fn(arg, o);
}

void
refindex_each_keyed(const struct refindex *x, const char *key,
    refindex_fn *fn, void *arg)
{
	char *target = make_key("", 0, key);
	const struct refset *set = map_find(&x->targets, target);

	free(target);
	if (set != NULL)
		give_set(set, fn, arg);
}

void
refindex_each(const struct refindex *x, const struct type *t,
    const char *name, refindex_fn *fn, void *arg)
{
	const char *p = t->words;

	for (;;) {
		size_t len = (size_t)(p - t->words) + strcspn(p, " ");
		char *key = make_key(t->words, len, name);
		const struct refset *set = map_find(&x->targets, key);

		free(key);
		if (set != NULL)
			give_set(set, fn, arg);
		if (t->words[len] == '\0')
			return;
		p = t->words + len + 1;
	}
}
