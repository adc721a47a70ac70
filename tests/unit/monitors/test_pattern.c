/* tests/unit/monitors/test_pattern.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "monitors/pattern.h"

static void
extended_expressions_search_all_octets(void **state)
{
	static const struct {
		const char *pattern, *octets;
		size_t	    len;
		bool	    partial, want;
	} row[] = {
		{ "200 OK", "HTTP/1.0 200 OK\r\n\r\n", 19, false, true },
		{ "200 ok", "HTTP/1.0 200 OK\r\n\r\n", 19, false, false },
		{ "(up|well)", "all is well", 11, false, true },
		{ "a.b", "a\nb", 3, false, true },
		{ "after", "nul\0after", 9, false, true },
		{ "end$", "the end", 7, false, true },
		{ "end$", "the end", 7, true, false },
		{ "^the", "the end", 7, true, true },
		{ "end", "the end", 6, false, false },	/* not past len */
		{ "", "x", 1, false, true },
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		struct pattern *p = pattern_new(row[i].pattern, &e);

		assert_non_null(p);
		if (pattern_match(p, row[i].octets, row[i].len,
		    row[i].partial) != row[i].want)
			fail_msg("row %zu: \"%s\"", i, row[i].pattern);
		pattern_free(&p);
		assert_null(p);
	}
}

static void
broken_expression_is_told(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_null(pattern_new("(open", &e));
	assert_int_equal(e.code, ERR_PARSE);
	assert_non_null(strstr(e.text, "\"(open\" is not a regular expression"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(extended_expressions_search_all_octets),
		cmocka_unit_test(broken_expression_is_told),
	};

	return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
