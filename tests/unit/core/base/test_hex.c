/* tests/unit/core/base/test_hex.c - what is a hexadecimal digit and what is not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <string.h>

#include "core/base/hex.h"

static void
of_all_octets_22_are_digits(void **state)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	int found = 0;

	(void)state;
	for (int c = CHAR_MIN; c <= CHAR_MAX; c++) {
		const char *at = c == 0 ? NULL : strchr(digits, c);
		int want = at == NULL ? -1 : (int)(at - digits) % 16;

		assert_int_equal(hex_digit((char)c), want);
		found += want >= 0;
	}
	assert_int_equal(found, 22);
}

static void
octets_are_read_whole_or_refused(void **state)
{
	uint8_t out[3];

	(void)state;
	assert_true(hex_read("00fFa5", out, 3));
	assert_memory_equal(out, "\x00\xff\xa5", 3);
	assert_false(hex_read("00fg", out, 2));
	assert_false(hex_read("0", out, 1));
	assert_false(hex_read("", out, 1));
	assert_true(hex_read("", out, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_all_octets_22_are_digits),
		cmocka_unit_test(octets_are_read_whole_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
