/* gtmd/query/chain.c - follows a question through wide IPs and zones; see chain.h.
 * Layer: gtmd, pure but for published data.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/chain.h"

#include <string.h>

#include "core/io/rcu.h"
#include "gtmd/count/stats.h"
#include "gtmd/decide/decision.h"
#include "gtmd/query/additional.h"
#include "gtmd/query/answer.h"
#include "gtmd/query/apex.h"
#include "gtmd/query/authority.h"
#include "gtmd/query/question.h"
#include "gtmd/query/reply.h"
#include "gtmd/query/where.h"
#include "gtmd/query/wide.h"
#include "gtmd/query/widetable.h"
#include "gtmd/query/world.h"
#include "zones/section.h"
#include "zones/zoneset.h"

#define TTL_ANY_S	3600	/* of the HINFO that stands for ANY */
#define ANY_MAX		512	/* octets: what a spoofed ANY may bring */

/* How a name of the chain has ended. */
enum turn {
	TURN_DONE,
	TURN_ON,	/* a->step is the next name */
	TURN_AUTHORITY,	/* done but for the authority section */
	TURN_ZONE,	/* no wide IP answers: the zones do */
	TURN_FULL,	/* something did not fit: TC */
	TURN_SILENT,
};

struct chain {
	struct answer		*a;
	const struct question	*q;
	struct reply		*r;
	const struct wide	*wide;	/* at this name; NULL = none */
	struct decision_out	 out;	/* what the wide IP last said */
	bool			 back;	/* it said: the zones, or else */
	bool			 first;	/* this is the question's name */
	size_t			 start;	/* of the records last decided */
};

/* Is the entry this very name, not a pattern that matches it? */
static bool
is_exact(const struct chain *c)
{
	const struct lookup_step *s = &c->a->step;

	return c->wide != NULL && c->wide->hash == s->hash &&
	    c->wide->len == s->len &&
	    memcmp(c->wide->name, s->name, s->len) == 0;
}

static const struct decision *
find_decision(const struct wide *e, enum wide_type type)
{
	const struct decision_slot *s = wide_slot(e, type);

	return s != NULL ? decision_get(s) : NULL;
}

/* Does some wide IP of a type other than CNAME answer here? Out of line: asked
 * for ANY, and where the zones have their say. */
__attribute__((noinline))
static bool
has_plain(const struct wide *e)
{
	int types = RCU_GET(e->rare) != NULL ? WIDE_TYPES : WIDE_USUAL;

	for (int t = 0; t < types; t++)
		if (t != WIDE_CNAME &&
		    find_decision(e, (enum wide_type)t) != NULL)
			return true;
	return false;
}

/* Does some wide IP answer here? One that is disabled leaves the name to the
 * zones. */
static bool
is_live(const struct wide *e)
{
	return has_plain(e) || find_decision(e, WIDE_CNAME) != NULL;
}

static bool
is_ancestor(const struct chain *c)
{
	const struct lookup_step *s = &c->a->step;

	return widetable_is_ancestor(c->a->wides, s->name, s->len, s->hash);
}

static void
set_authoritative(struct chain *c)
{
	/* AA is about the first owner in the answer (RFC 1035 4.1.1). */
	if (c->first)
		c->r->aa = true;
}

/* --- endings --------------------------------------------------------------- */

/* No records, and an SOA that lets this be cached for ttl_s at most. */
static enum turn
end_negative(struct chain *c, const struct where *at, uint32_t ttl_s)
{
	int n = where_write_soa(at, c->a, &c->r->w, ttl_s);

	if (n < 0)
		return TURN_FULL;
	set_authoritative(c);
	c->r->authority = (uint16_t)(c->r->authority + n);
	return TURN_DONE;
}

/* What the wide IP says when it has no answer. */
static enum turn
end_failed(struct chain *c, enum decision_action action,
    const struct where *at)
{
	uint8_t rcode = c->out.rcode;

	if (action == DECISION_DROP)
		return TURN_SILENT;
	if (action != DECISION_RCODE)
		return end_negative(c, at, c->out.negative_ttl_s);
	c->r->rcode = rcode;
	if (rcode != RCODE_NOERROR && rcode != RCODE_NXDOMAIN)
		return TURN_DONE;
	set_authoritative(c);
	if (c->out.negative_ttl_s == 0)
		return TURN_DONE;
	return end_negative(c, at, c->out.negative_ttl_s);
}

