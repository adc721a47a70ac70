/* gtmd/control/control_decisions.c - see control_decisions.h.
 *
 * A record holds slots and keys; the graph knows what they stand for. Its
 * reasons are told while the decision that answered still stands; behind a
 * change, only what was chosen. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_decisions.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/model/store.h"
#include "core/rest/restname.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "gtmd/control/control_reason.h"
#include "gtmd/decide/decision_log.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/topology/asker.h"

#define ROUND_MS	100
#define LIMIT		100	/* records told unless more are asked for */

/* A wide IP that asks for it. */
struct logged {
	enum wide_type	 type;
	char		*name;
};

struct control_decisions {
	unsigned	 magic;
#define CONTROL_DECISIONS_MAGIC	0xdec10601u
	const struct plan *plan;
	struct map	 logged;	/* by the text of the wide IP's key */
	struct loop_timer timer;	/* while there is one of these */
	char		*kept[CONTROL_DECISIONS_KEPT];	/* JSON, owned */
	uint64_t	 told;		/* since the start; the next one's
					 * place */
	uint64_t	 strangers;	/* of wide IPs that have gone */
};

/* One record, found in the graph. */
struct told {
	const struct decision_log_record *record;
	const struct plan_wide *wide;
	const struct plan_edge *edge;	/* NULL: failure policy, or gone */
	const struct plan_member *member;	/* NULL likewise */
	bool		 current;	/* the decision still stands */
	bool		 kept;		/* by persistence */
	struct control_outcome outcome;	/* where current and not kept */
	struct strbuf	*line;		/* for the log */
	struct json	*j;
};

/* ---- what it was about ---- */

#define KEY_MAX	17

static const char *
key_text(uint64_t key, char text[KEY_MAX])
{
	(void)snprintf(text, KEY_MAX, "%016" PRIx64, key);
	return text;
}

static const struct plan_wide *
find_wide(const struct control_decisions *c, uint64_t key)
{
	char text[KEY_MAX];
	const struct logged *l = map_find(&c->logged, key_text(key, text));

	return l != NULL ? map_find(&c->plan->wides[l->type], l->name) : NULL;
}

static const struct plan_edge *
find_edge(const struct plan_wide *w, uint32_t slot)
{
	for (size_t i = 0; slot != DECISION_LOG_NOBODY && i < w->edge_count;
	    i++)
		if (slot - w->edges[i]->slot < DECISION_POOL_SLOTS)
			return w->edges[i];
	return NULL;
}

static const struct plan_member *
find_member(const struct plan_edge *e, uint32_t slot)
{
	if (e == NULL || slot == DECISION_LOG_NOBODY)
		return NULL;
	for (size_t i = 0; i < e->pool->member_count; i++)
		if (slot - e->pool->members[i]->slot < DECISION_MEMBER_SLOTS)
			return e->pool->members[i];
	return NULL;
}

static const char *
how_word(enum decision_how how)
{
	switch (how) {
	case DECISION_PREFERRED:
		return "preferred";
	case DECISION_ALTERNATE:
		return "alternate";
	case DECISION_FALLBACK:
		return "fallback";
	case DECISION_LAST_RESORT:
		return "last-resort";
	case DECISION_RETURNED:
		return "return-to-dns";
	case DECISION_DROPPED:
		return "drop-packet";
	case DECISION_FALLBACK_IP:
		return "fallback-ip";
	case DECISION_PERSISTED:
		return "persistence";
	case DECISION_POOL_SLOTS:
		break;
	}
	return "";
}

static const char *
outcome_word(enum decision_action a)
{
	switch (a) {
	case DECISION_ANSWER:
		return "answer";
	case DECISION_NODATA:
		return "no-data";
	case DECISION_RCODE:
		return "failure-rcode";
	case DECISION_ZONE:
		return "return-to-dns";
	case DECISION_DROP:
		return "drop";
	}
	return "";
}

/* ---- into JSON and into a line, side by side ---- */

static void
put(struct told *t, const char *key, const char *word, const char *text)
{
	char quoted[2 * PLAN_REASON_MAX];

	json_put_text(t->j, key, text);
	strbuf_printf(t->line, "%s%s=%s", t->line->len > 0 ? " " : "", word,
	    log_quote(text, quoted, sizeof(quoted)));
}

