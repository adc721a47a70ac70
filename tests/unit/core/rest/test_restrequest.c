/* tests/unit/core/rest/test_restrequest.c - targets and bodies as they come.
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
#include "core/rest/restrequest.h"

static void
parts_are_decoded_once_and_tildes_are_slashes_in_names(void **state)
{
	struct restrequest q = { .segment_count = 0 };

	(void)state;
	assert_int_equal(restrequest_parse_target(&q,
	    "/mgmt/~Common~a%20b/%2FCommon%2Fx/%7Ey%257E/?$top=1&" "f=a+b%2B&x",
	    NULL), 0);
	assert_int_equal(q.segment_count, 4);
	assert_string_equal(q.segments[1].name, "/Common/a b");
	assert_string_equal(q.segments[1].text, "~Common~a b");
	assert_string_equal(q.segments[2].name, "/Common/x");
	assert_string_equal(q.segments[3].name, "~y%7E");
	assert_string_equal(restrequest_param(&q, "$top"), "1");
	assert_string_equal(restrequest_param(&q, "f"), "a b+");
	assert_true(restrequest_flag(&q, "x"));
	assert_false(restrequest_flag(&q, "y"));
	restrequest_fini(&q);
}

static void
targets_that_could_mean_something_else_are_refused(void **state)
{
	static const char *const bad[] = {
		"", "mgmt", "http://x/mgmt", "*", "/a//b", "/a/./b", "/a/../b",
		"/%2e%2e/b", "/a%", "/a%4", "/a%zz", "/a%00", "/a%0a", "/a#b",
		"/a?x=%", "/a\x01", "/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7", "//",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct restrequest q = { .segment_count = 0 };
		struct err e = { 0 };

		if (restrequest_parse_target(&q, bad[i], &e) == 0 ||
		    *e.text == '\0')
			fail_msg("\"%s\" is taken", bad[i]);
		restrequest_fini(&q);
	}
}

static void
a_target_has_a_bound(void **state)
{
	struct restrequest q = { .segment_count = 0 };
	char target[RESTREQUEST_TARGET_MAX + 2];

	(void)state;
	memset(target, 'a', sizeof(target) - 1);
	target[0] = '/';
	target[sizeof(target) - 1] = '\0';
	assert_int_equal(restrequest_parse_target(&q, target, NULL),
	    ERR_RANGE);
	target[RESTREQUEST_TARGET_MAX] = '\0';
	assert_int_equal(restrequest_parse_target(&q, target, NULL), 0);
	restrequest_fini(&q);
}

static int
parse_body(const char *text, struct err *e)
{
	struct restrequest q = { .segment_count = 0 };
	int rc = restrequest_parse_body(&q, text, strlen(text), e);

	restrequest_fini(&q);
	return rc;
}

static void
a_body_is_an_object_of_bounded_depth(void **state)
{
	char deep[100000];
	struct err e = { 0 };

	(void)state;
	memset(deep, '[', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	assert_int_equal(parse_body(deep, &e), ERR_RANGE);
	assert_int_equal(parse_body("[]", &e), ERR_PARSE);
	assert_int_equal(parse_body("{\"a\":1,\"a\":2}", &e), ERR_PARSE);
	assert_int_equal(parse_body("{\"a\":", &e), ERR_PARSE);
	assert_int_equal(parse_body("", &e), 0);
	assert_int_equal(parse_body("{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[["
	    "[[[[[[[[[[[[[\\\"[\"}", &e), 0);
}

static void
methods_are_words_in_capitals(void **state)
{
	(void)state;
	assert_int_equal(restrequest_method_parse("PATCH"), RESTREQUEST_PATCH);
	assert_int_equal(restrequest_method_parse("patch"), 0);
	assert_int_equal(restrequest_method_parse("TRACE"), 0);
	assert_string_equal(restrequest_method_name(RESTREQUEST_DELETE),
	    "DELETE");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    parts_are_decoded_once_and_tildes_are_slashes_in_names),
		cmocka_unit_test(
		    targets_that_could_mean_something_else_are_refused),
		cmocka_unit_test(a_target_has_a_bound),
		cmocka_unit_test(a_body_is_an_object_of_bounded_depth),
		cmocka_unit_test(methods_are_words_in_capitals),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
