/* tests/unit/core/rest/test_restundo.c - changes taken back, one after the other
 * or by their number, and listed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/model/json.h"
#include "core/rest/restundo.h"
#include "tests/unit/core/rest/commitkit.h"

static int
undo(const char *body)
{
	return commitkit_post(restundo_post, body);
}

static void
one_undo_after_the_other_goes_further_back(void **state)
{
	(void)state;
	assert_int_equal(undo(NULL), 404);
	assert_int_equal(commitkit_set("s1", "a", ""), 200);
	assert_int_equal(commitkit_set("s1", "b", ""), 200);
	assert_int_equal(undo(NULL), 200);
	assert_true(restkit_counts(commitkit_reply.body, "change", 3));
	assert_true(restkit_counts(commitkit_reply.body, "undoes", 2));
	commitkit_expect("s1", "a");
	assert_int_equal(undo("{}"), 200);
	commitkit_expect("s1", NULL);
	assert_int_equal(undo(NULL), 404);
	/* And forth: the undo of an undo, by its number. */
	assert_int_equal(undo("{\"change\":4}"), 200);
	commitkit_expect("s1", "a");
	assert_int_equal(undo("{\"change\":3}"), 200);
	commitkit_expect("s1", "b");
	commitkit_restart();
	commitkit_expect("s1", "b");
	assert_int_equal(undo("{\"change\":6}"), 200);
	commitkit_expect("s1", "a");
}

static void
it_is_refused_whole_where_it_cannot_be(void **state)
{
	static const char *const bad[] = { "{\"change\":9}",
	    "{\"change\":0}", "{\"change\":-1}", "{\"change\":\"1\"}" };

	(void)state;
	assert_int_equal(commitkit_set("s1", "a", ""), 200);
	assert_int_equal(commitkit_set("s1", "b", ""), 200);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(undo(bad[i]), 404);
		assert_non_null(strstr(commitkit_said(), "among the latest"));
	}
	assert_int_equal(undo("{\"change\":1}"), 409);
	assert_non_null(strstr(commitkit_said(), "change 1 cannot be undone: "
	    "test site /Common/s1 has changed since"));
	assert_int_equal(undo("{\"change\":2}"), 200);
	assert_int_equal(undo("{\"change\":2}"), 409);
	assert_non_null(strstr(commitkit_said(), "undone already, by change "
	    "3"));
	commitkit_expect("s1", "a");
	commitkit_role = RESTPEER_OPERATOR;
	assert_int_equal(undo("{\"change\":1}"), 403);
	commitkit_expect("s1", "a");
}

static void
what_was_made_goes_and_what_went_comes_back(void **state)
{
	(void)state;
	assert_int_equal(commitkit_set("s9", "nine", ""), 200);
	assert_int_equal(commitkit_delete("s2"), 200);
	assert_int_equal(undo("{\"change\":2}"), 200);
	commitkit_expect("s2", "two");
	assert_int_equal(undo("{\"change\":1}"), 200);
	commitkit_expect("s9", "absent");
}

static void
the_latest_comes_first_in_the_list(void **state)
{
	(void)state;
	assert_int_equal(commitkit_set("s1", "a", ""), 200);
	assert_int_equal(commitkit_set("s2", "b", ""), 200);
	assert_int_equal(undo("{\"change\":1}"), 200);
	assert_int_equal(commitkit_post(restundo_list, NULL), 200);
	assert_true(restkit_counts(commitkit_reply.body, "items/0/change", 3));
	assert_true(restkit_counts(commitkit_reply.body, "items/0/undoes", 1));
	assert_true(restkit_counts(commitkit_reply.body, "items/1/change", 2));
	assert_true(restkit_counts(commitkit_reply.body, "items/2/undoneBy",
	    3));
	assert_true(restkit_says(commitkit_reply.body, "items/1/user", "eve"));
	assert_null(restkit_at(commitkit_reply.body, "items/3"));
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, \
	commitkit_setup, commitkit_teardown)
	static const struct CMUnitTest tests[] = {
		RULE(one_undo_after_the_other_goes_further_back),
		RULE(it_is_refused_whole_where_it_cannot_be),
		RULE(what_was_made_goes_and_what_went_comes_back),
		RULE(the_latest_comes_first_in_the_list),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
