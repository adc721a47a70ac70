/* zones/check.c - rules for zones; see check.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "zones/check.h"

#include <assert.h>
#include <string.h>

#include "core/base/err.h"
#include "core/wire/dnsname.h"
#include "zones/arrange.h"
#include "zones/finding.h"
#include "zones/records.h"
#include "zones/rrset.h"
#include "zones/rrtype.h"

#define GLUE_A		16u	/* octets of one address record as glue */
#define GLUE_AAAA	28u

/* What all rules need. */
struct check {
	struct records	*r;
	struct finding	*f;
	bool		 told_dnssec;
};

/* The next finding is about this record. */
static void
at_record(struct check *c, uint32_t n)
{
	const struct record *rec = records_get(c->r, n);

	finding_at(c->f, c->r->files[rec->file], rec->line);
}

static const char *
owner_text(const struct check *c, const struct owner *o,
    char buf[DNSNAME_TEXT_MAX])
{
	return dnsname_format(records_name(c->r, o), buf);
}

/* --- places: which names are below a cut or a DNAME --- */

static void
place_below(struct check *c, uint32_t n)
{
	struct owner *o = records_at(c->r, n);
	const struct owner *up = records_at(c->r, o->parent);

	if ((up->flags & (OWNER_BELOW | OWNER_UNDER)) != 0) {
		o->flags |= up->flags & (OWNER_BELOW | OWNER_UNDER);
		o->cover = up->cover;
	} else if ((up->flags & OWNER_CUT) != 0) {
		o->flags |= OWNER_BELOW;
		o->cover = o->parent;
	} else if ((up->flags & OWNER_DNAME) != 0) {
		o->flags |= OWNER_UNDER;
		o->cover = o->parent;
	}
	o->flags |= OWNER_PLACED;
}

/* Places an owner after its ancestors; a name has at most 127 of them. */
static void
place_chain(struct check *c, uint32_t n)
{
	uint32_t chain[DNSNAME_LABELS_MAX];
	size_t depth = 0;

	while ((records_at(c->r, n)->flags & OWNER_PLACED) == 0) {
		assert(depth < DNSNAME_LABELS_MAX);
		chain[depth++] = n;
		n = records_at(c->r, n)->parent;
	}
	while (depth > 0)
		place_below(c, chain[--depth]);
}

static void
place_all(struct check *c)
{
	uint32_t i;

	records_at(c->r, RECORDS_APEX)->flags |= OWNER_PLACED;
	for (i = RECORDS_APEX + 1; i <= c->r->owner_count; i++) {
		/* Mostly the parent is, and there is no chain to clear. */
		if ((records_at(c->r, records_at(c->r, i)->parent)->flags &
		    OWNER_PLACED) == 0)
			place_chain(c, i);
		else if ((records_at(c->r, i)->flags & OWNER_PLACED) == 0)
			place_below(c, i);
	}
}

/* --- rules at one owner --- */

/* RFC 1034 3.6.2, RFC 2181 10.1: alone, and one; DNSSEC's own and KEY may
 * stand beside it (RFC 4034, RFC 3007). */
static void
check_cname(struct check *c, const struct owner *o)
{
	uint32_t n = records_first(c->r, o, RRTYPE_CNAME), i;
	char name[DNSNAME_TEXT_MAX], type[RRTYPE_TEXT_MAX];
	uint16_t t;

	if (n == 0)
		return;
	i = records_get(c->r, n)->next;
	if (i != 0 && records_get(c->r, i)->type == RRTYPE_CNAME) {
		at_record(c, i);
		(void)finding_error(c->f, ERR_CONFLICT,
		    "%s has several CNAME records", owner_text(c, o, name));
	}
	for (i = o->first; i != 0; i = records_set_end(c->r, i)) {
		t = records_get(c->r, i)->type;
		if (t == RRTYPE_CNAME || t == RRTYPE_RRSIG ||
		    t == RRTYPE_NSEC || t == RRTYPE_KEY)
			continue;
		at_record(c, n);
		(void)finding_error(c->f, ERR_CONFLICT,
		    "%s has a CNAME beside other data (%s on line %u)",
		    owner_text(c, o, name), rrtype_format(t, type),
		    records_get(c->r, i)->line);
		return;
	}
}

