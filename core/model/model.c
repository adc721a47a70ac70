/* core/model/model.c - see model.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/builtin.h"
#include "core/model/object.h"
#include "core/model/refindex.h"
#include "core/model/type.h"

struct model {
	unsigned	 magic;
#define MODEL_MAGIC	0x30de1a11u
	const struct schema *schema;
	struct map	*by_type;	/* one per type: name to object */
	struct refindex	 refs;
};

static struct map *
map_of(const struct model *m, const struct type *t)
{
	OBJ_CHECK(m, MODEL_MAGIC);
	return &m->by_type[schema_index(m->schema, t)];
}

struct model *
model_new(const struct schema *s)
{
	struct model *m = mem_zalloc(1, sizeof(*m));

	m->magic = MODEL_MAGIC;
	m->schema = s;
	refindex_init(&m->refs);
	m->by_type = mem_zalloc(schema_count(s) + 1, sizeof(m->by_type[0]));
	for (size_t i = 0; s->types[i] != NULL; i++) {
		struct object *o;

		map_init_borrowing(&m->by_type[i]);	/* their names */
		if (s->types[i]->naming != TYPE_SINGLE ||
		    s->types[i]->refused != NULL)
			continue;
		o = object_new(s->types[i], "");
		model_put(m, &o);
	}
	builtin_load(m);
	return m;
}

void
model_free(struct model **pm)
{
	struct model *m = *pm;

	*pm = NULL;
	if (m == NULL)
		return;
	OBJ_CHECK(m, MODEL_MAGIC);
	refindex_fini(&m->refs);
	for (size_t i = 0; i < schema_count(m->schema); i++) {
		struct object *o;
		size_t at = 0;

		while ((o = map_next(&m->by_type[i], &at, NULL)) != NULL)
			object_unref(&o);
		map_fini(&m->by_type[i]);
	}
	free(m->by_type);
	m->magic = 0;
	free(m);
}

const struct schema *
model_schema(const struct model *m)
{
	OBJ_CHECK(m, MODEL_MAGIC);
	return m->schema;
}

const struct refindex *
model_refs(const struct model *m)
{
	OBJ_CHECK(m, MODEL_MAGIC);
	return &m->refs;
}

const struct object *
model_find(const struct model *m, const struct type *t, const char *name)
{
	return map_find(map_of(m, t), name != NULL ? name : "");
}

const struct object *
model_find_words(const struct model *m, const char *words, const char *name)
{
	const struct object *o;

	OBJ_CHECK(m, MODEL_MAGIC);
	for (size_t i = 0; m->schema->types[i] != NULL; i++) {
		if (!schema_in_family(m->schema->types[i], words))
			continue;
		o = model_find(m, m->schema->types[i], name);
		if (o != NULL)
			return o;
	}
	return NULL;
}

const struct object *
model_next(const struct model *m, const struct type *t, size_t *at)
{
	return map_next(map_of(m, t), at, NULL);
}

size_t
model_count(const struct model *m, const struct type *t)
{
	return map_of(m, t)->count;
}

static int
by_name(const void *a, const void *b)
{
	const struct object *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

const struct object **
model_sorted(const struct model *m, const struct type *t, size_t *count)
{
	const struct object **v, *o;
	size_t at = 0, n = 0;

	v = mem_zalloc(model_count(m, t) + 1, sizeof(const struct object *));
	while ((o = model_next(m, t, &at)) != NULL)
		v[n++] = o;
	qsort(v, n, sizeof(const struct object *), by_name);
	*count = n;
	return v;
}

void
model_put(struct model *m, struct object **po)
{
	struct object *o = *po, *was;

	*po = NULL;
	OBJ_CHECK(o, OBJECT_MAGIC);
	was = map_put(map_of(m, o->type), o->name, o);
	if (was != NULL) {
		refindex_remove(&m->refs, was);
		object_unref(&was);
	}
	refindex_add(&m->refs, o);
}

void
model_remove(struct model *m, const struct type *t, const char *name)
{
	struct object *was = map_remove(map_of(m, t), name);

	if (was == NULL)
		return;
	refindex_remove(&m->refs, was);
	object_unref(&was);
}
