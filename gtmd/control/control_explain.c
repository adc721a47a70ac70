/* gtmd/control/control_explain.c - see control_explain.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/rest/restreply.h"
#include "gtmd/control/control_measure.h"
#include "gtmd/control/control_pathtable.h"
#include "gtmd/control/control_outcome.h"
#include "gtmd/control/control_path.h"
#include "gtmd/control/control_reason.h"
#include "gtmd/control/control_share.h"
#include "gtmd/control/replay.h"
#include "gtmd/control/statusfile_decision.h"
#include "gtmd/decide/choose.h"
#include "gtmd/decide/choose_path.h"
#include "gtmd/decide/pathtable.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_member.h"
#include "gtmd/plan/plan_pool.h"
#include "gtmd/plan/plan_wide.h"
#include "gtmd/query/rrtext.h"
#include "gtmd/types/domain.h"
#include "zones/zone.h"

/* ---- pools and members ---- */

static void
put_state(struct json *j, const struct plan_node *n, const char *why)
{
	json_put_text(j, "availability",
	    status_availability_name(n->status.availability));
	json_put_text(j, "enabledState",
	    status_enabled_name(n->status.enabled));
	json_put_text(j, "reason", why);
}

static void
put_sum(struct json *j, const struct control_outcome_sum *sum)
{
	struct decision_outcome o = { .share = 0, .direct = true,
	    .total = 1 };

	if (sum->first != NULL) {
		o = *sum->first;
		o.direct = o.direct && o.share == sum->share;
		o.share = sum->share;
	}
	control_outcome_put_share(j, &o);
}

static void
put_record(struct json *j, const struct decision_outcome *o)
{
	struct strbuf b;

	if (o == NULL || o->data == NULL)
		return;
	strbuf_init(&b);
	rrtext_data(o->type, o->data, o->data_len, &b);
	json_put_text(j, "answer", b.text);
	json_put_int(j, "ttl", o->ttl_s);
	strbuf_fini(&b);
}

/* Told where a method goes by it. */
static void
put_figures(struct json *to, const struct control_outcome *c,
    const struct plan_member *m)
{
	const struct pool *p = m->pool->obj;
	struct pathtable_figures f;
	struct json *j;

	if (!choose_path_asks((enum pool_lb)p->lb_mode, p->rare->qos) &&
	    !choose_path_asks((enum pool_lb)p->fallback_mode, p->rare->qos))
		return;
	j = json_new_object();
	if (m->vs != NULL && m->vs->server != NULL)
		json_put_text(j, "datacenter", m->vs->server->datacenter->name);
	if (control_outcome_figures(c, m, &f))
		control_pathtable_put(j, &f);
	json_put(to, "path", &j);
}

static struct json *
member(const struct control_outcome *c, const struct plan_edge *e,
    const struct plan_member *m)
{
	struct control_outcome_sum sum = control_outcome_member(c, e, m);
	struct json *j = json_new_object();
	char why[PLAN_REASON_MAX];

	json_put_text(j, "member", m->obj->obj.name);
	json_put_int(j, "memberOrder", m->obj->order);
	json_put_int(j, "ratio", m->obj->ratio);
	json_put_int(j, "priorityGroup", m->obj->priority_group);
	json_put_bool(j, "heldByManualResume", m->held);
	put_state(j, &m->node, plan_member_reason(m, why, sizeof(why)));
	if (m->vs != NULL) {
		struct json *measured = control_measure_values(m->vs);

		json_put(j, "measured", &measured);
	}
	put_figures(j, c, m);
	put_sum(j, &sum);
	json_put_real(j, "present", sum.present);
	json_put_text(j, "why", control_reason_member(c, e, m, why,
	    sizeof(why)));
	put_record(j, sum.first);
	return j;
}

static struct json *
members(const struct control_outcome *c, const struct plan_edge *e)
{
	struct json *all = json_new_array();

	for (size_t i = 0; i < e->pool->member_count; i++) {
		struct json *j = member(c, e, e->pool->members[i]);

		json_add(all, &j);
	}
	return all;
}

/* A pool's own fraction is the mode's, not that of its likeliest member. */
static void
put_pool_share(struct json *j, const struct control_outcome_sum *sum)
{
	struct decision_outcome o = { .share = sum->share };

	if (sum->first != NULL) {
		o.pool_weight = sum->first->pool_weight;
		o.pool_total = sum->first->pool_total;
		o.direct = sum->first->direct;
	}
	control_outcome_put_share(j, &o);
}

