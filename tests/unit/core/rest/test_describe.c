/* tests/unit/core/rest/test_describe.c - the document that clients go by.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/rest/describe.h"
#include "tests/unit/core/model/sample.h"

static const struct json *
find_named(const struct json *list, const char *key, const char *name)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (strcmp(json_get_text(json_find(json_item(list, i), key)),
		    name) == 0)
			return json_item(list, i);
	fail_msg("no %s", name);
	return NULL;
}

static void
assert_text(const struct json *j, const char *key, const char *want)
{
	assert_string_equal(json_get_text(json_find(j, key)), want);
}

static void
names_become_camel_case(void **state)
{
	static const struct { const char *name, *want; } step[] = {
		{ "ttl", "ttl" }, { "load-balancing-mode", "loadBalancingMode" },
		{ "persist-cidr-ipv4", "persistCidrIpv4" },
		{ "limit-2-x", "limit2X" },
	};
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		strbuf_clear(&b);
		describe_rest_name(&b, step[i].name);
		assert_string_equal(b.text, step[i].want);
	}
	strbuf_clear(&b);
	describe_path(&b, "gtm pool a");
	assert_string_equal(b.text, "/mgmt/tm/gtm/pool/a");
	strbuf_fini(&b);
}

static void
each_type_and_row_of_the_schema_is_there(void **state)
{
	struct json *doc = describe_schema(&sample_schema);
	const struct json *types = json_find(doc, "types");

	(void)state;
	for (size_t i = 0; sample_schema.types[i] != NULL; i++) {
		const struct type *t = sample_schema.types[i];
		const struct json *j = find_named(types, "words", t->words);
		size_t rows = 0;

		while (t->props != NULL && t->props[rows].name != NULL) {
			(void)find_named(json_find(j, "properties"), "name",
			    t->props[rows].name);
			rows++;
		}
		assert_int_equal(json_count(json_find(j, "properties")), rows);
	}
	json_free(&doc);
}

static void
rows_say_kind_range_words_and_items(void **state)
{
	struct json *doc = describe_schema(&sample_schema);
	const struct json *box = json_find(find_named(json_find(doc, "types"),
	    "words", "test box big"), "properties");
	const struct json *slots = find_named(box, "name", "slots");
	const struct json *p = find_named(box, "name", "mode");

	(void)state;
	assert_text(p, "kind", "enum");
	assert_true(json_count(json_find(p, "words")) >= 2);
	assert_null(json_find(p, "refused"));
	assert_text(slots, "kind", "items");
	p = find_named(json_find(json_find(slots, "item"), "properties"),
	    "name", "order");
	assert_text(p, "kind", "u32");
	assert_text(p, "restName", "order");
	assert_int_equal(json_kind_of(json_find(p, "max")), JSON_KIND_INT);
	json_free(&doc);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_become_camel_case),
		cmocka_unit_test(each_type_and_row_of_the_schema_is_there),
		cmocka_unit_test(rows_say_kind_range_words_and_items),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
