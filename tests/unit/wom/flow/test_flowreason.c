/* tests/unit/wom/flow/test_flowreason.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>

#include "wom/flow/flowreason.h"

/* Counters stand in a table by index, numbers cross the WAN. */
static void
each_has_a_place_a_number_and_a_text_of_its_own(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FLOWREASON_COUNT; i++) {
		enum flowreason r = flowreason_at(i);

		assert_int_equal(flowreason_index(r), i);
		for (unsigned k = 0; k < i; k++) {
			assert_int_not_equal(flowreason_at(k), r);
			assert_string_not_equal(flowreason_text(r),
			    flowreason_text(flowreason_at(k)));
		}
	}
	assert_int_equal(flowreason_at(0), FLOWREASON_NONE);
}

static void
a_number_that_is_not_known_is_another_reason(void **state)
{
	(void)state;
	assert_int_equal(flowreason_of_reset(LINKRESET_LOST), FLOWREASON_LOST);
	assert_int_equal(flowreason_of_reset(FLOWREASON_DAMAGED),
	    FLOWREASON_DAMAGED);
	assert_int_equal(flowreason_of_reset(0), FLOWREASON_OTHER);
	assert_int_equal(flowreason_of_reset(77), FLOWREASON_OTHER);
	assert_int_equal(flowreason_of_reset(UINT32_MAX), FLOWREASON_OTHER);
}

static void
what_the_system_says_is_told(void **state)
{
	static const struct { int sys_errno; enum flowreason want; } step[] = {
		{ ECONNREFUSED, FLOWREASON_REFUSED },
		{ EHOSTUNREACH, FLOWREASON_UNREACHABLE },
		{ ETIMEDOUT, FLOWREASON_TIMEOUT },
		{ EADDRNOTAVAIL, FLOWREASON_SOURCE },
		{ EMFILE, FLOWREASON_RESOURCES },
		{ ECONNRESET, FLOWREASON_LAN }, { EPIPE, FLOWREASON_LAN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++)
		assert_int_equal(flowreason_of_errno(step[i].sys_errno),
		    step[i].want);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_has_a_place_a_number_and_a_text_of_its_own),
		cmocka_unit_test(a_number_that_is_not_known_is_another_reason),
		cmocka_unit_test(what_the_system_says_is_told),
	};

	return cmocka_run_group_tests_name("flowreason", tests, NULL, NULL);
}
