/* tests/unit/etherip/types/test_netroute.c - routes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/netroute.h"

#include "tests/unit/etherip/types/netconf.h"

#define R(lines)	"net route /Common/r {\n" lines "\n}\n"

static void
every_property_is_read(void **state)
{
	static const struct confkit_value v[] = {
		{ "description", "there" }, { "gw", "fe80::1" },
		{ "interface", "/Common/v1" }, { "mtu", "1400" },
		{ "network", "2001:db8::/32" },
	};

	(void)state;
	NET_HOLDS(NET_VLAN R("description there\ngw fe80::1\ninterface v1\n"
	    "mtu 1400\nnetwork 2001:DB8:0::/32\npool none\napp-service none"),
	    &netroute_type, "/Common/r", v);
}

static void
a_gateway_or_an_interface_is_enough(void **state)
{
	static const struct confkit_value by_gw[] = {
		{ "description", "none" }, { "gw", "192.0.2.9" },
		{ "interface", "none" }, { "mtu", "0" },
		{ "network", "default" },
	};
	static const struct confkit_value straight[] = {
		{ "description", "none" }, { "gw", "none" },
		{ "interface", "/Common/g" }, { "mtu", "0" },
		{ "network", "default-inet6" },
	};
	static const struct confkit_case none[] = {
		{ R("network 192.0.2.0/24"), "1:1: error: route /Common/r: gw: "
		  "a route needs it, or an interface" },
	};

	(void)state;
	NET_HOLDS(R("gw 192.0.2.9"), &netroute_type, "/Common/r", by_gw);
	NET_HOLDS(NET_GROUP("g", "") R("interface g\nnetwork default-inet6"),
	    &netroute_type, "/Common/r", straight);
	NET_EXPECT(none);
}

static void
a_network_has_one_form(void **state)
{
	static const struct { const char *text, *want; uint8_t family, len; }
	    v[] = {
		{ "gw 192.0.2.9\nnetwork 0.0.0.0/0", "default", AF_INET, 0 },
		{ "gw 2001:db8::1", "default", AF_INET6, 0 },
		{ "gw 2001:db8::1\nnetwork ::/0", "default", AF_INET6, 0 },
		{ "gw 2001:db8::1\nnetwork default-inet6", "default",
		  AF_INET6, 0 },
		{ "interface v1", "default", AF_INET, 0 },
		{ "interface v1\nnetwork ::/0", "default-inet6", AF_INET6, 0 },
		{ "gw 192.0.2.9\nnetwork 198.51.100.1", "198.51.100.1/32",
		  AF_INET, 32 },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(v); i++) {
		const struct netroute *r;
		struct addr_prefix to;
		struct confkit c;
		char text[256];

		(void)snprintf(text, sizeof(text), NET_VLAN R("%s"), v[i].text);
		confkit_open_clean(&c, &net_schema, text);
		r = (const struct netroute *)draft_find(c.d, &netroute_type,
		    "/Common/r");
		assert_string_equal(r->network, v[i].want);
		assert_true(netroute_network(r, &to));
		assert_int_equal(to.addr.family, v[i].family);
		assert_int_equal(to.len, v[i].len);
		confkit_close(&c);
	}
}

static void
values_are_checked(void **state)
{
	static const struct confkit_case cases[] = {
		{ R("gw 192.0.2.9\nnetwork 192.0.2.1/24"), "3:1: error: route "
		  "/Common/r: network: 192.0.2.1/24 has bits set past its len" },
		{ R("gw 192.0.2.9\nnetwork there"), "network: \"there\" is "
		  "neither default nor a network such as 192.0.2.0/24" },
		{ R("gw 224.0.0.1"), "gw: 224.0.0.1 is not the address of one" },
		{ R("gw 192.0.2.9\nmtu 68"), "mtu: 68 octets are neither 0" },
		{ R("interface eip") NET_EIP, "interface: there is no net vlan "
		  "or net vlan-group /Common/eip" },
		{ R("gw 192.0.2.9\nnetwork 2001:db8::/32"), "gw: 192.0.2.9 is "
		  "of another family than network, 2001:db8::/32" },
		{ R("gw 192.0.2.9\nblackhole"), "not supported yet: blackhole: "
		  "the system's own routes do it" },
		{ R("pool p"), "not supported yet: pool: a route has one" },
		{ R("gw 192.0.2.9") "net route /Common/q { gw 192.0.2.8 }\n",
		  "4:1: error: route /Common/q: network: default is also that "
		  "of route /Common/r" },
		{ R("gw 192.0.2.9") "net route /Common/q { gw 2001:db8::8 }\n",
		  NULL },
	};

	(void)state;
	NET_EXPECT(cases);
}

/* It may be a peer's: then tunnels go by the one that is next. */
static void
a_gateway_is_not_ours(void **state)
{
	static const struct confkit_case cases[] = {
		{ NET_VLAN NET_SELF("s", "192.0.2.9/24", "v1")
		  R("gw 192.0.2.9"), "3:1: error: route /Common/r: gw: "
		  "192.0.2.9 is that of self IP /Common/s" },
		{ NET_VLAN R("gw 192.0.2.9")
		  NET_SELF("s", "192.0.2.9/24", "v1"), "self IP /Common/s: "
		  "address: 192.0.2.9 is also that of route /Common/r" },
		{ NET_EIP R("gw 10.133.65.245"), NULL },
		{ R("gw 192.0.2.9\nnetwork 10.0.0.0/8")
		  "net route /Common/q { gw 192.0.2.9 }\n", NULL },
	};

	(void)state;
	NET_EXPECT(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(a_gateway_or_an_interface_is_enough),
		cmocka_unit_test(a_network_has_one_form),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(a_gateway_is_not_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
