/* etherip/types/trafficgroup.c - the property table of cm traffic-group.
 *
 * A pair has two units, and one of them is active for all groups: what F5 has to spread
 * groups over many devices is refused by name. Layer: etherip/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/trafficgroup.h"

#include <stddef.h>

#include "core/model/type.h"
#include "etherip/types/netrows.h"

#define PAIR	"a pair has two units, see net failover"

static const char *const method_names[] = {
	"ha-order", "ha-score", NULL
};

static const struct prop group_props[] = {
	NETROWS_APP_ROW,
	REFUSED_FLAG("auto-failback-enabled", prop_false_true, "false",
	    "the active unit stays active; see preferred-role of net failover",
	    "go back to the preferred device"),
	REFUSED_NUMBER("auto-failback-time", "60", "s",
	    "the active unit stays active", "how long to wait before that"),
	REFUSED_TEXT("default-device", NULL, PAIR, "the preferred device"),
	NETROWS_DESCRIPTION_ROW(struct trafficgroup),
	REFUSED_CHOICE("failover-method", method_names, "ha-order", PAIR,
	    "how the next active device is found"),
	REFUSED_TEXT("ha-group", NULL, PAIR, "what a device's score is made of"),
	REFUSED_NUMBER("ha-load-factor", "1", NULL, PAIR,
	    "what the group weighs"),
	REFUSED_LIST("ha-order", PAIR, "devices in the order of preference"),
	{ .name = "is-floating", .kind = PROP_BOOL,
	  .off = offsetof(struct trafficgroup, floating),
	  .names = prop_false_true, .dflt = "true",
	  .help = "false: both units have what is in it, each for itself" },
	{ .name = "mac", .kind = PROP_STRING, .max = 17,
	  .off = offsetof(struct trafficgroup, mac),
	  .check = netrows_check_masquerade,
	  .help = "MAC address that the active unit has on VLANs and groups "
	      "with addresses in it; none = its own" },
	REFUSED_ITEMS("monitor", PAIR, "what a device is judged by"),
	REFUSED_NUMBER("unit-id", "1", NULL, PAIR, "number of the group"),
	{ .name = NULL }
};

static void
settle(struct object *o, const struct draft *d, struct diag *out)
{
	(void)d;
	(void)out;
	netrows_settle_mac(o, "mac");
}

const struct type trafficgroup_type = {
	.words = TRAFFICGROUP_WORDS,
	.title = "Traffic group",
	.naming = TYPE_NAMED,
	.size = sizeof(struct trafficgroup),
	.props = group_props,
	.help = "what goes to the other unit of a pair together",
	.settle = settle,
};
