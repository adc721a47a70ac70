/* tests/unit/gtmd/plan/test_status.c - how states add up.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gtmd/plan/status.h"

static void
all_monitors_count(void **state)
{
	static const enum status_probe worst_first[] = { STATUS_PROBE_DOWN,
	    STATUS_PROBE_CHECKING, STATUS_PROBE_UP, STATUS_PROBE_NONE };

	(void)state;
	for (int i = 0; i < 4; i++)
		for (int j = i; j < 4; j++) {
			assert_int_equal(status_probe_both(worst_first[i],
			    worst_first[j]), worst_first[i]);
			assert_int_equal(status_probe_both(worst_first[j],
			    worst_first[i]), worst_first[i]);
		}
}

static void
what_is_not_known_is_usable(void **state)
{
	(void)state;
	assert_true(status_is_usable(status_of_probe(STATUS_PROBE_NONE)));
	assert_true(status_is_usable(status_of_probe(STATUS_PROBE_CHECKING)));
	assert_true(status_is_usable(status_of_probe(STATUS_PROBE_UP)));
	assert_false(status_is_usable(status_of_probe(STATUS_PROBE_DOWN)));
	assert_false(status_is_usable(STATUS_UNAVAILABLE));
}

static void
a_parent_follows_its_enabled_children(void **state)
{
	static const struct status up = { STATUS_AVAILABLE, STATUS_ENABLED };
	static const struct status down = { STATUS_OFFLINE, STATUS_ENABLED };
	static const struct status blue = { STATUS_UNKNOWN, STATUS_ENABLED };
	static const struct status off = { STATUS_AVAILABLE, STATUS_DISABLED };
	struct status_census c = { { 0 } };

	(void)state;
	assert_int_equal(status_of_census(&c), STATUS_UNKNOWN);
	status_census_move(&c, NULL, &off);
	assert_int_equal(status_of_census(&c), STATUS_UNKNOWN);
	status_census_move(&c, NULL, &down);
	assert_int_equal(status_of_census(&c), STATUS_OFFLINE);
	status_census_move(&c, NULL, &blue);
	assert_int_equal(status_of_census(&c), STATUS_UNKNOWN);
	status_census_move(&c, &off, &up);
	assert_int_equal(status_of_census(&c), STATUS_AVAILABLE);
	status_census_move(&c, &up, NULL);
	status_census_move(&c, &blue, &down);
	assert_int_equal(status_of_census(&c), STATUS_OFFLINE);
}

static void
words_are_f5_s(void **state)
{
	(void)state;
	assert_string_equal(status_availability_name(STATUS_UNAVAILABLE),
	    "unavailable");
	assert_string_equal(status_enabled_name(STATUS_DISABLED_BY_PARENT),
	    "disabled-by-parent");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_monitors_count),
		cmocka_unit_test(what_is_not_known_is_usable),
		cmocka_unit_test(a_parent_follows_its_enabled_children),
		cmocka_unit_test(words_are_f5_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
