/* etherip/types/netsettings.c - the property table of net global-settings.
 * Layer: etherip/types. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/netsettings.h"

#include <stddef.h>

#include "core/model/rowcheck.h"
#include "core/model/type.h"
#include "etherip/types/netrows.h"
#include "etherip/types/vlangroup.h"

static const struct prop settings_props[] = {
	{ .name = "proxy-excludes", .kind = PROP_STRINGS, .flags = PROP_OURS,
	  .off = offsetof(struct netsettings, proxy_excludes),
	  .max = VLANGROUP_EXCLUDES_MAX, .check = rowcheck_host,
	  .help = "addresses that no opaque group answers for, beside its own "
	      "proxy-excludes" },
	{ .name = "restart-grace", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct netsettings, restart_grace_s),
	  .max = 3600, .dflt = "10", .unit = "s",
	  .help = "how long the kernel forwards on without the daemon; 0 = not "
	      "at all" },
	{ .name = NULL }
};

const struct type netsettings_type = {
	.words = "net global-settings",
	.title = "Network settings",
	.naming = TYPE_SINGLE,
	.size = sizeof(struct netsettings),
	.props = settings_props,
	.help = "what all groups have in common",
};
