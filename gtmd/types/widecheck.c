/* gtmd/types/widecheck.c - the rules of wide IPs across properties and objects.
 *
 * A name of a type belongs to one wide IP, whatever the partition, and a name
 * that has a CNAME has nothing else (RFC 1034 3.6.2, RFC 2181 10.1): with an
 * address record beside it, what a resolver says would hang on what it was
 * asked first. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/widecheck.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/path.h"
#include "gtmd/types/cnamechain.h"
#include "gtmd/types/domain.h"
#include "gtmd/types/itempaths.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/poolcheck.h"
#include "gtmd/types/recordtype.h"
#include "gtmd/types/settings.h"
#include "gtmd/types/wideip.h"

#define KEY_PREFIX	"name "

/* Form only: which octets a name may hold, the global settings say. */
int
widecheck_name(const char *name, struct err *e)
{
	const char *slash = strrchr(name, '/');

	return domain_check(slash != NULL ? slash + 1 : name, DOMAIN_ANY,
	    DOMAIN_PATTERN, e);
}

void
widecheck_settle(struct object *o, const struct draft *d, struct diag *out)
{
	struct wideip *w = (struct wideip *)o;

	(void)d;
	itempaths_settle(o, &w->pools, out);
	itempaths_settle(o, &w->pools_cname, out);
}

void
widecheck_ref_pool(const struct object *o, type_ref_fn *fn, void *arg)
{
	fn(arg, recordtype_rows[recordtype_of(o->type)].pool->words, o->name,
	    NULL);
}

/* A wide IP is checked anew when domain-name-check changes. */
void
widecheck_ref_settings(const struct object *o, type_ref_fn *fn, void *arg)
{
	(void)o;
	fn(arg, settings_general_type.words, "", NULL);
}

void
widecheck_key(const char *domain, char key[WIDECHECK_KEY_MAX])
{
	memcpy(key, KEY_PREFIX, sizeof(KEY_PREFIX));
	if (*domain_canonical(domain, key + sizeof(KEY_PREFIX) - 1) == '\0')
		key[0] = '\0';
}

void
widecheck_each_key(const struct object *o, type_key_fn *fn, void *arg)
{
	const struct wideip *w = (const struct wideip *)o;
	bool pattern = domain_is_pattern(wideip_domain(w));
	char key[WIDECHECK_KEY_MAX];

	widecheck_key(wideip_domain(w), key);
	fn(arg, key);
	for (size_t i = 0; i < w->aliases.count; i++) {
		pattern |= domain_is_pattern(w->aliases.v[i]);
		widecheck_key(w->aliases.v[i], key);
		if (*key != '\0')
			fn(arg, key);
	}
	if (pattern)
		fn(arg, WIDECHECK_PATTERN);
}

/* A pattern may stand behind any target. */
static void
give_dependents(const char *domain, type_key_fn *fn, void *arg)
{
	char key[POOLCHECK_KEY_MAX];

	if (domain_is_pattern(domain)) {
		fn(arg, POOLCHECK_TARGETS);
		return;
	}
	poolcheck_key(domain, key);
	if (*key != '\0')
		fn(arg, key);
}

void
widecheck_each_dependent(const struct object *o, type_key_fn *fn, void *arg)
{
	const struct wideip *w = (const struct wideip *)o;

	give_dependents(wideip_domain(w), fn, arg);
	for (size_t i = 0; i < w->aliases.count; i++)
		give_dependents(w->aliases.v[i], fn, arg);
}

/* Both of one name: a CNAME goes with nothing. */
static bool
clash(const struct object *a, const struct object *b)
{
	return a->type == b->type || a->type == &wideip_type_cname ||
	    b->type == &wideip_type_cname;
}

/* Is the name somebody else's too? */
static void
check_taken(const struct wideip *w, const char *prop, const char *text,
    const struct draft *d, struct diag *out)
{
	const struct object *other;
	char key[WIDECHECK_KEY_MAX];

	widecheck_key(text, key);
	other = objdiag_other(d, &w->obj, key, clash);
	if (other == NULL)
		return;
	if (other->type == w->obj.type)
		(void)objdiag_error(out, &w->obj, NULL, ERR_CONFLICT,
		    "%s%s is also a name of %s %s", prop, text,
		    other->type->words, other->name);
	else
		(void)objdiag_error(out, &w->obj, NULL, ERR_CONFLICT,
		    "%s%s is also a name of %s %s: a CNAME stands alone at "
		    "its name (RFC 2181 section 10.1)", prop, text,
		    other->type->words, other->name);
}

/* One name or alias: is it fit, and is it anyone else's too? */
static void
check_domain(const struct wideip *w, const char *prop, const char *text,
    const struct draft *d, struct diag *out)
{
	struct err e;

	if (domain_check(text, domain_rule_of(d), DOMAIN_PATTERN, &e) != 0)
		(void)objdiag_error(out, &w->obj, NULL, e.code, "%s%s", prop,
		    e.text);
	else
		check_taken(w, prop, text, d, out);
	if (strchr(text, '.') == NULL && !domain_is_pattern(text))
		objdiag_warn(out, &w->obj, NULL, "%s\"%s\" is a single label: "
		    "is the domain missing?", prop, text);
}

