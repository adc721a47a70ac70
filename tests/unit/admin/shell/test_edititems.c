/* tests/unit/admin/shell/test_edititems.c - lists as REST gives them, and the names of operations.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "admin/shell/edititems.h"
#include "core/base/err.h"
#include "core/model/json.h"
#include "tests/unit/admin/shell/shellkit.h"

static void
keys_are_full_paths_where_there_are_any(void **state)
{
	static const struct { const char *item, *want; } step[] = {
		{ "{\"name\":\"s:v\",\"partition\":\"Common\",\"fullPath\":\"/Common/s:v\"}",
		  "/Common/s:v" },
		{ "{\"name\":\"p\",\"partition\":\"T\"}", "/T/p" },
		{ "{\"name\":\"/T/p\",\"partition\":\"Common\"}", "/T/p" },
		{ "{\"name\":\"vmhttp\"}", "vmhttp" }, { "\"a.x\"", "a.x" },
		{ "{}", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		struct err e;
		struct json *j = json_parse(step[i].item,
		    strlen(step[i].item), &e);
		char *key = edititems_key(j);

		assert_string_equal(key, step[i].want);
		free(key);
		json_free(&j);
	}
}

static void
items_are_found_as_array_and_as_collection(void **state)
{
	static const char *const object[] = { "{\"members\":[{\"name\":\"a:b\"}]}",
		"{\"membersReference\":{\"items\":[{\"name\":\"a:b\"}]}}" };
	struct catalog *c = shellkit_catalog();
	struct err e;
	const struct catalog_prop *p = catalog_prop(catalog_find(c,
	    "gtm pool a"), "members", &e);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct json *j = json_parse(object[i], strlen(object[i]), &e);

		assert_int_equal(json_count(edititems_find(p, j)), 1);
		json_free(&j);
	}
	assert_null(edititems_find(p, NULL));
	catalog_free(&c);
}

static void
operations_are_whole_words(void **state)
{
	enum edititems_op op;

	(void)state;
	assert_true(edititems_op_parse("replace-all-with", &op));
	assert_int_equal(op, EDITITEMS_REPLACE);
	assert_true(edititems_op_parse("modify", &op));
	assert_int_equal(op, EDITITEMS_MODIFY);
	assert_false(edititems_op_parse("replace", &op));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_full_paths_where_there_are_any),
		cmocka_unit_test(items_are_found_as_array_and_as_collection),
		cmocka_unit_test(operations_are_whole_words),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
