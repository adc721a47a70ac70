/* tests/unit/core/model/test_json.c - documents as they are written and read.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/model/json.h"

static struct json *
parse(const char *text, struct err *e)
{
	return json_parse(text, strlen(text), e);
}

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

static void
what_is_read_is_asked_by_key_place_and_kind(void **state)
{
	struct err e;
	struct json *j = parse("{\"a\":[1,2.9,\"x\",true,null],\"b\":{\"c\":-7}}",
	    &e);
	const struct json *a = json_find(j, "a"), *b = json_find(j, "b");

	(void)state;
	assert_int_equal(json_kind_of(j), JSON_KIND_OBJECT);
	assert_int_equal(json_count(j), 2);
	assert_int_equal(json_count(a), 5);
	assert_int_equal(json_get_int(json_item(a, 0)), 1);
	assert_int_equal(json_get_int(json_item(a, 1)), 2);
	assert_string_equal(json_get_text(json_item(a, 2)), "x");
	assert_true(json_get_bool(json_item(a, 3)));
	assert_int_equal(json_kind_of(json_item(a, 4)), JSON_KIND_NULL);
	assert_null(json_item(a, 5));
	assert_int_equal(json_get_int(json_find(b, "c")), -7);
	json_free(&j);
}

static void
a_value_of_another_kind_is_none(void **state)
{
	struct err e;
	struct json *j = parse("{\"t\":\"1\",\"n\":1,\"big\":1e300,\"low\":-1e300}",
	    &e);

	(void)state;
	assert_null(json_get_text(json_find(j, "n")));
	assert_null(json_get_text(json_find(j, "absent")));
	assert_int_equal(json_get_int(json_find(j, "t")), 0);
	assert_false(json_get_bool(json_find(j, "n")));
	assert_int_equal(json_count(json_find(j, "t")), 0);
	assert_null(json_find(json_find(j, "absent"), "x"));
	assert_int_equal(json_kind_of(NULL), JSON_KIND_NULL);
	assert_true(json_get_int(json_find(j, "big")) == INT64_MAX);
	assert_true(json_get_int(json_find(j, "low")) == INT64_MIN);
	json_free(&j);
}

static void
members_are_walked_in_their_order(void **state)
{
	struct err e;
	struct json *j = parse("{\"z\":1,\"a\":2,\"m\":3}", &e);
	const char *key, *want[] = { "z", "a", "m" };
	const struct json *v;
	void *at = NULL;
	size_t n = 0;

	(void)state;
	while ((v = json_next(j, &at, &key)) != NULL) {
		assert_string_equal(key, want[n++]);
		assert_int_equal(json_get_int(v), n);
	}
	assert_int_equal(n, 3);
	json_free(&j);
}

static void
what_is_no_json_is_refused_with_its_place(void **state)
{
	static const char *const bad[] = { "", "{", "{\"a\":1,}", "[1] 2",
		"{\"a\":1,\"a\":2}", "\"\xff\"", "\"\\u0000\"", "nul" };
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		e.code = 0;
		if (parse(bad[i], &e) != NULL || e.code != ERR_PARSE)
			fail_msg("%s was taken", bad[i]);
	}
	assert_null(parse("{\n \"a\": x}", &e));
	assert_non_null(strstr(e.text, "line 2"));
}

static void
hundred_thousand_arrays_in_one_another_are_refused(void **state)
{
	enum { DEEP = 100000 };
	char *text = malloc(DEEP);
	struct err e;

	(void)state;
	assert_non_null(text);
	memset(text, '[', DEEP);
	assert_null(json_parse(text, DEEP, &e));
	assert_int_equal(e.code, ERR_RANGE);
	free(text);
}

/* Brackets in a text are no levels. */
static void
depth_is_counted_outside_of_texts(void **state)
{
	char text[2 * JSON_DEPTH_MAX + 8];
	struct err e;
	struct json *j;

	(void)state;
	memset(text, '[', JSON_DEPTH_MAX);
	memcpy(text + JSON_DEPTH_MAX, "\"\\\"[{\"", 6);
	memset(text + JSON_DEPTH_MAX + 6, ']', JSON_DEPTH_MAX);
	j = json_parse(text, 2 * JSON_DEPTH_MAX + 6, &e);
	assert_non_null(j);
	json_free(&j);
	memset(text, '[', JSON_DEPTH_MAX + 1);
	memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	assert_null(json_parse(text, 2 * JSON_DEPTH_MAX + 2, &e));
	assert_int_equal(e.code, ERR_RANGE);
}

static void
a_line_has_no_blanks_and_a_copy_is_its_own(void **state)
{
	struct err e;
	struct json *j = parse("{ \"a\" : [ 1 , {} ] }", &e);
	struct json *copy = json_clone(j);
	char *line;

	(void)state;
	json_put_int(copy, "a", 2);
	json_put_int(copy, "b", 3);
	json_remove(copy, "b");
	json_remove(copy, "c");
	line = json_line(j);
	assert_string_equal(line, "{\"a\":[1,{}]}");
	free(line);
	json_free(&j);
	line = json_line(copy);
	assert_string_equal(line, "{\"a\":2}");
	free(line);
	json_free(&copy);
}

static void
a_line_is_put_into_an_object_s_line_at_its_end(void **state)
{
	struct json *j = json_new_object();
	char *line;

	(void)state;
	json_put_int(j, "a", 1);
	line = json_line_with(j, "b", "{\"c\":[]}");
	assert_string_equal(line, "{\"a\":1,\"b\":{\"c\":[]}}");
	free(line);
	json_free(&j);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_come_in_the_order_of_putting),
		cmocka_unit_test(what_is_not_utf_8_is_replaced),
		cmocka_unit_test(what_is_read_is_asked_by_key_place_and_kind),
		cmocka_unit_test(a_value_of_another_kind_is_none),
		cmocka_unit_test(members_are_walked_in_their_order),
		cmocka_unit_test(what_is_no_json_is_refused_with_its_place),
		cmocka_unit_test(hundred_thousand_arrays_in_one_another_are_refused),
		cmocka_unit_test(depth_is_counted_outside_of_texts),
		cmocka_unit_test(a_line_has_no_blanks_and_a_copy_is_its_own),
		cmocka_unit_test(a_line_is_put_into_an_object_s_line_at_its_end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
