/* etherip/types/vlangroup.c - the property table of net vlan-group.
 * Layer: etherip/types. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/vlangroup.h"

#include <stddef.h>
#include <stdio.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/rowcheck.h"
#include "core/model/type.h"
#include "etherip/types/eiptunnel.h"
#include "etherip/types/netfdb.h"
#include "etherip/types/netrows.h"
#include "etherip/types/netvlan.h"

#define RATE_MAX	1000000000

/* In the order of the enums. */
static const char *const mode_names[] = {
	"opaque", "translucent", "transparent", "virtual-wire", NULL
};

static const char *const tier_names[] = {
	"auto", "direct", "bridge", "user", NULL
};

static int
check_mode(const struct prop *p, const void *value, struct err *e)
{
	if (*(const uint32_t *)value != VLANGROUP_WIRE)
		return 0;
	return err_set(e, ERR_UNSUPPORTED, "not supported yet: %s: "
	    "virtual-wire: a group has VLANs and tunnels, and knows which "
	    "station is where", p->name);
}

/* To move once is what stations are announced for. */
static int
check_moves(const struct prop *p, const void *value, struct err *e)
{
	if (*(const uint32_t *)value != 1)
		return 0;
	return err_set(e, ERR_RANGE, "%s: 1 is neither 0 nor in 2..%ju",
	    p->name, (uintmax_t)p->max);
}

static const char *const fast_names[] = {
	"automatic", "disabled", NULL
};

