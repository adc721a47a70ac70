/* gtmd/topology/topology_check.c - see topology_check.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/topology_check.h"

#include <stdlib.h>

#include "core/base/diag.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "gtmd/topology/geokeep.h"
#include "gtmd/topology/topology_shadow.h"
#include "gtmd/topology/topology_source.h"
#include "gtmd/topology/topology_table.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/server.h"
#include "gtmd/types/settings.h"
#include "gtmd/types/topology.h"
#include "gtmd/types/wideip.h"

/* Half a second of a load at most, whatever it says. */
#define WORK_MAX	(4u * 1000 * 1000)

struct check {
	const struct draft *d;
	struct diag	*out;
	struct topology_table *table;
	struct topology_list servers;	/* classes of all candidates */
	size_t		 told, untold;
};

/* ---- who is chosen by topology ---- */

static void
add_candidate(struct check *c, const struct topology_subject *s)
{
	topology_list_add(&c->servers, topology_table_server(c->table, s));
}

static void
add_members(struct check *c, const struct pool *p)
{
	bool keyed = p->obj.type == &pool_type_a ||
	    p->obj.type == &pool_type_aaaa;

	for (size_t i = 0; i < p->members.count; i++) {
		struct topology_subject s = { .pool = p->obj.name };
		const struct server *server;
		const struct server_vs *vs = !keyed ? NULL : server_split_key(
		    c->d, p->members.v[i]->name, &server);

		if (vs != NULL) {
			s.addr = vs->destination.addr;
			s.datacenter = server->datacenter;
		}
		add_candidate(c, &s);
	}
}

static void
add_pools(struct check *c, const struct objlist *pools)
{
	for (size_t i = 0; i < pools->count; i++) {
		const struct topology_subject s = { .is_pool = true,
		    .pool = pools->v[i]->name };

		add_candidate(c, &s);
	}
}

static void
add_all(struct check *c)
{
	static const struct type *const pool_types[] = {
		&pool_type_a, &pool_type_aaaa, &pool_type_cname, &pool_type_mx,
		&pool_type_srv, &pool_type_naptr, &pool_type_https,
		&pool_type_svcb, &pool_type_txt, NULL
	};
	const struct object *o;
	size_t at;

	for (int i = 0; pool_types[i] != NULL; i++)
		for (at = 0; (o = draft_next(c->d, pool_types[i], &at)) != NULL;)
			if (pool_uses((const struct pool *)o,
			    POOL_LB_TOPOLOGY) || pool_weighs_topology(
			    (const struct pool *)o))
				add_members(c, (const struct pool *)o);
	for (int i = 0; wideip_types[i] != NULL; i++)
		for (at = 0; (o = draft_next(c->d, wideip_types[i], &at)) !=
		    NULL;) {
			const struct wideip *w = (const struct wideip *)o;

			if (wideip_lb(w) != POOL_LB_TOPOLOGY)
				continue;
			add_pools(c, &w->pools);
			add_pools(c, &w->pools_cname);
		}
}

/* ---- what is told ---- */

static void
on_shadow(void *arg, const struct topology_shadow *s)
{
	struct check *c = arg;
	const struct topology_line *lines = c->table->lines;
	const struct object *o;

	if (c->told == TOPOLOGY_CHECK_TOLD) {
		c->untold++;
		return;
	}
	c->told++;
	o = draft_find(c->d, &topology_type, lines[s->line].name);
	objdiag_warn(c->out, o, NULL, "decides nothing: \"%s\"%s before it "
	    "for all that it matches", lines[s->by].name, s->alone ?
	    " stands" : " and others stand");
}

static struct topology_table *
make_table(const struct draft *d, const struct geokeep *geo)
{
	const struct settings_lb *lb = (const struct settings_lb *)
	    draft_find(d, &settings_lb_type, NULL);
	struct topology_source s = { .draft = d, .allow_zero = true,
	    .longest_match = lb->topology_longest_match };

	s.geo = geokeep_prepared(geo, &s.geo_count);
	return topology_source_table(&s);
}

static void
tell_all(struct check *c)
{
	const struct topology_shadow_order o = { c->table, c->servers.v,
	    c->servers.count, WORK_MAX };
	size_t not_judged = topology_shadow_each(&o, on_shadow, c);

	if (c->untold > 0)
		diag_warn(c->out, NULL, "gtm topology: %zu more records "
		    "decide nothing", c->untold);
	if (not_judged > 0)
		diag_warn(c->out, NULL, "gtm topology: whether %zu records "
		    "decide anything would take too long to tell", not_judged);
}

struct topology_table *
topology_check_load(const struct draft *d, const struct geokeep *geo,
    struct diag *out)
{
	struct check c = { .d = d, .out = out };
	size_t at = 0;

	if (!draft_is_load(d) || draft_next(d, &topology_type, &at) == NULL)
		return NULL;
	c.table = make_table(d, geo);
	add_all(&c);
	tell_all(&c);
	free(c.servers.v);
	return c.table;
}
