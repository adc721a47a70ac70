/* gtmd/plan/plan_apart.c - see plan_apart.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_apart.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/model/draft.h"
#include "core/model/object.h"
#include "core/model/overlay.h"
#include "core/model/store.h"
#include "core/model/type.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_hold.h"
#include "gtmd/query/widetable.h"
#include "gtmd/types/poolrecord.h"

/* ---- what the question needs ---- */

/* Objects of the draft, each once; those from at on still have to bring what
 * they stand on. */
struct need {
	const struct draft *draft;
	struct store_change *v;
	size_t		 count, room, at;
	struct map	 seen;		/* "words\nname" */
};

static void
add(struct need *n, const struct object *o)
{
	char *key;

	if (o == NULL)
		return;
	key = mem_printf("%s\n%s", o->type->words, o->name);
	if (map_put(&n->seen, key, n) == NULL) {
		n->v = mem_grow(n->v, &n->room, n->count + 1, sizeof(*n->v));
		n->v[n->count++].now = o;
	}
	free(key);
}

static void
on_wide(void *arg, const struct wideip *w)
{
	add(arg, &w->obj);
}

/* The server that a key's first len octets name. */
static void
add_server(struct need *n, const char *key, size_t len)
{
	char *name = mem_strndup(key, len);

	add(n, draft_find(n->draft, &server_type, name));
	free(name);
}

static void
add_pools(struct need *n, const struct objlist *pools)
{
	for (size_t i = 0; i < pools->count; i++) {
		const struct object *it = pools->v[i];

		add(n, draft_find(n->draft, recordtype_rows[
		    recordtype_of(it->type)].pool, it->name));
	}
}

static void
expand_wide(struct need *n, const struct wideip *w)
{
	const struct typedref *last = &w->last_resort_pool;
	enum wide_type type = recordtype_find(last->kind);

	add_pools(n, &w->pools);
	add_pools(n, &w->pools_cname);
	if (type != WIDE_TYPES)
		add(n, draft_find(n->draft, recordtype_rows[type].pool,
		    last->path));
}

static void
expand_pool(struct need *n, const struct pool *p)
{
	enum wide_type type = recordtype_of(p->obj.type);

	for (size_t i = 0; i < p->members.count; i++) {
		const struct pool_member *m = (const struct pool_member *)
		    p->members.v[i];

		if (poolrecord_is_name(type))
			wideip_each_answering(n->draft, pool_member_domain(m),
			    on_wide, n);
		else if (type != WIDE_TXT)
			add_server(n, m->obj.name, m->server_len);
	}
}

static void
expand_server(struct need *n, const struct server *s)
{
	add(n, draft_find(n->draft, &datacenter_type, s->datacenter));
	for (size_t i = 0; i < s->virtual_servers.count; i++) {
		const struct server_vs *vs = (const struct server_vs *)
		    s->virtual_servers.v[i];

		for (size_t k = 0; k < vs->depends_on.count; k++) {
			const struct server_depends *d =
			    (const struct server_depends *)
			    vs->depends_on.v[k];

			add_server(n, d->obj.name, d->server_len);
		}
	}
}

static void
expand(struct need *n, const struct object *o)
{
	for (int t = 0; t < WIDE_TYPES; t++) {
		if (o->type == recordtype_rows[t].wide)
			expand_wide(n, (const struct wideip *)o);
		if (o->type == recordtype_rows[t].pool)
			expand_pool(n, (const struct pool *)o);
	}
	if (o->type == &server_type)
		expand_server(n, (const struct server *)o);
}

/* What the draft changes; other wide IPs only if the caller asks for them. */
static void
add_touched(struct need *n)
{
	struct overlay_walk w = { 0 };
	struct overlay_entry *en;

	while ((en = overlay_next(draft_overlay(n->draft), &w)) != NULL)
		add(n, en->now);
}

static void
add_wides(struct need *n, const struct plan_apart_config *c)
{
	if (c->name != NULL)
		wideip_each_answering(c->draft, c->name, on_wide, n);
	for (size_t i = 0; i < c->wide_count; i++)
		add(n, draft_find(c->draft, recordtype_rows[
		    c->wides[i]->type].wide,
		    c->wides[i]->name));
}

/* ---- the plan ---- */

static void
on_held(void *arg, const char *type, const char *pool, const char *member)
{
	plan_hold(arg, type, pool, member);
}

/* Names of wide IPs that are as they were. */
static void
lend_names(struct plan_apart *a, const struct plan_apart_config *c)
{
	const struct plan_wide *w;

	for (int t = 0; t < WIDE_TYPES; t++)
		for (size_t at = 0; (w = map_next(&c->live->wides[t], &at,
		    NULL)) != NULL;) {
			if (map_find(&a->plan->wides[t], w->name) != NULL ||
			    draft_find(c->draft, recordtype_rows[t].wide, w->name) ==
			    NULL)
				continue;
			for (size_t i = 0; i < w->domain_count; i++)
				(void)widetable_put(a->wides,
				    w->domains[i]->canonical, (enum wide_type)t,
				    w->slot, NULL);
		}
}

/* The plan takes its own names back; those that were lent go with the
 * table. */
void
plan_apart_open(struct plan_apart *a, const struct plan_apart_config *c)
{
	struct need n = { .draft = c->draft };
	struct plan_config config = c->live->config;

	add_wides(&n, c);
	add_touched(&n);
	for (; n.at < n.count; n.at++)
		expand(&n, n.v[n.at].now);
	*a = (struct plan_apart){ .wides = widetable_new(),
	    .world = *c->world };
	a->world.wides = a->wides;
	config.wides = a->wides;
	config.changed = NULL;
	config.told = NULL;
	config.apart = true;
	config.draft = c->draft;
	config.force = c->force;
	config.live = c->live;
	a->plan = plan_new(&config);
	plan_hold_each(c->live, on_held, a->plan);
	plan_on_change(a->plan, n.v, n.count);
	lend_names(a, c);
	map_fini(&n.seen);
	free(n.v);
}

void
plan_apart_close(struct plan_apart *a)
{
	plan_free(&a->plan);
	widetable_free(&a->wides);
}
