/* tests/unit/etherip/path/test_devname.c - names of interfaces.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/devname.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

static void
expect(const char *name, const char *device)
{
	char out[DEVNAME_MAX];

	assert_string_equal(devname_of(name, out), device);
	assert_true(strlen(out) < DEVNAME_MAX);
}

/* What an operator has called something is what "ip link" shows, where that can be. */
static void
a_good_name_stays(void **state)
{
	(void)state;
	expect("eip", "eip");
	expect("/Common/vg-eip", "vg-eip");
	expect("/Common/site.a/tunnel_1", "tunnel_1");
	expect("exactly-15-octs", "exactly-15-octs");
}

/* Others keep their beginning, and never the name of each other. */
static void
others_get_one_that_is_their_own(void **state)
{
	char a[DEVNAME_MAX], b[DEVNAME_MAX];

	(void)state;
	(void)devname_of("/Common/a-long-tunnel-to-the-north", a);
	(void)devname_of("/Common/a-long-tunnel-to-the-south", b);
	assert_string_not_equal(a, b);
	assert_memory_equal(a, "a-long-t~", 9);
	assert_memory_equal(b, "a-long-t~", 9);
	assert_int_equal(strlen(a), 15);
	assert_string_equal(devname_of("a-long-tunnel-to-the-north", b), a);
	(void)devname_of("with a blank", a);
	assert_memory_equal(a, "with_a_b~", 9);
	(void)devname_of("..", a);
	assert_memory_equal(a, "_.~", 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_name_stays),
		cmocka_unit_test(others_get_one_that_is_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
