/* tests/unit/etherip/types/test_selfip.c - addresses of this system.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/selfip.h"

#include "core/base/err.h"
#include "tests/unit/etherip/types/netconf.h"

#define S(lines)	NET_VLAN "net self /Common/s {\n" lines "\n}\n"
#define HERE(line)	S("address 192.0.2.1/24\nvlan v1\n" line)

static void
every_property_is_read(void **state)
{
	static const struct confkit_value v[] = {
		{ "address", "2001:db8::1/64" },
		{ "allow-service", "default tcp:443 udp:any" },
		{ "description", "there" }, { "traffic-group", "/Common/tg" },
		{ "vlan", "/Common/v1" },
	};

	(void)state;
	NET_HOLDS("cm traffic-group /Common/tg { }\n"
	    S("address 2001:DB8:0::1/64\n"
	    "allow-service { udp:any tcp:443 default }\ndescription there\n"
	    "traffic-group tg\nvlan v1\naddress-source from-user\n"
	    "floating disabled\nunit 0"), &selfip_type, "/Common/s", v);
}

static void
an_address_and_a_vlan_are_enough(void **state)
{
	static const struct confkit_value v[] = {
		{ "address", "192.0.2.1/24" }, { "allow-service", "" },
		{ "description", "none" },
		{ "traffic-group", "/Common/traffic-group-local-only" },
		{ "vlan", "/Common/v1" },
	};

	(void)state;
	NET_HOLDS(HERE(""), &selfip_type, "/Common/s", v);
	NET_HOLDS(HERE("allow-service none"), &selfip_type, "/Common/s", v);
}

/* As F5's own files have it. */
static void
one_service_needs_no_braces(void **state)
{
	static const struct confkit_value v[] = {
		{ "address", "192.0.2.1/24" }, { "allow-service", "all" },
		{ "description", "none" },
		{ "traffic-group", "/Common/traffic-group-local-only" },
		{ "vlan", "/Common/v1" },
	};

	(void)state;
	NET_HOLDS(HERE("allow-service all"), &selfip_type, "/Common/s", v);
}

static void
values_are_checked(void **state)
{
	static const struct confkit_case cases[] = {
		{ S("vlan v1"), "2:1: error: self IP /Common/s: address must "
		  "be given" },
		{ S("address 192.0.2.1/24"), "vlan must be given" },
		{ S("vlan v1\naddress 192.0.2.1"), "4:1: error: self IP "
		  "/Common/s: address: \"192.0.2.1\" is not an address with "
		  "the length of its network, such as 192.0.2.1/24" },
		{ S("vlan v1\naddress 192.0.2.1/33"), "is not an address with" },
		{ S("vlan v1\naddress 192.0.2.1/024"), "is not an address with" },
		{ S("vlan v1\naddress 192.0.2.1%1/24"), "is not an address" },
		{ S("vlan v1\naddress 2001:db8::1/128"), NULL },
		{ S("vlan v1\naddress 224.0.0.1/24"), "address: 224.0.0.1 is "
		  "not the address of one host" },
		{ HERE("allow-service { tcp }"), "allow-service: \"tcp\" is "
		  "none of all, default, and a protocol with a port" },
		{ HERE("traffic-group g"), "there is no cm traffic-group" },
		{ S("address 10.133.64.245/24\nvlan eip") NET_EIP, "vlan: there "
		  "is no net vlan or net vlan-group /Common/eip" },
		{ HERE("floating enabled"), "not supported yet: floating: "
		  "traffic-group says it" },
		{ HERE("fw-enforced-policy p"), "there is no firewall" },
	};

	(void)state;
	NET_EXPECT(cases);
}

static void
an_address_is_there_once(void **state)
{
	static const struct confkit_case cases[] = {
		{ HERE("") NET_SELF("r", "192.0.2.1/25", "v1"), "7:1: error: "
		  "self IP /Common/r: address: 192.0.2.1 is also that of self "
		  "IP /Common/s" },
		{ HERE("") NET_SELF("r", "192.0.2.2/24", "v1"), NULL },
	};

	(void)state;
	NET_EXPECT(cases);
}

static void
services_are_protocols_and_ports(void **state)
{
	static const struct {
		const char *text;
		struct selfip_service want;
	} good[] = {
		{ "all", { SELFIP_ALL, 0, 0 } },
		{ "default", { SELFIP_DEFAULT, 0, 0 } },
		{ "tcp:443", { SELFIP_ONE, 6, 443 } },
		{ "udp:65535", { SELFIP_ONE, 17, 65535 } },
		{ "sctp:any", { SELFIP_ONE, 132, 0 } },
		{ "udp:0", { SELFIP_ONE, 17, 0 } },
		{ "ospf:0", { SELFIP_ONE, 89, 0 } },
		{ "ipv6-icmp:any", { SELFIP_ONE, 58, 0 } },
		{ "etherip:0", { SELFIP_ONE, 97, 0 } },
		{ "97:any", { SELFIP_ONE, 97, 0 } },
		{ "6:22", { SELFIP_ONE, 6, 22 } },
	};
	static const char *const bad[] = {
		"", "none", "tcp", "tcp:", "tcp:65536", "tcp:x", "tcp:022",
		"ospf:1", "256:0", ":80", "TCP:80", "no-such-proto-col:1",
		"tcp:80:1", "all:1",
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(good); i++) {
		struct selfip_service s;

		if (selfip_read_service(good[i].text, &s) != 0 ||
		    s.which != good[i].want.which ||
		    s.proto != good[i].want.proto ||
		    s.port != good[i].want.port)
			fail_msg("%s", good[i].text);
	}
	for (size_t i = 0; i < OBJ_COUNT(bad); i++) {
		struct selfip_service s = { .port = 7 };

		if (selfip_read_service(bad[i], &s) != ERR_PARSE || s.port != 7)
			fail_msg("%s", bad[i]);
	}
}

static void
a_place_is_an_address_in_its_network(void **state)
{
	const struct selfip *s;
	struct selfip_place p;
	struct addr other;
	struct confkit c;

	(void)state;
	confkit_open_clean(&c, &net_schema, HERE(""));
	s = (const struct selfip *)draft_find(c.d, &selfip_type, "/Common/s");
	assert_true(selfip_place(s, &p));
	assert_int_equal(p.len, 24);
	assert_true(selfip_any(c.d));
	assert_true(selfip_has(c.d, &p.addr));
	assert_int_equal(addr_parse("192.0.2.2", &other), 0);
	assert_false(selfip_has(c.d, &other));
	confkit_close(&c);
	confkit_open_clean(&c, &net_schema, NET_EIP);
	assert_false(selfip_any(c.d));
	assert_int_equal(addr_parse("10.133.65.245", &other), 0);
	assert_false(selfip_has(c.d, &other));
	confkit_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(an_address_and_a_vlan_are_enough),
		cmocka_unit_test(one_service_needs_no_braces),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(an_address_is_there_once),
		cmocka_unit_test(services_are_protocols_and_ports),
		cmocka_unit_test(a_place_is_an_address_in_its_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
