/* tests/unit/core/rest/test_openapicall.c - a call says what it takes, what it
 * gives, and how it is refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/model/json.h"
#include "core/rest/openapicall.h"
#include "tests/unit/core/rest/restkit.h"

/* As restkit_at, of a media type: its slash parts the path. */
static const struct json *
media(const struct json *j, const char *type)
{
	return json_find(json_find(json_find(j, "content"), type), "schema");
}

static void
a_writing_call_takes_a_body_and_may_be_refused_in_every_way(void **state)
{
	static const char *const params[] = { "effect", "ifMatch", NULL };
	const struct openapicall call = { .method = "post", .tag = "t",
	    .summary = "Make one", .params = params, .body = "gtm.x",
	    .named = true, .answer = "gtm.x" };
	struct json *path = json_new_object(), *refusals;
	const struct json *op;

	(void)state;
	openapicall_put(path, "/mgmt/x", &call);
	op = json_find(path, "post");
	assert_true(restkit_says(op, "operationId", "post /mgmt/x"));
	assert_true(restkit_says(op, "tags/0", "t"));
	assert_true(restkit_says(op, "parameters/1/$ref",
	    "#/components/parameters/ifMatch"));
	assert_true(restkit_says(media(restkit_at(op, "requestBody"),
	    "application/json"), "allOf/0/$ref",
	    "#/components/schemas/gtm.x"));
	assert_true(restkit_says(media(restkit_at(op, "requestBody"),
	    "application/json"), "allOf/1/required/0", "name"));
	assert_true(restkit_says(media(restkit_at(op, "responses/200"),
	    "application/json"), "$ref", "#/components/schemas/gtm.x"));
	refusals = openapicall_responses();
	assert_int_equal(json_count(restkit_at(op, "responses")),
	    json_count(refusals) + 1);
	assert_true(restkit_says(op, "responses/507/$ref",
	    "#/components/responses/507"));
	assert_non_null(restkit_at(refusals, "507/description"));
	assert_null(restkit_at(op, "security"));
	json_free(&refusals);
	json_free(&path);
}

static void
a_reading_call_gives_one_or_a_list_or_text(void **state)
{
	struct openapicall call = { .method = "get", .tag = "t",
	    .answer = "gtm.x", .list = true };
	struct json *path = json_new_object();

	(void)state;
	openapicall_put(path, "/a", &call);
	assert_true(restkit_says(media(restkit_at(path, "get/responses/200"),
	    "application/json"), "properties/items/items/$ref",
	    "#/components/schemas/gtm.x"));
	assert_null(restkit_at(path, "get/responses/507"));
	assert_non_null(restkit_at(path, "get/responses/404"));
	assert_null(restkit_at(path, "get/requestBody"));
	assert_null(restkit_at(path, "get/parameters"));
	call = (struct openapicall){ .method = "get", .tag = "t",
	    .type = "text/plain", .open = true };
	openapicall_put(path, "/a", &call);
	assert_true(restkit_says(media(restkit_at(path, "get/responses/200"),
	    "text/plain"), "type", "string"));
	/* No scheme at all: to everybody. */
	assert_int_equal(json_count(restkit_at(path, "get/security")), 0);
	assert_non_null(restkit_at(path, "get/security"));
	call = (struct openapicall){ .method = "delete", .tag = "t" };
	openapicall_put(path, "/a", &call);
	assert_true(restkit_says(path, "delete/responses/200/description",
	    "Done"));
	assert_null(restkit_at(path, "delete/responses/200/content"));
	json_free(&path);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_writing_call_takes_a_body_and_may_be_refused_in_every_way),
		cmocka_unit_test(a_reading_call_gives_one_or_a_list_or_text),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
