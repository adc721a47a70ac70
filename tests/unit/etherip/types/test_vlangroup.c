/* tests/unit/etherip/types/test_vlangroup.c - VLAN groups and their members.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/vlangroup.h"

#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/model.h"
#include "etherip/types/eiptunnel.h"
#include "tests/unit/etherip/types/netconf.h"

#define G(lines)	"net vlan-group /Common/g {\n" lines "\n}\n"

static void
every_property_is_read(void **state)
{
	static const struct confkit_value v[] = {
		{ "ageing-time", "60" }, { "bridge-in-standby", "disabled" },
		{ "bridge-multicast", "disabled" },
		{ "bridge-traffic", "enabled" }, { "dampening-hold", "10" },
		{ "dampening-moves", "3" }, { "dampening-window", "20" },
		{ "description", "there" }, { "hold-frames", "16" },
		{ "hold-time", "100" },
		{ "mac-masquerade", "02:01:d7:92:c0:c4" },
		{ "max-stations", "4096" }, { "members", "/Common/eip /Common/v1" },
		{ "migration-keepalive", "enabled" }, { "mode", "opaque" },
		{ "proxy-excludes", "10.133.63.2 2001:db8::2" },
		{ "split-horizon", "disabled" }, { "storm-frames", "0" },
		{ "storm-octets", "5000" }, { "tier", "user" },
		{ "fast-path", "disabled" },
		{ "unknown-flood", "disabled" },
	};

	(void)state;
	NET_HOLDS(NET_EIP NET_VLAN G("ageing-time 60\n"
	    "bridge-in-standby disabled\nbridge-multicast disabled\n"
	    "bridge-traffic enabled\ndampening-hold 10\ndampening-moves 3\n"
	    "dampening-window 20\ndescription there\nhold-frames 16\n"
	    "hold-time 100\nmac-masquerade 02-01-D7-92-C0-C4\n"
	    "max-stations 4096\nmembers { v1 eip }\n"
	    "migration-keepalive enabled\nmode opaque\n"
	    "proxy-excludes { 2001:db8::2 10.133.63.2 }\n"
	    "split-horizon disabled\nstorm-frames 0\nstorm-octets 5000\n"
	    "tier user\nfast-path disabled\nunknown-flood disabled\nauto-lasthop default\n"
	    "app-service none"), &vlangroup_type, "/Common/g", v);
}

static void
defaults_are_f5s_and_ours(void **state)
{
	static const struct confkit_value v[] = {
		{ "ageing-time", "300" }, { "bridge-in-standby", "disabled" },
		{ "bridge-multicast", "enabled" },
		{ "bridge-traffic", "disabled" }, { "dampening-hold", "30" },
		{ "dampening-moves", "5" }, { "dampening-window", "180" },
		{ "description", "none" }, { "hold-frames", "256" },
		{ "hold-time", "500" }, { "mac-masquerade", "none" },
		{ "max-stations", "16384" }, { "members", "" },
		{ "migration-keepalive", "disabled" },
		{ "mode", "translucent" }, { "proxy-excludes", "" },
		{ "split-horizon", "enabled" }, { "storm-frames", "1000" },
		{ "storm-octets", "1250000" }, { "tier", "auto" },
		{ "fast-path", "automatic" },
		{ "unknown-flood", "enabled" },
	};

	(void)state;
	NET_HOLDS(G(""), &vlangroup_type, "/Common/g", v);
}

static void
values_are_checked(void **state)
{
	static const struct confkit_case cases[] = {
		{ G("mode virtual-wire"), "2:1: error: VLAN group /Common/g: "
		  "not supported yet: mode: virtual-wire: a group has VLANs" },
		{ G("mode bridged"), "\"bridged\" is none of opaque, "
		  "translucent, transparent, virtual-wire" },
		{ G("max-stations 0"), "0 is outside 1..1048576" },
		{ G("ageing-time 0"), NULL },
		{ G("hold-frames 0"), "0 is outside 1..65536" },
		{ G("hold-time 0"), "0 is outside 1..60000 ms" },
		{ G("dampening-moves 0"), NULL },
		{ G("dampening-moves 1"), "dampening-moves: 1 is neither 0 nor "
		  "in 2..16" },
		{ G("dampening-moves 17"), "17 is outside 0..16" },
		{ G("storm-frames 1000000001"), "outside 0..1000000000" },
		{ G("proxy-excludes { x }"), "proxy-excludes: \"x\" is not an "
		  "IP address" },
		{ G("mac-masquerade 03:01:d7:01:02:03"), "mac-masquerade: "
		  "03:01:d7:01:02:03 is the address of a group" },
		{ G("mac-masquerade 00:01:d7:92:c0:c4"), "mac-masquerade: "
		  "00:01:d7:92:c0:c4 is not locally administered: the second "
		  "bit of its first octet is not set, as in 02:01:d7:92:c0:c4" },
		{ G("mac-masquerade 0:1:d7:92:c0:c4"), "is not a MAC address" },
		{ G("auto-lasthop enabled"), "not supported yet: auto-lasthop" },
		{ G("bridge-in-standby enabled"), "1:1: warning: VLAN group "
		  "/Common/g: bridge-in-standby: two units that bridge" },
	};

	(void)state;
	NET_EXPECT(cases);
}

static void
members_are_vlans_and_tunnels(void **state)
{
	static const struct confkit_case cases[] = {
		{ G("members { nobody }"), "1:1: error: VLAN group /Common/g: "
		  "members: there is no net vlan or net tunnels tunnel "
		  "/Common/nobody" },
		{ NET_GROUP("h", "") G("members { h }"), "there is no net vlan "
		  "or net tunnels tunnel /Common/h" },
		{ NET_VLAN NET_SELF("s", "192.0.2.1/24", "v1")
		  G("members { s }"), "tunnels tunnel /Common/s" },
	};

	(void)state;
	NET_EXPECT(cases);
}

static void
a_member_is_in_one_group(void **state)
{
	static const struct confkit_case cases[] = {
		{ NET_EIP NET_GROUP("h", "eip") G("members { eip }"), "3:1: "
		  "error: VLAN group /Common/g: members: /Common/eip is one of "
		  "VLAN group /Common/h" },
		{ NET_VLAN NET_GROUP("h", "v1") G("members { v1 }"),
		  "members: /Common/v1 is one of VLAN group /Common/h" },
		{ NET_EIP NET_VLAN NET_GROUP("h", "v1") G("members { eip }"),
		  NULL },
	};

	(void)state;
	NET_EXPECT(cases);
}

/* An address of a member would be behind the group's back. */
static void
addresses_are_on_the_group(void **state)
{
	static const struct confkit_case cases[] = {
		{ NET_VLAN NET_SELF("s", "192.0.2.1/24", "v1")
		  G("members { v1 }"), "3:1: error: VLAN group /Common/g: "
		  "members: self IP /Common/s is on /Common/v1; it belongs on "
		  "the group" },
		{ NET_VLAN G("members { v1 }")
		  NET_SELF("s", "192.0.2.1/24", "v1"), "5:1: error: self IP "
		  "/Common/s: vlan: /Common/v1 is a member of VLAN group "
		  "/Common/g; the address belongs on that" },
		{ NET_VLAN G("members { v1 }")
		  NET_SELF("s", "192.0.2.1/24", "g"), NULL },
	};

	(void)state;
	NET_EXPECT(cases);
}

