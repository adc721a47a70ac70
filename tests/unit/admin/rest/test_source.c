/* tests/unit/admin/rest/test_source.c - whose addresses count as one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "admin/rest/source.h"

static bool
are_one(const char *a, const char *b)
{
	struct addr one, two;

	assert_int_equal(addr_parse(a, &one), 0);
	assert_int_equal(addr_parse(b, &two), 0);
	one = source_of(&one);
	two = source_of(&two);
	return addr_equal(&one, &two);
}

static void
an_ipv6_64_is_one_and_each_ipv4_address_is(void **state)
{
	(void)state;
	assert_true(are_one("2001:db8::1", "2001:db8::ffff:0:0:9"));
	assert_false(are_one("2001:db8::1", "2001:db8:0:1::1"));
	assert_true(are_one("10.0.0.1", "10.0.0.1"));
	assert_false(are_one("10.0.0.1", "10.0.0.2"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ipv6_64_is_one_and_each_ipv4_address_is),
	};

	return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