static const struct prop group_props[] = {
	{ .name = "ageing-time", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct vlangroup, ageing_s), .max = 1000000,
	  .dflt = "300", .unit = "s",
	  .help = "a station that is silent for so long is forgotten; 0 = "
	      "never" },
	NETROWS_APP_ROW,
	NETROWS_HOP_ROW,
	{ .name = "bridge-in-standby", .kind = PROP_BOOL,
	  .off = offsetof(struct vlangroup, bridge_in_standby),
	  .names = prop_disabled_enabled, .dflt = "disabled",
	  .help = "enabled: the standby unit bridges, too, which is a loop "
	      "where both are on one VLAN" },
	{ .name = "bridge-multicast", .kind = PROP_BOOL,
	  .off = offsetof(struct vlangroup, bridge_multicast),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: of what goes to groups of stations ARP and RARP "
	      "alone cross" },
	{ .name = "bridge-traffic", .kind = PROP_BOOL,
	  .off = offsetof(struct vlangroup, bridge_traffic),
	  .names = prop_disabled_enabled, .dflt = "disabled",
	  .help = "enabled: what is neither IP nor ARP nor RARP crosses, too; "
	      "control frames of switches never" },
	{ .name = "dampening-hold", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct vlangroup, dampening_hold_s), .min = 1,
	  .max = 3600, .dflt = "30", .unit = "s",
	  .help = "how long a station that moved too often stays where it is" },
	{ .name = "dampening-moves", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct vlangroup, dampening_moves), .max = 16,
	  .dflt = "5", .check = check_moves,
	  .help = "moves in dampening-window that are too many (RFC 7432 "
	      "section 15.1); 0 = none are" },
	{ .name = "dampening-window", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct vlangroup, dampening_window_s), .min = 1,
	  .max = 3600, .dflt = "180", .unit = "s",
	  .help = "for how long a move counts" },
	NETROWS_DESCRIPTION_ROW(struct vlangroup),
	{ .name = "fast-path", .kind = PROP_ENUM, .flags = PROP_OURS,
	  .off = offsetof(struct vlangroup, fast_path), .names = fast_names,
	  .dflt = "automatic",
	  .help = "in tier direct, frames go straight from the WAN's "
	      "interface to the LAN's where both can (XDP)" },
	{ .name = "hold-frames", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct vlangroup, hold_frames), .min = 1,
	  .max = 65536, .dflt = "256",
	  .help = "frames that wait for a station whose move was announced, "
	      "until it is there" },
	{ .name = "hold-time", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct vlangroup, hold_ms), .min = 1, .max = 60000,
	  .dflt = "500", .unit = "ms",
	  .help = "how long they wait, then they are dropped" },
	{ .name = "mac-masquerade", .kind = PROP_STRING, .max = 17,
	  .off = offsetof(struct vlangroup, masquerade),
	  .flags = PROP_OLD, .check = netrows_check_masquerade,
	  .help = "MAC address that the active unit has on it; none = that of "
	      "its addresses' traffic-group" },
	{ .name = "max-stations", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct vlangroup, max_stations), .min = 1,
	  .max = 1048576, .dflt = "16384",
	  .help = "stations that are learned; frames to further ones go to "
	      "all members" },
	{ .name = "members", .kind = PROP_REFS,
	  .off = offsetof(struct vlangroup, members),
	  .max = VLANGROUP_INTERFACES_MAX + VLANGROUP_TUNNELS_MAX,
	  .ref = NETVLAN_WORDS " or " EIPTUNNEL_WORDS,
	  .help = "VLANs of this site and tunnels to others; each is in one "
	      "group" },
	{ .name = "migration-keepalive", .kind = PROP_BOOL,
	  .off = offsetof(struct vlangroup, keepalive),
	  .names = prop_disabled_enabled, .dflt = "disabled",
	  .help = "enabled: a station that has moved is asked at once, so that "
	      "all on its new way learn it" },
	{ .name = "mode", .kind = PROP_ENUM,
	  .off = offsetof(struct vlangroup, mode), .names = mode_names,
	  .dflt = "translucent", .check = check_mode,
	  .help = "MAC addresses that cross: as they are (transparent), the "
	      "local bit turned, or ours (opaque)" },
	{ .name = "proxy-excludes", .kind = PROP_STRINGS,
	  .off = offsetof(struct vlangroup, proxy_excludes),
	  .max = VLANGROUP_EXCLUDES_MAX, .check = rowcheck_host,
	  .help = "addresses that an opaque group does not answer for" },
	{ .name = "split-horizon", .kind = PROP_BOOL, .flags = PROP_OURS,
	  .off = offsetof(struct vlangroup, split_horizon),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: frames go on from one tunnel to another, which "
	      "with three sites may be a loop" },
	{ .name = "storm-frames", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct vlangroup, storm_frames), .max = RATE_MAX,
	  .dflt = "1000", .unit = "frames/s",
	  .help = "of broadcast, of multicast and to unknown stations, each, "
	      "into a tunnel; 0 = any" },
	{ .name = "storm-octets", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct vlangroup, storm_octets), .max = RATE_MAX,
	  .dflt = "1250000", .unit = "octets/s",
	  .help = "the same in octets" },
	{ .name = "tier", .kind = PROP_ENUM, .flags = PROP_OURS,
	  .off = offsetof(struct vlangroup, tier), .names = tier_names,
	  .dflt = "auto",
	  .help = "how far the kernel does the work, at most; auto = as far as "
	      "it can" },
	{ .name = "unknown-flood", .kind = PROP_BOOL, .flags = PROP_OURS,
	  .off = offsetof(struct vlangroup, unknown_flood),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: frames to stations that nobody has heard of do "
	      "not go into tunnels" },
	{ .name = NULL }
};

static void
settle(struct object *o, const struct draft *d, struct diag *out)
{
	(void)d;
	(void)out;
	netrows_settle_mac(o, "mac-masquerade");
}

/* ---- what goes together ---- */

static void
each_key(const struct object *o, type_key_fn *fn, void *arg)
{
	const struct vlangroup *g = (const struct vlangroup *)o;
	char key[NETROWS_KEY_MAX];

	netrows_each_device(o, fn, arg);
	for (size_t i = 0; i < g->members.count; i++) {
		netrows_port_key(key, g->members.v[i]);
		fn(arg, key);
	}
}

