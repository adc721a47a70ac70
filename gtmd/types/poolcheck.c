/* gtmd/types/poolcheck.c - the rules of pools across properties and objects.
 *
 * Errors are what cannot be answered with; warnings what can, though hardly as
 * it was meant. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/poolcheck.h"

#include <string.h>
#include <sys/socket.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/draft.h"
#include "gtmd/types/domain.h"
#include "gtmd/types/objdiag.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/probing.h"
#include "gtmd/types/server.h"
#include "gtmd/types/settings.h"
#include "gtmd/types/vskey.h"
#include "gtmd/types/wideip.h"

#define KEY_PREFIX	"target "

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
uses(const struct pool *p, uint32_t lb)
{
	return p->lb_mode == lb || p->alternate_mode == lb ||
	    p->fallback_mode == lb;
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

	if (has_rule(&p->monitor))
		return p->members.count > 0;
	for (size_t i = 0; i < p->members.count; i++) {
		if (has_rule(&member_at(p, i)->monitor))
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

	if (uses(p, POOL_LB_FALLBACK_IP) && p->fallback_ip.family == 0)
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
	if (!uses(p, POOL_LB_RATIO) || p->members.count == 0)
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
	switch ((enum pool_min_up)p->min_up_mode) {
	case POOL_MIN_UP_OFF:
		return;
	case POOL_MIN_UP_PERCENT:
		if (p->min_up_value > 100)
			(void)objdiag_error(out, &p->obj, NULL, ERR_RANGE,
			    "min-members-up-value: %u%% is outside 0..100",
			    p->min_up_value);
		return;
	case POOL_MIN_UP_NUMBER:
		if (p->min_up_value > p->members.count)
			objdiag_warn(out, &p->obj, NULL,
			    "min-members-up-value: %u of %zu members can never "
			    "be up: the pool is always unavailable",
			    p->min_up_value, p->members.count);
		return;
	}
}

static void
check_groups(const struct pool *p, struct diag *out)
{
	if (p->min_active_members > p->members.count && p->members.count > 0)
		objdiag_warn(out, &p->obj, NULL,
		    "min-active-members: %u is more than the %zu members: all "
		    "priority groups always serve", p->min_active_members,
		    p->members.count);
	if (p->min_active_members > 0)
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

	probing_check_rule(&p->obj, NULL, &p->monitor, out);
	for (size_t i = 0; i < p->members.count; i++) {
		probing_check_rule(&p->obj, p->members.v[i],
		    &member_at(p, i)->monitor, out);
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

/* The target is an exact name in an answer, so that it holds no wildcards;
 * without static-target a wide IP must stand behind it, as in F5. */
static void
check_target(const struct pool *p, size_t i, const struct draft *d,
    struct diag *out)
{
	const struct pool_member *m = member_at(p, i);
	const char *domain = pool_member_domain(m);
	char name[DNSNAME_TEXT_MAX];
	struct err e;

	if (domain_check(domain, domain_rule_of(d), DOMAIN_NAME, &e) != 0) {
		(void)objdiag_err(out, &p->obj, &m->obj, &e);
		return;
	}
	(void)domain_canonical(domain, name);
	check_twice(p, i, name, out);
	if (!m->static_target && !wideip_answers(d, name))
		(void)objdiag_error(out, &p->obj, &m->obj, ERR_REF,
		    "no wide IP answers for this name: give static-target yes "
		    "when it lies elsewhere");
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
