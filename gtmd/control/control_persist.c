/* gtmd/control/control_persist.c - see control_persist.h.
 *
 * Records hold keys of names; the graph knows the names. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_persist.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/model/json.h"
#include "core/rest/restname.h"
#include "gtmd/decide/persist.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/types/recordtype.h"

/* Wide IPs with persistence, by key. */
struct keyed {
	uint64_t	 key;
	const struct plan_wide *wide;
};

struct listing {
	struct json	*items;
	struct keyed	*v;
	size_t		 count, room;
	uint64_t	 records;
	uint32_t	 now_s;
};

static int
by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

static void
find_wides(struct listing *l, const struct plan *p)
{
	const struct plan_wide *w;

	for (int t = 0; t < WIDE_TYPES; t++)
		for (size_t at = 0; (w = map_next(&p->wides[t], &at,
		    NULL)) != NULL;) {
			if (!w->obj->rare->persistence)
				continue;
			l->v = mem_grow(l->v, &l->room, l->count + 1,
			    sizeof(*l->v));
			l->v[l->count++] = (struct keyed){ w->key, w };
		}
	if (l->count > 0)
		qsort(l->v, l->count, sizeof(*l->v), by_key);
}

static void
put_target(struct json *j, const struct plan_wide *w, uint64_t target)
{
	for (size_t i = 0; i < w->edge_count; i++) {
		const struct plan_pool *pool = w->edges[i]->pool;

		for (size_t n = 0; n < pool->member_count; n++) {
			const struct plan_member *m = pool->members[n];

			if (decision_spec_target(pool->key,
			    clientnet_key(m->obj->obj.name)) != target)
				continue;
			json_put_text(j, "pool", pool->name);
			json_put_text(j, "member", m->obj->obj.name);
			return;
		}
	}
}

static void
on_record(void *arg, const struct persist_record *r)
{
	struct listing *l = arg;
	const struct keyed key = { .key = r->key.wide }, *found = NULL;
	const struct plan_wide *w;
	char text[ADDR_TEXT_MAX];
	struct addr_prefix client;
	struct json *j;

	if (l->count > 0)
		found = bsearch(&key, l->v, l->count, sizeof(*l->v), by_key);
	l->records++;
	if (found == NULL || json_count(l->items) >= CONTROL_PERSIST_MAX)
		return;
	w = found->wide;
	clientnet_prefix(&r->key.net, (struct clientnet_len){
	    (uint8_t)w->obj->rare->persist_ipv4, (uint8_t)w->obj->rare->persist_ipv6 },
	    &client);
	j = json_new_object();
	json_put_text(j, "wideip", w->name);
	json_put_text(j, "type", recordtype_rows[w->type].name);
	json_put_text(j, "client", addr_format_prefix(&client, text));
	put_target(j, w, r->target);
	json_put_int(j, "age", l->now_s - r->born_s);
	json_put_int(j, "expires", r->expires_s - l->now_s);
	json_add(l->items, &j);
}

struct json *
control_persist_json(const struct persist *p, const struct plan *plan,
    uint32_t now_s)
{
	struct listing l = { .items = json_new_array(), .now_s = now_s };
	struct json *j = json_new_object();
	char *link = restname_link("/mgmt/tm/gtm/persist");

	find_wides(&l, plan);
	persist_each(p, now_s, on_record, &l);
	free(l.v);
	json_put_text(j, "kind", "tm:gtm:persist:persiststats");
	json_put_text(j, "selfLink", link);
	free(link);
	json_put_int(j, "records", (int64_t)l.records);
	json_put(j, "items", &l.items);
	return j;
}
