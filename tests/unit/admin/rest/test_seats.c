/* tests/unit/admin/rest/test_seats.c - nobody takes all seats.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "admin/rest/seats.h"

static void
one_user_has_a_few_and_all_have_a_few_more(void **state)
{
	struct seats s = { 0 };
	char name[USERS_NAME_MAX];

	(void)state;
	for (int i = 0; i < SEATS_PER_USER; i++)
		assert_true(seats_take(&s, "one"));
	assert_false(seats_take(&s, "one"));
	for (int i = SEATS_PER_USER; i < SEATS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "u%d", i);
		assert_true(seats_take(&s, name));
	}
	assert_false(seats_take(&s, "other"));
	seats_give(&s, "u9");
	assert_false(seats_take(&s, "one"));
	assert_true(seats_take(&s, "other"));
}

static void
what_is_given_back_can_be_taken_again(void **state)
{
	struct seats s = { 0 };

	(void)state;
	for (int i = 0; i < 3 * SEATS_MAX; i++) {
		assert_true(seats_take(&s, "one"));
		seats_give(&s, "one");
	}
	for (int i = 0; i < SEATS_PER_USER; i++)
		assert_true(seats_take(&s, "one"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_user_has_a_few_and_all_have_a_few_more),
		cmocka_unit_test(what_is_given_back_can_be_taken_again),
	};

	return cmocka_run_group_tests_name("seats", tests, NULL, NULL);
}
