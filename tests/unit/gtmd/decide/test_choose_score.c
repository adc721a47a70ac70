/* tests/unit/gtmd/decide/test_choose_score.c - what each measurement is worth.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "gtmd/decide/choose.h"
#include "gtmd/decide/choose_score.h"
#include "gtmd/types/metric.h"

static struct metric_values
one(enum metric m, uint64_t value)
{
	struct metric_values v = { 0 };

	metric_set(&v, m, value);
	return v;
}

static void
each_method_goes_by_its_own(void **state)
{
	static const struct {
		uint64_t (*score)(const struct metric_values *v,
		    const uint32_t *qos);
		enum metric m;
		bool	 low;
	} row[] = {
		{ choose_score_packets, METRIC_PACKETS, true },
		{ choose_score_kilobytes, METRIC_BITS, true },
		{ choose_score_connections, METRIC_CONNECTIONS, true },
		{ choose_score_cpu, METRIC_CPU, true },
		{ choose_score_capacity, METRIC_CAPACITY, false },
		{ choose_score_points, METRIC_SCORE, false },
	};
	uint32_t qos[POOL_QOS_TERMS] = { 0 };

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++)
		for (int m = 0; m < METRICS; m++) {
			struct metric_values few = one((enum metric)m, 0);
			struct metric_values many = one((enum metric)m, 80000);
			uint64_t a = row[i].score(&few, qos);
			uint64_t b = row[i].score(&many, qos);

			if (m != (int)row[i].m) {
				assert_true(a == CHOOSE_UNMEASURED);
				continue;
			}
			assert_true(row[i].low ? a > b : a < b);
			assert_true(b != CHOOSE_UNMEASURED);
		}
}

/* Twice the load and one, half the score, exactly. */
static void
low_is_in_inverse_proportion(void **state)
{
	struct metric_values idle = one(METRIC_CONNECTIONS, 0);
	struct metric_values some = one(METRIC_CONNECTIONS, 19);
	struct metric_values more = one(METRIC_CONNECTIONS, 39);

	(void)state;
	assert_true(choose_score_connections(&idle, NULL) ==
	    20 * choose_score_connections(&some, NULL));
	assert_true(choose_score_connections(&some, NULL) ==
	    2 * choose_score_connections(&more, NULL));
}

static void
kilobytes_are_a_thousand_octets(void **state)
{
	struct metric_values below = one(METRIC_BITS, 7999);
	struct metric_values at = one(METRIC_BITS, 8000);

	(void)state;
	assert_true(choose_score_kilobytes(&below, NULL) ==
	    2 * choose_score_kilobytes(&at, NULL));
}

static void
quality_is_the_weighted_sum(void **state)
{
	uint32_t qos[POOL_QOS_TERMS] = { 0 };
	struct metric_values v = { 0 };

	(void)state;
	metric_set(&v, METRIC_PACKETS, 350);		/* 5 of 10 */
	metric_set(&v, METRIC_BITS, 30000000);		/* 7.5 of 10 */
	metric_set(&v, METRIC_CAPACITY, 10);		/* 5 of 10 */
	metric_set(&v, METRIC_SCORE, 200);		/* 10 of 10 */
	assert_true(choose_score_quality(&v, qos) == CHOOSE_UNMEASURED);
	qos[POOL_QOS_PACKET_RATE] = 1;
	assert_int_equal(choose_score_quality(&v, qos), 5000000);
	qos[POOL_QOS_KILOBYTES] = 3;
	assert_int_equal(choose_score_quality(&v, qos), 27500000);
	qos[POOL_QOS_VS_CAPACITY] = 2;
	assert_int_equal(choose_score_quality(&v, qos), 37500000);
	qos[POOL_QOS_VS_SCORE] = UINT32_MAX;
	assert_true(choose_score_quality(&v, qos) ==
	    37500000 + UINT64_C(10000000) * UINT32_MAX);
}

static void
quality_counts_what_is_known(void **state)
{
	uint32_t qos[POOL_QOS_TERMS] = { [POOL_QOS_KILOBYTES] = 3,
	    [POOL_QOS_PACKET_RATE] = 1 };
	struct metric_values worst = one(METRIC_PACKETS, 700000);
	struct metric_values other = one(METRIC_CPU, 3);

	(void)state;
	assert_int_equal(choose_score_quality(&worst, qos), 0);
	assert_true(choose_score_quality(&other, qos) == CHOOSE_UNMEASURED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_method_goes_by_its_own),
		cmocka_unit_test(low_is_in_inverse_proportion),
		cmocka_unit_test(kilobytes_are_a_thousand_octets),
		cmocka_unit_test(quality_is_the_weighted_sum),
		cmocka_unit_test(quality_counts_what_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