/* The name exists, and that is all that ANY is told (RFC 8482 4.2). */
static enum turn
end_hinfo(struct chain *c)
{
	static const uint8_t rdata[] = "\007RFC8482";	/* and "" as OS */
	struct wbuf *w = &c->r->w;

	set_authoritative(c);
	wbuf_u16(w, (uint16_t)(0xc000 | c->a->step.at));
	wbuf_u16(w, QTYPE_HINFO);
	wbuf_u16(w, RRCLASS_IN);
	wbuf_u32(w, TTL_ANY_S);
	wbuf_u16(w, sizeof(rdata));
	wbuf_octets(w, rdata, sizeof(rdata));
	if (w->bad)
		return TURN_FULL;
	c->r->answer++;
	return TURN_DONE;
}

/* --- wide IPs -------------------------------------------------------------- */

/* Types that the zones answer beside a CNAME wide IP where they have them: a
 * zone's apex and the parent's side of a cut stay whole. */
static bool
is_zones_own(const struct chain *c)
{
	struct lookup l;

	if (c->q->type != RRTYPE_SOA && c->q->type != RRTYPE_NS &&
	    c->q->type != RRTYPE_DS)
		return false;
	lookup_name(c->a->zones, &c->a->step, c->q->type, &l);
	if (l.kind == LOOKUP_ANSWER)
		return !l.wildcard;
	return c->q->type != RRTYPE_DS &&
	    where_find(c->a, &l).own == c->a->step.len;
}

/* The wide IPs that answer a QTYPE with its own records; WIDE_TYPES = none.
 * Who asks for CNAME is served as all others at a CNAME wide IP are. */
static enum wide_type
type_asked(uint16_t qtype)
{
	switch (qtype) {
	case RRTYPE_A:
		return WIDE_A;
	case RRTYPE_AAAA:
		return WIDE_AAAA;
	case RRTYPE_MX:
		return WIDE_MX;
	case RRTYPE_SRV:
		return WIDE_SRV;
	case RRTYPE_NAPTR:
		return WIDE_NAPTR;
	case RRTYPE_HTTPS:
		return WIDE_HTTPS;
	case RRTYPE_SVCB:
		return WIDE_SVCB;
	case RRTYPE_TXT:
		return WIDE_TXT;
	}
	return WIDE_TYPES;
}

/* The decision that answers this type; NULL = the zones do. *hinfo: ANY at a
 * name that has more than a CNAME. */
static const struct decision *
choose_decision(const struct chain *c, bool *hinfo)
{
	enum wide_type type = type_asked(c->q->type);
	const struct decision *own = NULL, *cname;

	*hinfo = c->q->type == RRTYPE_ANY && has_plain(c->wide);
	if (*hinfo)
		return NULL;
	if (type != WIDE_TYPES)
		own = find_decision(c->wide, type);
	if (own != NULL)
		return own;
	cname = find_decision(c->wide, WIDE_CNAME);
	return cname != NULL && !is_zones_own(c) ? cname : NULL;
}

/* On to the target of the CNAME just written. A decision that was asked
 * before is a loop. */
static enum turn
go_on(struct chain *c, const struct decision *d)
{
	struct lookup_step *s = &c->a->step;

	if (c->q->type == RRTYPE_CNAME || c->q->type == RRTYPE_ANY)
		return TURN_DONE;
	for (unsigned i = 0; i < s->seen_count; i++) {
		if (s->seen[i] == (const uint8_t *)d)
			return TURN_DONE;
	}
	if (s->seen_count == LOOKUP_STEPS_MAX)
		return TURN_DONE;
	s->seen[s->seen_count++] = (const uint8_t *)d;
	lookup_go_on(s, c->out.target, (uint8_t)dnsname_len(c->out.target),
	    c->out.target_off);
	return TURN_ON;
}

static enum turn
turn_decision(struct chain *c, const struct decision *d)
{
	struct lookup_step *s = &c->a->step;
	struct decision_ask ask = { c->a->tally, &c->a->asker,
		(uint16_t)(0xc000 | s->at) };
	struct reply *r = c->r;
	struct lookup l;
	struct where at;

	if (s->at > RRSET_POINTER_MAX)
		return TURN_FULL;
	c->start = r->w.off;
	decision_answer(d, &ask, &r->w, &c->out);
	if (r->w.bad)
		return TURN_FULL;
	if (c->out.action == DECISION_ANSWER) {
		r->made |= !is_exact(c);
		set_authoritative(c);
		r->answer = (uint16_t)(r->answer + c->out.count);
		if (c->out.target != NULL)
			return go_on(c, d);
		return c->out.minimal ? TURN_DONE : TURN_AUTHORITY;
	}
	if (c->out.action == DECISION_DROP)
		return TURN_SILENT;
	if (c->out.action == DECISION_ZONE) {
		c->back = true;
		return TURN_ZONE;
	}
	lookup_name(c->a->zones, s, RRTYPE_SOA, &l);
	at = where_find(c->a, &l);
	return end_failed(c, c->out.action, &at);
}

