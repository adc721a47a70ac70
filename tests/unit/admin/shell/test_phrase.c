/* tests/unit/admin/shell/test_phrase.c - commands as words and blocks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "admin/shell/phrase.h"
#include "core/base/err.h"
#include "tests/unit/admin/shell/shellkit.h"

static void
words_blocks_quotes_and_comments(void **state)
{
	struct phrase p = shellkit_phrase("modify x \"a b\" { c { d\n e } } # f");
	const struct phrase *block = phrase_block(&p, 3);

	(void)state;
	assert_int_equal(p.count, 4);
	assert_string_equal(phrase_word(&p, 2), "a b");
	assert_true(p.parts[2].quoted);
	assert_null(phrase_word(&p, 3));
	assert_null(phrase_word(&p, 4));
	assert_int_equal(block->count, 2);
	assert_false(block->open);
	assert_string_equal(phrase_word(phrase_block(block, 1), 1), "e");
	phrase_fini(&p);
}

static void
lines_and_semicolons_end_commands(void **state)
{
	const char *text = "\n# nothing\nlist a; list b\nlist { ; }";
	static const size_t counts[] = { 2, 2, 2 };
	struct err e;
	size_t used;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct phrase p = { 0 };

		assert_int_equal(phrase_parse(&p, text, &used, &e),
		    PHRASE_DONE);
		assert_int_equal(p.count, counts[i]);
		if (i < 2)
			assert_string_equal(phrase_word(&p, 1),
			    i == 0 ? "a" : "b");
		text += used;
		phrase_fini(&p);
	}
	assert_string_equal(text, "");
}

static void
results_of_whole_and_broken_texts(void **state)
{
	static const struct { const char *text; enum phrase_result want; } step[] = {
		{ "", PHRASE_NONE }, { "  # x\n", PHRASE_NONE },
		{ "a", PHRASE_DONE }, { "a {", PHRASE_OPEN },
		{ "a { b \"c }", PHRASE_OPEN }, { "a \"b", PHRASE_OPEN },
		{ "a }", PHRASE_BAD }, { ";", PHRASE_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		struct phrase p = { 0 };
		struct err e;
		size_t used;
		enum phrase_result got = phrase_parse(&p, step[i].text, &used,
		    &e);

		if (got != step[i].want)
			fail_msg("%s: %d", step[i].text, got);
		phrase_fini(&p);
	}
}

static void
blocks_are_not_deeper_than_the_limit(void **state)
{
	char text[2 * PHRASE_DEPTH_MAX + 8] = "a";
	struct phrase p = { 0 };
	struct err e;
	size_t used;

	(void)state;
	for (size_t i = 1; i <= PHRASE_DEPTH_MAX + 1; i++)
		text[i] = '{';
	assert_int_equal(phrase_parse(&p, text, &used, &e), PHRASE_BAD);
	assert_int_equal(e.code, ERR_RANGE);
	phrase_fini(&p);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_blocks_quotes_and_comments),
		cmocka_unit_test(lines_and_semicolons_end_commands),
		cmocka_unit_test(results_of_whole_and_broken_texts),
		cmocka_unit_test(blocks_are_not_deeper_than_the_limit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
