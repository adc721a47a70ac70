/* tests/unit/etherip/types/test_netfailover.c - the other unit of a pair.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/netfailover.h"

#include "tests/unit/etherip/types/netconf.h"

#define F(lines)	"net failover {\n" lines "\n}\n"
#define WHOLE		"enabled\nkey-file /k\nlocal-address 192.0.2.1\n"	\
			"peer-address 192.0.2.2\n"

static void
every_property_is_read(void **state)
{
	static const struct confkit_value v[] = {
		{ "description", "there" }, { "enabled", "enabled" },
		{ "key-file", "/k" }, { "lease", "100" },
		{ "local-address", "192.0.2.1" },
		{ "peer-address", "192.0.2.2" }, { "port", "1" },
		{ "preferred-role", "standby" },
	};

	(void)state;
	NET_HOLDS(F(WHOLE "description there\nlease 100\nport 1\n"
	    "preferred-role standby"), &netfailover_type, "", v);
}

static void
a_unit_is_alone_unless_told(void **state)
{
	static const struct confkit_value v[] = {
		{ "description", "none" }, { "enabled", "disabled" },
		{ "key-file", "none" }, { "lease", "600" },
		{ "local-address", "none" }, { "peer-address", "none" },
		{ "port", "1026" }, { "preferred-role", "none" },
	};

	(void)state;
	NET_HOLDS("", &netfailover_type, "", v);
}

static void
values_are_checked(void **state)
{
	static const struct confkit_case cases[] = {
		{ F(WHOLE), NULL },
		{ F("enabled\nlocal-address 192.0.2.1\npeer-address 192.0.2.2"),
		  "1:1: error: pair: key-file: a pair that is enabled needs it" },
		{ F("enabled\nkey-file /k\npeer-address 192.0.2.2"),
		  "local-address: a pair that is enabled needs it" },
		{ F("enabled\nkey-file /k\nlocal-address 192.0.2.2"),
		  "peer-address: a pair that is enabled needs it" },
		{ F("key-file k"), "key-file: \"k\" does not start with a /" },
		{ F("lease 99"), "lease: 99 is outside 100..60000 ms" },
		{ F("port 0"), "port: 0 is outside 1..65535" },
		{ F("local-address 192.0.2.1\npeer-address 192.0.2.1"),
		  "peer-address: 192.0.2.1 is local-address, too" },
		{ F("local-address 192.0.2.1\npeer-address 2001:db8::1"),
		  "peer-address: 2001:db8::1 is of another family than "
		  "local-address, 192.0.2.1" },
	};

	(void)state;
	NET_EXPECT(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(a_unit_is_alone_unless_told),
		cmocka_unit_test(values_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