/* Frames of a member cross to one place, and an address on it would be behind the group. */
static void
check_member(const struct vlangroup *g, const char *path,
    const struct draft *d, struct diag *out)
{
	const struct object *other;
	char key[NETROWS_KEY_MAX];

	netrows_port_key(key, path);
	other = objdiag_other(d, &g->obj, key, NULL);
	if (other == NULL)
		return;
	if (other->type == &vlangroup_type)
		(void)objdiag_error(out, &g->obj, NULL, ERR_CONFLICT,
		    "members: %s is one of VLAN group %s", path, other->name);
	else
		(void)objdiag_error(out, &g->obj, NULL, ERR_CONFLICT,
		    "members: self IP %s is on %s; it belongs on the group",
		    other->name, path);
}

struct kinds {
	size_t tunnels, interfaces;
};

static void
count_members(const struct vlangroup *g, const struct draft *d,
    struct kinds *k)
{
	for (size_t i = 0; i < g->members.count; i++) {
		const struct object *v = draft_find(d, &netvlan_type,
		    g->members.v[i]);

		if (v != NULL)
			k->interfaces += ((const struct netvlan *)v)->
			    interfaces.count;
		else if (draft_find(d, &eiptunnel_type, g->members.v[i]) !=
		    NULL)
			k->tunnels++;
	}
}

/* Whoever insists on the shortest way has to have what it is made for. */
static void
check_direct(const struct vlangroup *g, const struct kinds *k,
    struct diag *out)
{
	if (k->interfaces != 1 || k->tunnels != 1)
		(void)objdiag_error(out, &g->obj, NULL, ERR_CONFLICT,
		    "tier: direct is between one interface and one tunnel, "
		    "here are %zu and %zu", k->interfaces, k->tunnels);
	if (g->mode == VLANGROUP_OPAQUE)
		(void)objdiag_error(out, &g->obj, NULL, ERR_CONFLICT,
		    "tier: direct does not do mode opaque");
}

static void
check_counts(const struct vlangroup *g, const struct draft *d,
    struct diag *out)
{
	struct kinds k = { 0 };

	count_members(g, d, &k);
	if (k.tunnels > VLANGROUP_TUNNELS_MAX)
		(void)objdiag_error(out, &g->obj, NULL, ERR_RANGE,
		    "members: %zu tunnels are outside 0..%d", k.tunnels,
		    VLANGROUP_TUNNELS_MAX);
	if (k.interfaces > VLANGROUP_INTERFACES_MAX)
		(void)objdiag_error(out, &g->obj, NULL, ERR_RANGE,
		    "members: %zu interfaces of VLANs are outside 0..%d",
		    k.interfaces, VLANGROUP_INTERFACES_MAX);
	if (g->tier == VLANGROUP_DIRECT)
		check_direct(g, &k, out);
}

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct vlangroup *g = (const struct vlangroup *)o;

	netrows_check_name(o, d, out);
	for (size_t i = 0; i < g->members.count; i++) {
		check_member(g, g->members.v[i], d, out);
		netfdb_check_member(g->members.v[i], d, out);
	}
	check_counts(g, d, out);
	if (g->bridge_in_standby)
		objdiag_warn(out, o, NULL, "bridge-in-standby: two units that "
		    "bridge between the same networks are a loop");
}

struct search {
	const struct vlangroup *found;
};

static void
on_port(void *arg, const struct object *o)
{
	struct search *s = arg;

	if (o->type == &vlangroup_type)
		s->found = (const struct vlangroup *)o;
}

const struct vlangroup *
vlangroup_of(const struct draft *d, const char *member)
{
	struct search s = { 0 };
	char key[NETROWS_KEY_MAX];

	netrows_port_key(key, member);
	draft_each_keyed(d, key, on_port, &s);
	return s.found;
}

const struct type vlangroup_type = {
	.words = VLANGROUP_WORDS,
	.title = "VLAN group",
	.naming = TYPE_NAMED,
	.size = sizeof(struct vlangroup),
	.props = group_props,
	.help = "VLANs of this site and tunnels to others that are one segment",
	.check_name = netrows_check_called,
	.settle = settle,
	.check = check,
	.each_key = each_key,
};
