/* gtmd/control/control_record.c - see control_record.h.
 *
 * A record holds slots and keys; the graph knows what they stand for. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_record.h"

#include <time.h>

#include "core/base/log.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "gtmd/control/control_reason.h"
#include "gtmd/decide/decision_log.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/topology/asker.h"

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
	for (size_t i = 0; i < n && i < CONTROL_RECORD_PARTS; i++)
		add_part(t, all, "pool", t->wide->edges[i]->pool->name,
		    control_reason_pool(&t->outcome, t->wide->edges[i], why,
		    sizeof(why)));
	strbuf_add_char(t->line, '"');
	if (n > CONTROL_RECORD_PARTS)
		json_put_int(t->j, "morePools",
		    (int64_t)(n - CONTROL_RECORD_PARTS));
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
	for (size_t i = 0; i < n && i < CONTROL_RECORD_PARTS; i++)
		add_part(t, all, "member", p->members[i]->obj->obj.name,
		    control_reason_member(&t->outcome, t->edge, p->members[i],
		    why, sizeof(why)));
	strbuf_add_char(t->line, '"');
	if (n > CONTROL_RECORD_PARTS)
		json_put_int(t->j, "moreMembers",
		    (int64_t)(n - CONTROL_RECORD_PARTS));
	json_put(t->j, "members", &all);
}

static void
put_all(struct told *t)
{
	uint32_t what = t->wide->obj->rare->log_verbosity;
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

/* ---- the whole of it ---- */

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

struct json *
control_record_tell(const struct decision_log_record *r,
    const struct plan_wide *w, struct strbuf *line)
{
	struct told t = { .record = r, .wide = w, .line = line };

	t.j = json_new_object();
	t.edge = find_edge(w, r->pool);
	t.member = find_member(t.edge, r->member);
	t.current = r->made == w->made;
	t.kept = t.edge != NULL &&
	    r->pool - t.edge->slot == DECISION_PERSISTED;
	if (t.current && !t.kept)
		walk(&t);
	put_time(t.j, r->when);
	json_put_text(t.j, "wideip", w->name);
	json_put_text(t.j, "type", recordtype_rows[w->type].name);
	put_all(&t);
	control_outcome_fini(&t.outcome);
	return t.j;
}
