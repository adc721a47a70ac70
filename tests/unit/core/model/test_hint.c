/* tests/unit/core/model/test_hint.c - the nearest word, when one is near.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/obj.h"
#include "core/model/hint.h"

static void
only_a_near_word_is_offered(void **state)
{
	static const char *const words[] = {
		"ttl", "timeout", "max-answers-returned", "monitor"
	};
	static const struct { const char *wrong, *want; } pair[] = {
		{ "tl", "" }, { "tttl", "; did you mean ttl" },
		{ "timout", "; did you mean timeout" },
		{ "max-answer-returned", "; did you mean max-answers-returned" },
		{ "moniter", "; did you mean monitor" },
		{ "colour", "" }, { "", "" },
	};
	char text[128];

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(pair); i++) {
		struct hint h;

		hint_init(&h, pair[i].wrong);
		for (size_t k = 0; k < OBJ_COUNT(words); k++)
			hint_offer(&h, words[k]);
		assert_string_equal(hint_format(&h, text), pair[i].want);
	}
}

static void
endless_words_get_no_hint(void **state)
{
	char wrong[200], right[200], text[128];
	struct hint h;

	(void)state;
	memset(wrong, 'a', sizeof(wrong));
	memset(right, 'a', sizeof(right));
	wrong[64] = right[63] = '\0';
	hint_init(&h, wrong);
	hint_offer(&h, right);
	assert_string_equal(hint_format(&h, text), "");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_near_word_is_offered),
		cmocka_unit_test(endless_words_get_no_hint),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