static struct json *
pool(const struct control_outcome *c, const struct plan_edge *e)
{
	struct control_outcome_sum sum = control_outcome_pool(c, e);
	struct json *j = json_new_object(), *inside;
	char why[PLAN_REASON_MAX];

	json_put_text(j, "pool", e->pool->name);
	json_put_text(j, "type", recordtype_rows[e->pool->type].name);
	json_put_bool(j, "lastResort", e->last_resort);
	json_put_int(j, "order", e->order);
	json_put_int(j, "ratio", e->ratio);
	json_put_int(j, "priorityGroup", e->priority_group);
	if (e->pool->obj != NULL)
		json_put_int(j, "ttl", e->pool->obj->ttl_s);
	put_state(j, &e->pool->node, plan_pool_reason(e->pool, why,
	    sizeof(why)));
	put_pool_share(j, &sum);
	json_put_text(j, "why", control_reason_pool(c, e, why, sizeof(why)));
	inside = members(c, e);
	json_put(j, "members", &inside);
	return j;
}

static void
put_pools(struct json *to, const struct plan_wide *w,
    const struct control_explain *x)
{
	struct asker asker = control_path_asker(x);
	struct json *all = json_new_array();
	struct control_outcome c;

	control_outcome_init(&c, w, &asker);
	for (size_t i = 0; i < w->edge_count; i++) {
		struct json *j = pool(&c, w->edges[i]);

		json_add(all, &j);
	}
	control_outcome_fini(&c);
	json_put(to, "pools", &all);
}

/* ---- the path ---- */

static const char *
zone_word(enum lookup_kind kind)
{
	switch (kind) {
	case LOOKUP_NOTAUTH:
		return "is not asked";
	case LOOKUP_ANSWER:
		return "has records of this type";
	case LOOKUP_NODATA:
		return "has the name, but no record of this type";
	case LOOKUP_NXDOMAIN:
		return "has no such name";
	case LOOKUP_REFERRAL:
		return "delegates the name to others";
	case LOOKUP_CNAME:
		return "has an alias there";
	case LOOKUP_DNAME:
		return "has a DNAME above it";
	case LOOKUP_YXDOMAIN:
		return "has a DNAME above it that makes the name too long";
	}
	return "";
}

/* No decision was asked, or it left the name to the zones. */
static void
say_zone(const struct control_path_place *at, struct strbuf *b)
{
	const struct chain_step *s = &at->step;
	char origin[DNSNAME_TEXT_MAX];

	if (s->own)
		strbuf_add(b, "The name is in a zone of its own, which a wide "
		    "IP makes, and no wide IP of this type answers there");
	else if (s->zone != NULL)
		strbuf_printf(b, "The zone %s %s", dnsname_format(
		    s->zone->name, origin), zone_word(s->kind));
	else if (at->depth > 0)
		strbuf_add(b, "Not served here: the resolver asks elsewhere");
	else
		strbuf_add(b, "No wide IP has this name and it is in no zone "
		    "that is served here");
}

static void
say_wide(const struct control_path_place *at, struct strbuf *b)
{
	strbuf_printf(b, "Wide IP %s of type %s has %s", at->wide->name,
	    recordtype_rows[at->wide->type].name, at->step.exact ? "this name" :
	    "a pattern that matches");
	if (!at->step.zoned)
		return;
	strbuf_add(b, " and returns to DNS. ");
	say_zone(at, b);
}

/* A wide IP that is there and does not answer says so. */
static void
say_idle(const struct plan_wide *idle, struct strbuf *b)
{
	strbuf_printf(b, "Wide IP %s %s. ", idle->name, idle->obj->enabled ?
	    "has no pools" : "is disabled");
}

static const char *
decider(const struct control_path_place *at)
{
	if (at->wide != NULL)
		return "wideip";
	if (at->step.own)
		return "own-zone";
	return at->step.zone != NULL ? "zone" : "nobody";
}

static struct json *
path_step(const struct control_path_place *at, const struct plan_wide *idle)
{
	struct json *j = json_new_object();
	char name[DNSNAME_TEXT_MAX];
	struct strbuf b;

	strbuf_init(&b);
	json_put_text(j, "name", dnsname_format(at->step.name, name));
	json_put_real(j, "share", at->share);
	json_put_text(j, "decides", decider(at));
	if (at->wide != NULL) {
		json_put_text(j, "wideip", at->wide->name);
		json_put_text(j, "type", recordtype_rows[at->wide->type].name);
		json_put_text(j, "match", at->step.exact ? "name" : "pattern");
		say_wide(at, &b);
	} else {
		if (idle != NULL)
			say_idle(idle, &b);
		say_zone(at, &b);
	}
	if (at->loops)
		strbuf_add(&b, ". The name was passed before: the reply ends "
		    "here");
	json_put_text(j, "why", b.text);
	strbuf_fini(&b);
	return j;
}

