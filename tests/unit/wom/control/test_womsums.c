/* tests/unit/wom/control/test_womsums.c - each count has one row, and each row one
 * count. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/model/json.h"
#include "tests/unit/core/rest/restkit.h"
#include "wom/control/womsums.h"

#define COUNT	(sizeof(struct flow_counts) / sizeof(uint64_t))

static void
every_count_has_one_row(void **state)
{
	unsigned seen[COUNT] = { 0 };
	size_t rows = 0;

	(void)state;
	for (const struct womsums_row *r = womsums_rows; r->key != NULL; r++) {
		seen[r->off / sizeof(uint64_t)]++;
		rows++;
		for (const struct womsums_row *o = r + 1; o->key != NULL; o++)
			assert_string_not_equal(r->metric, o->metric);
	}
	assert_int_equal(rows, COUNT);
	for (size_t i = 0; i < COUNT; i++)
		assert_int_equal(seen[i], 1);
}

static void
sums_are_of_every_count(void **state)
{
	struct flow_counts a, b;
	uint64_t v[COUNT];

	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		v[i] = i + 1;
	memcpy(&a, v, sizeof(a));
	memcpy(&b, v, sizeof(b));
	womsums_add(&a, &b);
	memcpy(v, &a, sizeof(a));
	for (size_t i = 0; i < COUNT; i++)
		assert_int_equal(v[i], 2 * (i + 1));
}

static void
a_page_says_what_was_saved(void **state)
{
	const struct flow_counts c = { .lan_in = 1000, .wan_out = 250 };
	const struct flow_counts more = { .lan_in = 10, .wan_out = 25 };
	struct json *j = json_new_object();

	(void)state;
	womsums_page(j, &c);
	assert_true(restkit_counts(j, "savedPercent/value", 75));
	assert_true(restkit_counts(j, "lanIn/value", 1000));
	json_free(&j);
	j = json_new_object();
	womsums_page(j, &more);
	assert_true(restkit_counts(j, "savedPercent/value", 0));
	json_free(&j);
}

static void
without_a_hub_there_is_nothing(void **state)
{
	struct flow_counts c = { .lan_in = 1 };

	(void)state;
	assert_int_equal(womsums_of_app(NULL, NULL, &c), 0);
	assert_int_equal(c.lan_in, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_count_has_one_row),
		cmocka_unit_test(sums_are_of_every_count),
		cmocka_unit_test(a_page_says_what_was_saved),
		cmocka_unit_test(without_a_hub_there_is_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
