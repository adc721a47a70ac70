/* gtmd/types/proberpool.c - the property tables of prober pools.
 *
 * Who probes whom is gtmd/plan/plan_prober.h's. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/proberpool.h"

#include <stddef.h>

#include "core/model/type.h"
#include "gtmd/types/itempaths.h"
#include "gtmd/types/refused.h"
#include "gtmd/types/server.h"

static const char *const lb_names[] = {
	"global-availability", "round-robin", NULL
};

static const struct prop member_props[] = {
	{ .name = "description", .kind = PROP_STRING,
	  .off = offsetof(struct proberpool_member, description), .max = 4095,
	  .help = "text of the operator" },
	{ .name = "enabled", .kind = PROP_STATE,
	  .off = offsetof(struct proberpool_member, enabled),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: it is no prober of this pool" },
	{ .name = "order", .kind = PROP_U32,
	  .flags = PROP_POSITION | PROP_ALWAYS,
	  .off = offsetof(struct proberpool_member, order), .max = 65535,
	  .dflt = "0", .help = "place in lists of the members; the first that "
	      "is there probes, and a gtmd knows of itself alone" },
	{ .name = NULL }
};

static const struct type member_type = {
	.words = "members",
	.title = "Prober",
	.naming = TYPE_ITEM,
	.size = sizeof(struct proberpool_member),
	.props = member_props,
	.help = "a server that probes, by its full path",
};

static const struct prop proberpool_props[] = {
	{ .name = "description", .kind = PROP_STRING,
	  .off = offsetof(struct proberpool, description), .max = 4095,
	  .help = "text of the operator" },
	{ .name = "enabled", .kind = PROP_STATE,
	  .off = offsetof(struct proberpool, enabled),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: nobody probes as one of this pool" },
	REFUSED_CHOICE("load-balancing-mode", lb_names, "global-availability",
	    "each gtmd probes for itself, if it is a member: probers take no "
	    "turns", "who of the members probes"),
	{ .name = "members", .kind = PROP_ITEMS, .flags = PROP_LINKED,
	  .off = offsetof(struct proberpool, members), .item = &member_type,
	  .help = "the servers that probe" },
	REFUSED_METADATA,
	{ .name = NULL }
};

static void
settle(struct object *o, const struct draft *d, struct diag *out)
{
	(void)d;
	itempaths_settle(o, &((struct proberpool *)o)->members, out);
}

static void
each_ref(const struct object *o, type_ref_fn *fn, void *arg)
{
	const struct proberpool *p = (const struct proberpool *)o;

	for (size_t i = 0; i < p->members.count; i++)
		fn(arg, server_type.words, p->members.v[i]->name, NULL);
}

const struct type proberpool_type = {
	.words = "gtm prober-pool",
	.title = "Prober pool",
	.naming = TYPE_NAMED,
	.size = sizeof(struct proberpool),
	.props = proberpool_props,
	.help = "servers that may probe for others",
	.settle = settle,
	.each_ref = each_ref,
};

bool
proberpool_has(const struct proberpool *p, const char *server)
{
	const struct proberpool_member *m = (const struct proberpool_member *)
	    objlist_find(&p->members, server);

	return p->enabled && m != NULL && m->enabled;
}
