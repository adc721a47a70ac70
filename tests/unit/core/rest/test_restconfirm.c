/* tests/unit/core/rest/test_restconfirm.c - a change that is to be confirmed is
 * confirmed in time, or reverted whole, or kept whole and said so.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/rest/restconfirm.h"
#include "core/rest/restundo.h"
#include "tests/unit/core/model/storekit.h"
#include "tests/unit/core/rest/commitkit.h"

#define WITHIN	"?confirm-within=60"

static void
what_nobody_confirms_is_reverted_at_its_time(void **state)
{
	(void)state;
	assert_int_equal(commitkit_set("s1", "new", WITHIN), 200);
	assert_true(restkit_counts(commitkit_reply.body, "confirm/change", 1));
	assert_true(restkit_counts(commitkit_reply.body,
	    "confirm/confirmWithin", 60));
	assert_true(restkit_counts(commitkit_reply.body, "confirm/until",
	    1000060));
	commitkit_pass(59 * CLOCK_S);
	commitkit_expect("s1", "new");
	commitkit_pass(2 * CLOCK_S);
	commitkit_expect("s1", NULL);
	assert_int_equal(commitkit_audited("was not confirmed in time"), 1);
	assert_int_equal(commitkit_post(restconfirm_post, NULL), 404);
}

static void
what_is_confirmed_in_time_stays(void **state)
{
	(void)state;
	assert_int_equal(commitkit_set("s1", "new", WITHIN), 200);
	commitkit_pass(59 * CLOCK_S);
	assert_int_equal(commitkit_post(restconfirm_post, "{\"change\":1}"),
	    200);
	assert_true(restkit_says(commitkit_reply.body, "confirm",
	    "confirmed"));
	commitkit_pass(1000 * CLOCK_S);
	commitkit_expect("s1", "new");
	commitkit_restart();
	commitkit_expect("s1", "new");
	assert_int_equal(commitkit_post(restconfirm_post, "{\"change\":1}"),
	    409);
	assert_non_null(strstr(commitkit_said(), "it is confirmed"));
}

/* Who may make it may confirm it, and nobody below. */
static void
a_confirmation_takes_the_role_of_the_change(void **state)
{
	(void)state;
	assert_int_equal(commitkit_set("s1", "new", WITHIN), 200);
	commitkit_role = RESTPEER_OPERATOR;
	assert_int_equal(commitkit_post(restconfirm_post, NULL), 403);
	commitkit_role = RESTPEER_MANAGER;
	assert_int_equal(commitkit_post(restconfirm_post, "{\"change\":9}"),
	    404);
	assert_int_equal(commitkit_post(restconfirm_post, NULL), 200);
}

static void
meanwhile_goes_what_leaves_it_revertible(void **state)
{
	(void)state;
	assert_int_equal(commitkit_set("s1", "new", WITHIN), 200);
	assert_int_equal(commitkit_set("s2", "other", WITHIN), 409);
	assert_non_null(strstr(commitkit_said(), "waits for its confirmation "
	    "already"));
	assert_int_equal(commitkit_set("s1", "newer", ""), 409);
	assert_non_null(strstr(commitkit_said(), "change 1 by eve waits for "
	    "its confirmation and could not be reverted after this"));
	commitkit_expect("s1", "new");
	assert_int_equal(commitkit_set("s2", "other", ""), 200);
	commitkit_pass(61 * CLOCK_S);
	commitkit_expect("s1", NULL);
	commitkit_expect("s2", "other");
	assert_int_equal(commitkit_set("s1", "newer", ""), 200);
}

/* It was made anew: reverting would take away what something refers to now. */
static void
nothing_may_come_to_hang_on_it(void **state)
{
	(void)state;
	assert_int_equal(commitkit_set("s9", "made", WITHIN), 200);
	assert_int_equal(commitkit_delete("s9"), 409);
	assert_int_equal(commitkit_delete("s2"), 200);
	commitkit_pass(61 * CLOCK_S);
	commitkit_expect("s9", "absent");
	commitkit_expect("s2", "absent");
}

