/* tests/unit/wom/types/test_discovery.c - what is found without being configured.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/discovery.h"

#include "tests/unit/wom/types/womconf.h"

#define E(lines)	"wom endpoint-discovery {\n" lines "\n}\n"
#define S(lines)	"wom server-discovery {\n" lines "\n}\n"

static void
every_property_is_read(void **state)
{
	static const struct confkit_value e[] = {
		{ "auto-save", "disabled" }, { "description", "d" },
		{ "discoverable", "disabled" },
		{ "discovered-endpoint", "disabled" },
		{ "icmp-max-requests", "1" }, { "icmp-min-backoff", "60" },
		{ "icmp-num-retries", "0" }, { "max-endpoint-count", "7" },
		{ "mode", "enable-icmp" },
	};
	static const struct confkit_value s[] = {
		{ "auto-save", "disabled" }, { "description", "d" },
		{ "filter-mode", "include" }, { "idle-time-limit", "9" },
		{ "ip-ttl-limit", "255" }, { "max-server-count", "1" },
		{ "min-idle-time", "3" }, { "min-prefix-length-ipv4", "24" },
		{ "min-prefix-length-ipv6", "64" }, { "mode", "disabled" },
		{ "rtt-threshold", "1" },
		{ "subnet-filter", "10.0.0.0/8 2001:db8::/32" },
		{ "time-unit", "minutes" },
	};

	(void)state;
	WOM_HOLDS(E("auto-save disabled\ndescription d\ndiscoverable disabled\n"
	    "discovered-endpoint disabled\nicmp-max-requests 1\n"
	    "icmp-min-backoff 60\nicmp-num-retries 0\nmax-endpoint-count 7\n"
	    "mode enable-icmp"), &discovery_endpoint_type, NULL, e);
	WOM_HOLDS(S("auto-save disabled\ndescription d\nfilter-mode include\n"
	    "idle-time-limit 9\nip-ttl-limit 255\nmax-server-count 1\n"
	    "min-idle-time 3\nmin-prefix-length-ipv4 24\n"
	    "min-prefix-length-ipv6 64\nmode disabled\nrtt-threshold 1\n"
	    "subnet-filter { 10.0.0.0/8 2001:db8::/32 }\ntime-unit minutes"),
	    &discovery_server_type, NULL, s);
}

static void
defaults_are_f5s(void **state)
{
	static const struct confkit_value e[] = {
		{ "auto-save", "enabled" }, { "description", "none" },
		{ "discoverable", "enabled" },
		{ "discovered-endpoint", "enabled" },
		{ "icmp-max-requests", "1024" }, { "icmp-min-backoff", "5" },
		{ "icmp-num-retries", "10" }, { "max-endpoint-count", "0" },
		{ "mode", "enable-all" },
	};
	static const struct confkit_value s[] = {
		{ "auto-save", "enabled" }, { "description", "none" },
		{ "filter-mode", "exclude" }, { "idle-time-limit", "0" },
		{ "ip-ttl-limit", "5" }, { "max-server-count", "50" },
		{ "min-idle-time", "0" }, { "min-prefix-length-ipv4", "32" },
		{ "min-prefix-length-ipv6", "128" }, { "mode", "enabled" },
		{ "rtt-threshold", "10" }, { "subnet-filter", "" },
		{ "time-unit", "days" },
	};

	(void)state;
	WOM_HOLDS("", &discovery_endpoint_type, NULL, e);
	WOM_HOLDS("", &discovery_server_type, NULL, s);
}

static void
values_are_checked(void **state)
{
	static const struct confkit_case cases[] = {
		{ E("mode enable-tcp"), "2:1: error: endpoint discovery: not "
		  "supported yet: mode: enable-tcp: connections bear no options "
		  "of ours: write enable-icmp" },
		{ E("mode disable"), NULL },
		{ E("mode enabled"), "\"enabled\" is none of disable, enable-all,"
		  " enable-icmp, enable-tcp" },
		{ E("icmp-max-requests 0"), "0 is outside 1..65535" },
		{ E("icmp-min-backoff 3601"), "3601 is outside 1..3600 s" },
		{ E("icmp-num-retries 101"), "101 is outside 0..100" },
		{ S("mode disable"), "\"disable\" is none of disabled, enabled" },
		{ S("ip-ttl-limit 0"), "0 is outside 1..255" },
		{ S("ip-ttl-limit 256"), "256 is outside 1..255" },
		{ S("min-prefix-length-ipv4 0"), "0 is outside 1..32 bits" },
		{ S("min-prefix-length-ipv4 33"), "33 is outside 1..32 bits" },
		{ S("min-prefix-length-ipv6 129"), "129 is outside 1..128" },
		{ S("rtt-threshold 0"), "0 is outside 1..60000 ms" },
		{ S("max-server-count 0"), "0 is outside 1..65535" },
		{ S("time-unit weeks"), "\"weeks\" is none of days, hours, min" },
		{ S("subnet-filter { 10.0.0.1/8 }"), "is not a network such as" },
		{ "wom endpoint-discovery x { }\n", "takes no name" },
	};

	(void)state;
	WOM_EXPECT(cases);
}

static void
rules_of_servers_go_together(void **state)
{
	static const struct confkit_case cases[] = {
		{ S("filter-mode include"), "1:1: error: server discovery: "
		  "filter-mode: without subnet-filter nothing is included: "
		  "write mode disabled" },
		{ S("filter-mode include\nsubnet-filter { 10.0.0.0/8 }"), NULL },
		{ S("filter-mode exclude"), NULL },
		{ S("idle-time-limit 2\nmin-idle-time 3"), "min-idle-time: 3 is "
		  "over idle-time-limit, 2" },
		{ S("idle-time-limit 3\nmin-idle-time 3"), NULL },
		{ S("min-idle-time 3"), NULL },
	};

	(void)state;
	WOM_EXPECT(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(defaults_are_f5s),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(rules_of_servers_go_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
