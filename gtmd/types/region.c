/* gtmd/types/region.c - the property table of gtm region, and its rules.
 *
 * What a region holds is worked out by gtmd/topology/topology_table.c. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/region.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/type.h"
#include "gtmd/types/datacenter.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/topoterm.h"

static const struct prop no_props[] = { { .name = NULL } };

static const struct type region_member_type = {
	.words = "region-members",
	.title = "Region member",
	.naming = TYPE_ITEM,
	.size = sizeof(struct region_member),
	.props = no_props,
	.help = "subnet, region, continent, country, state, isp, geoip-isp, "
	    "pool or datacenter; with not before it, it is left out",
	.form = TOPOTERM_FORM,
	.make_name = topoterm_make_name,
};

static const struct prop region_props[] = {
	{ .name = "description", .kind = PROP_STRING,
	  .off = offsetof(struct region, description), .max = 4095,
	  .help = "text of the operator" },
	{ .name = "region-members", .kind = PROP_ITEMS,
	  .off = offsetof(struct region, members),
	  .item = &region_member_type,
	  .help = "what is in it; what is left out is so whatever else is in" },
	{ .name = NULL }
};

static bool
any_pool(const struct draft *d, const char *name)
{
	static const char *const types[] = { "gtm pool a", "gtm pool aaaa",
	    "gtm pool cname", "gtm pool mx", "gtm pool naptr", "gtm pool srv",
	    "gtm pool https", "gtm pool svcb", "gtm pool txt" };

	for (size_t i = 0; i < OBJ_COUNT(types); i++) {
		const struct type *t = schema_find(draft_schema(d), types[i]);

		if (t != NULL && t->refused == NULL &&
		    draft_find(d, t, name) != NULL)
			return true;
	}
	return false;
}

void
region_check_term(const struct object *o, const struct object *item,
    const struct topoterm *t, const struct draft *d, struct diag *out)
{
	if (t->kind == TOPOTERM_POOL && !any_pool(d, t->value))
		objdiag_warn(out, o, item, "there is no pool %s of any type: "
		    "it matches nothing", t->value);
}

static bool
parse(const struct object *member, struct topoterm *t)
{
	return topoterm_parse(t, member->name, strlen(member->name), NULL) == 0;
}

static void
each_ref(const struct object *o, type_ref_fn *fn, void *arg)
{
	const struct region *r = (const struct region *)o;
	struct topoterm t;

	for (size_t i = 0; i < r->members.count; i++) {
		if (!parse(r->members.v[i], &t))
			continue;
		if (t.kind == TOPOTERM_REGION)
			fn(arg, region_type.words, t.value, NULL);
		else if (t.kind == TOPOTERM_DATACENTER)
			fn(arg, datacenter_type.words, t.value, NULL);
		topoterm_fini(&t);
	}
}

/* Does the way down from this region come by the one called name? Goes as
 * deep as REGION_DEPTH_MAX; deeper ways count as if they did. */
static bool
leads_to(const struct region *r, const char *name, const struct draft *d,
    unsigned depth)
{
	bool found = depth >= REGION_DEPTH_MAX;

	for (size_t i = 0; i < r->members.count && !found; i++) {
		const struct object *next;
		struct topoterm t;

		if (!parse(r->members.v[i], &t))
			continue;
		next = t.kind == TOPOTERM_REGION ?
		    draft_find(d, &region_type, t.value) : NULL;
		found = next != NULL && (strcmp(t.value, name) == 0 ||
		    leads_to((const struct region *)next, name, d, depth + 1));
		topoterm_fini(&t);
	}
	return found;
}

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct region *r = (const struct region *)o;
	struct topoterm t;

	for (size_t i = 0; i < r->members.count; i++) {
		if (!parse(r->members.v[i], &t))
			continue;
		region_check_term(o, r->members.v[i], &t, d, out);
		topoterm_fini(&t);
	}
	if (leads_to(r, o->name, d, 0))
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "region-members: it is inside itself, or more than %d "
		    "regions are in one another", REGION_DEPTH_MAX);
}

const struct type region_type = {
	.words = "gtm region",
	.title = "Region",
	.naming = TYPE_NAMED,
	.size = sizeof(struct region),
	.props = region_props,
	.help = "a set of places, for topology records",
	.check = check,
	.each_ref = each_ref,
};
