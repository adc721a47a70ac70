/* tests/unit/gtmd/types/test_probing.c - what monitor rules may say.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/probing.h"

#include "tests/unit/gtmd/types/conf.h"

static void
rules_that_count_probers_are_refused(void **state)
{
	static const struct conf_case cases[] = {
#define P(rule)	"gtm pool a /Common/p {\nmonitor " rule "\n}\n"
		{ P("/Common/http"), NULL },
		{ P("http and tcp"), NULL },
		{ P("min 2 of { http tcp }"), NULL },
		{ P("min 1 of http tcp"), NULL },
		{ P("default"), NULL },
		{ P("none"), NULL },
		{ P("require 1 from 1 { http }"), "1:1: error: pool /Common/p:"
		  " not supported yet: monitor: require 1 from 1: this program "
		  "is the only prober so far" },
		{ P("require 2 from 3 http"), "require 2 from 3" },
		{ P("min 0 of { http }"), "0 is outside 1.." },
		{ P("http or tcp"), "monitor: \"and\" expected" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_that_count_probers_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
