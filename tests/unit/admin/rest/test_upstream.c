/* tests/unit/admin/rest/test_upstream.c - each taker has a connection alone, the warm one first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>

#include "admin/rest/upstream.h"

static void *
take_one(void *arg)
{
	return upstream_take(arg);
}

static void
all_are_taken_once_and_whoever_waits_gets_what_is_given(void **state)
{
	struct upstream *u = upstream_new("/nonexistent");
	struct client *c[UPSTREAM_MAX];
	void *got;
	pthread_t thread;

	(void)state;
	for (int i = 0; i < UPSTREAM_MAX; i++) {
		c[i] = upstream_take(u);
		assert_non_null(c[i]);
		for (int k = 0; k < i; k++)
			assert_ptr_not_equal(c[i], c[k]);
	}
	got = c[7];
	assert_int_equal(pthread_create(&thread, NULL, take_one, u), 0);
	upstream_give(u, &c[7]);
	assert_null(c[7]);
	assert_int_equal(pthread_join(thread, (void **)&c[7]), 0);
	assert_ptr_equal(c[7], got);
	for (int i = 0; i < UPSTREAM_MAX; i++)
		upstream_give(u, &c[i]);
	upstream_free(&u);
	assert_null(u);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    all_are_taken_once_and_whoever_waits_gets_what_is_given),
	};

	return cmocka_run_group_tests_name("upstream", tests, NULL, NULL);
}
