/* tests/unit/monitors/test_probepace.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitors/monitor.h"
#include "monitors/probepace.h"

static void
seconds_of_the_monitor_are_nanoseconds_of_its_probes(void **state)
{
	const struct monitor m = { .probe_attempts = 5,
	    .probe_interval_s = 3600 };
	struct probepace *p = probepace_new(&m);
	void *spec = p;

	(void)state;
	assert_int_equal(p->attempts, 5);
	assert_int_equal(p->interval_ns, UINT64_C(3600000000000));
	probepace_free(&spec);
	assert_null(spec);
	probepace_free(&spec);		/* harmless */
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    seconds_of_the_monitor_are_nanoseconds_of_its_probes),
	};

	return cmocka_run_group_tests_name("probepace", tests, NULL, NULL);
}
