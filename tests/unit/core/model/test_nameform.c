/* tests/unit/core/model/test_nameform.c - where a name of several words ends,
 * and how it is written. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/base/strbuf.h"
#include "core/model/nameform.h"

#define FORM	"from: [not] KIND VALUE to: [not] KIND VALUE"

static void
words_are_counted_as_the_form_has_them(void **state)
{
	static const struct { const char *words[10]; size_t count, want; }
	    step[] = {
		{ { "from:", "a", "b", "to:", "c", "d" }, 6, 6 },
		{ { "from:", "not", "a", "b", "to:", "c", "d" }, 7, 7 },
		{ { "from:", "a", "b", "to:", "not", "c", "d", "x" }, 8, 7 },
		{ { "from:", "a", "b c", "to:", "c", "d" }, 6, 6 },
		{ { "from:", "a", "b", "c", "to:", "c", "d" }, 7, 0 },
		{ { "from:", "a", "b", "to:", "c" }, 5, 0 },
		{ { "a", "b" }, 2, 0 },
		{ { NULL }, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++)
		if (nameform_words(FORM, step[i].words, step[i].count) !=
		    step[i].want)
			fail_msg("step %zu", i);
}

/* What is written is read back by words; a value's blanks stand in quotes. */
static void
a_name_is_written_with_quotes_where_a_value_needs_them(void **state)
{
	static const struct { const char *form, *name, *want; } step[] = {
		{ FORM, "from: a b to: c d", "from: a b to: c d" },
		{ FORM, "from: not a b to: c d", "from: not a b to: c d" },
		{ FORM, "from: a b b to: not c d d",
		  "from: a \"b b\" to: not c \"d d\"" },
		{ "[not] KIND VALUE", "state US/New York",
		  "state \"US/New York\"" },
		{ "[not] KIND VALUE", "not a b", "not a b" },
		{ FORM, "nothing of it", "\"nothing of it\"" },
		{ FORM, "from: a to: c d", "\"from: a to: c d\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		struct strbuf b = { 0 };

		nameform_quote(&b, step[i].form, step[i].name);
		assert_string_equal(b.text, step[i].want);
		strbuf_fini(&b);
	}
}

static void
joined_words_have_one_blank_between_them(void **state)
{
	static const char *const words[] = { "a", "b c", "d" };
	struct strbuf b = { 0 };

	(void)state;
	nameform_join(&b, words, 3);
	assert_string_equal(b.text, "a b c d");
	strbuf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_counted_as_the_form_has_them),
		cmocka_unit_test(
		    a_name_is_written_with_quotes_where_a_value_needs_them),
		cmocka_unit_test(joined_words_have_one_blank_between_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
