/* gtmd/types/poolcheck.c - the rules of pools across properties and objects.
 *
 * Errors are what cannot be answered with; warnings what can, though hardly as
 * it was meant. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/poolcheck.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "gtmd/types/domain.h"
#include "gtmd/types/measuring.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/poolrecord.h"
#include "gtmd/types/probing.h"
#include "gtmd/types/recorddata.h"
#include "gtmd/types/server.h"
#include "gtmd/types/settings.h"
#include "gtmd/types/vskey.h"
#include "gtmd/types/wideip.h"

#define KEY_PREFIX	"target "
#define RECORD_OVERHEAD	12	/* octets of a record beside its data */
/* Octets for records: without header, question, OPT with its options. */
#define MESSAGE_ROOM	65000

static const struct pool_member *
member_at(const struct pool *p, size_t i)
{
	return (const struct pool_member *)p->members.v[i];
}

void
poolcheck_settle(struct object *o, const struct draft *d, struct diag *out)
{
	const struct vskey_list l = {
		.owner = o, .list = &((struct pool *)o)->members,
		.len_off = offsetof(struct pool_member, server_len),
	};

	vskey_settle(&l, d, out);
}

void
poolcheck_member_ref(const struct object *o, type_ref_fn *fn, void *arg)
{
	vskey_ref(o->name, ((const struct pool_member *)o)->server_len, fn,
	    arg);
}

void
poolcheck_key(const char *domain, char key[POOLCHECK_KEY_MAX])
{
	memcpy(key, KEY_PREFIX, sizeof(KEY_PREFIX));
	if (*domain_canonical(domain, key + sizeof(KEY_PREFIX) - 1) == '\0')
		key[0] = '\0';
}

void
poolcheck_each_key(const struct object *o, type_key_fn *fn, void *arg)
{
	const struct pool *p = (const struct pool *)o;
	char key[POOLCHECK_KEY_MAX];
	bool any = false;

	if (!poolrecord_is_name(recordtype_of(o->type)))
		return;
	for (size_t i = 0; i < p->members.count; i++) {
		if (member_at(p, i)->static_target)
			continue;
		poolcheck_key(pool_member_domain(member_at(p, i)), key);
		if (*key != '\0')
			fn(arg, key);
		any = true;
	}
	if (any)
		fn(arg, POOLCHECK_TARGETS);
}

static bool
has_rule(const struct monrule *r)
{
	return r->kind != MONRULE_NONE;
}

/* Can any member ever be seen down? Only if something watches it. */
static bool
is_watched(const struct pool *p, const struct draft *d)
{
	const struct server_vs *vs;
	const struct server *s;

	if (has_rule(&p->rare->monitor))
		return p->members.count > 0;
	for (size_t i = 0; i < p->members.count; i++) {
		if (has_rule(&member_at(p, i)->rare->monitor))
			return true;
		vs = server_split_key(d, p->members.v[i]->name, &s);
		if (vs != NULL && (has_rule(&vs->monitor) ||
		    has_rule(&s->monitor) || vs->depends_on.count > 0))
			return true;
	}
	return false;
}

/* F5's rule, and the most surprising one: the fallback method does not ask
 * who is available, unless it is told to. */
static void
check_fallback(const struct pool *p, const struct draft *d, struct diag *out)
{
	const struct settings_lb *lb = (const struct settings_lb *)
	    draft_find(d, &settings_lb_type, NULL);

	if (pool_uses(p, POOL_LB_FALLBACK_IP) && p->rare->fallback_ip.family == 0)
		(void)objdiag_error(out, &p->obj, NULL, ERR_CONFLICT,
		    "fallback-ip: a method is fallback-ip, but there is none");
	if (pool_lb_picks(p->fallback_mode) &&
	    !lb->respect_fallback_dependency && is_watched(p, d))
		objdiag_warn(out, &p->obj, NULL, "fallback-mode: it may answer "
		    "with members that are down (global-settings "
		    "load-balancing respect-fallback-dependency is no)");
}

static void
check_ratio(const struct pool *p, struct diag *out)
{
	if (!pool_uses(p, POOL_LB_RATIO) || p->members.count == 0)
		return;
	for (size_t i = 0; i < p->members.count; i++)
		if (member_at(p, i)->ratio > 0)
			return;
	objdiag_warn(out, &p->obj, NULL,
	    "members: all have ratio 0: method ratio never picks one");
}

static void
check_min_up(const struct pool *p, struct diag *out)
{
	switch ((enum pool_min_up)p->rare->min_up_mode) {
	case POOL_MIN_UP_OFF:
		return;
	case POOL_MIN_UP_PERCENT:
		if (p->rare->min_up_value > 100)
			(void)objdiag_error(out, &p->obj, NULL, ERR_RANGE,
			    "min-members-up-value: %u%% is outside 0..100",
			    p->rare->min_up_value);
		return;
	case POOL_MIN_UP_NUMBER:
		if (p->rare->min_up_value > p->members.count)
			objdiag_warn(out, &p->obj, NULL,
			    "min-members-up-value: %u of %zu members can never "
			    "be up: the pool is always unavailable",
			    p->rare->min_up_value, p->members.count);
		return;
	}
}

