/* gtmd/plan/plan_prober.c - see plan_prober.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_prober.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/store.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/types/listener.h"
#include "gtmd/types/proberpool.h"

/* ---- who this is ---- */

void
plan_prober_fini(struct plan_prober *pr)
{
	free(pr->server);
	free(pr->datacenter);
	*pr = (struct plan_prober){ .choosy = 0 };
}

/* What o, a server or data center or NULL, says of probers. */
static const struct probing *
probing_of(const struct object *o)
{
	if (o == NULL)
		return NULL;
	if (o->type == &server_type)
		return &((const struct server *)o)->probing;
	return o->type == &datacenter_type ?
	    &((const struct datacenter *)o)->probing : NULL;
}

/* Its own words keep somebody from probing. (What inherits counts where it
 * inherits from.) */
static bool
is_choosy(const struct object *o)
{
	const struct probing *pr = probing_of(o);
	uint32_t first = o != NULL && o->type == &datacenter_type ?
	    PROBING_INSIDE : PROBING_INHERIT;

	return pr != NULL && pr->fallback + first != PROBING_INHERIT &&
	    pr->fallback + first != PROBING_ANY;
}

/* Does the change concern who probes whom, for all this process may be? */
static bool
changes_probers(const struct store_change *c)
{
	const struct object *o = c->now != NULL ? c->now : c->was;

	if (o->type == &proberpool_type)
		return true;
	if (c->was == NULL || c->now == NULL)
		return is_choosy(o);
	if (o->type == &server_type && strcmp(((const struct server *)
	    c->was)->datacenter, ((const struct server *)o)->datacenter) != 0)
		return true;
	return probing_of(o) != NULL &&
	    !probing_equal(probing_of(c->was), probing_of(c->now));
}

static bool
is_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* True when it is another. */
static bool
learn(struct plan *p)
{
	const struct server *s = p->config.here == NULL ? NULL :
	    p->config.here(store_model(p->config.store));
	struct plan_prober *pr = &p->prober;

	if (is_same(pr->server, s != NULL ? s->obj.name : NULL) &&
	    is_same(pr->datacenter, s != NULL ? s->datacenter : NULL))
		return false;
	free(pr->server);
	free(pr->datacenter);
	pr->server = s != NULL ? mem_strdup(s->obj.name) : NULL;
	pr->datacenter = s != NULL ? mem_strdup(s->datacenter) : NULL;
	return true;
}

void
plan_prober_change(struct plan *p, const struct store_change *changes,
    size_t count)
{
	bool other = false, moved = false, asked = p->prober.choosy > 0;

	for (size_t i = 0; i < count; i++) {
		const struct store_change *c = &changes[i];
		const struct type *t = (c->now != NULL ? c->now :
		    c->was)->type;

		p->prober.choosy += is_choosy(c->now);
		p->prober.choosy -= is_choosy(c->was);
		other = other || changes_probers(c);
		moved = moved || t == &server_type || t == &listener_type;
	}
	if (p->prober.choosy > 0 && (other || moved))
		other = learn(p) || other;
	if (other && (asked || p->prober.choosy > 0))
		plan_touch_places(p);
}

/* ---- whom it probes ---- */

static const struct proberpool *
find_pool(const struct plan *p, const char *name)
{
	if (name == NULL)
		return NULL;
	return (const struct proberpool *)(p->config.draft != NULL ?
	    draft_find(p->config.draft, &proberpool_type, name) :
	    model_find(store_model(p->config.store), &proberpool_type, name));
}

/* Is this process such a prober for s? */
static bool
is_one(const struct plan_server *s, enum probing_where where,
    const char *pool_name)
{
	const struct plan_prober *me = &s->node.plan->prober;
	const struct proberpool *pool;

	switch (where) {
	case PROBING_INSIDE:
		return is_same(me->datacenter, s->datacenter->name);
	case PROBING_OUTSIDE:
		return !is_same(me->datacenter, s->datacenter->name);
	case PROBING_POOL:
		pool = find_pool(s->node.plan, pool_name);
		return pool != NULL && me->server != NULL &&
		    proberpool_has(pool, me->server);
	case PROBING_ANY:
		return true;
	case PROBING_INHERIT:
	case PROBING_NONE:
		break;
	}
	return false;
}

const char *
plan_prober_pause(const struct plan_server *s)
{
	const struct probing *own = &s->obj->probing, *above =
	    s->datacenter->obj != NULL ? &s->datacenter->obj->probing : NULL;
	const char *inherited = above != NULL ? above->pool : NULL;
	enum probing_where preference = (enum probing_where)own->preference;
	enum probing_where fallback = (enum probing_where)own->fallback;
	const char *pools[] = { own->pool, own->pool };

	if (s->node.plan->prober.choosy == 0)
		return NULL;
	if (preference == PROBING_INHERIT) {
		preference = above == NULL ? PROBING_INSIDE :
		    (enum probing_where)(above->preference + PROBING_INSIDE);
		pools[0] = inherited;
	}
	if (fallback == PROBING_INHERIT) {
		fallback = above == NULL ? PROBING_ANY :
		    (enum probing_where)(above->fallback + PROBING_INSIDE);
		pools[1] = inherited;
	}
	if (is_one(s, preference, pools[0]) || is_one(s, fallback, pools[1]))
		return NULL;
	return "Not probed from here: neither prober-preference nor "
	    "prober-fallback names this gtmd";
}
