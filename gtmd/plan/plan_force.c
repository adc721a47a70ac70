/* gtmd/plan/plan_force.c - see plan_force.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_force.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/model/draft.h"
#include "core/model/object.h"
#include "gtmd/plan/plan_find.h"
#include "gtmd/plan/plan_graph.h"

/* All keyed by text: "datacenter\n/Common/x". The value's address is the
 * state. */
struct plan_force {
	struct map	 states;
	struct object	**on;		/* held: what they hang on, servers
					 * and pools */
	size_t		 count, room;
};

static const enum status_probe states[] = {
	STATUS_PROBE_DOWN, STATUS_PROBE_UP
};

struct plan_force *
plan_force_new(void)
{
	return mem_zalloc(1, sizeof(struct plan_force));
}

void
plan_force_free(struct plan_force **pf)
{
	struct plan_force *f = *pf;

	*pf = NULL;
	if (f == NULL)
		return;
	map_fini(&f->states);
	for (size_t i = 0; i < f->count; i++)
		object_unref(&f->on[i]);
	free(f->on);
	free(f);
}

/* Takes key. */
static int
put(struct plan_force *f, const struct object *on, char *key, bool up)
{
	(void)map_put(&f->states, key, (void *)(uintptr_t)&states[up]);
	free(key);
	f->on = mem_grow(f->on, &f->room, f->count + 1, sizeof(f->on[0]));
	/* References are counted in the object, its values are not touched. */
	f->on[f->count++] = object_ref((struct object *)(uintptr_t)on);
	return 0;
}

static enum status_probe
get(const struct plan_force *f, const char *kind, const char *name)
{
	char *key = mem_printf("%s\n%s", kind, name);
	const enum status_probe *s = map_find(&f->states, key);

	free(key);
	return s != NULL ? *s : STATUS_PROBE_NONE;
}

/* ---- setting ---- */

static int
set_vs(struct plan_force *f, const struct draft *d, const char *name, bool up,
    struct err *e)
{
	const struct server *s;
	const struct server_vs *vs = server_split_key(d, name, &s);

	if (vs == NULL)
		return err_set(e, ERR_NOTFOUND, "force: there is no virtual "
		    "server %s", name);
	return put(f, &s->obj, mem_printf("vs\n%s:%s", s->obj.name,
	    vs->obj.name), up);
}

static const struct pool *
find_pool(const struct draft *d, const struct plan_force_on *on)
{
	enum wide_type type = recordtype_find(on->pool_type);

	return type == WIDE_TYPES ? NULL : (const struct pool *)draft_find(d,
	    recordtype_rows[type].pool, on->pool);
}

static int
set_member(struct plan_force *f, const struct draft *d,
    const struct plan_force_on *on, bool up, struct err *e)
{
	const struct pool *p = find_pool(d, on);

	if (p == NULL || objlist_find(&p->members, on->member) == NULL)
		return err_set(e, ERR_NOTFOUND, "force: there is no member %s "
		    "in a pool %s of type %s", on->member, on->pool,
		    on->pool_type);
	return put(f, &p->obj, mem_printf("%s\n%s\n%s", on->pool_type,
	    on->pool, on->member), up);
}

static int
set_object(struct plan_force *f, const struct object *o, const char *kind,
    const char *name, bool up)
{
	return o != NULL ? put(f, o, mem_printf("%s\n%s", kind, name), up) :
	    ERR_NOTFOUND;
}

int
plan_force_set(struct plan_force *f, const struct draft *d,
    const struct plan_force_on *on, bool up, struct err *e)
{
	int count = (on->datacenter != NULL) + (on->server != NULL) +
	    (on->virtual_server != NULL) + (on->pool != NULL);
	int rc;

	if (count != 1 || (on->pool != NULL) != (on->member != NULL))
		return err_set(e, ERR_PARSE, "force: one of datacenter, "
		    "server, virtualServer, or pool and member is expected");
	if (on->virtual_server != NULL)
		return set_vs(f, d, on->virtual_server, up, e);
	if (on->pool != NULL)
		return set_member(f, d, on, up, e);
	if (on->server != NULL)
		rc = set_object(f, draft_find(d, &server_type, on->server),
		    "server", on->server, up);
	else
		rc = set_object(f, draft_find(d, &datacenter_type,
		    on->datacenter), "datacenter", on->datacenter, up);
	return rc == 0 ? 0 : err_set(e, rc, "force: there is no %s %s",
	    on->server != NULL ? "server" : "datacenter",
	    on->server != NULL ? on->server : on->datacenter);
}

/* ---- asking ---- */

void
plan_force_find(const struct plan_force *f, struct plan_find *to)
{
	for (size_t i = 0; i < f->count; i++)
		plan_find_object(to, f->on[i]);
}

enum status_probe
plan_force_of_vs(const struct plan_vs *vs)
{
	const struct plan_force *f = vs->node.plan->config.force;
	enum status_probe p;

	if (f == NULL || vs->server == NULL)
		return STATUS_PROBE_NONE;
	p = get(f, "vs", vs->key);
	if (p == STATUS_PROBE_NONE)
		p = get(f, "server", vs->server->name);
	if (p == STATUS_PROBE_NONE)
		p = get(f, "datacenter", vs->server->datacenter->name);
	return p;
}

enum status_probe
plan_force_of_member(const struct plan_member *m)
{
	const struct plan_force *f = m->node.plan->config.force;
	enum status_probe p;
	char *key;

	if (f == NULL)
		return STATUS_PROBE_NONE;
	key = mem_printf("%s\n%s", m->pool->name, m->obj->obj.name);
	p = get(f, recordtype_rows[m->pool->type].name, key);
	free(key);
	if (p == STATUS_PROBE_NONE && m->vs != NULL)
		p = plan_force_of_vs(m->vs);
	return p;
}
