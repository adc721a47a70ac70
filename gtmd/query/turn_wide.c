/* gtmd/query/turn_wide.c - the wide IPs' word at one name; see turn.h.
 * Layer: gtmd, pure but for published data.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/turn.h"

#include <string.h>

#include "core/io/rcu.h"
#include "gtmd/query/answer.h"
#include "gtmd/query/chain.h"
#include "gtmd/query/question.h"
#include "gtmd/query/where.h"
#include "gtmd/query/wide.h"

bool
turn_wide_is_exact(const struct turn *t)
{
	const struct lookup_step *s = &t->a->step;

	return t->wide != NULL && (!t->wide->pattern ||
	    (t->wide->len == s->len &&
	    memcmp(t->wide->name, s->name, s->len) == 0));
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

bool
turn_wide_is_live(const struct wide *e)
{
	return has_plain(e) || find_decision(e, WIDE_CNAME) != NULL;
}

/* Types that the zones answer beside a CNAME wide IP where they have them: a
 * zone's apex and the parent's side of a cut stay whole. */
__attribute__((noinline))
static bool
is_zones_own(const struct turn *t)
{
	struct lookup l;

	if (t->q->type != RRTYPE_SOA && t->q->type != RRTYPE_NS &&
	    t->q->type != RRTYPE_DS)
		return false;
	lookup_name(t->a->zones, &t->a->step, t->q->type, &l);
	if (l.kind == LOOKUP_ANSWER)
		return !l.wildcard;
	return t->q->type != RRTYPE_DS &&
	    where_find(t->a, &l).own == t->a->step.len;
}

/* The wide IPs that answer a QTYPE with its own records; WIDE_TYPES = none.
 * Who asks for CNAME is served as all others at a CNAME wide IP are. */
static inline enum wide_type
type_asked(uint16_t qtype)
{
	static const uint8_t next[] = {		/* the type's number + 1 */
		[RRTYPE_A] = WIDE_A + 1, [RRTYPE_AAAA] = WIDE_AAAA + 1,
		[RRTYPE_MX] = WIDE_MX + 1, [RRTYPE_SRV] = WIDE_SRV + 1,
		[RRTYPE_NAPTR] = WIDE_NAPTR + 1,
		[RRTYPE_HTTPS] = WIDE_HTTPS + 1,
		[RRTYPE_SVCB] = WIDE_SVCB + 1, [RRTYPE_TXT] = WIDE_TXT + 1,
	};

	if (qtype >= sizeof(next) || next[qtype] == 0)
		return WIDE_TYPES;
	return (enum wide_type)(next[qtype] - 1);
}

/* The decision that answers this type; NULL = the zones do. */
static inline const struct decision *
choose_decision(const struct turn *t)
{
	enum wide_type type = type_asked(t->q->type);
	const struct decision *own = NULL, *cname;

	if (type != WIDE_TYPES)
		own = find_decision(t->wide, type);
	if (own != NULL)
		return own;
	cname = find_decision(t->wide, WIDE_CNAME);
	return cname != NULL && !is_zones_own(t) ? cname : NULL;
}

/* On to the target of the CNAME just written. A decision that was asked
 * before is a loop. */
static enum turn_end
go_on(struct turn *t, const struct decision *d)
{
	struct lookup_step *s = &t->a->step;

	if (t->q->type == RRTYPE_CNAME || t->q->type == RRTYPE_ANY)
		return TURN_DONE;
	for (unsigned i = 0; i < s->seen_count; i++) {
		if (s->seen[i] == (const uint8_t *)d)
			return TURN_DONE;
	}
	if (s->seen_count == LOOKUP_STEPS_MAX)
		return TURN_DONE;
	s->seen[s->seen_count++] = (const uint8_t *)d;
	lookup_go_on(s, t->out.target, (uint8_t)dnsname_len(t->out.target),
	    t->out.target_off);
	return TURN_ON;
}

/* What the decision says in place of records. Out of line: its variables. */
__attribute__((noinline))
static enum turn_end
end_without(struct turn *t)
{
	struct where at;

	if (t->out.action == DECISION_DROP)
		return TURN_SILENT;
	if (t->out.action == DECISION_ZONE) {
		t->back = true;
		return TURN_ZONE;
	}
	lookup_name(t->a->zones, &t->a->step, RRTYPE_SOA, &t->found);
	at = where_find(t->a, &t->found);
	return turn_end_failed(t, t->out.action, &at);
}

static inline enum turn_end
ask_decision(struct turn *t, const struct decision *d)
{
	struct reply *r = t->r;
	size_t at = t->a->step.at;

	if (at > RRSET_POINTER_MAX)
		return TURN_FULL;
	t->ask.tally = t->a->tally;
	t->ask.asker = &t->a->asker;
	t->ask.owner = (uint16_t)(0xc000 | at);
	t->start = r->w.off;
	decision_answer(d, &t->ask, &r->w, &t->out);
	if (r->w.bad)
		return TURN_FULL;
	if (t->out.action != DECISION_ANSWER)
		return end_without(t);
	r->made |= !turn_wide_is_exact(t);
	turn_authoritative(t);
	r->answer = (uint16_t)(r->answer + t->out.count);
	if (t->out.target != NULL)
		return go_on(t, d);
	return t->out.minimal ? TURN_DONE : TURN_AUTHORITY;
}

__attribute__((cold, noinline))
static void
watch_decision(const struct turn *t, const struct decision *d)
{
	t->a->watch->steps[t->a->watch->count - 1].decision = d;
}

enum turn_end
turn_wide_answer(struct turn *t)
{
	const struct decision *d;

	/* A name that has more than a CNAME. */
	if (t->q->type == RRTYPE_ANY && has_plain(t->wide))
		return turn_end_hinfo(t);
	d = choose_decision(t);
	if (t->a->watch != NULL)
		watch_decision(t, d);
	return d != NULL ? ask_decision(t, d) : TURN_ZONE;
}
