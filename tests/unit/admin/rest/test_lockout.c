/* tests/unit/admin/rest/test_lockout.c - guessing becomes slower, honest users do not notice.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "admin/rest/lockout.h"

#define AT(s)	((mono_ns)(s) * CLOCK_S)

static void
five_in_a_minute_lock_four_do_not(void **state)
{
	struct lockout *l = lockout_new();

	(void)state;
	for (int i = 0; i < 4; i++)
		lockout_fail(l, "a", AT(100 + i));
	assert_int_equal(lockout_wait_s(l, "a", AT(104)), 0);
	lockout_fail(l, "a", AT(104));
	assert_int_equal(lockout_wait_s(l, "a", AT(104)), 60);
	assert_int_equal(lockout_wait_s(l, "a", AT(164)), 0);
	assert_int_equal(lockout_wait_s(l, "b", AT(104)), 0);
	lockout_free(&l);
}

static void
slow_mistakes_never_lock(void **state)
{
	struct lockout *l = lockout_new();

	(void)state;
	for (unsigned i = 0; i < 50; i++) {
		lockout_fail(l, "a", AT(100 + 16 * i));
		assert_int_equal(lockout_wait_s(l, "a", AT(100 + 16 * i)), 0);
	}
	lockout_free(&l);
}

static void
each_lock_doubles_the_wait(void **state)
{
	static const unsigned want[] = { 60, 120, 240, 480, 960, 1920, 3840, 3840 };
	struct lockout *l = lockout_new();
	mono_ns now = AT(100);

	(void)state;
	for (unsigned n = 0; n < 8; n++) {
		for (int i = 0; i < 5; i++)
			lockout_fail(l, "a", now);
		assert_int_equal(lockout_wait_s(l, "a", now), want[n]);
		now += AT(want[n]);
	}
	lockout_clear(l, "a");
	assert_int_equal(lockout_wait_s(l, "a", AT(100)), 0);
	lockout_free(&l);
}

static void
memory_is_bounded_and_the_oldest_goes(void **state)
{
	struct lockout *l = lockout_new();
	char key[32];

	(void)state;
	for (unsigned i = 0; i < LOCKOUT_KEYS + 1; i++) {
		(void)snprintf(key, sizeof(key), "k%u", i);
		for (int n = 0; n < 5; n++)
			lockout_fail(l, key, AT(100) + i);
	}
	assert_int_equal(lockout_wait_s(l, "k0", AT(101)), 0);
	assert_true(lockout_wait_s(l, "k1", AT(101)) > 0);
	lockout_free(&l);
}

static void
who_was_here_before_is_known_until_many_others_came(void **state)
{
	struct lockout *l = lockout_new();
	char key[32];

	(void)state;
	assert_false(lockout_is_known(l, "op from 10.0.0.1"));
	lockout_know(l, "op from 10.0.0.1", AT(100));
	assert_true(lockout_is_known(l, "op from 10.0.0.1"));
	assert_false(lockout_is_known(l, "op from 10.0.0.11"));
	for (int i = 1; i < LOCKOUT_KNOWN; i++) {
		(void)snprintf(key, sizeof(key), "%d", i);
		lockout_know(l, key, AT(100 + i));
	}
	lockout_know(l, "op from 10.0.0.1", AT(1000));
	lockout_know(l, "new", AT(1001));
	assert_true(lockout_is_known(l, "op from 10.0.0.1"));
	assert_true(lockout_is_known(l, "new"));
	assert_false(lockout_is_known(l, "1"));
	assert_true(lockout_is_known(l, "2"));
	lockout_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_in_a_minute_lock_four_do_not),
		cmocka_unit_test(slow_mistakes_never_lock),
		cmocka_unit_test(each_lock_doubles_the_wait),
		cmocka_unit_test(memory_is_bounded_and_the_oldest_goes),
		cmocka_unit_test(
		    who_was_here_before_is_known_until_many_others_came),
	};

	return cmocka_run_group_tests_name("lockout", tests, NULL, NULL);
}
