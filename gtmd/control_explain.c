/* gtmd/control_explain.c - see control_explain.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control_explain.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/list.h"
#include "core/base/map.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "gtmd/control_share.h"
#include "gtmd/plan_graph.h"
#include "gtmd/plan_member.h"
#include "gtmd/plan_pool.h"
#include "gtmd/plan_wide.h"
#include "gtmd/statusfile_decision.h"
#include "gtmd/types/domain.h"

static void
put_state(struct json *j, const struct plan_node *n, const char *why)
{
	json_put_text(j, "availability",
	    status_availability_name(n->status.availability));
	json_put_text(j, "enabledState",
	    status_enabled_name(n->status.enabled));
	json_put_text(j, "reason", why);
}

static struct json *
members(const struct plan_pool *pool)
{
	struct json *all = json_new_array();
	char why[PLAN_REASON_MAX];

	for (size_t i = 0; i < pool->member_count; i++) {
		const struct plan_member *m = pool->members[i];
		struct json *j = json_new_object();

		json_put_text(j, "member", m->obj->obj.name);
		json_put_int(j, "memberOrder", m->obj->order);
		json_put_int(j, "ratio", m->obj->ratio);
		json_put_bool(j, "heldByManualResume", m->held);
		put_state(j, &m->node, plan_member_reason(m, why,
		    sizeof(why)));
		json_add(all, &j);
	}
	return all;
}

static struct json *
pools(const struct plan_wide *w)
{
	struct json *all = json_new_array(), *inside;
	char why[PLAN_REASON_MAX];

	for (size_t i = 0; i < w->edge_count; i++) {
		const struct plan_edge *e = w->edges[i];
		struct json *j = json_new_object();

		json_put_text(j, "pool", e->pool->name);
		json_put_text(j, "type", plan_type_names[e->pool->type]);
		json_put_bool(j, "lastResort", e->last_resort);
		json_put_int(j, "order", e->order);
		json_put_int(j, "ratio", e->ratio);
		json_put_int(j, "priorityGroup", e->priority_group);
		if (e->pool->obj != NULL)
			json_put_int(j, "ttl", e->pool->obj->ttl_s);
		put_state(j, &e->pool->node, plan_pool_reason(e->pool, why,
		    sizeof(why)));
		inside = members(e->pool);
		json_put(j, "members", &inside);
		json_add(all, &j);
	}
	return all;
}

/* By path, then by name or alias, then by the pattern that matches with the
 * most octets of its own. */
static const struct plan_wide *
find_pattern(const struct plan *p, enum wide_type type, const char *domain)
{
	const struct plan_wide *best = NULL;
	size_t most = 0;

	LIST_EACH(&p->patterns, n) {
		const struct plan_domain *d = OBJ_OF(n, struct plan_domain,
		    same);
		size_t literal = 0;

		for (const char *c = d->canonical; *c != '\0'; c++)
			literal += *c != '*' && *c != '?';
		if (d->wide->type == type && (best == NULL || literal > most) &&
		    domain_matches(d->canonical, domain)) {
			best = d->wide;
			most = literal;
		}
	}
	return best;
}

static const struct plan_wide *
find_wide(const struct plan *p, enum wide_type type, const char *name)
{
	char domain[DNSNAME_TEXT_MAX];
	const struct plan_wide *w = map_find(&p->wides[type], name);
	const struct list *same;

	if (w != NULL || *domain_canonical(name, domain) == '\0')
		return w;
	same = map_find(&p->domains, domain);
	if (same != NULL)
		LIST_EACH(same, n) {
			w = OBJ_OF(n, struct plan_domain, same)->wide;
			if (w->type == type)
				return w;
		}
	return find_pattern(p, type, domain);
}

/* -1: r says what is wrong. */
static int
read_type(const struct restrequest *q, struct restreply *r)
{
	const struct json *v = json_find(q->body, "type");
	const char *text = v != NULL ? json_get_text(v) : plan_type_names[0];

	for (int t = 0; text != NULL && t < WIDE_TYPES; t++)
		if (strcmp(plan_type_names[t], text) == 0)
			return t;
	(void)restreply_error(r, 400, "type: a, aaaa or cname is expected");
	return -1;
}

static int
check_client(const struct restrequest *q, struct restreply *r)
{
	const struct json *v = json_find(q->body, "client");
	const char *text = json_get_text(v);
	struct addr a;

	if (v == NULL || (text != NULL && addr_parse(text, &a) == 0))
		return 0;
	return restreply_error(r, 400, "client: an IP address is expected");
}

void
control_explain(const struct plan *p, const struct restrequest *q,
    struct restreply *r)
{
	const char *name = json_get_text(json_find(q->body, "name"));
	int type = read_type(q, r);
	const struct plan_wide *w;
	char why[PLAN_REASON_MAX];
	struct json *j, *child;

	if (type < 0 || check_client(q, r) != 0)
		return;
	w = name != NULL ? find_wide(p, (enum wide_type)type, name) : NULL;
	if (w == NULL) {
		(void)restreply_error(r, 404, "no wide IP of type %s answers "
		    "for \"%.255s\"", plan_type_names[type],
		    name != NULL ? name : "");
		return;
	}
	j = json_new_object();
	json_put_text(j, "wideip", w->name);
	json_put_text(j, "type", plan_type_names[type]);
	if (json_find(q->body, "client") != NULL)
		json_put_text(j, "client", json_get_text(json_find(q->body,
		    "client")));
	put_state(j, &w->node, plan_wide_reason(w, why, sizeof(why)));
	child = pools(w);
	json_put(j, "pools", &child);
	child = statusfile_decision(w);
	json_put(j, "decision", &child);
	child = control_share_wide(w);
	json_put(j, "shares", &child);
	restreply_json(r, 200, &j);
}
