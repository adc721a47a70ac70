/* gtmd/control/control_ledger.c - see control_ledger.h.
 *
 * Rows hold keys and slots; the graph knows the names. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_ledger.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/model/json.h"
#include "core/rest/restlimit.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "gtmd/decide/decision_keep.h"
#include "gtmd/decide/ledger.h"
#include "gtmd/decide/ledgerlate.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/types/recordtype.h"

/* A client of a wide IP. */
struct client {
	const struct plan_wide *wide;
	struct ledger_row row;
};

struct listing {
	const struct ledger *ledger;
	const char	*name;		/* of the wide IP; NULL = all */
	const struct addr_prefix *late;	/* NULL: nobody asked */
	uint32_t	 now_s;
	struct json	*pools;
	const struct plan_wide **wides;	/* that are asked for, by key */
	size_t		 wide_count, wide_room;
	struct client	*v;
	size_t		 count, room;
};

/* By its whole path, or by what stands behind the partition. */
static bool
is_asked(const struct listing *l, const struct plan_wide *w)
{
	const char *slash = strrchr(w->name, '/');

	if (!w->obj->rare->ledger && !w->watched)
		return false;
	return l->name == NULL || strcmp(l->name, w->name) == 0 ||
	    (slash != NULL && strcmp(slash + 1, l->name) == 0);
}

static void
put_wide(struct json *j, const struct plan_wide *w)
{
	json_put_text(j, "wideip", w->name);
	json_put_text(j, "type", recordtype_rows[w->type].name);
}

/* ---- pools ---- */

static void
put_pool(struct listing *l, const struct plan_edge *e)
{
	struct json *j = json_new_object();
	struct ledger_told told;
	uint32_t until;

	ledger_told(l->ledger, e->wide->key, e->slot, DECISION_POOL_SLOTS,
	    &told);
	until = ledger_until(l->ledger, &told, e->pool->obj->ttl_s);
	put_wide(j, e->wide);
	json_put_text(j, "pool", e->pool->name);
	if (told.expires_s != 0)
		json_put_int(j, "told", l->now_s - told.last_s);
	json_put_int(j, "cachedFor", until > l->now_s ? until - l->now_s : 0);
	json_put_bool(j, "cached", until > l->now_s);
	if (l->late != NULL)
		json_put_text(j, "late", ledgerlate_word(ledgerlate_judge(
		    l->ledger, &(struct ledgerlate_visit){ e->wide->key, e->slot,
		    DECISION_POOL_SLOTS, l->now_s }, l->late)));
	json_add(l->pools, &j);
}

/* ---- clients ---- */

static int
by_key(const void *a, const void *b)
{
	const struct plan_wide *const *x = a, *const *y = b;

	return ((*x)->key > (*y)->key) - ((*x)->key < (*y)->key);
}

static void
on_row(void *arg, const struct ledger_row *r)
{
	const struct plan_wide sought = { .key = r->wide }, *key = &sought;
	struct listing *l = arg;
	const struct plan_wide *const *wide = bsearch(&key, l->wides,
	    l->wide_count, sizeof(*l->wides), by_key);

	if (wide == NULL)
		return;
	l->v = mem_grow(l->v, &l->room, l->count + 1, sizeof(*l->v));
	l->v[l->count++] = (struct client){ *wide, *r };
}

static int
by_count(const void *a, const void *b)
{
	const struct client *x = a, *y = b;

	return (x->row.count < y->row.count) - (x->row.count > y->row.count);
}

static const char *
pool_of(const struct plan_wide *w, uint32_t slot)
{
	for (size_t i = 0; i < w->edge_count; i++)
		if (slot - w->edges[i]->slot < DECISION_POOL_SLOTS)
			return w->edges[i]->pool->name;
	return NULL;
}

