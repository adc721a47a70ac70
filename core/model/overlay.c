/* core/model/overlay.c - see overlay.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/overlay.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/model/object.h"
#include "core/model/type.h"

void
overlay_init(struct overlay *v, const struct schema *s)
{
	*v = (struct overlay){ .schema = s, .types = schema_count(s) };
	v->by_type = mem_zalloc(v->types + 1, sizeof(v->by_type[0]));
	for (size_t i = 0; i < v->types; i++)
		map_init_borrowing(&v->by_type[i]);
}

static void
entry_free(struct overlay_entry *en)
{
	object_unref(&en->now);
	free(en);
}

void
overlay_fini(struct overlay *v)
{
	struct overlay_walk w = { 0 };
	struct overlay_entry *en;

	while ((en = overlay_next(v, &w)) != NULL)
		entry_free(en);
	for (size_t i = 0; i < v->types; i++)
		map_fini(&v->by_type[i]);
	free(v->by_type);
	v->by_type = NULL;
	v->count = 0;
}

static struct map *
map_of(const struct overlay *v, const struct type *t)
{
	return &v->by_type[schema_index(v->schema, t)];
}

struct overlay_entry *
overlay_find(const struct overlay *v, const struct type *t, const char *name)
{
	return map_find(map_of(v, t), name);
}

/* The entry, new or with what it held dropped. */
static struct overlay_entry *
claim(struct overlay *v, const struct type *t, const char *name)
{
	struct overlay_entry *en = overlay_find(v, t, name);

	if (en != NULL) {
		object_unref(&en->now);
		return en;
	}
	en = mem_zalloc(1, sizeof(*en) + strlen(name) + 1);
	en->type = t;
	memcpy(en->name, name, strlen(name) + 1);
	(void)map_put(map_of(v, t), en->name, en);
	v->count++;
	return en;
}

void
overlay_put(struct overlay *v, struct object **po)
{
	struct object *o = *po;

	*po = NULL;
	claim(v, o->type, o->name)->now = o;
}

void
overlay_delete(struct overlay *v, const struct type *t, const char *name)
{
	(void)claim(v, t, name);
}

void
overlay_forget(struct overlay *v, const struct type *t, const char *name)
{
	struct overlay_entry *en = map_remove(map_of(v, t), name);

	if (en == NULL)
		return;
	entry_free(en);
	v->count--;
}

struct overlay_entry *
overlay_next(const struct overlay *v, struct overlay_walk *w)
{
	struct overlay_entry *en;

	for (; w->type < v->types; w->type++, w->at = 0) {
		en = map_next(&v->by_type[w->type], &w->at, NULL);
		if (en != NULL)
			return en;
	}
	return NULL;
}

struct overlay_entry *
overlay_next_of(const struct overlay *v, const struct type *t, size_t *at)
{
	return map_next(map_of(v, t), at, NULL);
}
