/* tests/unit/gtmd/types/test_listener.c - where DNS is served.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/listener.h"

#include "tests/unit/gtmd/types/conf.h"

#define L(lines)	"gtm listener /Common/l {\n" lines "\n}\n"
#define HERE(line)	L("address 192.0.2.1\n" line)
#define M(lines)	"gtm listener /Common/m {\n" lines "\n}\n"

static void
every_property_is_read(void **state)
{
	static const struct conf_value v[] = {
		{ "address", "2001:db8::53" }, { "description", "d" },
		{ "enabled", "disabled" }, { "ip-protocol", "tcp" },
		{ "mask", "none" }, { "port", "5353" },
		{ "proxy-protocol-from", "192.0.2.0/24 2001:db8::1" },
		{ "tls-certificate", "c.pem" }, { "tls-key", "k.pem" },
		{ "xdp", "disabled" }, { "xdp-interfaces", "" },
	};

	(void)state;
	CONF_HOLDS(L("address 2001:db8::53\ndescription d\ndisabled\n"
	    "ip-protocol tcp\nport 5353\ntls-certificate c.pem\ntls-key k.pem\n"
	    "proxy-protocol-from { 192.0.2.0/24 2001:db8::1 }\nvlans-disabled\ntranslate-port "
	    "disabled\nmask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
	    &listener_type, "/Common/l", v);
}

static void
defaults_are_udp_53(void **state)
{
	static const struct conf_value v[] = {
		{ "address", "0.0.0.0" }, { "description", "none" },
		{ "enabled", "enabled" }, { "ip-protocol", "udp" },
		{ "mask", "none" }, { "port", "53" },
		{ "proxy-protocol-from", "" },
		{ "tls-certificate", "none" }, { "tls-key", "none" },
		{ "xdp", "disabled" }, { "xdp-interfaces", "" },
	};

	(void)state;
	CONF_HOLDS(L("address 0.0.0.0"), &listener_type, "/Common/l", v);
}

static void
xdp_is_for_datagrams_from_their_senders(void **state)
{
	static const struct conf_value v[] = {
		{ "address", "0.0.0.0" }, { "description", "none" },
		{ "enabled", "enabled" }, { "ip-protocol", "udp" },
		{ "mask", "none" }, { "port", "53" },
		{ "proxy-protocol-from", "" },
		{ "tls-certificate", "none" }, { "tls-key", "none" },
		{ "xdp", "enabled" }, { "xdp-interfaces", "eth0 eth1.7" },
	};
	static const struct conf_case cases[] = {
		{ HERE("xdp enabled"), NULL },
		{ HERE("ip-protocol tcp\nxdp enabled"),
		  "xdp: it needs ip-protocol udp" },
		{ HERE("xdp enabled\nproxy-protocol-from { 192.0.2.1 }"),
		  "xdp: queries through proxies (proxy-protocol-from) need "
		  "sockets" },
		{ HERE("xdp-interfaces { eth0 }"),
		  "xdp-interfaces: it needs xdp enabled" },
		{ HERE("xdp enabled\nxdp-interfaces { eth0:1 }"),
		  "\"eth0:1\" is not the name of an interface" },
		{ HERE("xdp enabled\nxdp-interfaces { sixteencharacter }"),
		  "is not the name of an interface such as eth0" },
	};

	(void)state;
	CONF_HOLDS(L("address 0.0.0.0\nxdp enabled\nxdp-interfaces "
	    "{ eth0 eth1.7 }"), &listener_type, "/Common/l", v);
	CONF_EXPECT_ALL(cases);
}

static void
values_are_checked(void **state)
{
	static const struct conf_case cases[] = {
		{ HERE("mask 255.255.255.255"), NULL },
		{ HERE("mask 255.255.255.0"), "3:1: error: listener /Common/l:"
		  " not supported yet: mask: 255.255.255.0: a listener has one "
		  "address: all bits are 1" },
		{ HERE("mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
		  "is not of the address's family" },
		{ HERE("port 0"), "port: 0 is outside 1..65535" },
		{ HERE("port 65536"), "port: 65536 is outside 1..65535" },
		{ HERE("ip-protocol sctp"), "\"sctp\" is none of udp, tcp" },
		{ L("address 224.0.0.1"), "is a multicast or reserved" },
		{ L("address ff02::1"), "is a multicast or reserved" },
		{ L("address localhost"), "\"localhost\" is not an IP addr" },
		{ HERE("proxy-protocol-from { 192.0.2.1/24 }"),
		  "\"192.0.2.1/24\" is not an address or a network" },
		{ HERE("ip-protocol tcp\ntls-key k"), "tls-key: it needs "
		  "tls-certificate" },
		{ HERE("ip-protocol tcp\ntls-certificate c"),
		  "tls-certificate: it needs tls-key" },
		{ HERE("tls-certificate c\ntls-key k"),
		  "tls-certificate: TLS needs ip-protocol tcp" },
		{ L(""), "1:1: error: listener /Common/l: address must be "
		  "given" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
what_has_no_effect_is_refused_by_name(void **state)
{
#define LTM	"it belongs to the virtual server below an F5 listener"
	static const struct conf_case cases[] = {
		{ HERE("advertise yes"), "not supported yet: advertise: " LTM },
		{ HERE("auto-lasthop enabled"), "auto-lasthop: " LTM },
		{ HERE("fallback-persistence /Common/x"), LTM },
		{ HERE("last-hop-pool /Common/x"), LTM },
		{ HERE("persist /Common/x"), LTM },
		{ HERE("pool /Common/x"), "not supported yet: pool: " LTM },
		{ HERE("profiles { /Common/dns { } }"), "profiles: " LTM },
		{ HERE("rules { /Common/r }"), "rules are not run yet" },
		{ HERE("source-address-translation { type automap }"), LTM },
		{ HERE("source-port change"), "source-port: " LTM },
		{ HERE("translate-address enabled"), LTM },
		{ HERE("translate-port enabled"), LTM },
		{ HERE("vlans { /Common/external }"), "vlans: " LTM },
		{ HERE("vlans-enabled"), "not supported yet: vlans-enabled" },
		{ HERE("metadata { a { value b } }"), "not supported yet: m" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
a_socket_has_one_listener(void **state)
{
	static const struct conf_case cases[] = {
		{ HERE("") M("address 192.0.2.1"), "5:1: error: listener "
		  "/Common/m: address: 192.0.2.1, udp port 53, is also that of "
		  "listener /Common/l" },
		{ HERE("") M("address 192.0.2.1\nip-protocol tcp"), NULL },
		{ HERE("") M("address 192.0.2.1\nport 54"), NULL },
		{ HERE("") M("address 192.0.2.2"), NULL },
		{ HERE("") M("address 192.0.2.1\ndisabled"), NULL },
		{ HERE("disabled") M("address 192.0.2.1"), NULL },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(defaults_are_udp_53),
		cmocka_unit_test(xdp_is_for_datagrams_from_their_senders),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(what_has_no_effect_is_refused_by_name),
		cmocka_unit_test(a_socket_has_one_listener),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
