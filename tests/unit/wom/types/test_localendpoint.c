/* tests/unit/wom/types/test_localendpoint.c - this end of the tunnels.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/localendpoint.h"

#include "core/base/addr.h"
#include "tests/unit/wom/types/womconf.h"

#define L(lines)	"wom local-endpoint {\n" lines "\n}\n"

static void
every_property_is_read(void **state)
{
	static const struct confkit_value v[] = {
		{ "addresses", "192.0.2.9 2001:db8::9" },
		{ "allow-nat", "disabled" }, { "client-ssl", "/Common/in" },
		{ "description", "here" }, { "endpoint", "disabled" },
		{ "no-route", "drop" }, { "server-ssl", "/Common/out" },
		{ "snat", "remote" }, { "tunnel-port", "8443" },
	};

	(void)state;
	WOM_HOLDS(WOM_IN WOM_OUT L("addresses { 192.0.2.9 2001:db8::9 }\n"
	    "allow-nat disabled\nclient-ssl in\ndescription here\n"
	    "endpoint disabled\nno-route drop\nserver-ssl /Common/out\n"
	    "snat remote\ntunnel-port 8443\ninternal-forwarding disabled\n"
	    "ip-encap-type none\nip-encap-mtu 0\nip-encap-profile none"),
	    &localendpoint_type, NULL, v);
}

static void
it_is_there_before_anybody_wrote_it(void **state)
{
	static const struct confkit_value v[] = {
		{ "addresses", "" }, { "allow-nat", "enabled" },
		{ "client-ssl", "none" }, { "description", "none" },
		{ "endpoint", "enabled" }, { "no-route", "passthru" },
		{ "server-ssl", "none" }, { "snat", "none" },
		{ "tunnel-port", "443" },
	};

	(void)state;
	WOM_HOLDS("", &localendpoint_type, NULL, v);
}

static void
there_is_one_and_it_has_no_name(void **state)
{
	static const struct confkit_case cases[] = {
		{ L("") L(""), "4:1: error: local endpoint: is there "
		  "already, in line 1 of t.conf" },
		{ "wom local-endpoint /Common/l { }\n",
		  "wom local-endpoint: takes no name" },
	};

	(void)state;
	WOM_EXPECT(cases);
}

static void
values_are_checked(void **state)
{
	static const struct confkit_case cases[] = {
		{ L("addresses { 0.0.0.0 }"), "2:13: error: local endpoint: "
		  "addresses: 0.0.0.0 is not the address of one host" },
		{ L("addresses { here }"), "\"here\" is not an IP address" },
		{ L("tunnel-port 0"), "tunnel-port: 0 is outside 1..65535" },
		{ L("tunnel-port 65536"), "65536 is outside 1..65535" },
		{ L("no-route reject"), "\"reject\" is none of passthru, drop" },
		{ L("snat local"), "not supported yet: snat: local: replies" },
		{ L("snat none"), NULL },
		{ L("snat default"), "\"default\" is none of none, local" },
	};

	(void)state;
	WOM_EXPECT(cases);
}

static void
tunnels_have_certificates_and_somebody_to_trust(void **state)
{
	static const struct confkit_case cases[] = {
		{ L("server-ssl nobody"), "1:1: error: local endpoint: server-"
		  "ssl: there is no ltm profile server-ssl /Common/nobody" },
		{ L("client-ssl nobody"), "client-ssl: there is no ltm profile "
		  "client-ssl /Common/nobody" },
		{ WOM_OUT L("client-ssl out"), "client-ssl: there is no ltm "
		  "profile client-ssl /Common/out" },
		{ L("server-ssl wom-default-serverssl"), "server-ssl: "
		  "/Common/wom-default-serverssl has no cert and key, and "
		  "peers know one another by certificates" },
		{ L("client-ssl clientssl"), "client-ssl: /Common/clientssl "
		  "has no cert and key" },
		{ L("client-ssl clientssl\nendpoint disabled"), NULL },
		{ "ltm profile server-ssl o { cert c.pem\nkey k.pem\n}\n"
		  L("server-ssl o"), "server-ssl: /Common/o has neither ca-file "
		  "nor peer-fingerprints: no peer would be trusted" },
		{ "ltm profile server-ssl o { cert c.pem\nkey k.pem\n"
		  "peer-fingerprints { " WOM_COLONS " }\n}\n"
		  L("server-ssl o"), NULL },
		{ WOM_OUT "ltm profile server-ssl o { defaults-from out\n}\n"
		  L("server-ssl o"), NULL },
		{ WOM_IN WOM_OUT L("client-ssl in\nserver-ssl out"), NULL },
	};

	(void)state;
	WOM_EXPECT(cases);
}

static void
what_has_no_effect_is_refused_by_name(void **state)
{
	static const struct confkit_case cases[] = {
		{ L("internal-forwarding enabled"), "not supported yet: internal"
		  "-forwarding: one process has both ends of every connection" },
		{ L("ip-encap-type gre"), "not supported yet: ip-encap-type: a "
		  "tunnel is TLS over TCP, and in nothing else" },
		{ L("ip-encap-type ipsec"), "ip-encap-type: a tunnel is TLS" },
		{ L("ip-encap-mtu 1400"), "ip-encap-mtu: a tunnel is TLS" },
		{ L("ip-encap-profile /Common/x"), "a tunnel is TLS over TCP" },
	};

	(void)state;
	WOM_EXPECT(cases);
}

static void
an_address_is_its_own_however_it_is_written(void **state)
{
	const struct localendpoint *l;
	struct confkit c;
	struct addr a;

	(void)state;
	confkit_open_clean(&c, &wom_schema,
	    L("addresses { 2001:DB8:0::9 192.0.2.9 }"));
	l = (const struct localendpoint *)draft_find(c.d, &localendpoint_type,
	    NULL);
	assert_int_equal(addr_parse("2001:db8::9", &a), 0);
	assert_true(localendpoint_has(l, &a));
	assert_int_equal(addr_parse("192.0.2.9", &a), 0);
	assert_true(localendpoint_has(l, &a));
	assert_int_equal(addr_parse("192.0.2.8", &a), 0);
	assert_false(localendpoint_has(l, &a));
	confkit_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(it_is_there_before_anybody_wrote_it),
		cmocka_unit_test(there_is_one_and_it_has_no_name),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(tunnels_have_certificates_and_somebody_to_trust),
		cmocka_unit_test(what_has_no_effect_is_refused_by_name),
		cmocka_unit_test(an_address_is_its_own_however_it_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