static void
the_shortest_way_has_two_ends(void **state)
{
	static const struct confkit_case cases[] = {
		{ NET_EIP NET_VLAN
		  G("members { eip v1 }\ntier direct\nmode transparent"), NULL },
		{ NET_EIP NET_VLAN G("members { eip v1 }\ntier direct"), NULL },
		{ NET_EIP NET_VLAN
		  G("members { eip v1 }\ntier direct\nmode opaque"),
		  "tier: direct does not do mode opaque" },
		{ NET_EIP G("members { eip }\ntier direct"), "tier: direct is "
		  "between one interface and one tunnel, here are 0 and 1" },
		{ NET_EIP "net vlan /Common/v2 { interfaces { a { } b { } } }\n"
		  G("members { eip v2 }\ntier direct"), "here are 2 and 1" },
		{ NET_EIP G("members { eip }\ntier bridge"), NULL },
	};

	(void)state;
	NET_EXPECT(cases);
}

/* A group of so many tunnels, or VLANs of eight interfaces each. */
static char *
crowd(bool tunnels, unsigned count)
{
	struct strbuf b = { 0 };

	for (unsigned i = 0; i < count; i++) {
		strbuf_printf(&b, tunnels ? "net tunnels tunnel /Common/m%u { "
		    "local-address 192.0.2.1 remote-address 198.51.100.%u }\n" :
		    "net vlan /Common/m%u {\ninterfaces {", i, i + 1);
		for (unsigned k = 0; k < 8 && !tunnels; k++)
			strbuf_printf(&b, " e%u.%u { }", i, k);
		strbuf_add(&b, tunnels ? "" : " }\n}\n");
	}
	strbuf_add(&b, "net vlan-group /Common/g { members {");
	for (unsigned i = 0; i < count; i++)
		strbuf_printf(&b, " m%u", i);
	strbuf_add(&b, " } }\n");
	return strbuf_take(&b);
}

static void
a_group_has_so_many_members(void **state)
{
	static const struct { bool tunnels; unsigned count; const char *want; }
	    v[] = {
		{ true, 63, NULL },
		{ true, 64, "members: 64 tunnels are outside 0..63" },
		{ false, 4, NULL },
		{ false, 5, "members: 40 interfaces of VLANs are outside "
		  "0..32" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(v); i++) {
		char *text = crowd(v[i].tunnels, v[i].count);
		const struct confkit_case c = { text, v[i].want };

		confkit_expect(&net_schema, &c);
		free(text);
	}
}

/* Whichever of the types that a reference may be to it is. */
static void
what_is_a_member_stays(void **state)
{
	struct model *m = netconf_model(NET_EIP NET_VLAN
	    G("members { eip v1 }"));
	char *found = netconf_delete(m, &eiptunnel_type, "/Common/eip");

	(void)state;
	assert_non_null(strstr(found, "tunnel /Common/eip: cannot be deleted, "
	    "in use by VLAN group /Common/g"));
	free(found);
	found = netconf_delete(m, &vlangroup_type, "/Common/g");
	assert_string_equal(found, "");
	free(found);
	model_free(&m);
}

static void
a_member_knows_its_group(void **state)
{
	struct confkit c;

	(void)state;
	confkit_open_clean(&c, &net_schema, NET_EIP NET_VLAN
	    G("members { eip }"));
	assert_ptr_equal(vlangroup_of(c.d, "/Common/eip"),
	    draft_find(c.d, &vlangroup_type, "/Common/g"));
	assert_null(vlangroup_of(c.d, "/Common/v1"));
	confkit_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(defaults_are_f5s_and_ours),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(members_are_vlans_and_tunnels),
		cmocka_unit_test(a_member_is_in_one_group),
		cmocka_unit_test(addresses_are_on_the_group),
		cmocka_unit_test(the_shortest_way_has_two_ends),
		cmocka_unit_test(a_group_has_so_many_members),
		cmocka_unit_test(what_is_a_member_stays),
		cmocka_unit_test(a_member_knows_its_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
