/* tests/unit/core/base/test_weekwindow.c - hours of the week.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/base/weekwindow.h"

#define MONDAY	1794787200	/* 2026-11-16 00:00:00 UTC */
#define AT(d, h, m)	(MONDAY + (d) * 86400 + (h) * 3600 + (m) * 60)

static struct weekwindow
parsed(const char *text)
{
	struct weekwindow w;
	struct err e;

	if (weekwindow_parse(text, &w, &e) != 0)
		fail_msg("%s", e.text);
	return w;
}

static void
a_window_has_its_start_and_not_its_end(void **state)
{
	static const struct { const char *text; int64_t when; bool has; } k[] = {
		{ "Mon-Fri 08:00-18:00", AT(0, 8, 0), true },
		{ "Mon-Fri 08:00-18:00", AT(0, 8, 0) - 1, false },
		{ "Mon-Fri 08:00-18:00", AT(4, 18, 0) - 1, true },
		{ "Mon-Fri 08:00-18:00", AT(4, 18, 0), false },
		{ "Mon-Fri 08:00-18:00", AT(5, 12, 0), false },
		{ "mon,WED", AT(2, 0, 0), true },
		{ "mon,WED", AT(1, 0, 0), false },
		{ "mon,WED", AT(2, 24, 0), false },
		{ "daily 00:00-24:00", AT(6, 23, 59), true },
		{ "daily", AT(3, 3, 3), true },
		{ "Fri-Mon", AT(5, 1, 0), true },
		{ "Fri-Mon", AT(0, 1, 0), true },
		{ "Fri-Mon", AT(1, 1, 0), false },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(k); i++) {
		struct weekwindow w = parsed(k[i].text);

		if (weekwindow_has(&w, k[i].when) != k[i].has)
			fail_msg("row %zu", i);
	}
}

/* It begins on its day and ends on the next, also where the week ends. */
static void
a_night_ends_on_the_next_day(void **state)
{
	struct weekwindow w = parsed("Sun 22:00-06:00");

	(void)state;
	assert_true(weekwindow_has(&w, AT(6, 23, 0)));
	assert_true(weekwindow_has(&w, AT(7, 5, 59)));
	assert_true(weekwindow_has(&w, AT(0, 5, 59)));
	assert_false(weekwindow_has(&w, AT(0, 6, 0)));
	assert_false(weekwindow_has(&w, AT(6, 21, 59)));
	assert_false(weekwindow_has(&w, AT(1, 3, 0)));
}

static void
a_turn_is_the_next_change_of_the_answer(void **state)
{
	struct weekwindow w = parsed("Mon-Fri 08:00-18:00");

	(void)state;
	assert_int_equal(weekwindow_turn(&w, AT(0, 7, 0) + 11), AT(0, 8, 0));
	assert_int_equal(weekwindow_turn(&w, AT(0, 8, 0)), AT(0, 18, 0));
	assert_int_equal(weekwindow_turn(&w, AT(4, 18, 0)), AT(7, 8, 0));
	w = parsed("daily");
	assert_int_equal(weekwindow_turn(&w, AT(0, 1, 0)), AT(7, 1, 0));
}

/* 1969 is a time, too. */
static void
times_before_the_epoch_have_their_day(void **state)
{
	struct weekwindow w = parsed("Wed");

	(void)state;
	assert_true(weekwindow_has(&w, -1));
	assert_false(weekwindow_has(&w, 0));
}

static void
what_is_no_window_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "Mo", "Monday", "Mon-", "Mon,", "Mon 8:00-18:00",
		"Mon 08:00", "Mon 08:00-18:60", "Mon 24:00-25:00",
		"Mon 24:00-01:00", "Mon 08:00-18:00 x", " Mon", "daily,Mon",
		"Mon\t08:00-18:00", "08:00-18:00", "Mon -",
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++) {
		struct weekwindow w = { .days = 9 };

		if (weekwindow_parse(bad[i], &w, &e) != ERR_PARSE ||
		    w.days != 9 || strstr(e.text, "Mon-Fri") == NULL)
			fail_msg("\"%s\" is taken", bad[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_window_has_its_start_and_not_its_end),
		cmocka_unit_test(a_night_ends_on_the_next_day),
		cmocka_unit_test(a_turn_is_the_next_change_of_the_answer),
		cmocka_unit_test(times_before_the_epoch_have_their_day),
		cmocka_unit_test(what_is_no_window_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
