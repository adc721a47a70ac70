/* tests/unit/monitors/test_escape.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "core/base/obj.h"
#include "monitors/escape.h"

static void
escapes_become_octets_and_the_rest_stays(void **state)
{
	static const struct { const char *text, *want; size_t len; } row[] = {
		{ NULL, "", 0 },
		{ "", "", 0 },
		{ "GET /\\r\\n", "GET /\r\n", 7 },
		{ "a\\tb", "a\tb", 3 },
		{ "\\\\n", "\\n", 2 },
		{ "\\\"", "\"", 1 },
		{ "\\x41\\x4a\\x0A", "AJ\n", 3 },
		{ "\\x00b", "\0b", 2 },
		{ "\\x4", "\\x4", 3 },	/* not two digits */
		{ "\\xg0", "\\xg0", 4 },
		{ "\\d+", "\\d+", 3 },	/* unknown: as it is */
		{ "end\\", "end\\", 4 },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		size_t len;
		char *got = escape_decode(row[i].text, &len);

		if (len != row[i].len)
			fail_msg("row %zu: %zu octets", i, len);
		assert_memory_equal(got, row[i].want, len + 1);
		free(got);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes_become_octets_and_the_rest_stays),
	};

	return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
