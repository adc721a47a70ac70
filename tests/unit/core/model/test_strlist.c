/* tests/unit/core/model/test_strlist.c - sorted, each word once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/base/obj.h"
#include "core/base/rand.h"
#include "core/model/strlist.h"

static void
words_are_sorted_and_different(void **state)
{
	struct strlist l = { 0 }, copy = { 0 };

	(void)state;
	assert_true(strlist_add(&l, "b"));
	assert_true(strlist_add(&l, "c"));
	assert_true(strlist_add(&l, "a"));
	assert_false(strlist_add(&l, "b"));
	assert_int_equal(l.count, 3);
	assert_string_equal(l.v[0], "a");
	assert_string_equal(l.v[2], "c");
	assert_true(strlist_has(&l, "c"));
	assert_false(strlist_has(&l, "d"));
	strlist_copy(&copy, &l);
	assert_true(strlist_equal(&l, &copy));
	assert_true(strlist_remove(&copy, "b"));
	assert_false(strlist_remove(&copy, "b"));
	assert_false(strlist_equal(&l, &copy));
	strlist_fini(&l);
	strlist_fini(&copy);
	assert_null(l.v);
}

/* Against a plain array of flags; sizes go over several powers of two. */
static void
adding_and_removing_agree_with_a_set(void **state)
{
	bool there[64] = { false };
	struct strlist l = { 0 };
	struct rand r;

	(void)state;
	rand_seed_from(&r, 3);
	for (int i = 0; i < 4000; i++) {
		uint32_t n = rand_below(&r, 64);
		char word[8];
		bool add = rand_below(&r, 2) != 0;

		(void)snprintf(word, sizeof(word), "%02u", n);
		assert_int_equal(add ? strlist_add(&l, word) :
		    strlist_remove(&l, word), add != there[n]);
		there[n] = add;
		for (size_t k = 1; k < l.count; k++)
			assert_true(strcmp(l.v[k - 1], l.v[k]) < 0);
	}
	strlist_fini(&l);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_sorted_and_different),
		cmocka_unit_test(adding_and_removing_agree_with_a_set),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