static void
check_groups(const struct pool *p, struct diag *out)
{
	if (p->rare->min_active_members > p->members.count && p->members.count > 0)
		objdiag_warn(out, &p->obj, NULL,
		    "min-active-members: %u is more than the %zu members: all "
		    "priority groups always serve", p->rare->min_active_members,
		    p->members.count);
	if (p->rare->min_active_members > 0)
		return;
	for (size_t i = 0; i < p->members.count; i++)
		if (member_at(p, i)->priority_group > 0) {
			objdiag_warn(out, &p->obj, p->members.v[i],
			    "priority-group: it has no effect while the pool's "
			    "min-active-members is 0");
			return;
		}
}

static void
check_common(const struct pool *p, const struct draft *d, struct diag *out)
{
	check_fallback(p, d, out);
	check_ratio(p, out);
	check_min_up(p, out);
	check_groups(p, out);
}

static void
check_addresses(const struct pool *p, const struct draft *d, uint8_t family,
    struct diag *out)
{
	char text[ADDR_TEXT_MAX];
	const struct server *s;
	const struct server_vs *vs;

	probing_check_rule(&p->obj, NULL, &p->rare->monitor, out);
	measuring_check_rule(&p->obj, NULL, &p->rare->monitor, d, out);
	for (size_t i = 0; i < p->members.count; i++) {
		probing_check_rule(&p->obj, p->members.v[i],
		    &member_at(p, i)->rare->monitor, out);
		measuring_check_rule(&p->obj, p->members.v[i],
		    &member_at(p, i)->rare->monitor, d, out);
		vs = server_split_key(d, p->members.v[i]->name, &s);
		if (vs == NULL || vs->destination.addr.family == 0 ||
		    vs->destination.addr.family == family)
			continue;
		(void)objdiag_error(out, &p->obj, p->members.v[i],
		    ERR_CONFLICT, "its destination %s is not an %s address",
		    addr_format_port(&vs->destination, text),
		    family == AF_INET ? "IPv4" : "IPv6");
	}
}

void
poolcheck_a(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct pool *p = (const struct pool *)o;

	check_addresses(p, d, AF_INET, out);
	check_common(p, d, out);
}

void
poolcheck_aaaa(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct pool *p = (const struct pool *)o;

	check_addresses(p, d, AF_INET6, out);
	check_common(p, d, out);
}

/* Two members of one name would be one record twice. */
static void
check_twice(const struct pool *p, size_t i, const char *name,
    struct diag *out)
{
	char other[DNSNAME_TEXT_MAX];

	for (size_t j = 0; j < i; j++)
		if (strcmp(domain_canonical(pool_member_domain(member_at(p, j)),
		    other), name) == 0) {
			(void)objdiag_error(out, &p->obj, p->members.v[i],
			    ERR_EXISTS, "%s is the same name",
			    p->members.v[j]->name);
			return;
		}
}

struct reached {
	unsigned	 types;		/* bits that count */
	bool		 any;
	const struct wideip *cname;	/* one of type cname */
};

static void
on_wide(void *arg, const struct wideip *w)
{
	enum wide_type type = recordtype_of(w->obj.type);
	struct reached *r = arg;

	r->any = r->any || (r->types & 1u << type) != 0;
	if (type == WIDE_CNAME)
		r->cname = w;
}

/* The types that a set of bits stands for: "a, aaaa or cname". */
static void
format_types(unsigned types, struct strbuf *b)
{
	for (int t = 0; t < WIDE_TYPES; t++) {
		unsigned higher = types >> t >> 1;

		if ((types & 1u << t) == 0)
			continue;
		strbuf_add(b, recordtype_rows[t].name);
		if (higher != 0)
			strbuf_add(b, (higher & (higher - 1)) == 0 ? " or " :
			    ", ");
	}
}

/* What a resolver asks for at the target must have a wide IP behind it, as in
 * F5, unless it lies elsewhere. */
static void
check_reached(const struct pool *p, const struct pool_member *m,
    const struct draft *d, struct diag *out)
{
	enum wide_type type = recordtype_of(p->obj.type);
	struct reached r = { .types = poolrecord_leads(type, m) };
	struct strbuf b;

	wideip_each_answering(d, pool_member_domain(m), on_wide, &r);
	if (!m->static_target && !r.any) {
		strbuf_init(&b);
		if (type != WIDE_CNAME) {
			strbuf_add(&b, " of type ");
			format_types(r.types, &b);
		}
		(void)objdiag_error(out, &p->obj, &m->obj, ERR_REF,
		    "no wide IP%s answers for this name: give static-target "
		    "yes when it lies elsewhere", b.text);
		strbuf_fini(&b);
	}
	if (r.cname != NULL && (type == WIDE_MX || type == WIDE_SRV))
		objdiag_warn(out, &p->obj, &m->obj, "%s %s answers for it: the "
		    "target of an %s record must not be an alias (RFC 2181 "
		    "section 10.3, RFC 2782)", r.cname->obj.type->words,
		    r.cname->obj.name, recordtype_rows[type].title);
}

