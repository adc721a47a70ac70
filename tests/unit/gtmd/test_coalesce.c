/* tests/unit/gtmd/test_coalesce.c - waiting starts and ends with the load.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gtmd/coalesce.h"

/* Queries at this rate, n in each batch; waits among the last 100 of 200. */
static unsigned
waits(struct coalesce *c, mono_ns *now, unsigned rate, unsigned n)
{
	unsigned count = 0;

	for (unsigned i = 0; i < 200; i++) {
		bool wait;

		*now += CLOCK_S / rate * n;
		wait = coalesce_check(c, n, *now);
		count += i >= 100 && wait;
	}
	return count;
}

static void
waiting_follows_the_load(void **state)
{
	struct coalesce c = { 0 };
	mono_ns now = CLOCK_S;

	(void)state;
	assert_int_equal(waits(&c, &now, 100, 1), 0);
	assert_int_equal(waits(&c, &now, 10000, 1), 0);
	assert_int_equal(waits(&c, &now, 50000, 1), 100);
	assert_int_equal(waits(&c, &now, 150000, 7), 100);
	/* Full enough: nothing to wait for. */
	assert_int_equal(waits(&c, &now, 300000, 8), 0);
	assert_int_equal(waits(&c, &now, 300000, 32), 0);
	assert_int_equal(waits(&c, &now, 1000, 1), 0);
}

static void
a_first_query_and_one_after_silence_are_not_held(void **state)
{
	struct coalesce c = { 0 };
	mono_ns now = 5;

	(void)state;
	c.gap_ns = UINT32_MAX;
	assert_false(coalesce_check(&c, 1, now));
	c = (struct coalesce){ 0 };
	assert_int_equal(waits(&c, &now, 20000, 1), 100);
	now += 3600 * CLOCK_S;
	for (unsigned i = 0; i < 3; i++) {
		now += CLOCK_S;
		assert_false(coalesce_check(&c, 1, now));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waiting_follows_the_load),
		cmocka_unit_test(a_first_query_and_one_after_silence_are_not_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