/* RFC 6672 2.3 (one, not beside NS but at the apex), RFC 4592 4.4 (wildcard). */
static void
check_dname(struct check *c, const struct owner *o)
{
	uint32_t n = records_first(c->r, o, RRTYPE_DNAME), next;
	char name[DNSNAME_TEXT_MAX];

	if (n == 0)
		return;
	at_record(c, n);
	(void)owner_text(c, o, name);
	next = records_get(c->r, n)->next;
	if (next != 0 && records_get(c->r, next)->type == RRTYPE_DNAME)
		(void)finding_error(c->f, ERR_CONFLICT,
		    "%s has several DNAME records", name);
	if ((o->flags & OWNER_CUT) != 0)
		(void)finding_error(c->f, ERR_CONFLICT,
		    "%s has a DNAME beside NS", name);
	if (records_name(c->r, o)[0] == 1 && records_name(c->r, o)[1] == '*')
		(void)finding_error(c->f, ERR_CONFLICT,
		    "%s: a wildcard cannot be a DNAME", name);
}

static void
check_soa(struct check *c, const struct owner *o, bool is_apex)
{
	uint32_t n = records_first(c->r, o, RRTYPE_SOA);
	char name[DNSNAME_TEXT_MAX];

	if (is_apex && n != 0)
		n = records_get(c->r, n)->next;
	for (; n != 0 && records_get(c->r, n)->type == RRTYPE_SOA;
	    n = records_get(c->r, n)->next) {
		at_record(c, n);
		if (is_apex)
			(void)finding_error(c->f, ERR_CONFLICT,
			    "a zone has one SOA record");
		else
			(void)finding_error(c->f, ERR_CONFLICT,
			    "%s has an SOA record but is not the apex",
			    owner_text(c, o, name));
	}
}

/* RFC 4592 4.2: what a delegation at a wildcard means is not defined. DS goes
 * with a cut (RFC 4035 2.4). */
static void
check_cut(struct check *c, const struct owner *o)
{
	uint32_t ns = records_first(c->r, o, RRTYPE_NS);
	uint32_t ds = records_first(c->r, o, RRTYPE_DS);
	char name[DNSNAME_TEXT_MAX];

	if ((o->flags & OWNER_CUT) != 0 && records_name(c->r, o)[0] == 1 &&
	    records_name(c->r, o)[1] == '*') {
		at_record(c, ns);
		(void)finding_error(c->f, ERR_CONFLICT,
		    "%s: a wildcard cannot be delegated", owner_text(c, o, name));
	}
	if (ds != 0 && (o->flags & OWNER_CUT) == 0) {
		at_record(c, ds);
		finding_warn(c->f, "%s has DS but is not a delegation",
		    owner_text(c, o, name));
	}
}

/* What lies under a DNAME can never be asked for (RFC 6672 2.4): an error.
 * What lies at or below a cut may be glue; the rest is told. */
static void
check_hidden(struct check *c, const struct owner *o)
{
	bool is_address, is_cut = (o->flags & OWNER_BELOW) == 0;
	char name[DNSNAME_TEXT_MAX], cover[DNSNAME_TEXT_MAX];
	char type[RRTYPE_TEXT_MAX];
	uint32_t i;
	uint16_t t;

	for (i = o->first; i != 0; i = records_set_end(c->r, i)) {
		t = records_get(c->r, i)->type;
		is_address = t == RRTYPE_A || t == RRTYPE_AAAA;
		if ((is_address && (o->flags & OWNER_GLUE) != 0) ||
		    (is_cut && (t == RRTYPE_NS || t == RRTYPE_DS ||
		    t == RRTYPE_NSEC || t == RRTYPE_RRSIG)))
			continue;
		at_record(c, i);
		finding_warn(c->f, "%s %s is at or below the delegation %s and "
		    "is never answered", owner_text(c, o, name),
		    rrtype_format(t, type), is_cut ? name :
		    owner_text(c, records_at(c->r, o->cover), cover));
	}
}

