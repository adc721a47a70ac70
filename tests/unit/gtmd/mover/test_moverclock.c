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
a_clock_that_was_set_is_followed(void **state)
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
	clock.fake_real = 4000;
	moverclock_tune(&c);
	assert_int_equal(moverclock_ms(&c), 4000000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_counts_on_by_itself),
		cmocka_unit_test(a_clock_that_was_set_is_followed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