static uint32_t
ratio_at(const struct objlist *l, size_t i)
{
	return ((const struct wideip_pool *)l->v[i])->ratio;
}

static void
check_ratio(const struct wideip *w, struct diag *out)
{
	if (w->pool_lb_mode != POOL_LB_RATIO ||
	    w->pools.count + w->pools_cname.count == 0)
		return;
	for (size_t i = 0; i < w->pools.count; i++)
		if (ratio_at(&w->pools, i) > 0)
			return;
	for (size_t i = 0; i < w->pools_cname.count; i++)
		if (ratio_at(&w->pools_cname, i) > 0)
			return;
	objdiag_warn(out, &w->obj, NULL,
	    "pools: all have ratio 0: method ratio never picks one");
}

/* What the pools of a list add up to. */
struct group_sum {
	size_t		 members;
	const struct wideip_pool *grouped;	/* the first of them */
};

static void
sum_groups(const struct objlist *l, const struct draft *d,
    struct group_sum *sum)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct wideip_pool *it =
		    (const struct wideip_pool *)l->v[i];
		const struct pool *p = (const struct pool *)draft_find(d,
		    recordtype_rows[recordtype_of(it->obj.type)].pool,
		    it->obj.name);

		sum->members += p != NULL ? p->members.count : 0;
		if (it->priority_group > 0 && sum->grouped == NULL)
			sum->grouped = it;
	}
}

static void
check_groups(const struct wideip *w, const struct draft *d, struct diag *out)
{
	struct group_sum sum = { .members = 0 };

	sum_groups(&w->pools, d, &sum);
	sum_groups(&w->pools_cname, d, &sum);
	if (w->rare->min_active_members == 0 && sum.grouped != NULL)
		objdiag_warn(out, &w->obj, &sum.grouped->obj,
		    "priority-group: it has no effect while the wide IP's "
		    "min-active-members is 0");
	if (w->rare->min_active_members > sum.members && sum.members > 0)
		objdiag_warn(out, &w->obj, NULL,
		    "min-active-members: %u is more than the %zu members of "
		    "its pools: all priority groups always serve",
		    w->rare->min_active_members, sum.members);
}

static void
check_last_resort(const struct wideip *w, struct diag *out)
{
	const struct typedref *r = &w->last_resort_pool;
	enum wide_type type = recordtype_find(r->kind);

	if ((type == recordtype_of(w->obj.type) &&
	    objlist_find(&w->pools, r->path) != NULL) ||
	    (type == WIDE_CNAME &&
	    objlist_find(&w->pools_cname, r->path) != NULL))
		objdiag_warn(out, &w->obj, NULL, "last-resort-pool: %s is one "
		    "of its pools: it will have been tried before", r->path);
}

static bool
same_pools(const struct objlist *a, const struct objlist *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->v[i]->name, b->v[i]->name) != 0)
			return false;
	return true;
}

struct beside {
	const struct wideip *w;
	const struct wideip *other;	/* whose pools-cname are not the same */
};

static void
on_beside(void *arg, const struct object *o)
{
	const struct wideip *other = (const struct wideip *)o;
	struct beside *b = arg;

	if (other != b->w && b->other == NULL &&
	    !same_pools(&b->w->pools_cname, &other->pools_cname))
		b->other = other;
}

/* A resolver that was told a CNAME takes it for all types, one that was not
 * asks for each. */
static void
check_cname_pools(const struct wideip *w, const struct draft *d,
    struct diag *out)
{
	char key[WIDECHECK_KEY_MAX];
	struct beside b = { .w = w };

	if (w->pools_cname.count == 0)
		return;
	widecheck_key(wideip_domain(w), key);
	draft_each_keyed(d, key, on_beside, &b);
	if (b.other != NULL)
		objdiag_warn(out, &w->obj, NULL, "pools-cname: %s %s has the "
		    "same name and not the same: a resolver that has the CNAME "
		    "does not ask for it", b.other->obj.type->words,
		    b.other->obj.name);
}

void
widecheck_wideip(const struct object *o, const struct draft *d,
    struct diag *out)
{
	const struct wideip *w = (const struct wideip *)o;

	check_domain(w, "", wideip_domain(w), d, out);
	for (size_t i = 0; i < w->aliases.count; i++)
		check_domain(w, "aliases: ", w->aliases.v[i], d, out);
	if (w->pools.count + w->pools_cname.count == 0 &&
	    w->last_resort_pool.kind == NULL)
		objdiag_warn(out, o, NULL,
		    "pools: there are none: the zones answer at its name");
	check_ratio(w, out);
	check_groups(w, d, out);
	check_last_resort(w, out);
	check_cname_pools(w, d, out);
	cnamechain_check(w, d, out);
}
