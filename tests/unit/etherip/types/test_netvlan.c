/* tests/unit/etherip/types/test_netvlan.c - VLANs and their interfaces.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/netvlan.h"

#include "tests/unit/etherip/types/netconf.h"

#define V(lines)	"net vlan /Common/v {\n" lines "\n}\n"
#define ON(i)		"interfaces { " i " }\n"

static void
every_property_is_read(void **state)
{
	static const struct confkit_value v[] = {
		{ "description", "there" }, { "interfaces", "eth1 eth2" },
		{ "max-stations", "64" }, { "mtu", "9000" }, { "tag", "4094" },
	};
	struct confkit c;
	const struct netvlan *n;

	(void)state;
	confkit_open_clean(&c, &net_schema, V("description there\n"
	    ON("eth2 { tagged } eth1 { untagged }")
	    "max-stations 64\nmtu 9000\ntag 4094\n"
	    "auto-lasthop default\ncmp-hash default\nfailsafe disabled\n"
	    "failsafe-action failover-restart-tm\nfailsafe-timeout 90\n"
	    "fwd-mode l3\nlearning enable-forward\nsource-checking disabled\n"
	    "syncache-threshold 6000\nsyn-flood-rate-limit 1000"));
	n = (const struct netvlan *)draft_find(c.d, &netvlan_type, "/Common/v");
	CONFKIT_VALUES(&n->obj, v);
	assert_false(((const struct netvlan_interface *)
	    n->interfaces.v[0])->tagged);
	assert_true(((const struct netvlan_interface *)
	    n->interfaces.v[1])->tagged);
	confkit_close(&c);
}

static void
nothing_has_to_be_said(void **state)
{
	static const struct confkit_value v[] = {
		{ "description", "none" }, { "interfaces", "" },
		{ "max-stations", "0" }, { "mtu", "1500" }, { "tag", "auto" },
	};

	(void)state;
	NET_HOLDS(V(""), &netvlan_type, "/Common/v", v);
}

static void
values_are_checked(void **state)
{
	static const struct confkit_case cases[] = {
		{ V("tag 0"), NULL }, { V("tag auto"), NULL },
		{ V("tag 1"), NULL },
		{ V("tag 4095"), "2:1: error: VLAN /Common/v: tag: 4095 is "
		  "outside 1..4094" },
		{ V("mtu 0"), NULL }, { V("mtu 65535"), NULL },
		{ V("mtu 100"), "mtu: 100 octets are neither 0 nor in 576.." },
		{ V("max-stations 1048577"), "is outside 0..1048576" },
		{ V(ON("eth/1 { }")), "\"eth/1\" is not the name of an" },
		{ V(ON("sixteen-octets-x { }")), "is not the name of an" },
		{ V(ON("eth1 { } eth1 { }")), "eth1" },
	};

	(void)state;
	NET_EXPECT(cases);
}

static void
frames_of_an_interface_are_of_one_vlan(void **state)
{
	static const struct confkit_case cases[] = {
		{ V(ON("eth1 { }"))
		  "net vlan /Common/w { interfaces { eth1 { } } }\n",
		  "5:35: error: VLAN /Common/w: interface eth1: untagged: its "
		  "frames without a tag are those of VLAN /Common/v" },
		{ V(ON("eth1 { tagged }") "tag 7")
		  "net vlan /Common/w { interfaces { eth1 { tagged } } tag 7 }\n",
		  "VLAN /Common/w: interface eth1: tagged: its frames with tag "
		  "7 are those of VLAN /Common/v" },
		{ V(ON("eth1 { tagged }") "tag 7")
		  "net vlan /Common/w { interfaces { eth1 { tagged } } tag 8 }\n",
		  NULL },
		{ V(ON("eth1 { tagged }") "tag 7")
		  "net vlan /Common/w { interfaces { eth1 { } } }\n", NULL },
		{ V(ON("eth1 { }") "tag 7")
		  "net vlan /Common/w { interfaces { eth2 { } } tag 7 }\n",
		  NULL },
		{ V(ON("eth1 { tagged }")), "2:14: error: VLAN /Common/v: "
		  "interface eth1: tagged: it needs the VLAN's tag, 1..4094" },
	};

	(void)state;
	NET_EXPECT(cases);
}

static void
what_has_no_effect_is_refused_by_name(void **state)
{
	static const struct confkit_case cases[] = {
		{ V("failsafe enabled"), "not supported yet: failsafe: a "
		  "tunnel's liveness is watched" },
		{ V("cmp-hash src-ip"), "the kernel spreads packets over CPUs" },
		{ V("learning disable-drop"), "a group learns on all its mem" },
		{ V("source-checking enabled"), "the kernel does it: net.ipv4" },
		{ V("customer-tag 3"), "a frame has one tag, of 802.1Q" },
		{ V(ON("eth1 { tag-mode service }")), "interface eth1: not "
		  "supported yet: tag-mode: a frame has one tag" },
		{ V("sflow { poll-interval 1 }"), "not supported yet: sflow" },
	};

	(void)state;
	NET_EXPECT(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(nothing_has_to_be_said),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(frames_of_an_interface_are_of_one_vlan),
		cmocka_unit_test(what_has_no_effect_is_refused_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