__attribute__((cold, noinline))
static void
watch_decision(const struct chain *c, const struct decision *d)
{
	c->a->watch->steps[c->a->watch->count - 1].decision = d;
}

static enum turn
turn_wide(struct chain *c)
{
	const struct decision *d;
	bool hinfo;

	d = choose_decision(c, &hinfo);
	if (c->a->watch != NULL)
		watch_decision(c, d);
	if (hinfo)
		return end_hinfo(c);
	return d != NULL ? turn_decision(c, d) : TURN_ZONE;
}

/* --- zones ----------------------------------------------------------------- */

/* Does a name of the wide table stand between this one and the wildcard that
 * the zone would make it from? Then the wildcard is none of its (RFC 4592
 * 2.2.1: the closest encloser has the wildcard). */
static bool
is_shielded(const struct chain *c)
{
	const struct lookup_step *s = &c->a->step;
	const uint8_t *name = s->name;
	size_t len = s->len;

	while (*name != 0) {
		uint64_t hash;

		len -= *name + 1u;
		name += *name + 1;
		hash = dnsname_hash(name, len);
		if (zoneset_find(c->a->zones, name, len, hash) != NULL)
			return false;
		if (widetable_check(c->a->wides, name, len, hash))
			return true;
	}
	return false;
}

/* What a zone found, seen through the wide IPs that overlay it: a name that
 * exists there is never NXDOMAIN and never made from a wildcard. */
static enum lookup_kind
overlay_kind(const struct chain *c, const struct lookup *l)
{
	bool live = c->wide != NULL && is_live(c->wide);

	if (l->kind == LOOKUP_NXDOMAIN)
		return c->wide != NULL || is_ancestor(c) ? LOOKUP_NODATA :
		    l->kind;
	if (!l->wildcard)
		return l->kind;
	if ((live && is_exact(c)) || is_ancestor(c))
		return LOOKUP_NODATA;
	if (is_shielded(c))
		return c->wide != NULL ? LOOKUP_NODATA : LOOKUP_NXDOMAIN;
	return l->kind;
}

/* The name is in the zone that a wide IP makes. */
static enum turn
turn_own(struct chain *c, const struct where *at)
{
	struct reply *r = c->r;
	struct apex apex = where_apex(at, c->a, &r->w);
	const struct wide_apex *wa = &c->a->settings->apex;
	bool is_apex = at->own == c->a->step.len;
	int n;

	if (c->back)
		return end_failed(c, c->out.action_else, at);
	if (is_apex && c->q->type == RRTYPE_ANY)
		return end_hinfo(c);
	if (is_apex &&
	    (c->q->type == RRTYPE_SOA || c->q->type == RRTYPE_NS)) {
		set_authoritative(c);
		n = c->q->type == RRTYPE_NS ?
		    apex_write_ns(&r->w, &apex, wa) :
		    apex_write_soa(&r->w, &apex, wa, APEX_TTL_S,
		    APEX_NEGATIVE_TTL_S);
		if (n < 0)
			return TURN_FULL;
		r->answer = (uint16_t)(r->answer + n);
		return TURN_DONE;
	}
	if (!is_apex && c->wide == NULL && !is_ancestor(c))
		r->rcode = RCODE_NXDOMAIN;
	return end_negative(c, at, WHERE_TTL_OF_ZONE);
}

/* The answer section's part of a zone's word. */
static enum turn
turn_records(struct chain *c, const struct lookup *l)
{
	struct reply *r = c->r;
	int n;

	/* A large set must not be what a spoofed ANY brings. */
	if (c->q->type == RRTYPE_ANY && l->kind == LOOKUP_ANSWER &&
	    r->w.off + l->rrset.len > ANY_MAX)
		return end_hinfo(c);
	n = section_answer(&r->w, l, &c->a->step);
	if (n < 0)
		return TURN_FULL;
	r->made |= l->wildcard;
	set_authoritative(c);
	r->answer = (uint16_t)(r->answer + n);
	if (l->kind == LOOKUP_YXDOMAIN)
		r->rcode = RCODE_YXDOMAIN;
	return n > 0 && (l->kind == LOOKUP_CNAME || l->kind == LOOKUP_DNAME) ?
	    TURN_ON : TURN_DONE;
}

