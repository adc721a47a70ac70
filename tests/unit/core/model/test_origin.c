/* tests/unit/core/model/test_origin.c - names of files, kept once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/model/origin.h"

static void
the_same_name_is_the_same_pointer(void **state)
{
	char name[] = "a.conf";
	const char *kept = origin_intern(name);

	(void)state;
	assert_ptr_not_equal(kept, name);
	name[0] = 'b';
	assert_string_equal(kept, "a.conf");
	assert_ptr_equal(origin_intern("a.conf"), kept);
	assert_ptr_not_equal(origin_intern("b.conf"), kept);
	assert_null(origin_intern(NULL));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_name_is_the_same_pointer),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
