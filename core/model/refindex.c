/* core/model/refindex.c - see refindex.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/refindex.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/ptrset.h"
#include "core/base/strbuf.h"
#include "core/model/object.h"
#include "core/model/objref.h"
#include "core/model/type.h"

/* Who refers to one target, or has one key. */
struct target {
	struct ptrset	 by;
	char		 key[];		/* the map's */
};

struct edit {
	struct refindex	*index;
	const struct object *referrer;
	bool		 out;		/* take out */
	struct strbuf	 key;		/* "words\nname", "\nkey" */
};

static void
make_key(struct strbuf *b, const char *words, size_t len, const char *name)
{
	strbuf_clear(b);
	strbuf_add_len(b, words, len);
	strbuf_add_char(b, '\n');
	strbuf_add(b, name);
}

static struct target *
target_new(struct refindex *x, const struct strbuf *key)
{
	struct target *t = mem_zalloc(1, sizeof(*t) + key->len + 1);

	memcpy(t->key, key->text, key->len + 1);
	(void)map_put(&x->targets, t->key, t);
	return t;
}

static void
target_free(struct target *t)
{
	ptrset_fini(&t->by);
	free(t);
}

/* The referrer, at or out of the target that ed->key names. */
static void
edit_target(struct edit *ed)
{
	struct target *t = map_find(&ed->index->targets, ed->key.text);

	if (!ed->out) {
		if (t == NULL)
			t = target_new(ed->index, &ed->key);
		(void)ptrset_add(&t->by, ed->referrer);
	} else if (t != NULL) {
		(void)ptrset_remove(&t->by, ed->referrer);
		if (t->by.count > 0)
			return;
		(void)map_remove(&ed->index->targets, ed->key.text);
		target_free(t);
	}
}

static void
on_ref(void *arg, const struct objref *r)
{
	struct edit *ed = arg;

	make_key(&ed->key, r->words, strlen(r->words), r->name);
	edit_target(ed);
}

/* No type is without words, so that keys stay apart from references. */
static void
on_key(void *arg, const char *key)
{
	struct edit *ed = arg;

	make_key(&ed->key, "", 0, key);
	edit_target(ed);
}

static void
edit_object(struct edit *ed, bool refs)
{
	const struct object *o = ed->referrer;

	if (refs)
		objref_each(o, on_ref, ed);
	if (o->type->each_key != NULL)
		o->type->each_key(o, on_key, ed);
	strbuf_fini(&ed->key);
}

void
refindex_init(struct refindex *x)
{
	map_init_borrowing(&x->targets);
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
	struct target *t;
	size_t at = 0;

	while ((t = map_next(&x->targets, &at, NULL)) != NULL)
		target_free(t);
	map_fini(&x->targets);
}

static void
give(const struct refindex *x, const struct strbuf *key, refindex_fn *fn,
    void *arg)
{
	const struct target *t = map_find(&x->targets, key->text);
	const struct object *o;
	size_t at = 0;

	while (t != NULL && (o = ptrset_next(&t->by, &at)) != NULL)
		fn(arg, o);
}

void
refindex_each_keyed(const struct refindex *x, const char *key,
    refindex_fn *fn, void *arg)
{
	struct strbuf target = { 0 };

	make_key(&target, "", 0, key);
	give(x, &target, fn, arg);
	strbuf_fini(&target);
}

void
refindex_each(const struct refindex *x, const struct type *t,
    const char *name, refindex_fn *fn, void *arg)
{
	struct strbuf target = { 0 };
	const char *end = t->words;

	for (;;) {
		end += strcspn(end, " ");
		make_key(&target, t->words, (size_t)(end - t->words), name);
		give(x, &target, fn, arg);
		if (*end == '\0')
			break;
		end++;
	}
	strbuf_fini(&target);
}
