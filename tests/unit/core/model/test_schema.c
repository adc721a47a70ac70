/* tests/unit/core/model/test_schema.c - types by their words.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "core/model/type.h"
#include "tests/unit/core/model/sample.h"

static void
types_are_found_by_all_their_words(void **state)
{
	(void)state;
	assert_ptr_equal(schema_find(&sample_schema, "test box big"),
	    &sample_box_big);
	assert_null(schema_find(&sample_schema, "test box"));
	assert_null(schema_find(&sample_schema, "test box big x"));
	assert_int_equal(schema_count(&sample_schema), 7);
	assert_int_equal(schema_index(&sample_schema, &sample_site), 0);
}

static void
headers_match_the_longest_words(void **state)
{
	static const char *const words[] = {
		"test", "box", "small", "/Common/x"
	};
	size_t used;

	(void)state;
	assert_ptr_equal(schema_match(&sample_schema, words, 4, &used),
	    &sample_box_small);
	assert_int_equal(used, 3);
	assert_null(schema_match(&sample_schema, words, 2, &used));
	assert_int_equal(used, 0);
	assert_null(schema_match(&sample_schema, words, 0, &used));
}

/* The words of before are no shorter than what they are part of. */
static void
a_type_may_have_further_words(void **state)
{
	static const struct type crate = { .words = "test boxes crate",
	    .also = "test crate" };
	static const struct type lid = { .words = "test crate lid" };
	static const struct type *const types[] = { &crate, &lid, NULL };
	static const struct schema s = { .types = types };
	const char *words[] = { "test", "crate", "lid", "/Common/a" };
	size_t used;

	(void)state;
	assert_ptr_equal(schema_match(&s, words, 4, &used), &lid);
	assert_int_equal(used, 3);
	words[2] = "/Common/b";
	assert_ptr_equal(schema_match(&s, words, 3, &used), &crate);
	assert_int_equal(used, 2);
	assert_null(schema_find(&s, "test crate"));
}

static void
families_end_at_words(void **state)
{
	(void)state;
	assert_true(schema_in_family(&sample_box_big, "test box"));
	assert_true(schema_in_family(&sample_box_big, "test box big"));
	assert_true(schema_in_family(&sample_box_big, "test"));
	assert_false(schema_in_family(&sample_box_big, "test bo"));
	assert_false(schema_in_family(&sample_box_big, "test box big x"));
}

static void
families_may_be_one_or_another(void **state)
{
	const char *at = "test crate or test box small or test";
	const char *want[] = { "test crate", "test box small", "test" };

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(want); i++) {
		size_t len;
		const char *one = schema_each_words(&at, &len);

		assert_int_equal(len, strlen(want[i]));
		assert_memory_equal(one, want[i], len);
	}
	assert_null(at);
	assert_true(schema_in_family(&sample_box_big,
	    "test crate or test box"));
	assert_true(schema_in_family(&sample_box_big,
	    "test box or test crate"));
	assert_false(schema_in_family(&sample_box_big,
	    "test crate or test box small"));
	assert_false(schema_in_family(&sample_box_big, "test crate or test bo"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_are_found_by_all_their_words),
		cmocka_unit_test(headers_match_the_longest_words),
		cmocka_unit_test(a_type_may_have_further_words),
		cmocka_unit_test(families_end_at_words),
		cmocka_unit_test(families_may_be_one_or_another),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
