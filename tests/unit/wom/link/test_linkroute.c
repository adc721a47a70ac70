/* tests/unit/wom/link/test_linkroute.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "wom/link/linkroute.h"

static struct linkroute
route(const char *net, bool exclude)
{
	struct linkroute r = { .exclude = exclude };

	assert_int_equal(addr_parse_prefix(net, &r.dest), 0);
	return r;
}

static void
the_narrowest_network_decides(void **state)
{
	const struct linkroute routes[] = {
		route("10.0.0.0/8", false), route("10.1.0.0/16", true),
		route("10.1.2.0/24", false), route("2001:db8::/32", false),
		route("10.9.0.0/16", false), route("10.9.0.0/16", true),
	};
	static const struct { const char *at; bool want; } rows[] = {
		{ "10.2.0.1", true }, { "10.1.3.1", false },
		{ "10.1.2.9", true }, { "11.0.0.1", false },
		{ "2001:db8::1", true }, { "2001:db9::1", false },
		{ "10.9.1.1", false },
	};
	struct addr a;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		assert_int_equal(addr_parse(rows[i].at, &a), 0);
		if (linkroute_covers(routes, OBJ_COUNT(routes), &a) !=
		    rows[i].want)
			fail_msg("%s", rows[i].at);
	}
	assert_false(linkroute_covers(routes, 0, &a));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_narrowest_network_decides),
	};

	return cmocka_run_group_tests_name("linkroute", tests, NULL,
	    NULL);
}
