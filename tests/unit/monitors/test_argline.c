/* tests/unit/monitors/test_argline.c - a line becomes arguments, by rules of
 * our own. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "monitors/argline.h"

/* Each word in brackets. */
static void
expect(const char *text, const char *want)
{
	struct strbuf got;
	struct err e;
	size_t count;
	char **v = argline_split(text, &count, &e);

	assert_non_null(v);
	strbuf_init(&got);
	for (size_t i = 0; i < count; i++)
		strbuf_printf(&got, "[%s]", v[i]);
	assert_null(v[count]);
	if (strcmp(got.text, want) != 0)
		fail_msg("%s gives %s, want %s", text, got.text, want);
	strbuf_fini(&got);
	argline_free(&v);
	assert_null(v);
}

static void
blanks_part_and_quotes_hold_together(void **state)
{
	(void)state;
	expect(NULL, "");
	expect("", "");
	expect(" \t\n ", "");
	expect("a b", "[a][b]");
	expect("  a \t b  ", "[a][b]");
	expect("\"a b\" c", "[a b][c]");
	expect("--text=\"a b\"c", "[--text=a bc]");
	expect("\"\"", "[]");
	expect("a\"\"b", "[ab]");
}

static void
a_backslash_takes_the_meaning_of_two_octets_away(void **state)
{
	(void)state;
	expect("\\\"a\\\"", "[\"a\"]");
	expect("\"a \\\" b\"", "[a \" b]");
	expect("\\\\", "[\\]");
	expect("a\\ b \\n", "[a\\][b][\\n]");
	expect("\\", "[\\]");
}

static void
what_means_something_to_a_shell_is_text(void **state)
{
	(void)state;
	expect("$(id) `id` ;rm * | > & 'a b' ~ {1..2} #",
	    "[$(id)][`id`][;rm][*][|][>][&]['a][b'][~][{1..2}][#]");
}

static void
an_open_quote_and_too_many_words_are_refused(void **state)
{
	char many[2 * ARGLINE_MAX + 3];
	struct err e;
	size_t count;
	char **v;

	(void)state;
	assert_null(argline_split("a \"b", &count, &e));
	assert_int_equal(e.code, ERR_PARSE);
	memset(many, 0, sizeof(many));
	for (size_t i = 0; i < ARGLINE_MAX; i++)
		memcpy(many + 2 * i, "x ", 2);
	v = argline_split(many, &count, &e);
	assert_non_null(v);
	assert_int_equal(count, ARGLINE_MAX);
	argline_free(&v);
	many[sizeof(many) - 3] = 'x';
	assert_null(argline_split(many, &count, &e));
	assert_int_equal(e.code, ERR_RANGE);
	argline_free(&v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blanks_part_and_quotes_hold_together),
		cmocka_unit_test(
		    a_backslash_takes_the_meaning_of_two_octets_away),
		cmocka_unit_test(what_means_something_to_a_shell_is_text),
		cmocka_unit_test(an_open_quote_and_too_many_words_are_refused),
	};

	return cmocka_run_group_tests_name("argline", tests, NULL, NULL);
}
