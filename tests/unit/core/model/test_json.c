/* tests/unit/core/model/test_json.c - documents as they are written.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "core/model/json.h"

static void
values_come_in_the_order_of_putting(void **state)
{
	struct json *o = json_new_object(), *a = json_new_array();
	struct json *inner = json_new_object();
	char *text;

	(void)state;
	json_put_text(o, "text", "a\"b\\c\n");
	json_put_text(o, "none", NULL);
	json_put_int(o, "int", INT64_MIN);
	json_put_real(o, "real", 0.5);
	json_put_real(o, "nan", 0.0 / 0.0);
	json_put_bool(o, "bool", true);
	json_add_text(a, "x");
	json_put_int(inner, "n", 1);
	json_add(a, &inner);
	assert_null(inner);
	json_put(o, "array", &a);
	json_put_int(o, "int", 7);
	text = json_text(o);
	assert_string_equal(text,
	    "{\n"
	    "    \"text\": \"a\\\"b\\\\c\\n\",\n"
	    "    \"none\": null,\n"
	    "    \"int\": 7,\n"
	    "    \"real\": 0.5,\n"
	    "    \"nan\": null,\n"
	    "    \"bool\": true,\n"
	    "    \"array\": [\n"
	    "        \"x\",\n"
	    "        {\n"
	    "            \"n\": 1\n"
	    "        }\n"
	    "    ]\n"
	    "}\n");
	free(text);
	json_free(&o);
	json_free(&o);
}

static void
what_is_not_utf_8_is_replaced(void **state)
{
	struct json *a = json_new_array();
	char *text;

	(void)state;
	json_add_text(a, "a\xff");
	json_add_text(a, "\xc3\xa9");
	text = json_text(a);
	assert_string_equal(text,
	    "[\n    \"a\xef\xbf\xbd\",\n    \"\xc3\xa9\"\n]\n");
	free(text);
	json_free(&a);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_come_in_the_order_of_putting),
		cmocka_unit_test(what_is_not_utf_8_is_replaced),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
