/* tests/unit/gtmd/types/test_pathsettings.c - how paths are measured, as it is written.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/pathsettings.h"

#include "tests/unit/gtmd/types/conf.h"

#define METRICS(line)	"gtm global-settings metrics {\n" line "\n}\n"
#define EXCLUDED(line)	"gtm global-settings metrics-exclusions {\n" line "\n}\n"

static void
every_property_is_read(void **state)
{
	static const char text[] =
	    METRICS("default-probe-limit 0\nhops-packet-length 1280\n"
	    "hops-sample-count 1\nhops-timeout 60\nhops-ttl 10\n"
	    "inactive-ldns-ttl 60\ninactive-paths-ttl 61\n"
	    "ldns-update-interval 1\nmetrics-caching 3600\n"
	    "metrics-collection-protocols { tcp icmp dns_rev }\n"
	    "path-sample-count 16\npath-ttl 7\npaths-retry 8\nprobe-rate 9")
	    EXCLUDED("addresses { 192.0.2.0/24 2001:db8::1 }");
	static const struct conf_value metrics[] = {
		{ "default-probe-limit", "0" },
		{ "hops-packet-length", "1280" },
		{ "hops-sample-count", "1" }, { "hops-timeout", "60" },
		{ "hops-ttl", "10" }, { "inactive-ldns-ttl", "60" },
		{ "inactive-paths-ttl", "61" },
		{ "ldns-update-interval", "1" },
		{ "metrics-collection-protocols", "icmp tcp dns_rev" },
		{ "path-sample-count", "16" }, { "path-ttl", "7" },
		{ "paths-retry", "8" }, { "probe-rate", "9" },
	};
	static const struct conf_value excluded[] = {
		{ "addresses", "192.0.2.0/24 2001:db8::1" },
	};
	struct conf c;

	(void)state;
	conf_open_clean(&c, text);
	CONF_VALUES(draft_find(c.d, &pathsettings_type, NULL), metrics);
	CONF_VALUES(draft_find(c.d, &pathsettings_exclusions_type, NULL),
	    excluded);
	conf_close(&c);
}

static void
the_defaults_are_those_of_f5(void **state)
{
	static const struct conf_value metrics[] = {
		{ "default-probe-limit", "12" },
		{ "hops-packet-length", "64" },
		{ "hops-sample-count", "3" }, { "hops-timeout", "3" },
		{ "hops-ttl", "604800" }, { "inactive-ldns-ttl", "2419200" },
		{ "inactive-paths-ttl", "604800" },
		{ "ldns-update-interval", "20" },
		{ "metrics-collection-protocols", "icmp" },
		{ "path-sample-count", "4" }, { "path-ttl", "2400" },
		{ "paths-retry", "120" }, { "probe-rate", "50" },
	};
	struct conf c;

	(void)state;
	conf_open(&c, "");
	CONF_VALUES(draft_find(c.d, &pathsettings_type, NULL), metrics);
	conf_close(&c);
}

static void
values_are_checked(void **state)
{
	static const struct conf_case cases[] = {
		{ METRICS("metrics-collection-protocols { icmp smtp }"),
		  "metrics-collection-protocols" },
		{ METRICS("hops-packet-length 55"), "outside 56..1280" },
		{ METRICS("probe-rate 0"), "outside 1..10000" },
		{ METRICS("metrics-caching 60"), "not supported yet: "
		  "metrics-caching: paths are not kept over a restart yet" },
		{ METRICS("max-synchronous-monitor-requests 1"),
		  "not supported yet: max-synchronous-monitor-requests" },
		{ METRICS("metrics-collection-protocols none"), NULL },
		{ EXCLUDED("addresses { ns1.siterequest.com }"), "addresses: "
		  "\"ns1.siterequest.com\" is not an address or a network" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(the_defaults_are_those_of_f5),
		cmocka_unit_test(values_are_checked),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
