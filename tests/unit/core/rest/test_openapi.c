/* tests/unit/core/rest/test_openapi.c - each type, item and route is described
 * where it is served. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/model/json.h"
#include "core/rest/openapi.h"
#include "core/rest/restman.h"
#include "core/rest/restrequest.h"
#include "core/rest/resttree.h"
#include "tests/unit/core/model/sample.h"

static struct json *doc;

static const char *
help(const char *path)
{
	return strcmp(path, "test/turn") == 0 ? "Turn a knob" : NULL;
}

static int
setup(void **state)
{
	static const struct restroute routes[] = {
		{ .path = "test/turn", .methods = RESTREQUEST_POST },
		{ .path = NULL }
	};
	static const struct restman m = { .daemon = "testd",
	    .module = "test", .file = "reference.md",
	    .openapi = "openapi.json", .schema = &sample_schema,
	    .routes = routes, .help = help };

	(void)state;
	doc = openapi_document(&m);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	json_free(&doc);
	return 0;
}

/* The operation, or NULL. */
static const struct json *
call(const char *path, const char *method)
{
	return json_find(json_find(json_find(doc, "paths"), path), method);
}

static const struct json *
property(const char *schema, const char *name)
{
	return json_find(json_find(json_find(json_find(json_find(doc,
	    "components"), "schemas"), schema), "properties"), name);
}

static const char *
text(const struct json *j, const char *key)
{
	return json_get_text(json_find(j, key));
}

static void
objects_have_collection_and_own_path(void **state)
{
	(void)state;
	assert_non_null(call("/mgmt/tm/test/site", "get"));
	assert_non_null(call("/mgmt/tm/test/site", "post"));
	assert_null(call("/mgmt/tm/test/site", "delete"));
	assert_non_null(call("/mgmt/tm/test/site/{name}", "patch"));
	assert_non_null(call("/mgmt/tm/test/site/{name}", "delete"));
	assert_non_null(call("/mgmt/tm/test/site/{name}/stats", "get"));
	assert_non_null(call("/mgmt/tm/test/box/big/{name}/slots/{key}",
	    "put"));
}

static void
there_is_one_of_a_single_object(void **state)
{
	(void)state;
	assert_non_null(call("/mgmt/tm/test/knobs", "patch"));
	assert_null(call("/mgmt/tm/test/knobs", "post"));
	assert_null(call("/mgmt/tm/test/knobs", "delete"));
	assert_null(call("/mgmt/tm/test/knobs/{name}", "get"));
}

static void
what_is_refused_is_not_there(void **state)
{
	(void)state;
	assert_null(call("/mgmt/tm/test/lens", "get"));
	assert_null(property("test.lens", "name"));
	assert_null(call("/mgmt/tm/test/box/big/{name}/extras", "get"));
	assert_non_null(strstr(text(property("test.site", "tariff"),
	    "description"), "nobody pays"));
}

static void
routes_come_with_their_methods_and_help(void **state)
{
	const struct json *post = call("/mgmt/tm/test/turn", "post");

	(void)state;
	assert_string_equal(text(post, "summary"), "Turn a knob");
	assert_null(call("/mgmt/tm/test/turn", "get"));
	assert_non_null(json_find(json_find(post, "responses"), "409"));
}

static void
rows_are_described_by_kind(void **state)
{
	const struct json *j = property("test.site", "tariff");

	(void)state;
	assert_string_equal(text(j, "type"), "integer");
	assert_int_equal(json_get_int(json_find(j, "minimum")), 1);
	assert_int_equal(json_get_int(json_find(j, "maximum")), 9);
	assert_int_equal(json_get_int(json_find(j, "default")), 7);
	assert_string_equal(text(property("test.site", "enabled"), "type"),
	    "boolean");
	assert_string_equal(text(property("test.site", "disabled"), "type"),
	    "boolean");
	j = json_find(property("test.box.big", "mode"), "enum");
	assert_int_equal(json_count(j), 3);
	assert_string_equal(text(json_find(property("test.box.big", "labels"),
	    "items"), "type"), "string");
	assert_int_equal(json_count(json_find(property("test.knobs",
	    "threads"), "anyOf")), 2);
	assert_true(json_get_bool(json_find(property("test.gauge.slow",
	    "password"), "writeOnly")));
	assert_string_equal(text(property("test.box.big", "siteReference"),
	    "$ref"), "#/components/schemas/reference");
	assert_string_equal(text(json_find(property("test.box.big.slots",
	    "pins"), "items"), "$ref"),
	    "#/components/schemas/test.box.big.slots.pins");
	assert_non_null(property("test.box.big.slots.pins", "weight"));
}

int
main(void)
{
#define DOC_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	static const struct CMUnitTest tests[] = {
		DOC_TEST(objects_have_collection_and_own_path),
		DOC_TEST(there_is_one_of_a_single_object),
		DOC_TEST(what_is_refused_is_not_there),
		DOC_TEST(routes_come_with_their_methods_and_help),
		DOC_TEST(rows_are_described_by_kind),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
