/* tests/unit/monitors/test_wallclock.c - a clock that leaps is not believed for a
 * day. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "monitors/wallclock.h"

#define DAY	INT64_C(86400)
#define YEARS	(10 * 365 * DAY)

static struct clock clk;
static struct wallclock wall;

static int
set_up(void **state)
{
	(void)state;
	clock_fake_init(&clk, 12345 * CLOCK_S, 1700000000);
	wallclock_init(&wall, &clk);
	return 0;
}

static bool
look(void)
{
	int64_t by;

	return wallclock_look(&wall, &clk, &by);
}

static void
a_clock_that_is_corrected_is_believed(void **state)
{
	static const int64_t by[] = { 1, -1, 3600, -7200, DAY, -DAY };

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(by); i++) {
		clock_fake_advance(&clk, CLOCK_S);
		clk.fake_real += by[i];
		assert_true(look());
	}
}

static void
years_are_not_believed_until_they_have_stood_for_a_day(void **state)
{
	static const int64_t years[] = { YEARS, -YEARS };
	int64_t by;

	for (size_t i = 0; i < OBJ_COUNT(years); i++) {
		(void)set_up(state);
		clk.fake_real += years[i];
		assert_false(wallclock_look(&wall, &clk, &by));
		assert_int_equal(by, years[i]);
		clock_fake_advance(&clk, WALLCLOCK_STAND_NS - CLOCK_S);
		assert_false(look());
		clock_fake_advance(&clk, CLOCK_S);
		assert_true(look());
		clk.fake_real -= years[i];	/* and neither is the way back */
		assert_false(look());
	}
}

static void
a_clock_that_leaps_back_is_believed_at_once(void **state)
{
	(void)state;
	clk.fake_real += YEARS;
	assert_false(look());
	clock_fake_advance(&clk, 7200 * CLOCK_S);
	clk.fake_real -= YEARS;
	assert_true(look());
}

/* Each leap begins its own day. */
static void
a_clock_that_goes_on_leaping_is_never_believed(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++) {
		clk.fake_real += 30 * DAY;
		assert_false(look());
		clock_fake_advance(&clk, WALLCLOCK_STAND_NS / 2);
		assert_false(look());
	}
}

/* Looked at seldom, a process that slept: both clocks have gone on. */
static void
time_that_passes_is_no_leap(void **state)
{
	(void)state;
	clock_fake_advance(&clk, 400 * 86400 * CLOCK_S);
	assert_true(look());
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		T(a_clock_that_is_corrected_is_believed),
		T(years_are_not_believed_until_they_have_stood_for_a_day),
		T(a_clock_that_leaps_back_is_believed_at_once),
		T(a_clock_that_goes_on_leaping_is_never_believed),
		T(time_that_passes_is_no_leap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
