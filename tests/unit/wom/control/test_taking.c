/* tests/unit/wom/control/test_taking.c - without interfaces nothing is asked
 * of the kernel, and nothing is amiss. What is taken with them is for scenes, in
 * namespaces of their own. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/wom/control/wombed.h"

#include <stdlib.h>

#include "wom/control/enact.h"
#include "wom/control/taking.h"

static void
expect_nothing(const char *text)
{
	const struct taking *t = enact_taking(wombed.enact);
	char *found;

	if (wombed_load(text, &found) != 0)
		fail_msg("%s", found);
	free(found);
	assert_false(taking_in_force(t));
	assert_string_equal(taking_why(t), "");
}

static void
nothing_is_asked_for_unless_it_is_wanted(void **state)
{
	(void)state;
	expect_nothing("");
	expect_nothing("wom optimized-application http { }\n");
	expect_nothing("wom optimized-application late {\nmode takeover\n"
	    "listen 127.0.0.9:80\ndestination 10.0.0.1:80\n}\n");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    nothing_is_asked_for_unless_it_is_wanted, wombed_setup,
		    wombed_teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
