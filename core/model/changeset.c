/* core/model/changeset.c - see changeset.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/changeset.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/overlay.h"
#include "core/model/store.h"
#include "core/model/type.h"

/* The objects are the model's or the draft's; nobody sees them edited. */
static struct object *
hold(const struct object *o)
{
	struct object *held;

	if (o == NULL)
		return NULL;
	memcpy(&held, &o, sizeof(held));
	return object_ref(held);
}

static void
drop(const struct object *o)
{
	struct object *held;

	memcpy(&held, &o, sizeof(held));
	object_unref(&held);
}

static void
add(struct changeset *c, const struct object *was, const struct object *now)
{
	c->v = mem_grow(c->v, &c->room, c->count + 1, sizeof(c->v[0]));
	c->v[c->count++] = (struct store_change){ hold(was), hold(now) };
}

void
changeset_fini(struct changeset *c)
{
	for (size_t i = 0; i < c->count; i++) {
		drop(c->v[i].was);
		drop(c->v[i].now);
	}
	free(c->v);
	*c = (struct changeset){ .count = 0 };
}

void
changeset_of_draft(struct changeset *c, const struct model *m,
    const struct draft *d)
{
	struct overlay_walk w = { 0 };
	const struct overlay_entry *en;

	while ((en = overlay_next(draft_overlay(d), &w)) != NULL) {
		const struct object *was = model_find(m, en->type, en->name);

		if (en->now == NULL ? was != NULL : was == NULL ||
		    !object_equal(was, en->now))
			add(c, was, en->now);
	}
}

static void
compare_loaded(struct changeset *c, const struct model *m,
    const struct draft *d, const struct type *t)
{
	const struct object *was, *now;
	size_t at = 0;

	while ((now = draft_next(d, t, &at)) != NULL) {
		was = model_find(m, t, now->name);
		if (was == NULL || !object_equal(was, now)) {
			add(c, was, now);
		} else {
			struct object *same = hold(was);

			same->pos = now->pos;
			object_unref(&same);
		}
	}
	at = 0;
	while ((was = model_next(m, t, &at)) != NULL)
		if (draft_find(d, t, was->name) == NULL)
			add(c, was, NULL);
}

void
changeset_of_load(struct changeset *c, const struct model *m,
    const struct draft *d)
{
	const struct type *const *types = draft_schema(d)->types;

	for (size_t i = 0; types[i] != NULL; i++)
		compare_loaded(c, m, d, types[i]);
}

void
changeset_reverse(struct changeset *c)
{
	for (size_t i = 0, j = c->count; i < j--; i++) {
		const struct store_change a = c->v[i], b = c->v[j];

		c->v[i] = (struct store_change){ b.now, b.was };
		c->v[j] = (struct store_change){ a.now, a.was };
	}
}

void
changeset_apply(const struct changeset *c, struct model *m,
    uint64_t generation)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct store_change *ch = &c->v[i];
		struct object *now = hold(ch->now);

		if (now != NULL) {
			now->generation = generation;
			model_put(m, &now);
		} else {
			model_remove(m, ch->was->type, ch->was->name);
		}
	}
}

void
changeset_draft(const struct changeset *c, struct draft *d)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct store_change *ch = &c->v[i];
		struct object *now = hold(ch->now);

		if (now != NULL)
			draft_put(d, &now);
		else
			(void)draft_delete(d, ch->was->type, ch->was->name,
			    NULL);
	}
}
