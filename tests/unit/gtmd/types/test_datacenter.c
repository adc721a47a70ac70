/* tests/unit/gtmd/types/test_datacenter.c - data centers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/datacenter.h"

#include "tests/unit/gtmd/types/conf.h"

#define D(line)	"gtm datacenter /Common/d {\n" line "\n}\n"

static void
every_property_is_read(void **state)
{
	static const struct conf_value v[] = {
		{ "contact", "noc@example.com" }, { "description", "primary" },
		{ "enabled", "disabled" }, { "location", "Hong Kong, hall 2" },
		{ "prober-fallback", "none" }, { "prober-pool", "none" },
		{ "prober-preference", "outside-datacenter" },
	};

	(void)state;
	CONF_HOLDS(D("contact noc@example.com\ndescription primary\n"
	    "disabled\nlocation \"Hong Kong, hall 2\"\n"
	    "prober-fallback none\nprober-pool none\n"
	    "prober-preference outside-datacenter"),
	    &datacenter_type, "/Common/d", v);
}

static void
what_has_no_effect_is_refused_by_name(void **state)
{
	static const struct conf_case cases[] = {
		{ D("metadata { a { value b } }"), "not supported yet: meta" },
		{ D("prober-preference nowhere"), "\"nowhere\" is none of "
		  "inside-datacenter, outside-datacenter, pool" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(what_has_no_effect_is_refused_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
