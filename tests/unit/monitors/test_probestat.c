/* tests/unit/monitors/test_probestat.c - each result is counted where it
 * belongs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "monitors/probestat.h"

static void
results_are_counted_by_code(void **state)
{
	struct probestat p = { .monitor = NULL };
	struct probe_result r = { .outcome = PROBE_DOWN,
	    .code = PROBE_REFUSED, .rtt_us = 700 };

	(void)state;
	probestat_start(&p, 0);
	probestat_end(&p, &r);
	assert_int_equal(p.started, 1);
	assert_int_equal(p.results[PROBE_REFUSED], 1);
	assert_int_equal(p.results[PROBE_OK], 0);
	assert_true(p.duration.sum_us == 700);
	assert_int_equal(histogram_count(&p.delay), 1);
}

/* What we could not do says nothing about how long targets take. */
static void
our_own_faults_have_no_duration(void **state)
{
	struct probestat p = { .monitor = NULL };
	struct probe_result r = { .outcome = PROBE_ABSTAIN,
	    .code = PROBE_LOCAL, .rtt_us = 5 };

	(void)state;
	probestat_end(&p, &r);
	assert_int_equal(p.results[PROBE_LOCAL], 1);
	assert_int_equal(histogram_count(&p.duration), 0);
}

static void
each_code_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (unsigned i = 0; i < PROBESTAT_CODES; i++)
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(
			    probestat_code_name((enum probe_code)i),
			    probestat_code_name((enum probe_code)k));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_are_counted_by_code),
		cmocka_unit_test(our_own_faults_have_no_duration),
		cmocka_unit_test(each_code_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
