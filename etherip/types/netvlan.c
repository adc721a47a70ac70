/* etherip/types/netvlan.c - the property table of net vlan.
 *
 * Whether there are such interfaces, and whether the kernel knows tags, is seen when they are
 * used. Layer: etherip/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/netvlan.h"

#include <stddef.h>
#include <stdio.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/type.h"
#include "etherip/types/netrows.h"

#define SAFE	"a tunnel's liveness is watched, and a pair's units: see net failover"
#define SWITCH	"there is no switch in hardware"
#define FLOOD	"connections end at hosts: here frames pass"

static const char *const tagged_words[] = { "untagged", "tagged", NULL };

static const char *const action_names[] = {
	"failover-restart-tm", "failover", "reboot", "restart-all", NULL
};

static const char *const hash_names[] = {
	"default", "dst-ip", "src-dst", "src-ip", NULL
};

static const char *const spread_names[] = { "outer", "inner", NULL };
static const char *const forward_names[] = { "l3", "l2-forward", NULL };

static const char *const learning_names[] = {
	"enable-forward", "disable-drop", "disable-forward", NULL
};

static const char *const tag_mode_names[] = {
	"none", "customer", "double", "service", NULL
};

static const struct prop interface_props[] = {
	NETROWS_APP_ROW,
	REFUSED_CHOICE("tag-mode", tag_mode_names, "none",
	    "a frame has one tag, of 802.1Q", "which of two tags it is"),
	{ .name = "tagged", .kind = PROP_STATE,
	  .off = offsetof(struct netvlan_interface, tagged),
	  .names = tagged_words, .dflt = "untagged",
	  .help = "tagged: its frames of this VLAN have a tag (802.1Q)" },
	{ .name = NULL }
};

static const struct type interface_type = {
	.words = "interfaces",
	.title = "Interface",
	.naming = TYPE_ITEM,
	.size = sizeof(struct netvlan_interface),
	.props = interface_props,
	.help = "a network interface of this system, such as eth1",
	.check_name = netrows_check_device,
};

static const struct prop vlan_props[] = {
	NETROWS_APP_ROW,
	NETROWS_HOP_ROW,
	REFUSED_CHOICE("cmp-hash", hash_names, "default",
	    "the kernel spreads packets over CPUs",
	    "how packets are spread over CPUs"),
	REFUSED_NUMBER("customer-tag", "0", NULL,
	    "a frame has one tag, of 802.1Q", "the inner of two tags"),
	REFUSED_FLAG("dag-round-robin", prop_disabled_enabled, "disabled",
	    SWITCH, "spread packets without looking at them"),
	REFUSED_CHOICE("dag-tunnel", spread_names, "outer", SWITCH,
	    "which addresses packets are spread by"),
	NETROWS_DESCRIPTION_ROW(struct netvlan),
	REFUSED_FLAG("failsafe", prop_disabled_enabled, "disabled", SAFE,
	    "leave the work to the other unit when the VLAN is silent"),
	REFUSED_CHOICE("failsafe-action", action_names, "failover-restart-tm",
	    SAFE, "what is done when it is silent"),
	REFUSED_NUMBER("failsafe-timeout", "90", "s", SAFE,
	    "how long it may be silent"),
	REFUSED_CHOICE("fwd-mode", forward_names, "l3",
	    "who bridges is a VLAN group", "route or bridge"),
	REFUSED_FLAG("hardware-syncookie", prop_disabled_enabled, "disabled",
	    SWITCH, "answer floods of SYNs by cookies"),
	{ .name = "interfaces", .kind = PROP_ITEMS,
	  .off = offsetof(struct netvlan, interfaces),
	  .max = NETVLAN_INTERFACES_MAX, .item = &interface_type,
	  .help = "interfaces of this system that it is on" },
	REFUSED_CHOICE("learning", learning_names, "enable-forward",
	    "a group learns on all its members; see max-stations",
	    "whether stations are learned on it"),
	NETROWS_STATIONS_ROW(struct netvlan, "stations that are learned on it; "
	    "VLANs of a group add up; 0 = no limit but the group's"),
	NETROWS_MTU_ROW(struct netvlan, "1500",
	    "of the interfaces; 0 = they keep what they have"),
	REFUSED_ITEMS("sflow", "frames are counted, and not sampled",
	    "samples for a collector"),
	REFUSED_FLAG("source-checking", prop_disabled_enabled, "disabled",
	    "the kernel does it: net.ipv4.conf.all.rp_filter",
	    "drop packets whose source is routed elsewhere"),
	REFUSED_NUMBER("syn-flood-rate-limit", "1000", NULL, FLOOD,
	    "SYNs a second before cookies are used"),
	REFUSED_NUMBER("syncache-threshold", "6000", NULL, FLOOD,
	    "connections half open before cookies are used"),
	{ .name = "tag", .kind = PROP_U32,
	  .off = offsetof(struct netvlan, tag), .min = 1, .max = 4094,
	  .dflt = "auto", .word = "auto",
	  .help = "number of the VLAN in tags (802.1Q); interfaces that are "
	      "tagged need it" },
	{ .name = NULL }
};

/* ---- what goes together ---- */

/* What one VLAN alone may have of an interface: its frames without a tag, or those with one
 * tag. */
static void
frames_key(const struct netvlan *v, const struct netvlan_interface *i,
    char key[NETROWS_KEY_MAX])
{
	(void)snprintf(key, NETROWS_KEY_MAX, "net interface %s %u",
	    i->obj.name, i->tagged ? v->tag : 0);
}

static const struct netvlan_interface *
interface_at(const struct netvlan *v, size_t i)
{
	return (const struct netvlan_interface *)v->interfaces.v[i];
}

static void
each_key(const struct object *o, type_key_fn *fn, void *arg)
{
	const struct netvlan *v = (const struct netvlan *)o;
	char key[NETROWS_KEY_MAX];

	netrows_each_device(o, fn, arg);
	for (size_t i = 0; i < v->interfaces.count; i++) {
		frames_key(v, interface_at(v, i), key);
		fn(arg, key);
	}
}

static void
check_interface(const struct netvlan *v, const struct netvlan_interface *i,
    const struct draft *d, struct diag *out)
{
	const struct object *other;
	char key[NETROWS_KEY_MAX];

	if (i->tagged && v->tag == 0) {
		(void)objdiag_error(out, &v->obj, &i->obj, ERR_CONFLICT,
		    "tagged: it needs the VLAN's tag, 1..4094");
		return;
	}
	frames_key(v, i, key);
	other = objdiag_other(d, &v->obj, key, NULL);
	if (other == NULL)
		return;
	if (i->tagged)
		(void)objdiag_error(out, &v->obj, &i->obj, ERR_CONFLICT,
		    "tagged: its frames with tag %u are those of VLAN %s",
		    v->tag, other->name);
	else
		(void)objdiag_error(out, &v->obj, &i->obj, ERR_CONFLICT,
		    "untagged: its frames without a tag are those of VLAN %s",
		    other->name);
}

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct netvlan *v = (const struct netvlan *)o;

	netrows_check_name(o, d, out);
	for (size_t i = 0; i < v->interfaces.count; i++)
		check_interface(v, interface_at(v, i), d, out);
}

const struct type netvlan_type = {
	.words = NETVLAN_WORDS,
	.title = "VLAN",
	.naming = TYPE_NAMED,
	.size = sizeof(struct netvlan),
	.props = vlan_props,
	.help = "a VLAN, and the interfaces of this system that it is on",
	.check_name = netrows_check_called,
	.check = check,
	.each_key = each_key,
};
