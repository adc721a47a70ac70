/* gtmd/types/datacenter.c - the property table of gtm datacenter.
 *
 * What "disabled" means for all that hangs below it is the plan's business.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/datacenter.h"

#include <stddef.h>

#include "core/model/prop.h"
#include "core/model/type.h"
#include "gtmd/types/refused.h"

static const struct prop datacenter_props[] = {
	{ .name = "contact", .kind = PROP_STRING,
	  .off = offsetof(struct datacenter, contact), .max = 4095,
	  .help = "whom to call" },
	{ .name = "description", .kind = PROP_STRING,
	  .off = offsetof(struct datacenter, description), .max = 4095,
	  .help = "text of the operator" },
	{ .name = "enabled", .kind = PROP_STATE,
	  .off = offsetof(struct datacenter, enabled),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: its servers and virtual servers answer nothing" },
	{ .name = "location", .kind = PROP_STRING,
	  .off = offsetof(struct datacenter, location), .max = 4095,
	  .help = "where it stands" },
	REFUSED_METADATA,
	PROBING_ROWS(datacenter, &probing_preferences[PROBING_INSIDE],
	    &probing_fallbacks[PROBING_INSIDE], "inside-datacenter",
	    "any-available"),
	{ .name = NULL }
};

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	(void)d;
	probing_check(o, &((const struct datacenter *)o)->probing,
	    PROBING_INSIDE, out);
}

const struct type datacenter_type = {
	.words = "gtm datacenter",
	.title = "Data center",
	.naming = TYPE_NAMED,
	.size = sizeof(struct datacenter),
	.props = datacenter_props,
	.help = "a site: servers and virtual servers in it are disabled by "
	    "parent while it is disabled",
	.check = check,
};
