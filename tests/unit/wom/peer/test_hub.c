/* tests/unit/wom/peer/test_hub.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/wom/peer/hubpair.h"

static struct hubpair pair;

static int
begin(void **state)
{
	(void)state;
	hubpair_init(&pair);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	hubpair_fini(&pair);
	return 0;
}

/* ---- together ---- */

static void
octets_cross_and_come_back_right(void **state)
{
	const struct peerview *v;

	(void)state;
	hubpair_start(&pair);
	hubpair_meet(&pair, 4);
	assert_true(hubpair_echo(&pair, 0, 8u << 20));
	assert_true(hubpair_echo(&pair, 1, 1u << 20));
	v = hubpair_view(&pair, 0);
	assert_true(v->met && v->route_count == 1);
	assert_string_equal(v->conns[0].cipher, "TLS_AES_128_GCM_SHA256");
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(octets_cross_and_come_back_right),
	};

	return cmocka_run_group_tests_name("hub", tests, NULL, NULL);
}
