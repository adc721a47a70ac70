/* tests/unit/core/rest/test_restdescribe.c - describe says of each row what the
 * row says. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/model/json.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "core/rest/restdescribe.h"
#include "tests/unit/core/model/sample.h"

static struct json *doc;

static int
setup(void **state)
{
	(void)state;
	doc = restdescribe_schema(&sample_schema);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	json_free(&doc);
	return 0;
}

static const char *
text(const struct json *j, const char *key)
{
	return json_get_text(json_find(j, key));
}

/* The value of an array whose member key is this. */
static const struct json *
pick(const struct json *array, const char *key, const char *value)
{
	for (size_t i = 0; i < json_count(array); i++)
		if (strcmp(text(json_item(array, i), key), value) == 0)
			return json_item(array, i);
	fail_msg("no %s %s", key, value);
	return NULL;
}

static const struct json *
row(const char *words, const char *name)
{
	return pick(json_find(pick(json_find(doc, "types"), "words", words),
	    "properties"), "name", name);
}

static void
every_type_and_row_is_there(void **state)
{
	const struct json *types = json_find(doc, "types");

	(void)state;
	assert_int_equal(json_count(types), schema_count(&sample_schema));
	for (size_t i = 0; sample_schema.types[i] != NULL; i++) {
		const struct type *t = sample_schema.types[i];
		const struct json *j = json_item(types, i);
		size_t n = 0;

		assert_string_equal(text(j, "words"), t->words);
		assert_string_equal(text(j, "naming"),
		    t->naming == TYPE_SINGLE ? "single" : "named");
		while (t->props != NULL && t->props[n].name != NULL)
			n++;
		assert_int_equal(json_count(json_find(j, "properties")), n);
	}
}

static void
a_number_has_range_unit_and_default(void **state)
{
	const struct json *j = row("test site", "tariff");

	(void)state;
	assert_string_equal(text(j, "kind"), "u32");
	assert_string_equal(text(j, "default"), "7");
	assert_int_equal(json_get_int(json_find(j, "min")), 1);
	assert_int_equal(json_get_int(json_find(j, "max")), 9);
}

static void
words_are_listed_in_order(void **state)
{
	const struct json *j = json_find(row("test site", "enabled"),
	    "words");

	(void)state;
	assert_int_equal(json_count(j), 2);
	assert_string_equal(json_get_text(json_item(j, 0)), "disabled");
	assert_string_equal(json_get_text(json_item(j, 1)), "enabled");
}

static void
names_are_given_in_both_spellings(void **state)
{
	const struct json *j = row("test gauge slow", "defaults-from");

	(void)state;
	assert_string_equal(text(j, "restName"), "defaultsFrom");
	assert_string_equal(text(j, "kind"), "ref");
	assert_non_null(text(j, "ref"));
}

static void
secrets_and_refusals_are_marked(void **state)
{
	const struct json *flags = json_find(row("test gauge slow",
	    "password"), "flags");

	(void)state;
	assert_int_equal(json_count(flags), 1);
	assert_string_equal(json_get_text(json_item(flags, 0)), "secret");
	assert_string_equal(text(row("test box big", "extras"), "refused"),
	    "boxes are plain");
}

static void
items_bring_their_own_rows(void **state)
{
	const struct json *slots = json_find(row("test box big", "slots"),
	    "items");
	const struct json *pins = json_find(pick(json_find(slots,
	    "properties"), "name", "pins"), "items");

	(void)state;
	assert_string_equal(text(pick(json_find(pins, "properties"), "name",
	    "weight"), "kind"), "u32");
}

int
main(void)
{
#define DOC_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	static const struct CMUnitTest tests[] = {
		DOC_TEST(every_type_and_row_is_there),
		DOC_TEST(a_number_has_range_unit_and_default),
		DOC_TEST(words_are_listed_in_order),
		DOC_TEST(names_are_given_in_both_spellings),
		DOC_TEST(secrets_and_refusals_are_marked),
		DOC_TEST(items_bring_their_own_rows),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
