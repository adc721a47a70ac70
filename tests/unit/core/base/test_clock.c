/* tests/unit/core/base/test_clock.c - a fake clock moves only when it is
 * told to.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <time.h>

#include "core/base/clock.h"

static void
system_clock_tells_the_time(void **state)
{
	mono_ns was = clock_mono(&clock_system);
	real_s now = (real_s)time(NULL), told = clock_real(&clock_system);

	(void)state;
	assert_true(was > 0);
	assert_true(clock_mono(&clock_system) >= was);
	/* time(2) may answer from the last tick. */
	assert_true(told >= now && told - now <= 2);
}

static void
fake_clock_stands_still(void **state)
{
	struct clock c;

	(void)state;
	clock_fake_init(&c, 5 * CLOCK_S, 1700000000);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(clock_mono(&c), 5 * CLOCK_S);
		assert_int_equal(clock_real(&c), 1700000000);
	}
}

static void
advance_moves_both_times(void **state)
{
	struct clock c;

	(void)state;
	clock_fake_init(&c, 0, 100);
	clock_fake_advance(&c, 90 * CLOCK_S);
	assert_int_equal(clock_mono(&c), 90 * CLOCK_S);
	assert_int_equal(clock_real(&c), 190);
}

/* A thousand steps of 1 ms are one second, not none. */
static void
small_steps_add_up(void **state)
{
	static const mono_ns start[] = { 0, 1, CLOCK_S - 1, 7 * CLOCK_S / 2 };

	(void)state;
	for (size_t i = 0; i < sizeof(start) / sizeof(start[0]); i++) {
		struct clock c;

		clock_fake_init(&c, start[i], 0);
		for (int step = 0; step < 3000; step++)
			clock_fake_advance(&c, CLOCK_MS);
		assert_int_equal(clock_mono(&c), start[i] + 3 * CLOCK_S);
		assert_int_equal(clock_real(&c), 3);
	}
}

static void
second_ticks_on_its_border(void **state)
{
	struct clock c;

	(void)state;
	clock_fake_init(&c, CLOCK_S, -1);
	clock_fake_advance(&c, CLOCK_S - 1);
	assert_int_equal(clock_real(&c), -1);
	clock_fake_advance(&c, 1);
	assert_int_equal(clock_real(&c), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(system_clock_tells_the_time),
		cmocka_unit_test(fake_clock_stands_still),
		cmocka_unit_test(advance_moves_both_times),
		cmocka_unit_test(small_steps_add_up),
		cmocka_unit_test(second_ticks_on_its_border),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
