/* tests/unit/gtmd/mover/test_moverpace.c - how far, and how fast.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "gtmd/mover/moverpace.h"

static void
a_rate_is_of_a_second_or_more(void **state)
{
	struct moverpace p = { .rated = 0 };
	mono_ns now = 50 * CLOCK_S;

	(void)state;
	moverpace_tell(&p, now, 1000, 9000);
	assert_int_equal(p.progress.rate_bps, 0);
	moverpace_tell(&p, now + CLOCK_S / 2, 3000, 9000);
	assert_int_equal(p.progress.rate_bps, 0);
	assert_int_equal(p.progress.octets, 3000);
	assert_int_equal(p.progress.total, 9000);
	moverpace_tell(&p, now + 2 * CLOCK_S, 5000, 9000);
	assert_int_equal(p.progress.rate_bps, 2000);
}

static void
octets_that_fell_are_of_another_beginning(void **state)
{
	struct moverpace p = { .rated = 0 };
	mono_ns now = 50 * CLOCK_S;

	(void)state;
	moverpace_tell(&p, now, 0, 9000);
	moverpace_tell(&p, now + CLOCK_S, 4000, 9000);
	moverpace_tell(&p, now + 2 * CLOCK_S, 100, 9000);
	assert_int_equal(p.progress.rate_bps, 4000);
	moverpace_tell(&p, now + 3 * CLOCK_S, 800, 9000);
	assert_int_equal(p.progress.rate_bps, 700);
}

static void
a_note_that_is_too_long_is_cut(void **state)
{
	struct moverpace p = { .rated = 0 };
	char text[MOVERPACE_NOTE_MAX + 10];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	moverpace_note(&p, text);
	assert_int_equal(strlen(p.progress.note), MOVERPACE_NOTE_MAX - 1);
	moverpace_note(&p, "copying");
	assert_string_equal(p.progress.note, "copying");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rate_is_of_a_second_or_more),
		cmocka_unit_test(octets_that_fell_are_of_another_beginning),
		cmocka_unit_test(a_note_that_is_too_long_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