static struct json *
path(const struct control_path *p, const struct control_explain *x,
    const struct control_explain_in *in)
{
	struct json *all = json_new_array();

	for (size_t i = 0; i < p->count; i++) {
		const struct control_path_place *at = &p->v[i];
		struct json *j = path_step(at, at->wide != NULL ? NULL :
		    control_path_find(in->plan, x->type, at->step.name));

		if (i > 0)
			json_put_int(j, "from", (int64_t)at->from);
		if (i > 0 && at->wide != NULL && !at->loops)
			put_pools(j, at->wide, x);
		json_add(all, &j);
	}
	return all;
}

/* ---- the whole ---- */

static void
put_question(struct json *j, const struct control_explain *x, uint8_t scope)
{
	char name[DNSNAME_TEXT_MAX], client[ADDR_TEXT_MAX];

	json_put_text(j, "name", dnsname_format(x->name, name));
	json_put_text(j, "type", recordtype_rows[x->type].name);
	if (x->has_client)
		json_put_text(j, "client", addr_format_prefix(&x->client,
		    client));
	json_put_int(j, "scope", scope);
}

/* The wide IP of the question's own name. */
static void
put_wide(struct json *j, const struct plan_wide *w,
    const struct control_explain *x)
{
	struct asker asker = control_path_asker(x);
	char why[PLAN_REASON_MAX];
	struct json *child;

	json_put_text(j, "wideip", w->name);
	put_state(j, &w->node, plan_wide_reason(w, why, sizeof(why)));
	put_pools(j, w, x);
	child = statusfile_decision(w);
	json_put(j, "decision", &child);
	child = control_share_wide(w, &asker);
	json_put(j, "shares", &child);
}

static void
put_zones_share(struct json *j, bool served)
{
	struct json *all = json_new_array(), *one = json_new_object();

	json_put_real(one, "share", 1);
	json_put_int(one, "weight", 1);
	json_put_int(one, "total", 1);
	json_put_text(one, "answer", served ? "zones" : "refused");
	json_add(all, &one);
	json_put(j, "shares", &all);
}

struct json *
control_explain_json(const struct control_explain *x,
    const struct control_explain_in *in)
{
	struct json *j = json_new_object(), *child;
	struct control_path p;
	const struct plan_wide *w;

	control_path_init(&p, x, in);
	put_question(j, x, p.scope);
	w = p.v[0].wide;
	if (w == NULL)
		w = control_path_find(in->plan, x->type, x->name);
	if (w != NULL)
		put_wide(j, w, x);
	else
		put_zones_share(j, p.v[0].step.own ||
		    p.v[0].step.zone != NULL);
	child = path(&p, x, in);
	json_put(j, "path", &child);
	if (p.cut)
		json_put_bool(j, "pathCut", true);
	child = replay_json(p.reply);
	json_put(j, "reply", &child);
	control_path_fini(&p);
	return j;
}

/* ---- the question ---- */

static int
read_type(struct control_explain *x, const struct json *body,
    struct restreply *r)
{
	const struct json *v = json_find(body, "type");
	enum wide_type type = v == NULL ? WIDE_A :
	    recordtype_find(json_get_text(v));

	if (type == WIDE_TYPES)
		return restreply_error(r, 400, "type: a, aaaa, cname, mx, srv, "
		    "naptr, https, svcb or txt is expected");
	x->type = type;
	return 0;
}

static int
read_client(struct control_explain *x, const struct json *body,
    struct restreply *r)
{
	const struct json *v = json_find(body, "client");
	const char *text = json_get_text(v);

	x->has_client = v != NULL;
	if (v == NULL)
		return 0;
	if (text != NULL && addr_parse_prefix(text, &x->client) == 0) {
		(void)addr_to_sockaddr(&x->client.addr, 0, &x->from);
		return 0;
	}
	return restreply_error(r, 400, "client: an IP address or network is "
	    "expected");
}

/* A wide IP's path stands for the name at its end. */
static int
read_name(struct control_explain *x, const struct json *body,
    struct restreply *r)
{
	const char *text = json_get_text(json_find(body, "name")), *slash;
	char domain[DNSNAME_TEXT_MAX];

	if (text == NULL)
		return restreply_error(r, 400, "name: must be given");
	slash = strrchr(text, '/');
	(void)domain_canonical(slash != NULL ? slash + 1 : text, domain);
	if (*domain != '\0' && dnsname_parse(domain, x->name) > 0)
		return 0;
	return restreply_error(r, 400, "name: \"%.255s\" is not a domain name",
	    text);
}

int
control_explain_read(struct control_explain *x, const struct json *body,
    struct restreply *r)
{
	int rc;

	*x = (struct control_explain){ .type = WIDE_A };
	if ((rc = read_type(x, body, r)) != 0 ||
	    (rc = read_client(x, body, r)) != 0)
		return rc;
	return read_name(x, body, r);
}