/* The target is an exact name in an answer, so that it holds no wildcards. */
static void
check_target(const struct pool *p, size_t i, const struct draft *d,
    struct diag *out)
{
	const struct pool_member *m = member_at(p, i);
	const char *domain = pool_member_domain(m);
	char name[DNSNAME_TEXT_MAX];
	enum domain_rule rule = domain_rule_of(d);
	struct err e;

	/* _sip._udp.example.com and the like (RFC 8552). */
	if (recordtype_of(p->obj.type) == WIDE_NAPTR && rule == DOMAIN_STRICT)
		rule = DOMAIN_UNDERSCORE;
	if (domain_check(domain, rule, DOMAIN_NAME, &e) != 0) {
		(void)objdiag_err(out, &p->obj, &m->obj, &e);
		return;
	}
	(void)domain_canonical(domain, name);
	check_twice(p, i, name, out);
	check_reached(p, m, d, out);
}

void
poolcheck_cname(const struct object *o, const struct draft *d,
    struct diag *out)
{
	const struct pool *p = (const struct pool *)o;

	for (size_t i = 0; i < p->members.count; i++)
		check_target(p, i, d, out);
	check_common(p, d, out);
}

/* RFC 9460 2.4: an alias has no parameters, and stands alone. */
static void
check_alias(const struct pool *p, struct diag *out)
{
	for (size_t i = 0; i < p->members.count; i++) {
		const struct poolrecord *r = (const struct poolrecord *)
		    member_at(p, i);

		if (r->priority != 0)
			continue;
		if (r->alpn.count + r->ipv4hint.count + r->ipv6hint.count > 0 ||
		    r->port != 0 || r->no_default_alpn)
			(void)objdiag_error(out, &p->obj, &r->member.obj,
			    ERR_CONFLICT, "svc-priority: with 0 it is an alias, "
			    "which has no parameters (RFC 9460 section 2.4.2)");
		if (p->rare->max_answers > 1 && p->members.count > 1) {
			objdiag_warn(out, &p->obj, &r->member.obj,
			    "svc-priority: with 0 it is an alias: clients then "
			    "overlook the other records of an answer (RFC 9460 "
			    "section 2.4.1)");
			return;
		}
	}
}

/* RFC 9460 7.1.1: without a protocol of its own no endpoint is left. */
static void
check_alpn(const struct pool *p, struct diag *out)
{
	for (size_t i = 0; i < p->members.count; i++) {
		const struct poolrecord *r = (const struct poolrecord *)
		    member_at(p, i);

		if (r->no_default_alpn && r->alpn.count == 0)
			(void)objdiag_error(out, &p->obj, &r->member.obj,
			    ERR_CONFLICT, "no-default-alpn: alpn must name a "
			    "protocol (RFC 9460 section 7.1.1)");
	}
}

static int
falling(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x < y) - (x > y);
}

/* An answer of the largest members must go into one message, at least over
 * TCP. */
static void
check_room(const struct pool *p, struct diag *out)
{
	size_t *len = mem_zalloc(p->members.count + 1, sizeof(*len));
	uint8_t data[RECORDDATA_MAX];
	size_t sum = 0;

	for (size_t i = 0; i < p->members.count; i++)
		len[i] = recorddata_write(recordtype_of(p->obj.type),
		    member_at(p, i), data) + RECORD_OVERHEAD;
	qsort(len, p->members.count, sizeof(*len), falling);
	for (size_t i = 0; i < p->members.count && i < p->rare->max_answers; i++)
		sum += len[i];
	free(len);
	if (sum > MESSAGE_ROOM)
		(void)objdiag_error(out, &p->obj, NULL, ERR_RANGE,
		    "max-answers-returned: %u records may have %zu octets, more "
		    "than the %d of a message", p->rare->max_answers, sum,
		    MESSAGE_ROOM);
}

void
poolcheck_record(const struct object *o, const struct draft *d,
    struct diag *out)
{
	const struct pool *p = (const struct pool *)o;

	if (recordtype_of(o->type) != WIDE_TXT)
		for (size_t i = 0; i < p->members.count; i++)
			check_target(p, i, d, out);
	if (recordtype_of(o->type) == WIDE_HTTPS ||
	    recordtype_of(o->type) == WIDE_SVCB) {
		check_alias(p, out);
		check_alpn(p, out);
	}
	check_room(p, out);
	check_common(p, d, out);
}