static void
put_who(struct told *t)
{
	const struct decision_log_record *r = t->record;
	char text[ADDR_TEXT_MAX];

	put(t, "resolver", "resolver", addr_format(&r->resolver, text));
	if (r->subnet.addr.family != 0)
		put(t, "subnet", "subnet", addr_format_prefix(&r->subnet,
		    text));
}

static void
put_outcome(struct told *t)
{
	const struct decision_log_record *r = t->record;

	put(t, "outcome", "outcome",
	    outcome_word((enum decision_action)r->action));
	if (r->action == DECISION_RCODE)
		json_put_int(t->j, "rcode", r->rcode);
	if (r->action == DECISION_ANSWER)
		json_put_int(t->j, "answers", r->count);
}

/* An address that is no member's is told by a slot of the pool. */
static enum decision_how
how_of(const struct told *t)
{
	uint32_t member = t->record->member - t->edge->slot;

	if (t->record->member != DECISION_LOG_NOBODY &&
	    member < DECISION_POOL_SLOTS)
		return (enum decision_how)member;
	return (enum decision_how)(t->record->pool - t->edge->slot);
}

static void
put_pool(struct told *t)
{
	char why[PLAN_REASON_MAX];

	if (t->edge == NULL)
		return;
	put(t, "pool", "pool", t->edge->pool->name);
	put(t, "method", "method", how_word(how_of(t)));
	if (t->kept)
		put(t, "poolWhy", "pool-why", "Persistence: the client was "
		    "answered from it before");
	else if (t->current)
		put(t, "poolWhy", "pool-why", control_reason_pool(&t->outcome,
		    t->edge, why, sizeof(why)));
}

static void
put_member(struct told *t)
{
	char why[PLAN_REASON_MAX];

	if (t->member == NULL)
		return;
	put(t, "member", "member", t->member->obj->obj.name);
	if (t->kept)
		put(t, "memberWhy", "member-why", "Persistence: the client's "
		    "last answer, until it expires");
	else if (t->current)
		put(t, "memberWhy", "member-why", control_reason_member(
		    &t->outcome, t->edge, t->member, why, sizeof(why)));
}

/* One of those that were gone through. */
static void
add_part(struct told *t, struct json *all, const char *key, const char *name,
    const char *why)
{
	struct json *one = json_new_object();

	json_put_text(one, key, name);
	json_put_text(one, "why", why);
	json_add(all, &one);
	strbuf_printf(t->line, "%s%s: %s", json_count(all) > 1 ? "; " : "",
	    name, why);
}

/* The pools that it had to choose from. */
static void
put_pools(struct told *t)
{
	struct json *all = json_new_array();
	char why[PLAN_REASON_MAX];
	size_t n = t->wide->edge_count;

	strbuf_add(t->line, " pools=\"");
	for (size_t i = 0; i < n && i < CONTROL_DECISIONS_PARTS; i++)
		add_part(t, all, "pool", t->wide->edges[i]->pool->name,
		    control_reason_pool(&t->outcome, t->wide->edges[i], why,
		    sizeof(why)));
	strbuf_add_char(t->line, '"');
	if (n > CONTROL_DECISIONS_PARTS)
		json_put_int(t->j, "morePools",
		    (int64_t)(n - CONTROL_DECISIONS_PARTS));
	json_put(t->j, "pools", &all);
}

/* The members of the pool that answered. */
static void
put_members(struct told *t)
{
	struct json *all = json_new_array();
	char why[PLAN_REASON_MAX];
	const struct plan_pool *p = t->edge->pool;
	size_t n = p->member_count;

	strbuf_add(t->line, " members=\"");
	for (size_t i = 0; i < n && i < CONTROL_DECISIONS_PARTS; i++)
		add_part(t, all, "member", p->members[i]->obj->obj.name,
		    control_reason_member(&t->outcome, t->edge, p->members[i],
		    why, sizeof(why)));
	strbuf_add_char(t->line, '"');
	if (n > CONTROL_DECISIONS_PARTS)
		json_put_int(t->j, "moreMembers",
		    (int64_t)(n - CONTROL_DECISIONS_PARTS));
	json_put(t->j, "members", &all);
}

