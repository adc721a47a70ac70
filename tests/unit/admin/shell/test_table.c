/* tests/unit/admin/shell/test_table.c - rows and columns.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "admin/shell/table.h"
#include "core/base/strbuf.h"

static void
columns_are_as_wide_as_their_widest_cell(void **state)
{
	struct table t = { 0 };
	struct strbuf b;
	int name = table_column(&t, "name", false);
	int count = table_column(&t, "n", true);
	size_t row;

	(void)state;
	assert_int_equal(table_column(&t, "name", false), name);
	row = table_row(&t);
	table_set(&t, row, name, "caf\xc3\xa9 one");
	table_set(&t, row, count, "1234");
	row = table_row(&t);
	table_set(&t, row, name, "b\033[2J\302\2332J\302\240");
	assert_int_equal(table_column(&t, "late", false), -1);
	table_set(&t, row, -1, "lost");
	strbuf_init(&b);
	table_format(&b, &t, false);
	assert_string_equal(b.text,
	    "name          n\n"
	    "caf\xc3\xa9 one   1234\n"
	    "b?[2J?2J\302\240      \n");
	strbuf_fini(&b);
	table_fini(&t);
}

static void
only_words_of_state_are_coloured(void **state)
{
	struct table t = { 0 };
	struct strbuf b;
	int column = table_column(&t, "s", false);

	(void)state;
	table_set(&t, table_row(&t), column, "offline");
	table_set(&t, table_row(&t), column, "offline!");
	strbuf_init(&b);
	table_format(&b, &t, true);
	assert_string_equal(b.text, "s\n\033[31moffline\033[0m\noffline!\n");
	strbuf_fini(&b);
	table_fini(&t);
}

static void
numbers_are_short_unless_raw(void **state)
{
	static const struct { int64_t n; bool raw; const char *want; } step[] = {
		{ 0, false, "0" }, { 9999, false, "9999" },
		{ 10000, false, "10.0K" }, { 999499, false, "999K" },
		{ 999500, false, "1.00M" }, { 1234567, false, "1.23M" },
		{ 1234567, true, "1234567" }, { INT64_MAX, false, "9.22E" },
	};
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		strbuf_clear(&b);
		table_number(&b, step[i].n, step[i].raw);
		assert_string_equal(b.text, step[i].want);
	}
	strbuf_fini(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_as_wide_as_their_widest_cell),
		cmocka_unit_test(only_words_of_state_are_coloured),
		cmocka_unit_test(numbers_are_short_unless_raw),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
