/* tests/unit/monitors/test_jsonpath.c - what paths name, and which are none.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "monitors/jsonpath.h"

static const char document[] =
    "{\"a\": {\"b\": 3, \"c d\": 1.5, \"x.y\": {\"value\": 7}},"
    " \"l\": [1, 2, {\"n\": 4}, [8], \"16\", \"16x\", \"\", null, true],"
    " \"entries\": {\"https://h/1\": {\"v\": {\"value\": 10}},"
    "               \"https://h/2\": {\"v\": {\"value\": 20}}}}";

static void
paths_name_numbers(void **state)
{
	static const struct {
		const char *path;
		size_t	    count;
		double	    sum;
	} row[] = {
		{ "$.a.b", 1, 3 }, { "$[\"a\"][\"b\"]", 1, 3 },
		{ "$.a[\"c d\"]", 1, 1.5 }, { "$.a[\"x.y\"].value", 1, 7 },
		{ "$.l[0]", 1, 1 }, { "$.l[2].n", 1, 4 }, { "$.l[3][0]", 1, 8 },
		{ "$.l[*]", 4, 20 }, { "$.l[9]", 0, 0 },
		{ "$.entries[*].v.value", 2, 30 },
		{ "$.a[*]", 2, 4.5 }, { "$", 0, 0 }, { "$.l", 0, 0 },
		{ "$.none", 0, 0 }, { "$.a.b.c", 0, 0 }, { "$.a[0]", 0, 0 },
		{ "$.l.n", 0, 0 }, { "$[*][*][*][*]", 2, 30 },
	};
	struct json *j = json_literal(document);

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		struct jsonpath *p = jsonpath_new(row[i].path, NULL);
		double sum = -1;
		size_t n;

		assert_non_null(p);
		n = jsonpath_sum(p, j, &sum);
		if (n != row[i].count || sum < row[i].sum || sum > row[i].sum)
			fail_msg("%s: %zu, sum %g", row[i].path, n, sum);
		jsonpath_free(&p);
	}
	json_free(&j);
}

static void
what_is_no_path_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "a", "a.b", "$a", "$.", "$..a", "$[", "$[]", "$[x]",
		"$[1", "$[-1]", "$[\"a]", "$[\"a\"", "$.a\"b", "$[99999999]",
		"$[*", "$.a]",
	};
	char deep[3 * JSONPATH_STEPS_MAX + 8] = "$";
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++) {
		if (jsonpath_new(bad[i], &e) != NULL)
			fail_msg("\"%s\" was taken", bad[i]);
		assert_int_equal(e.code, ERR_PARSE);
	}
	for (size_t i = 0; i <= JSONPATH_STEPS_MAX; i++) {
		deep[1 + 2 * i] = '.';
		deep[2 + 2 * i] = 'a';
	}
	assert_null(jsonpath_new(deep, &e));
	assert_int_equal(e.code, ERR_RANGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_name_numbers),
		cmocka_unit_test(what_is_no_path_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
