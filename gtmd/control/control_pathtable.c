/* gtmd/control/control_pathtable.c - see control_pathtable.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_pathtable.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "core/rest/restname.h"
#include "core/rest/restreply.h"
#include "gtmd/control/control_measure.h"
#include "gtmd/decide/pathtable.h"
#include "gtmd/plan/plan_graph.h"

/* What may be said of a path. */
static const struct value {
	const char	*key;
	uint32_t	 bit;
	int64_t		 min, max;
	const char	*unit;
} values[] = {
	{ "roundTripTime", PATHTABLE_RTT, 1, UINT32_MAX, "us" },
	{ "hops", PATHTABLE_HOPS, 0, 255, "hops" },
	{ "completionRate", PATHTABLE_COMPLETION, 0, 100, "%" },
};

static const struct value *
value_of(const char *key)
{
	for (size_t i = 0; i < OBJ_COUNT(values); i++)
		if (strcmp(values[i].key, key) == 0)
			return &values[i];
	return NULL;
}

static uint32_t *
figure(struct pathtable_figures *f, uint32_t bit)
{
	return bit == PATHTABLE_RTT ? &f->rtt_us :
	    bit == PATHTABLE_HOPS ? &f->hops : &f->completion;
}

bool
control_pathtable_is(const struct json *item)
{
	return json_find(item, "resolver") != NULL;
}

static int
read_key(const struct control_measure_in *in, const struct json *item,
    struct pathtable_key *key, struct restreply *r)
{
	const char *resolver = json_get_text(json_find(item, "resolver"));
	const char *name = json_get_text(json_find(item, "datacenter"));
	const struct plan_datacenter *dc = NULL;
	struct sockaddr_storage ss;
	struct addr addr;

	if (resolver == NULL || addr_parse(resolver, &addr) != 0)
		return restreply_error(r, 400, "resolver: an IP address is "
		    "expected");
	if (name != NULL)
		dc = map_find(&in->plan->datacenters, name);
	if (dc == NULL)
		return restreply_error(r, name != NULL ? 404 : 400,
		    "datacenter: there is no data center \"%.255s\"",
		    name != NULL ? name : "");
	(void)addr_to_sockaddr(&addr, 0, &ss);
	key->datacenter = dc->key;
	key->resolver = clientnet_of((const struct sockaddr *)&ss,
	    (struct clientnet_len){ 32, 128 });
	return 0;
}

static int
check_value(const struct value *v, const struct json *j, struct restreply *r)
{
	int64_t n = json_get_int(j);

	if (json_kind_of(j) == JSON_KIND_NULL ||
	    (json_kind_of(j) == JSON_KIND_INT && n >= v->min && n <= v->max))
		return 0;
	return restreply_error(r, 400, "%s: a whole number in %lld..%lld (%s) "
	    "is expected", v->key, (long long)v->min, (long long)v->max,
	    v->unit);
}

int
control_pathtable_check(const struct control_measure_in *in,
    const struct json *item, struct restreply *r)
{
	struct pathtable_key k;
	const struct json *j;
	const char *key;
	void *at = NULL;
	int rc = read_key(in, item, &k, r);

	if (rc == 0 && in->paths == NULL)
		return restreply_error(r, 503, "paths are not kept here");
	while (rc == 0 && (j = json_next(item, &at, &key)) != NULL) {
		const struct value *v = value_of(key);

		if (v != NULL)
			rc = check_value(v, j, r);
		else if (strcmp(key, "ttl") == 0)
			rc = control_measure_check_ttl(j, r);
		else if (strcmp(key, "resolver") != 0 &&
		    strcmp(key, "datacenter") != 0)
			rc = restreply_error(r, 400, "%.64s: is not a "
			    "measurement of a path", key);
	}
	return rc;
}

/* Ends what has expired, so that it does not come back with a new ttl. */
static struct pathtable_record
record_of(const struct control_measure_in *in, const struct pathtable_key *key)
{
	struct pathtable_record r = { .key = *key };

	if (pathtable_find(in->paths, key, &r)) {
		if (r.until_s <= in->now_s)
			r.figures.known &= (uint32_t)PATHTABLE_HOPS;
		if (r.hops_until_s <= in->now_s)
			r.figures.known &= ~(uint32_t)PATHTABLE_HOPS;
		return r;
	}
	r.asked_s = in->now_s;
	return r;
}

