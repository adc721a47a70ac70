/* tests/unit/gtmd/types/test_itempaths.c - keys that are paths.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/itempaths.h"

#include "tests/unit/gtmd/types/conf.h"

#define POOL(members)	"gtm prober-pool /Common/pp {\nmembers {\n" members "\n}\n}\n"

static void
short_names_are_full_paths_and_none_is_there_twice(void **state)
{
	static const struct conf_case cases[] = {
		{ POOL("s { }"), NULL },
		{ POOL("/Common/s { }"), NULL },
		{ POOL("s { }\n/Common/s { }"), "/Common/s is there twice" },
		{ POOL("nope { }"), "there is no gtm server /Common/nope" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    short_names_are_full_paths_and_none_is_there_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