static void
check_under(struct check *c, const struct owner *o)
{
	char name[DNSNAME_TEXT_MAX], cover[DNSNAME_TEXT_MAX];

	if (o->first == 0)
		return;
	at_record(c, o->first);
	(void)finding_error(c->f, ERR_CONFLICT, "%s is below the DNAME %s",
	    owner_text(c, o, name),
	    owner_text(c, records_at(c->r, o->cover), cover));
}

static void
check_dnssec(struct check *c, const struct owner *o)
{
	uint16_t t;
	uint32_t i;

	for (i = o->first; i != 0 && !c->told_dnssec;
	    i = records_set_end(c->r, i)) {
		t = records_get(c->r, i)->type;
		if (t != RRTYPE_RRSIG && t != RRTYPE_NSEC && t != RRTYPE_NSEC3)
			continue;
		at_record(c, i);
		finding_warn(c->f, "signed zone: signatures in the file are "
		    "served as plain data, answers are not signed with them");
		c->told_dnssec = true;
	}
}

/* --- rules between owners --- */

static bool
has_address(const struct check *c, const struct owner *o)
{
	return records_first(c->r, o, RRTYPE_A) != 0 ||
	    records_first(c->r, o, RRTYPE_AAAA) != 0;
}

/* The owner that the name in a record points to; 0 = not in this zone's file.
 * *name is its lower-case form. */
static uint32_t
target_of(const struct check *c, uint32_t n, uint8_t name[DNSNAME_MAX],
    bool *in_zone)
{
	const struct record *rec = records_get(c->r, n);
	const uint8_t *p = rec->rdata + rrtype_names(rec->type).prefix;
	size_t len = dnsname_len(p), i;

	for (i = 0; i < len; i++)
		name[i] = p[i] >= 'A' && p[i] <= 'Z' ? p[i] | 0x20 : p[i];
	*in_zone = dnsname_is_under(name, c->r->apex);
	return *in_zone ? records_find(c->r, name, len) : 0;
}

/* Is the name below a cut of this zone, so that others answer for it? */
static bool
is_delegated(const struct check *c, const uint8_t *name)
{
	const struct owner *o;
	uint32_t n;

	for (; dnsname_is_under(name, c->r->apex) && *name != 0;
	    name = dnsname_parent(name)) {
		n = records_find(c->r, name, dnsname_len(name));
		if (n == 0)
			continue;
		o = records_at(c->r, n);
		return (o->flags & (OWNER_CUT | OWNER_BELOW)) != 0;
	}
	return false;
}

/* RFC 2181 10.3, RFC 2782: the target of NS, MX and SRV is no alias. */
static void
check_target(struct check *c, uint32_t n, bool is_apex_ns)
{
	char text[DNSNAME_TEXT_MAX], type[RRTYPE_TEXT_MAX];
	uint8_t name[DNSNAME_MAX];
	const struct owner *o;
	bool in_zone;
	uint32_t to = target_of(c, n, name, &in_zone);

	o = to == 0 ? NULL : records_at(c->r, to);
	if (o != NULL && (o->flags & (OWNER_CNAME | OWNER_BELOW)) == OWNER_CNAME) {
		at_record(c, n);
		finding_warn(c->f, "%s points to %s, which is a CNAME",
		    rrtype_format(records_get(c->r, n)->type, type),
		    dnsname_format(name, text));
	} else if (is_apex_ns && in_zone && (o == NULL || !has_address(c, o)) &&
	    !is_delegated(c, name)) {
		at_record(c, n);
		finding_warn(c->f, "name server %s has no address in the zone",
		    dnsname_format(name, text));
	}
}

static size_t
glue_size(const struct check *c, const struct owner *o)
{
	size_t size = 0;
	uint32_t i;

	for (i = o->first; i != 0; i = records_get(c->r, i)->next) {
		if (records_get(c->r, i)->type == RRTYPE_A)
			size += GLUE_A;
		else if (records_get(c->r, i)->type == RRTYPE_AAAA)
			size += GLUE_AAAA;
	}
	return size;
}

