/* tests/unit/admin/rest/test_budget.c - never over the limit, by one octet or by overflow.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>

#include "admin/rest/budget.h"

static void
the_limit_is_the_limit(void **state)
{
	struct budget b = { .limit = 100 };

	(void)state;
	assert_true(budget_take(&b, 60));
	assert_false(budget_take(&b, 41));
	assert_false(budget_take(&b, SIZE_MAX));
	assert_true(budget_take(&b, 40));
	assert_true(budget_take(&b, 0));
	assert_false(budget_take(&b, 1));
	budget_give(&b, 1);
	assert_true(budget_take(&b, 1));
	budget_give(&b, 100);
	assert_int_equal(atomic_load(&b.used), 0);
}

static void *
take_and_give(void *arg)
{
	struct budget *b = arg;

	for (int i = 0; i < 10000; i++)
		if (budget_take(b, 3)) {
			if (atomic_load(&b->used) > b->limit)
				return b;
			budget_give(b, 3);
		}
	return NULL;
}

static void
threads_do_not_lose_octets(void **state)
{
	struct budget b = { .limit = 5 };
	pthread_t threads[4];
	void *over;

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL,
		    take_and_give, &b), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(threads[i], &over), 0);
		assert_null(over);
	}
	assert_int_equal(atomic_load(&b.used), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_limit_is_the_limit),
		cmocka_unit_test(threads_do_not_lose_octets),
	};

	return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
