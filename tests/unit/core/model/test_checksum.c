/* tests/unit/core/model/test_checksum.c - values are stored, so they may never change.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/model/checksum.h"

/* Published vectors of FNV-1a, 64 bits. */
static void
the_value_is_fnv_1a(void **state)
{
	(void)state;
	assert_true(checksum_add(CHECKSUM_START, "", 0) ==
	    UINT64_C(0xcbf29ce484222325));
	assert_true(checksum_add(CHECKSUM_START, "a", 1) ==
	    UINT64_C(0xaf63dc4c8601ec8c));
	assert_true(checksum_add(CHECKSUM_START, "foobar", 6) ==
	    UINT64_C(0x85944171f73967e8));
	assert_true(checksum_add(checksum_add(CHECKSUM_START, "foo", 3),
	    "bar", 3) == UINT64_C(0x85944171f73967e8));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_value_is_fnv_1a),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
