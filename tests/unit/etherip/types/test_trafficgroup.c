/* tests/unit/etherip/types/test_trafficgroup.c - what moves together.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/trafficgroup.h"

#include "tests/unit/etherip/types/netconf.h"

#define G(lines)	"cm traffic-group /Common/g {\n" lines "\n}\n"

static void
every_property_is_read(void **state)
{
	static const struct confkit_value v[] = {
		{ "description", "there" }, { "is-floating", "false" },
		{ "mac", "02:01:d7:92:c0:c4" },
	};

	(void)state;
	NET_HOLDS(G("description there\nis-floating false\n"
	    "mac 02:01:D7:92:C0:C4\nauto-failback-enabled false\n"
	    "auto-failback-time 60\nfailover-method ha-order\n"
	    "ha-load-factor 1\nunit-id 1"), &trafficgroup_type, "/Common/g",
	    v);
}

static void
a_group_floats(void **state)
{
	static const struct confkit_value v[] = {
		{ "description", "none" }, { "is-floating", "true" },
		{ "mac", "none" },
	};

	(void)state;
	NET_HOLDS(G(""), &trafficgroup_type, "/Common/g", v);
}

static void
values_are_checked(void **state)
{
	static const struct confkit_case cases[] = {
		{ G("mac 03:01:d7:01:02:03"), "2:1: error: traffic group "
		  "/Common/g: mac: 03:01:d7:01:02:03 is the address of a "
		  "group" },
		{ G("mac 00:01:d7:01:02:03"), "as in 02:01:d7:01:02:03" },
		{ G("ha-group x"), "not supported yet: ha-group: a pair has "
		  "two units, see net failover" },
		{ G("auto-failback-enabled true"), "the active unit stays" },
		{ G("monitor { ha-group x }"), "not supported yet: monitor" },
		{ "cm traffic-group /Common/traffic-group-local-only {\n"
		  "mac 02:00:00:00:00:01\n}\n", "is built in and cannot be "
		  "changed" },
	};

	(void)state;
	NET_EXPECT(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(a_group_floats),
		cmocka_unit_test(values_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
