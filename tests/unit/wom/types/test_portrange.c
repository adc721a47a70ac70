/* tests/unit/wom/types/test_portrange.c - ports and ranges of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/portrange.h"

#include "core/base/err.h"
#include "tests/unit/wom/types/womconf.h"

static void
a_port_is_a_range_of_one(void **state)
{
	struct portrange r;
	char text[16];

	(void)state;
	for (unsigned n = 1; n <= 65535; n++) {
		(void)snprintf(text, sizeof(text), "%u", n);
		assert_int_equal(portrange_parse(text, &r), 0);
		assert_int_equal(r.first, n);
		assert_int_equal(r.last, n);
	}
}

static void
a_range_has_its_ends_and_what_is_between(void **state)
{
	struct portrange r;

	(void)state;
	assert_int_equal(portrange_parse("49152-49215", &r), 0);
	assert_false(portrange_has(&r, 49151));
	assert_true(portrange_has(&r, 49152));
	assert_true(portrange_has(&r, 49200));
	assert_true(portrange_has(&r, 49215));
	assert_false(portrange_has(&r, 49216));
	assert_int_equal(portrange_parse("1-65535", &r), 0);
	assert_true(portrange_has(&r, 1) && portrange_has(&r, 65535));
	assert_int_equal(portrange_parse("7-7", &r), 0);
}

static void
nothing_else_is_one(void **state)
{
	static const char *const bad[] = {
		"", "0", "00", "08", "65536", "99999999999999999999", "-1",
		"1-", "-", "2-1", "1-0", "0-1", "1-65536", "1-02", "1--2",
		"1-2-3", "1 - 2", " 1", "1 ", "+1", "0x50", "http", "80,443",
		"65535-65536", "4294967297",
	};
	struct portrange r = { 7, 9 };

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++)
		if (portrange_parse(bad[i], &r) != ERR_PARSE || r.first != 7 ||
		    r.last != 9)
			fail_msg("takes \"%s\"", bad[i]);
}

static void
the_check_says_what_one_is(void **state)
{
	const struct prop p = { .name = "ports" };
	const char *good = "80", *bad = "http";
	struct err e;

	(void)state;
	assert_int_equal(portrange_check(&p, &good, &e), 0);
	assert_int_equal(portrange_check(&p, &bad, &e), ERR_PARSE);
	assert_string_equal(e.text, "ports: \"http\" is not a port, nor a range "
	    "of ports such as 49152-49215");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_port_is_a_range_of_one),
		cmocka_unit_test(a_range_has_its_ends_and_what_is_between),
		cmocka_unit_test(nothing_else_is_one),
		cmocka_unit_test(the_check_says_what_one_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
