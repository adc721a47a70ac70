/* tests/unit/gtmd/count/test_stats.c - counters of all threads, gone ones too.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "gtmd/count/stats.h"

static void
sums_outlive_their_threads(void **state)
{
	struct stats *a = stats_open(), *b = stats_open();

	(void)state;
	assert_int_equal((uintptr_t)a % 64, 0);
	stats_add(a, STATS_UDP_QUERIES, 3);
	stats_add(b, STATS_UDP_QUERIES, 4);
	stats_add(b, STATS_NXDOMAIN, 1);
	assert_int_equal(stats_sum(STATS_UDP_QUERIES), 7);
	assert_int_equal(stats_threads(), 2);
	stats_close(&b);
	assert_int_equal(stats_threads(), 1);
	assert_null(b);
	stats_close(&b);
	assert_int_equal(stats_sum(STATS_UDP_QUERIES), 7);
	assert_int_equal(stats_sum(STATS_NXDOMAIN), 1);
	stats_close(&a);
	assert_int_equal(stats_sum(STATS_UDP_QUERIES), 7);
}

static void
each_counter_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (unsigned i = 0; i < STATS_COUNT; i++) {
		assert_non_null(stats_name(i));
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(stats_name(i), stats_name(k));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_outlive_their_threads),
		cmocka_unit_test(each_counter_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