static void
undoing_it_is_an_answer_too(void **state)
{
	(void)state;
	assert_int_equal(commitkit_set("s1", "new", WITHIN), 200);
	assert_int_equal(commitkit_post(restundo_post, NULL), 200);
	commitkit_expect("s1", NULL);
	assert_int_equal(commitkit_set("s1", "newer", ""), 200);
	commitkit_pass(100 * CLOCK_S);
	commitkit_expect("s1", "newer");
}

static void
a_start_goes_on_waiting_and_reverts_what_is_over(void **state)
{
	(void)state;
	assert_int_equal(commitkit_set("s1", "new", WITHIN), 200);
	commitkit_pass(30 * CLOCK_S);
	commitkit_restart();
	commitkit_expect("s1", "new");
	commitkit_pass(29 * CLOCK_S);
	commitkit_expect("s1", "new");
	commitkit_stop();
	commitkit_pass(2 * CLOCK_S);
	commitkit_start();
	commitkit_expect("s1", NULL);
	commitkit_restart();
	commitkit_expect("s1", NULL);
	assert_int_equal(commitkit_audited("was not confirmed in time"), 1);
}

/* Whoever set the clock back by a year does not wait for a year. */
static void
a_clock_that_was_set_back_costs_no_more_than_the_time_given(void **state)
{
	(void)state;
	assert_int_equal(commitkit_set("s1", "new", WITHIN), 200);
	commitkit_stop();
	commitkit_set_clock(1000);
	commitkit_start();
	commitkit_expect("s1", "new");
	commitkit_pass(61 * CLOCK_S);
	commitkit_expect("s1", NULL);
}

/* Nor is it reverted sooner for a clock that leaps, or later for one that is set
 * back, whatever else is changed in between. */
static void
a_clock_that_leaps_moves_no_confirmation(void **state)
{
	static const real_s times[] = { 316000000, 1000 };

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		assert_int_equal(commitkit_set("s1", "new", WITHIN), 200);
		commitkit_pass(30 * CLOCK_S);
		commitkit_set_clock(times[i]);
		assert_int_equal(commitkit_set("s2", i == 0 ? "a" : "b", ""),
		    200);
		commitkit_pass(29 * CLOCK_S);
		commitkit_expect("s1", "new");
		commitkit_pass(2 * CLOCK_S);
		commitkit_expect("s1", NULL);
	}
	(void)state;
}

/* Edited by hand meanwhile: the operator at the file has the last word. */
static void
what_the_file_overruled_is_kept_whole(void **state)
{
	(void)state;
	assert_int_equal(commitkit_set("s1", "new", WITHIN), 200);
	storekit_write("test site s1 { note hand }\n"
	    "test site s2 { note \"two\" }\ntest box big b { site s1 }\n");
	storekit_load(commitkit_store, 0, "t.conf:1:1: warning: test site "
	    "/Common/s1: was edited in the file after change 1 was journaled; "
	    "the file counts\n");
	commitkit_pass(61 * CLOCK_S);
	commitkit_expect("s1", "hand");
	assert_int_equal(commitkit_audited("has changed since"), 1);
	assert_int_equal(commitkit_post(restconfirm_post, "{\"change\":1}"),
	    409);
	assert_non_null(strstr(commitkit_said(), "it is kept"));
	commitkit_pass(100 * CLOCK_S);
	commitkit_expect("s1", "hand");
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, \
	commitkit_setup, commitkit_teardown)
	static const struct CMUnitTest tests[] = {
		RULE(what_nobody_confirms_is_reverted_at_its_time),
		RULE(what_is_confirmed_in_time_stays),
		RULE(a_confirmation_takes_the_role_of_the_change),
		RULE(meanwhile_goes_what_leaves_it_revertible),
		RULE(nothing_may_come_to_hang_on_it),
		RULE(undoing_it_is_an_answer_too),
		RULE(a_start_goes_on_waiting_and_reverts_what_is_over),
		RULE(a_clock_that_was_set_back_costs_no_more_than_the_time_given),
		RULE(a_clock_that_leaps_moves_no_confirmation),
		RULE(what_the_file_overruled_is_kept_whole),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
