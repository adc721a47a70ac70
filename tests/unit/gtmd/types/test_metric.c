/* tests/unit/gtmd/types/test_metric.c - the table of metrics, and sums.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "gtmd/types/metric.h"

static void
each_has_a_key_of_its_own_and_somebody_to_measure(void **state)
{
	(void)state;
	for (int i = 0; i < METRICS; i++) {
		const struct metric_name *n = &metric_names[i];

		assert_true(n->of_server || n->of_virtual_server);
		assert_true(n->max > 0 && n->max <= UINT64_C(1) << 53);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(n->key, metric_names[j].key);
	}
}

static void
what_is_not_known_adds_nothing(void **state)
{
	struct metric_values sum = { 0 }, none = { 0 }, some = { 0 };

	(void)state;
	metric_add(&sum, METRIC_BITS, &none);
	assert_false(metric_is_known(&sum, METRIC_BITS));
	metric_set(&some, METRIC_BITS, 5);
	metric_add(&sum, METRIC_BITS, &some);
	metric_add(&sum, METRIC_BITS, &none);
	metric_add(&sum, METRIC_BITS, &some);
	assert_int_equal(sum.v[METRIC_BITS], 10);
	assert_int_equal(sum.known, 1 << METRIC_BITS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    each_has_a_key_of_its_own_and_somebody_to_measure),
		cmocka_unit_test(what_is_not_known_adds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
