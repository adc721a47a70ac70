/* gtmd/query/turn_zone.c - the zones' word at one name, seen through the wide IPs
 * that overlay them; see turn.h. Layer: gtmd, pure but for published data.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/turn.h"

#include "core/wire/dnsname.h"
#include "gtmd/query/answer.h"
#include "gtmd/query/apex.h"
#include "gtmd/query/chain.h"
#include "gtmd/query/question.h"
#include "gtmd/query/where.h"
#include "gtmd/query/wide.h"
#include "gtmd/query/widetable.h"
#include "gtmd/query/world.h"
#include "zones/section.h"
#include "zones/zoneset.h"

#define ANY_MAX		512	/* octets: what a spoofed ANY may bring */

static bool
is_ancestor(const struct turn *t)
{
	const struct lookup_step *s = &t->a->step;

	return widetable_is_ancestor(t->a->wides, s->name, s->len, s->hash);
}

/* Does a name of the wide table stand between this one and the wildcard that
 * the zone would make it from? Then the wildcard is none of its (RFC 4592
 * 2.2.1: the closest encloser has the wildcard). */
static bool
is_shielded(const struct turn *t)
{
	const struct lookup_step *s = &t->a->step;
	const uint8_t *name = s->name;
	size_t len = s->len;

	while (*name != 0) {
		uint64_t hash;

		len -= *name + 1u;
		name += *name + 1;
		hash = dnsname_hash(name, len);
		if (zoneset_find(t->a->zones, name, len, hash) != NULL)
			return false;
		if (widetable_check(t->a->wides, name, len, hash))
			return true;
	}
	return false;
}

/* What a zone found, seen through the wide IPs that overlay it: a name that
 * exists there is never NXDOMAIN and never made from a wildcard. */
static enum lookup_kind
overlay_kind(const struct turn *t, const struct lookup *l)
{
	bool live = t->wide != NULL && turn_wide_is_live(t->wide);

	if (l->kind == LOOKUP_NXDOMAIN)
		return t->wide != NULL || is_ancestor(t) ? LOOKUP_NODATA :
		    l->kind;
	if (!l->wildcard)
		return l->kind;
	if ((live && turn_wide_is_exact(t)) || is_ancestor(t))
		return LOOKUP_NODATA;
	if (is_shielded(t))
		return t->wide != NULL ? LOOKUP_NODATA : LOOKUP_NXDOMAIN;
	return l->kind;
}

/* The name is in the zone that a wide IP makes. */
static enum turn_end
own_answer(struct turn *t, const struct where *at)
{
	struct reply *r = t->r;
	struct apex apex = where_apex(at, t->a, &r->w);
	const struct wide_apex *wa = &t->a->settings->apex;
	bool is_apex = at->own == t->a->step.len;
	int n;

	if (t->back)
		return turn_end_failed(t, t->out.action_else, at);
	if (is_apex && t->q->type == RRTYPE_ANY)
		return turn_end_hinfo(t);
	if (is_apex &&
	    (t->q->type == RRTYPE_SOA || t->q->type == RRTYPE_NS)) {
		turn_authoritative(t);
		n = t->q->type == RRTYPE_NS ?
		    apex_write_ns(&r->w, &apex, wa) :
		    apex_write_soa(&r->w, &apex, wa, APEX_TTL_S,
		    APEX_NEGATIVE_TTL_S);
		if (n < 0)
			return TURN_FULL;
		r->answer = (uint16_t)(r->answer + n);
		return TURN_DONE;
	}
	if (!is_apex && t->wide == NULL && !is_ancestor(t))
		r->rcode = RCODE_NXDOMAIN;
	return turn_end_negative(t, at, WHERE_TTL_OF_ZONE);
}

/* The answer section's part of a zone's word. */
static enum turn_end
records_answer(struct turn *t, const struct lookup *l)
{
	struct reply *r = t->r;
	int n;

	/* A large set must not be what a spoofed ANY brings. */
	if (t->q->type == RRTYPE_ANY && l->kind == LOOKUP_ANSWER &&
	    r->w.off + l->rrset.len > ANY_MAX)
		return turn_end_hinfo(t);
	n = section_answer(&r->w, l, &t->a->step);
	if (n < 0)
		return TURN_FULL;
	r->made |= l->wildcard;
	turn_authoritative(t);
	r->answer = (uint16_t)(r->answer + n);
	if (l->kind == LOOKUP_YXDOMAIN)
		r->rcode = RCODE_YXDOMAIN;
	return n > 0 && (l->kind == LOOKUP_CNAME || l->kind == LOOKUP_DNAME) ?
	    TURN_ON : TURN_DONE;
}

/* Only for the question's own name: a resolver that came by an alias asks for
 * the rest by itself, and a reply of ours never leads far (NXNS). */
static enum turn_end
referral_answer(struct turn *t, const struct lookup *l)
{
	struct section_referral s;

	if (!t->first)
		return TURN_DONE;
	s = section_referral(&t->r->w, l, &t->a->step);
	t->r->authority = (uint16_t)(t->r->authority + s.authority);
	t->r->additional = (uint16_t)(t->r->additional + s.additional);
	t->r->tc = s.truncated;
	return TURN_DONE;
}

static enum turn_end
nowhere_answer(struct turn *t)
{
	if (t->first) {
		t->r->rcode = RCODE_REFUSED;
		t->r->ede = REPLY_EDE_NOT_AUTHORITATIVE;
	}
	return TURN_DONE;
}

/* Out of line: no query comes here. */
__attribute__((cold, noinline))
static void
watch_zone(const struct turn *t, const struct lookup *l)
{
	struct chain_step *to = &t->a->watch->steps[t->a->watch->count - 1];
	struct where at = where_find(t->a, l);
	bool plain = l->kind == LOOKUP_ANSWER && !l->wildcard;

	to->zoned = true;
	to->own = !plain && at.own > 0;
	to->kind = plain || at.own > 0 ? l->kind : overlay_kind(t, l);
	to->zone = at.own > 0 && !plain ? NULL : l->zone;
}

/* No record of the name's own. Out of line: its variables. */
__attribute__((noinline))
static enum turn_end
beyond_records(struct turn *t, const struct lookup *l)
{
	struct where at = where_find(t->a, l);
	enum lookup_kind kind;

	if (at.own > 0)
		return own_answer(t, &at);
	kind = overlay_kind(t, l);
	switch (kind) {
	case LOOKUP_NOTAUTH:
		return t->back ? turn_end_failed(t, t->out.action_else, &at) :
		    nowhere_answer(t);
	case LOOKUP_NODATA:
	case LOOKUP_NXDOMAIN:
		if (t->back)
			return turn_end_failed(t, t->out.action_else, &at);
		if (kind == LOOKUP_NXDOMAIN)
			t->r->rcode = RCODE_NXDOMAIN;
		return turn_end_negative(t, &at, WHERE_TTL_OF_ZONE);
	case LOOKUP_REFERRAL:
		return referral_answer(t, l);
	case LOOKUP_ANSWER:
	case LOOKUP_CNAME:
	case LOOKUP_DNAME:
	case LOOKUP_YXDOMAIN:
		break;
	}
	return records_answer(t, l);
}

enum turn_end
turn_zone_answer(struct turn *t)
{
	struct lookup *l = &t->found;

	lookup_name(t->a->zones, &t->a->step, t->q->type, l);
	if (t->a->watch != NULL)
		watch_zone(t, l);
	if (l->kind == LOOKUP_ANSWER && !l->wildcard)
		return records_answer(t, l);
	return beyond_records(t, l);
}