static struct json *
client_json(const struct client *c, uint32_t now_s)
{
	const struct ledger_row *r = &c->row;
	const char *pool = pool_of(c->wide, r->slot);
	struct json *j = json_new_object();
	struct addr_prefix net;
	char text[ADDR_TEXT_MAX];

	ledger_network(&r->client, &net);
	put_wide(j, c->wide);
	json_put_text(j, "client", addr_format_prefix(&net, text));
	json_put_text(j, "of", r->client.subnet ? "subnet" : "resolver");
	if (pool != NULL)
		json_put_text(j, "pool", pool);
	json_put_int(j, "answers", r->count);
	json_put_int(j, "age", now_s - r->last_s);
	json_put_int(j, "ttl", r->ttl_s);
	json_put_int(j, "cachedFor", r->expires_s > now_s ?
	    r->expires_s - now_s : 0);
	json_put_int(j, "longestGap", r->gap_s);
	return j;
}

static struct json *
clients_json(struct listing *l, size_t limit)
{
	struct json *all = json_new_array();

	if (l->count > 0)
		qsort(l->v, l->count, sizeof(*l->v), by_count);
	for (size_t i = 0; i < l->count && i < limit; i++) {
		struct json *j = client_json(&l->v[i], l->now_s);

		json_add(all, &j);
	}
	return all;
}

/* ---- all of it ---- */

static void
take_wide(struct listing *l, const struct plan_wide *w)
{
	for (size_t i = 0; i < w->edge_count; i++)
		if (w->edges[i]->pool->obj != NULL)
			put_pool(l, w->edges[i]);
	l->wides = mem_grow(l->wides, &l->wide_room, l->wide_count + 1,
	    sizeof(*l->wides));
	l->wides[l->wide_count++] = w;
}

/* The table is walked once, however many are asked for. */
static void
walk(struct listing *l, const struct plan *p)
{
	for (int t = 0; t < WIDE_TYPES; t++) {
		const struct plan_wide *w;

		for (size_t at = 0; (w = map_next(&p->wides[t], &at,
		    NULL)) != NULL;)
			if (is_asked(l, w))
				take_wide(l, w);
	}
	if (l->wide_count == 0)
		return;
	qsort(l->wides, l->wide_count, sizeof(*l->wides), by_key);
	ledger_each(l->ledger, l->wide_count == 1 ? l->wides[0]->key : 0,
	    on_row, l);
}

static struct json *
document(struct listing *l, size_t limit)
{
	struct json *j = restreply_document("tm:gtm:ledger:ledgerstats",
	    "/mgmt/tm/gtm/ledger"), *clients = clients_json(l, limit);
	struct ledger_sums sums;

	ledger_sum(l->ledger, &sums);
	json_put_int(j, "since", l->now_s - sums.since_s);
	json_put_int(j, "clients", (int64_t)l->count);
	json_put_int(j, "forgotten", (int64_t)sums.forgotten);
	json_put_int(j, "missed", (int64_t)sums.missed);
	json_put_bool(j, "whole", sums.whole);
	json_put(j, "pools", &l->pools);
	json_put(j, "items", &clients);
	return j;
}

void
control_ledger_get(const struct ledger *ledger, const struct plan *p,
    const struct restrequest *q, struct restreply *r)
{
	const char *late = restrequest_param(q, "late");
	struct listing l = { .ledger = ledger,
	    .name = restrequest_param(q, "wideip"),
	    .now_s = decision_keep_now(&clock_system) };
	size_t limit = CONTROL_LEDGER_LIMIT;
	struct addr_prefix net;
	struct json *j;

	if (restlimit_read(q, &limit, r) != 0)
		return;
	if (late != NULL && addr_parse_prefix(late, &net) != 0) {
		(void)restreply_error(r, 400, "late: \"%s\" is not an address or "
		    "a network such as 192.0.2.0/24", late);
		return;
	}
	l.late = late != NULL ? &net : NULL;
	l.pools = json_new_array();
	walk(&l, p);
	j = document(&l, limit);
	free(l.v);
	free(l.wides);
	restreply_json(r, 200, &j);
}