int64_t
control_pathtable_take(const struct control_measure_in *in,
    const struct json *item)
{
	const struct json *ttl = json_find(item, "ttl"), *j;
	uint32_t until_s = in->now_s + (ttl != NULL ?
	    (uint32_t)json_get_int(ttl) : CONTROL_PATHTABLE_TTL_S);
	struct pathtable_key key;
	struct pathtable_record r;
	int64_t n = 0;

	(void)read_key(in, item, &key, NULL);
	r = record_of(in, &key);
	for (size_t i = 0; i < OBJ_COUNT(values); i++) {
		const struct value *v = &values[i];

		if ((j = json_find(item, v->key)) == NULL)
			continue;
		n++;
		r.figures.known &= ~v->bit;
		if (json_kind_of(j) == JSON_KIND_NULL)
			continue;
		r.figures.known |= v->bit;
		*figure(&r.figures, v->bit) = (uint32_t)json_get_int(j);
		if (v->bit == PATHTABLE_HOPS)
			r.hops_until_s = until_s;
		else
			r.until_s = until_s;
	}
	r.made_s = in->now_s;
	if (r.figures.known != 0)
		pathtable_put(in->paths, &r);
	else
		pathtable_remove(in->paths, &key);
	return n;
}

void
control_pathtable_put(struct json *j, const struct pathtable_figures *f)
{
	struct pathtable_figures copy = *f;

	for (size_t i = 0; i < OBJ_COUNT(values); i++)
		if ((f->known & values[i].bit) != 0)
			json_put_int(j, values[i].key,
			    *figure(&copy, values[i].bit));
}

/* ---- all of them ---- */

struct listing {
	const struct pathtable *table;
	struct pathtable_record *v;
	size_t		 count, room;
};

static void
on_record(void *arg, const struct pathtable_record *r)
{
	struct listing *l = arg;

	l->v = mem_grow(l->v, &l->room, l->count + 1, sizeof(*l->v));
	l->v[l->count++] = *r;
}

static int
by_asked(const void *a, const void *b)
{
	const struct pathtable_record *x = a, *y = b;

	if (x->asked_s != y->asked_s)
		return x->asked_s > y->asked_s ? -1 : 1;
	if (x->key.resolver.low != y->key.resolver.low)
		return x->key.resolver.low < y->key.resolver.low ? -1 : 1;
	return x->key.datacenter < y->key.datacenter ? -1 :
	    x->key.datacenter > y->key.datacenter;
}

static const char *
name_of(const struct plan *p, uint64_t key)
{
	const struct plan_datacenter *dc;

	for (size_t at = 0; (dc = map_next(&p->datacenters, &at,
	    NULL)) != NULL;)
		if (dc->key == key)
			return dc->name;
	return NULL;
}

static struct json *
one(const struct pathtable *t, const struct pathtable_record *r,
    const char *name, uint32_t now_s)
{
	struct json *j = json_new_object();
	struct pathtable_figures f = r->figures;
	struct addr_prefix who;
	char text[ADDR_TEXT_MAX];
	uint32_t until_s;

	f.known = pathtable_in_force(t, r, now_s);
	until_s = (f.known & ~(uint32_t)PATHTABLE_HOPS) != 0 ? r->until_s :
	    r->hops_until_s;
	clientnet_prefix(&r->key.resolver, (struct clientnet_len){ 32, 128 },
	    &who);
	json_put_text(j, "resolver", addr_format(&who.addr, text));
	json_put_text(j, "datacenter", name);
	control_pathtable_put(j, &f);
	if (r->made_s != 0)
		json_put_int(j, "age", now_s - r->made_s);
	if (f.known != 0 && until_s > now_s)
		json_put_int(j, "expires", until_s - now_s);
	json_put_int(j, "asked", now_s - r->asked_s);
	return j;
}

static void
put_items(struct json *to, struct pathtable *t, const struct plan *p,
    uint32_t now_s)
{
	struct listing l = { .table = t };
	struct json *all = json_new_array();

	pathtable_each(t, on_record, &l);
	if (l.count > 0)
		qsort(l.v, l.count, sizeof(*l.v), by_asked);
	for (size_t i = 0; i < l.count &&
	    json_count(all) < CONTROL_PATHTABLE_MAX; i++) {
		const char *name = name_of(p, l.v[i].key.datacenter);
		struct json *j;

		if (name == NULL)
			continue;
		j = one(t, &l.v[i], name, now_s);
		json_add(all, &j);
	}
	json_put_int(to, "known", (int64_t)l.count);
	json_put(to, "items", &all);
	free(l.v);
}

struct json *
control_pathtable_json(struct pathtable *t, const struct plan *p,
    uint32_t now_s)
{
	struct json *j = json_new_object();
	char *link = restname_link("/mgmt/tm/gtm/path");
	const struct pathtable_counts *n;
	const char *home;

	json_put_text(j, "kind", "tm:gtm:path:pathcollectionstate");
	json_put_text(j, "selfLink", link);
	free(link);
	if (t == NULL)
		return j;
	home = name_of(p, pathtable_home(t));
	if (home != NULL)
		json_put_text(j, "datacenter", home);
	n = pathtable_counts(t);
	json_put_int(j, "paths", (int64_t)n->paths);
	json_put_int(j, "probesSent", (int64_t)n->sent);
	json_put_int(j, "probesAnswered", (int64_t)n->answered);
	json_put_int(j, "resolversWithoutRoom", (int64_t)n->full);
	json_put_int(j, "resolversUnproven", (int64_t)n->unproven);
	put_items(j, t, p, now_s);
	return j;
}
