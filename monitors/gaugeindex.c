/* monitors/gaugeindex.c - see gaugeindex.h. Layer: monitors.
 *
 * Readers of a page share a monitor, so that what they want of a series differs in
 * the values of its labels alone: the list of label names is a shape, and of
 * shapes there are few. A sample's values in each shape are a key, under which
 * stand those who want just them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/gaugeindex.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "monitors/gaugeset.h"
#include "monitors/promtext.h"

/* One series of one expression. */
struct want {
	struct gaugeset	*set;
	struct gaugeexpr *expr;
	size_t		 factor;
};

struct wants {
	struct want	*v;
	size_t		 count, room;
};

static void
append(struct wants *w, const struct want *one)
{
	if (w->count == w->room)
		w->v = mem_grow(w->v, &w->room, w->count + 1, sizeof(*w->v));
	w->v[w->count++] = *one;
}

/* The list under this key, made if it is new. */
static struct wants *
list_of(struct map *m, const char *key)
{
	struct wants *w = map_find(m, key);

	if (w == NULL) {
		w = mem_zalloc(1, sizeof(*w));
		(void)map_put(m, key, w);
	}
	return w;
}

/* An example for each shape stands under the name. */
static void
add_shape(struct wants *shapes, const struct want *one)
{
	for (size_t i = 0; i < shapes->count; i++)
		if (gaugeexpr_alike(shapes->v[i].expr, shapes->v[i].factor,
		    one->expr, one->factor))
			return;
	append(shapes, one);
}

void
gaugeindex_add(struct gaugeindex *g, struct gaugeset *s)
{
	for (int i = 0; i < MONITOR_METRICS_WHATS; i++) {
		struct want one = { .set = s, .expr = s->exprs[i] };

		for (; one.expr != NULL &&
		    one.factor < gaugeexpr_count(one.expr); one.factor++) {
			const char *name = gaugeexpr_name(one.expr,
			    one.factor);

			if (name == NULL)
				continue;
			add_shape(list_of(&g->names, name), &one);
			gaugeexpr_key(one.expr, one.factor, NULL, &g->key);
			append(list_of(&g->wants, g->key.text), &one);
		}
	}
}

bool
gaugeindex_wants(const struct gaugeindex *g, const struct promtext_sample *s)
{
	return map_find(&g->names, s->name) != NULL;
}

void
gaugeindex_give(struct gaugeindex *g, const struct promtext_sample *s,
    bool again)
{
	const struct wants *shapes = map_find(&g->names, s->name), *w;

	for (size_t i = 0; shapes != NULL && i < shapes->count; i++) {
		gaugeexpr_key(shapes->v[i].expr, shapes->v[i].factor, s,
		    &g->key);
		w = map_find(&g->wants, g->key.text);
		for (size_t k = 0; w != NULL && k < w->count; k++)
			if (w->v[k].set->begun)
				gaugeexpr_sample(w->v[k].expr,
				    w->v[k].factor, s, again);
	}
}

static void
clear_map(struct map *m)
{
	struct wants *w;

	for (size_t at = 0; (w = map_next(m, &at, NULL)) != NULL;) {
		free(w->v);
		free(w);
	}
	map_fini(m);
	map_init(m);
}

void
gaugeindex_clear(struct gaugeindex *g)
{
	clear_map(&g->names);
	clear_map(&g->wants);
	strbuf_fini(&g->key);
}
