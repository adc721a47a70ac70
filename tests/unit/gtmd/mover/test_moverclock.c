/* tests/unit/gtmd/mover/test_moverclock.c - milliseconds of the wall clock.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gtmd/mover/moverclock.h"

static void
it_counts_on_by_itself(void **state)
{
	struct moverclock c;
	struct clock clock;

	(void)state;
	clock_fake_init(&clock, 5 * CLOCK_S, 1000);
	moverclock_init(&c, &clock);
	assert_int_equal(moverclock_ms(&c), 1000000);
	clock_fake_advance(&clock, 1234 * CLOCK_MS);
	assert_int_equal(moverclock_ms(&c), 1001234);
	moverclock_tune(&c);
	assert_int_equal(moverclock_ms(&c), 1001234);
}

static void
a_clock_that_was_set_forward_is_followed(void **state)
{
	struct moverclock c;
	struct clock clock;

	(void)state;
	clock_fake_init(&clock, CLOCK_S, 1000);
	moverclock_init(&c, &clock);
	clock.fake_real = 5000;
	assert_int_equal(moverclock_ms(&c), 1000000);
	moverclock_tune(&c);
	assert_int_equal(moverclock_ms(&c), 5000000);
	assert_int_equal(moverclock_ahead_ms(&c), 0);
}

/* Else what is to happen in a second would happen in an hour. */
static void
one_that_was_set_back_is_not_and_time_goes_on(void **state)
{
	struct moverclock c;
	struct clock clock;

	(void)state;
	clock_fake_init(&clock, CLOCK_S, 7600);
	moverclock_init(&c, &clock);
	clock.fake_real = 4000;
	moverclock_tune(&c);
	assert_int_equal(moverclock_ms(&c), 7600000);
	assert_int_equal(moverclock_ahead_ms(&c), 3600000);
	clock_fake_advance(&clock, 5 * CLOCK_S);
	moverclock_tune(&c);
	assert_int_equal(moverclock_ms(&c), 7605000);
	clock.fake_real = 9000;
	moverclock_tune(&c);
	assert_int_equal(moverclock_ms(&c), 9000000);
}

/* The next process goes on behind the latest record. */
static void
it_is_no_earlier_than_what_is_on_record(void **state)
{
	struct moverclock c;
	struct clock clock;

	(void)state;
	clock_fake_init(&clock, CLOCK_S, 1000);
	moverclock_init(&c, &clock);
	moverclock_reach(&c, 999000);
	assert_int_equal(moverclock_ms(&c), 1000000);
	moverclock_reach(&c, 1060000);
	assert_int_equal(moverclock_ms(&c), 1060000);
	clock_fake_advance(&clock, CLOCK_S);
	assert_int_equal(moverclock_ms(&c), 1061000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_counts_on_by_itself),
		cmocka_unit_test(a_clock_that_was_set_forward_is_followed),
		cmocka_unit_test(one_that_was_set_back_is_not_and_time_goes_on),
		cmocka_unit_test(it_is_no_earlier_than_what_is_on_record),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