static void
put_all(struct told *t)
{
	uint32_t what = t->wide->obj->log_verbosity;
	bool walked = t->current && !t->kept;

	put_who(t);
	put_outcome(t);
	if (what & (WIDEIP_LOG_POOL | WIDEIP_LOG_MEMBER))
		put_pool(t);
	if (what & WIDEIP_LOG_MEMBER)
		put_member(t);
	if (walked && (what & WIDEIP_LOG_POOLS))
		put_pools(t);
	if (walked && (what & WIDEIP_LOG_MEMBERS) && t->edge != NULL)
		put_members(t);
	if (!t->current)
		json_put_bool(t->j, "changedSince", true);
}

/* ---- a record ---- */

/* As the decision saw who asked. What persistence knows now, it may know from
 * this very answer. */
static void
walk(struct told *t)
{
	const struct decision_log_record *r = t->record;
	struct sockaddr_storage from;
	struct asker asker = { .client = r->subnet, .peeks = true };

	if (addr_to_sockaddr(&r->resolver, 0, &from) > 0)
		asker.from = (const struct sockaddr *)&from;
	control_outcome_init(&t->outcome, t->wide, &asker);
}

static void
put_time(struct json *j, real_s when)
{
	time_t at = (time_t)when;
	char text[32];
	struct tm tm;

	(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ",
	    gmtime_r(&at, &tm));
	json_put_text(j, "time", text);
}

static void
keep(struct control_decisions *c, const struct json *j)
{
	char **place = &c->kept[c->told++ % CONTROL_DECISIONS_KEPT];

	free(*place);
	*place = json_line(j);
}

static void
tell(struct control_decisions *c, struct told *t)
{
	char object[PLAN_LABEL_MAX];

	put_time(t->j, t->record->when);
	json_put_text(t->j, "wideip", t->wide->name);
	json_put_text(t->j, "type", recordtype_rows[t->wide->type].name);
	put_all(t);
	(void)snprintf(object, sizeof(object), "wideip %s", t->wide->name);
	log_at(LOG_NOTICE, "gtm", object, "decision", "%s", t->line->text);
	keep(c, t->j);
}

static void
on_record(void *arg, const struct decision_log_record *r)
{
	struct control_decisions *c = arg;
	struct told t = { .record = r, .wide = find_wide(c, r->wide) };
	struct strbuf line;

	if (t.wide == NULL || t.wide->obj->log_verbosity == 0) {
		c->strangers++;
		return;
	}
	strbuf_init(&line);
	t.line = &line;
	t.j = json_new_object();
	t.edge = find_edge(t.wide, r->pool);
	t.member = find_member(t.edge, r->member);
	t.current = r->made == t.wide->made;
	t.kept = t.edge != NULL &&
	    r->pool - t.edge->slot == DECISION_PERSISTED;
	if (t.current && !t.kept)
		walk(&t);
	tell(c, &t);
	control_outcome_fini(&t.outcome);
	json_free(&t.j);
	strbuf_fini(&line);
}

void
control_decisions_drain(struct control_decisions *c)
{
	OBJ_CHECK(c, CONTROL_DECISIONS_MAGIC);
	(void)decision_log_drain(CONTROL_DECISIONS_ROUND, on_record, c);
}

static void
on_round(struct loop_timer *t, void *arg)
{
	(void)t;
	control_decisions_drain(arg);
}

/* ---- who asks for it ---- */

static void
forget(struct control_decisions *c, const char *key)
{
	struct logged *l = map_remove(&c->logged, key);

	if (l == NULL)
		return;
	free(l->name);
	free(l);
}

static void
take_up(struct control_decisions *c, const struct object *o, bool now)
{
	enum wide_type type = recordtype_of(o->type);
	char key[KEY_MAX];
	struct logged *l;

	(void)key_text(decision_spec_wide(clientnet_key(o->name), type), key);
	forget(c, key);
	if (!now)
		return;
	l = mem_zalloc(1, sizeof(*l));
	l->type = type;
	l->name = mem_strdup(o->name);
	(void)map_put(&c->logged, key, l);
}

