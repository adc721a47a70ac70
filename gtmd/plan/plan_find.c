/* gtmd/plan/plan_find.c - see plan_find.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_find.h"

#include <stdlib.h>

#include "core/base/list.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/object.h"
#include "gtmd/plan/plan_graph.h"

void
plan_find_init(struct plan_find *f, const struct plan *p)
{
	struct plan *mine = (struct plan *)(uintptr_t)p;

	*f = (struct plan_find){ .plan = mine,
	    .visit = ++mine->visit };
}

void
plan_find_fini(struct plan_find *f)
{
	free(f->v);
	*f = (struct plan_find){ .count = 0 };
}

static void
found_wide(struct plan_find *f, struct plan_wide *w)
{
	if (w == NULL || w->visit == f->visit)
		return;
	w->visit = f->visit;
	f->v = mem_grow(f->v, &f->room, f->count + 1, sizeof(f->v[0]));
	f->v[f->count++] = w;
}

static void
found_pool(struct plan_find *f, const struct plan_pool *pool)
{
	if (pool == NULL)
		return;
	LIST_EACH(&pool->edges, n)
		found_wide(f, OBJ_OF(n, struct plan_edge, users)->wide);
}

/* Virtual servers that depend on it, however indirectly, go the same way. */
static void
found_vs(struct plan_find *f, struct plan_vs *vs)
{
	struct plan_vs **at = NULL;
	size_t count = 0, room = 0;

	for (size_t i = 0; vs != NULL; vs = i < count ? at[i++] : NULL) {
		LIST_EACH(&vs->members, n)
			found_pool(f, OBJ_OF(n, struct plan_member,
			    siblings)->pool);
		LIST_EACH(&vs->dependents, n) {
			struct plan_vs *d = OBJ_OF(n, struct plan_depend,
			    on)->dependent;

			if (d->visit == f->visit)
				continue;
			d->visit = f->visit;
			at = mem_grow(at, &room, count + 1, sizeof(at[0]));
			at[count++] = d;
		}
	}
	free(at);
}

static void
found_server(struct plan_find *f, const struct plan_server *s)
{
	struct plan_vs *vs;
	size_t at = 0;

	while (s != NULL && (vs = map_next(&s->vss, &at, NULL)) != NULL)
		found_vs(f, vs);
}

static void
found_datacenter(struct plan_find *f,
    const struct plan_datacenter *dc)
{
	if (dc == NULL)
		return;
	LIST_EACH(&dc->servers, n)
		found_server(f, OBJ_OF(n, struct plan_server, siblings));
}

/* Those whose CNAME members lead to one that was found. */
static void
found_leading(struct plan_find *f)
{
	for (size_t i = 0; i < f->count; i++)
		LIST_EACH(&f->v[i]->targets, n) {
			const struct plan_target *t = OBJ_OF(n,
			    struct plan_follow, followers)->target;

			LIST_EACH(&t->members, k)
				found_pool(f, OBJ_OF(k, struct plan_member,
				    siblings)->pool);
		}
}

void
plan_find_object(struct plan_find *f, const struct object *o)
{
	const struct plan *p = f->plan;

	for (int t = 0; t < WIDE_TYPES; t++) {
		if (o->type == recordtype_rows[t].pool)
			found_pool(f, map_find(&p->pools[t], o->name));
		if (o->type == recordtype_rows[t].wide)
			found_wide(f, map_find(&p->wides[t], o->name));
	}
	if (o->type == &server_type)
		found_server(f, map_find(&p->servers, o->name));
	if (o->type == &datacenter_type)
		found_datacenter(f, map_find(&p->datacenters, o->name));
	found_leading(f);
}
