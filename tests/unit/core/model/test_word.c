/* tests/unit/core/model/test_word.c - words, quotes and escapes, both ways.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/word.h"

static void
only_what_must_be_quoted_is(void **state)
{
	static const struct { const char *text, *want; } pair[] = {
		{ "/Common/a:b-c_d.e*", "/Common/a:b-c_d.e*" },
		{ "a b", "\"a b\"" }, { "", "\"\"" },
		{ "\\?", "\"\\\\\\?\"" }, { "?.x", "\\?.x" },
		{ "a\"b", "\"a\\\"b\"" }, { "a\\rb", "\"a\\rb\"" },
		{ "a\\", "\"a\\\\\"" }, { "a\\\\b", "\"a\\\\\\b\"" },
		{ "#a", "\"#a\"" }, { "{", "\"{\"" }, { "(1|2)", "\"(1|2)\"" },
		{ "a\nb", "\"a\nb\"" }, { "\xc3\xa9", "\"\xc3\xa9\"" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(pair); i++) {
		struct strbuf b, back;
		const char *at;

		strbuf_init(&b);
		strbuf_init(&back);
		word_quote(&b, pair[i].text);
		assert_string_equal(b.text, pair[i].want);
		at = b.text;
		assert_int_equal(word_next(&at, &back),
		    b.text[0] == '"' ? WORD_QUOTED : WORD_BARE);
		assert_string_equal(back.text, pair[i].text);
		assert_int_equal(word_next(&at, &back), WORD_END);
		strbuf_fini(&b);
		strbuf_fini(&back);
	}
}

static void
a_line_splits_into_words_and_braces(void **state)
{
	static const struct { enum word_kind kind; const char *text; } want[] = {
		{ WORD_BARE, "min" }, { WORD_BARE, "1" }, { WORD_OPEN, "" },
		{ WORD_QUOTED, "a b}" }, { WORD_BARE, "c d" },
		{ WORD_CLOSE, "" }, { WORD_BARE, "e\\n" }, { WORD_END, "" },
		{ WORD_END, "" },
	};
	const char *at = " min 1{\"a b}\"  c\\ d}\t\r\ne\\n ";
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	for (size_t i = 0; i < OBJ_COUNT(want); i++) {
		assert_int_equal(word_next(&at, &b), want[i].kind);
		assert_string_equal(b.text, want[i].text);
	}
	strbuf_fini(&b);
}

static void
an_open_quote_is_bad_and_ends_the_line(void **state)
{
	const char *at = "\"abc\\\"";
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	assert_int_equal(word_next(&at, &b), WORD_BAD);
	assert_string_equal(b.text, "abc\"");
	assert_int_equal(word_next(&at, &b), WORD_END);
	strbuf_fini(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_must_be_quoted_is),
		cmocka_unit_test(a_line_splits_into_words_and_braces),
		cmocka_unit_test(an_open_quote_is_bad_and_ends_the_line),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