static bool
is_wide(const struct object *o)
{
	enum wide_type type = recordtype_of(o->type);

	return type != WIDE_TYPES && o->type == recordtype_rows[type].wide;
}

void
control_decisions_on_change(void *arg, const struct store_change *changes,
    size_t count)
{
	struct control_decisions *c = arg;

	if (c->logged.count > 0)
		control_decisions_drain(c);
	for (size_t i = 0; i < count; i++) {
		const struct object *now = changes[i].now, *o = now != NULL ?
		    now : changes[i].was;

		if (is_wide(o))
			take_up(c, o, now != NULL && ((const struct wideip *)
			    now)->log_verbosity != 0);
	}
	if (c->logged.count == 0)
		loop_timer_stop(&c->timer);
	else if (!loop_timer_running(&c->timer))
		loop_timer_start(&c->timer, ROUND_MS, ROUND_MS);
}

/* ---- asked ---- */

/* By its whole path, or by what stands behind the partition. */
static bool
is_of(const struct json *j, const char *wide)
{
	const char *name = json_get_text(json_find(j, "wideip")), *slash;

	if (wide == NULL || strcmp(name, wide) == 0)
		return true;
	slash = strrchr(name, '/');
	return slash != NULL && strcmp(slash + 1, wide) == 0;
}

static struct json *
items(const struct control_decisions *c, const char *wide, uint64_t limit)
{
	struct json *all = json_new_array();
	uint64_t at = c->told;

	while (at-- > 0 && c->told - at <= CONTROL_DECISIONS_KEPT &&
	    json_count(all) < limit) {
		const char *text = c->kept[at % CONTROL_DECISIONS_KEPT];
		struct json *j = json_parse(text, strlen(text), NULL);

		if (is_of(j, wide))
			json_add(all, &j);
		else
			json_free(&j);
	}
	return all;
}

/* 0: it is no number of records. */
static uint64_t
read_limit(const char *text)
{
	size_t len = text != NULL ? strlen(text) : 0;

	if (text == NULL)
		return LIMIT;
	if (len == 0 || len > 9 || text[strspn(text, "0123456789")] != '\0')
		return 0;
	return strtoul(text, NULL, 10);
}

void
control_decisions_get(const struct control_decisions *c,
    const struct restrequest *q, struct restreply *r)
{
	uint64_t limit = read_limit(restrequest_param(q, "limit"));
	struct json *j, *all;
	char *link;

	OBJ_CHECK(c, CONTROL_DECISIONS_MAGIC);
	if (limit == 0) {
		(void)restreply_error(r, 400, "limit: a number from 1 on is "
		    "expected");
		return;
	}
	j = json_new_object();
	link = restname_link("/mgmt/tm/gtm/decision-log");
	json_put_text(j, "kind", "tm:gtm:decision-log:decision-logstats");
	json_put_text(j, "selfLink", link);
	free(link);
	json_put_int(j, "logged", (int64_t)c->told);
	json_put_int(j, "dropped", (int64_t)(decision_log_dropped() +
	    c->strangers));
	all = items(c, restrequest_param(q, "wideip"), limit);
	json_put(j, "items", &all);
	restreply_json(r, 200, &j);
}

/* ---- birth and end ---- */

struct control_decisions *
control_decisions_new(struct loop *l, const struct plan *p)
{
	struct control_decisions *c = mem_zalloc(1, sizeof(*c));

	c->magic = CONTROL_DECISIONS_MAGIC;
	c->plan = p;
	loop_timer_init(&c->timer, l, on_round, c);
	return c;
}

void
control_decisions_free(struct control_decisions **pc)
{
	struct control_decisions *c = *pc;
	struct logged *l;

	*pc = NULL;
	if (c == NULL)
		return;
	OBJ_CHECK(c, CONTROL_DECISIONS_MAGIC);
	loop_timer_stop(&c->timer);
	for (size_t at = 0; (l = map_next(&c->logged, &at, NULL)) != NULL;) {
		free(l->name);
		free(l);
	}
	map_fini(&c->logged);
	for (size_t i = 0; i < CONTROL_DECISIONS_KEPT; i++)
		free(c->kept[i]);
	c->magic = 0;
	free(c);
}
