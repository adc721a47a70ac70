/* tests/unit/wom/flow/test_flowapps.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <stdio.h>

#include "wom/flow/flowapps.h"

static struct flowapps apps;

static int
end(void **state)
{
	(void)state;
	flowapps_fini(&apps);
	memset(&apps, 0, sizeof(apps));
	return 0;
}

static void
each_name_has_one_place(void **state)
{
	struct flowapp *a = flowapps_get(&apps, "nbd"),
	    *b = flowapps_get(&apps, "http");

	(void)state;
	assert_ptr_not_equal(a, b);
	assert_string_equal(a->name, "nbd");
	assert_ptr_equal(flowapps_get(&apps, "nbd"), a);
}

/* They are the peer's to make up. */
static void
too_many_names_share_a_place(void **state)
{
	struct flowapp *others = NULL, *first = flowapps_get(&apps, "0");
	char name[16];

	(void)state;
	for (int i = 0; i < 2 * FLOWSET_APPS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "%d", i);
		others = flowapps_get(&apps, name);
	}
	assert_string_equal(others->name, FLOWSET_OTHERS);
	assert_int_equal(apps.by_name.count, FLOWSET_APPS_MAX);
	assert_ptr_equal(flowapps_get(&apps, "0"), first);
	assert_ptr_equal(flowapps_get(&apps, "more"), others);
}

/* All of it is numbers of 64 bits, and none is left out. */
static void
every_count_is_added(void **state)
{
	uint64_t one[sizeof(struct flow_counts) / sizeof(uint64_t)], sum[sizeof(
	    struct flow_counts) / sizeof(uint64_t)];
	struct flow_counts a, b;

	(void)state;
	for (uint64_t i = 0; i < sizeof(one) / sizeof(one[0]); i++)
		one[i] = i + 1;
	memcpy(&a, one, sizeof(a));
	b = a;
	flowapps_add(&b, &a);
	memcpy(sum, &b, sizeof(b));
	for (uint64_t i = 0; i < sizeof(one) / sizeof(one[0]); i++)
		assert_int_equal(sum[i], 2 * (i + 1));
}

#define TEST(f)	cmocka_unit_test_teardown(f, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(each_name_has_one_place),
		TEST(too_many_names_share_a_place),
		TEST(every_count_is_added),
	};

	return cmocka_run_group_tests_name("flowapps", tests, NULL, NULL);
}