/* Only for the question's own name: a resolver that came by an alias asks for
 * the rest by itself, and a reply of ours never leads far (NXNS). */
static enum turn
turn_referral(struct chain *c, const struct lookup *l)
{
	struct section_referral s;

	if (!c->first)
		return TURN_DONE;
	s = section_referral(&c->r->w, l, &c->a->step);
	c->r->authority = (uint16_t)(c->r->authority + s.authority);
	c->r->additional = (uint16_t)(c->r->additional + s.additional);
	c->r->tc = s.truncated;
	return TURN_DONE;
}

static enum turn
turn_nowhere(struct chain *c)
{
	if (c->first) {
		c->r->rcode = RCODE_REFUSED;
		c->r->ede = REPLY_EDE_NOT_AUTHORITATIVE;
	}
	return TURN_DONE;
}

/* Out of line: no query comes here. */
__attribute__((cold, noinline))
static void
watch_zone(const struct chain *c, const struct lookup *l)
{
	struct chain_step *to = &c->a->watch->steps[c->a->watch->count - 1];
	struct where at = where_find(c->a, l);
	bool plain = l->kind == LOOKUP_ANSWER && !l->wildcard;

	to->zoned = true;
	to->own = !plain && at.own > 0;
	to->kind = plain || at.own > 0 ? l->kind : overlay_kind(c, l);
	to->zone = at.own > 0 && !plain ? NULL : l->zone;
}

static enum turn
turn_zone(struct chain *c)
{
	enum lookup_kind kind;
	struct lookup l;
	struct where at;

	lookup_name(c->a->zones, &c->a->step, c->q->type, &l);
	if (c->a->watch != NULL)
		watch_zone(c, &l);
	if (l.kind == LOOKUP_ANSWER && !l.wildcard)
		return turn_records(c, &l);
	at = where_find(c->a, &l);
	if (at.own > 0)
		return turn_own(c, &at);
	kind = overlay_kind(c, &l);
	switch (kind) {
	case LOOKUP_NOTAUTH:
		return c->back ? end_failed(c, c->out.action_else, &at) :
		    turn_nowhere(c);
	case LOOKUP_NODATA:
	case LOOKUP_NXDOMAIN:
		if (c->back)
			return end_failed(c, c->out.action_else, &at);
		if (kind == LOOKUP_NXDOMAIN)
			c->r->rcode = RCODE_NXDOMAIN;
		return end_negative(c, &at, WHERE_TTL_OF_ZONE);
	case LOOKUP_REFERRAL:
		return turn_referral(c, &l);
	case LOOKUP_ANSWER:
	case LOOKUP_CNAME:
	case LOOKUP_DNAME:
	case LOOKUP_YXDOMAIN:
		break;
	}
	return turn_records(c, &l);
}

/* --- the way --------------------------------------------------------------- */

__attribute__((cold, noinline))
static void
watch_name(const struct chain *c)
{
	const struct lookup_step *s = &c->a->step;
	struct chain_watch *w = c->a->watch;
	struct chain_step *to = &w->steps[w->count++];

	*to = (struct chain_step){ .wide = c->wide, .exact = is_exact(c) };
	memcpy(to->name, s->name, s->len);
}

static enum turn
turn(struct chain *c)
{
	const struct lookup_step *s = &c->a->step;
	enum turn t = TURN_ZONE;

	c->back = false;
	c->wide = widetable_find(c->a->wides, s->name, s->len, s->hash);
	if (c->a->watch != NULL)
		watch_name(c);
	if (c->wide != NULL)
		t = turn_wide(c);
	if (c->first)
		stats_add(c->a->stats, t == TURN_ZONE ? STATS_FROM_ZONE :
		    STATS_FROM_WIDEIP, 1);
	return t == TURN_ZONE ? turn_zone(c) : t;
}

bool
chain_follow(struct answer *a, const struct question *q, struct reply *r)
{
	struct chain c;
	enum turn t = TURN_ON;

	c.a = a;
	c.q = q;
	c.r = r;
	c.first = true;
	lookup_start(&a->step, q->name, q->name_len, q->hash);
	for (unsigned i = 0; t == TURN_ON && i < LOOKUP_STEPS_MAX; i++) {
		t = turn(&c);
		c.first = false;
	}
	if (t == TURN_AUTHORITY) {
		authority_add(a, r);
		additional_add(a, r, c.start, c.out.count);
	} else if (t == TURN_FULL) {
		/* Only what is ours to say is written whole or not at all. */
		reply_truncate(r, q);
		r->aa = true;
	}
	return t != TURN_SILENT;
}
