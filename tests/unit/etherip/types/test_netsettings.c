/* tests/unit/etherip/types/test_netsettings.c - what all groups have in common.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/netsettings.h"

#include "tests/unit/etherip/types/netconf.h"

#define S(lines)	"net global-settings {\n" lines "\n}\n"

static void
every_property_is_read(void **state)
{
	static const struct confkit_value v[] = {
		{ "proxy-excludes", "192.0.2.1 2001:db8::1" },
		{ "restart-grace", "0" },
	};

	(void)state;
	NET_HOLDS(S("proxy-excludes { 2001:db8::1 192.0.2.1 }\n"
	    "restart-grace 0"), &netsettings_type, "", v);
}

static void
they_are_there_before_anybody_wrote_them(void **state)
{
	static const struct confkit_value v[] = {
		{ "proxy-excludes", "" }, { "restart-grace", "10" },
	};

	(void)state;
	NET_HOLDS("", &netsettings_type, "", v);
}

static void
values_are_checked(void **state)
{
	static const struct confkit_case cases[] = {
		{ S("restart-grace 3601"), "2:1: error: network settings: "
		  "restart-grace: 3601 is outside 0..3600 s" },
		{ S("proxy-excludes { 192.0.2.0/24 }"), "is not an IP address" },
	};

	(void)state;
	NET_EXPECT(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(they_are_there_before_anybody_wrote_them),
		cmocka_unit_test(values_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