/* The name servers of one cut: marks glue, misses it (RFC 9471 2.1). */
static void
check_delegation(struct check *c, const struct owner *cut)
{
	uint32_t n = records_first(c->r, cut, RRTYPE_NS), to;
	char text[DNSNAME_TEXT_MAX], of[DNSNAME_TEXT_MAX];
	uint8_t name[DNSNAME_MAX];
	size_t size = 0;
	bool in_zone;

	for (; n != 0 && records_get(c->r, n)->type == RRTYPE_NS;
	    n = records_get(c->r, n)->next) {
		to = target_of(c, n, name, &in_zone);
		if (to != 0)
			records_at(c->r, to)->flags |= OWNER_GLUE;
		if (!dnsname_is_under(name, records_name(c->r, cut)))
			continue;
		at_record(c, n);
		if (to == 0 || !has_address(c, records_at(c->r, to)))
			(void)finding_error(c->f, ERR_REF, "name server %s of "
			    "the delegation %s needs an address here (glue)",
			    dnsname_format(name, text), owner_text(c, cut, of));
		else
			size += glue_size(c, records_at(c->r, to));
	}
	if (size > RRSET_WIRE_MAX)
		(void)finding_error(c->f, ERR_RANGE, "the delegation %s has %zu "
		    "octets of glue, a message carries %u",
		    owner_text(c, cut, of), size, RRSET_WIRE_MAX);
}

static void
check_targets(struct check *c, uint32_t number)
{
	const struct owner *o = records_at(c->r, number);
	uint32_t n;
	uint16_t t;

	if ((o->flags & (OWNER_BELOW | OWNER_PLAIN)) != 0)
		return;
	if ((o->flags & OWNER_CUT) != 0)
		check_delegation(c, o);
	for (n = o->first; n != 0; n = records_get(c->r, n)->next) {
		t = records_get(c->r, n)->type;
		if (t == RRTYPE_NS || t == RRTYPE_MX || t == RRTYPE_SRV)
			check_target(c, n, t == RRTYPE_NS &&
			    number == RECORDS_APEX);
	}
}

static void
check_owner(struct check *c, uint32_t number)
{
	const struct owner *o = records_at(c->r, number);

	/* By far the most names. */
	if (o->flags == (OWNER_PLACED | OWNER_PLAIN))
		return;
	check_soa(c, o, number == RECORDS_APEX);
	check_cname(c, o);
	check_dname(c, o);
	check_cut(c, o);
	check_dnssec(c, o);
	if ((o->flags & OWNER_UNDER) != 0)
		check_under(c, o);
	else if ((o->flags & (OWNER_CUT | OWNER_BELOW)) != 0)
		check_hidden(c, o);
}

/* RFC 1035 5.2, RFC 1034 4.2.1. */
static void
check_apex(struct check *c)
{
	const struct owner *o = records_at(c->r, RECORDS_APEX);
	const char *file = c->r->files[0];
	char name[DNSNAME_TEXT_MAX];

	finding_at(c->f, file, 0);
	(void)owner_text(c, o, name);
	if (records_first(c->r, o, RRTYPE_SOA) == 0)
		(void)finding_error(c->f, ERR_REF, "zone %s has no SOA record",
		    name);
	if (records_first(c->r, o, RRTYPE_NS) == 0)
		(void)finding_error(c->f, ERR_REF, "zone %s has no NS record",
		    name);
}

void
check_zone(struct records *r, struct finding *f)
{
	struct check c = { .r = r, .f = f };
	uint32_t i;

	records_link(r);
	arrange_zone(r, f);
	check_apex(&c);
	place_all(&c);
	for (i = RECORDS_APEX; i <= r->owner_count; i++)
		check_targets(&c, i);
	for (i = RECORDS_APEX; i <= r->owner_count; i++)
		check_owner(&c, i);
}
