/* tests/unit/core/base/test_histogram.c - bounds belong to their buckets, and
 * nothing is lost beyond the last.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/histogram.h"

static void
a_bound_is_in_its_own_bucket(void **state)
{
	(void)state;
	for (size_t i = 0; i < HISTOGRAM_BOUNDS; i++) {
		struct histogram h = { .sum_us = 0 };

		histogram_add(&h, histogram_bounds_us[i]);
		assert_int_equal(h.n[i], 1);
		histogram_add(&h, histogram_bounds_us[i] + UINT64_C(1));
		assert_int_equal(h.n[i + 1], 1);
		assert_int_equal(histogram_count(&h), 2);
	}
}

static void
bounds_rise(void **state)
{
	(void)state;
	for (size_t i = 1; i < HISTOGRAM_BOUNDS; i++)
		assert_true(histogram_bounds_us[i] >
		    histogram_bounds_us[i - 1]);
}

static void
the_sum_is_of_all(void **state)
{
	struct histogram h = { .sum_us = 0 };

	(void)state;
	histogram_add(&h, 0);
	histogram_add(&h, 700);
	histogram_add(&h, UINT64_C(1) << 40);
	assert_true(h.sum_us == (UINT64_C(1) << 40) + 700);
	assert_int_equal(h.n[0], 1);
	assert_int_equal(h.n[1], 1);
	assert_int_equal(h.n[HISTOGRAM_BOUNDS], 1);
}

static void
a_share_is_told_by_the_bound_of_its_bucket(void **state)
{
	struct histogram h = { .sum_us = 0 };

	(void)state;
	assert_int_equal(histogram_at_most_us(&h, 99), 0);
	for (int i = 0; i < 99; i++)
		histogram_add(&h, 600);
	histogram_add(&h, 40000);
	assert_int_equal(histogram_at_most_us(&h, 50), 1000);
	assert_int_equal(histogram_at_most_us(&h, 99), 1000);
	assert_int_equal(histogram_at_most_us(&h, 100), 50000);
	histogram_add(&h, UINT64_C(1) << 40);
	assert_int_equal(histogram_at_most_us(&h, 100), UINT32_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bound_is_in_its_own_bucket),
		cmocka_unit_test(bounds_rise),
		cmocka_unit_test(the_sum_is_of_all),
		cmocka_unit_test(a_share_is_told_by_the_bound_of_its_bucket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
