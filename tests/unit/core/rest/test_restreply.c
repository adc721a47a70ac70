/* tests/unit/core/rest/test_restreply.c - errors as clients read them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/json.h"
#include "core/rest/restreply.h"

static void
each_code_has_its_status(void **state)
{
	static const struct { int code, status; } pairs[] = {
		{ ERR_PARSE, 400 }, { ERR_RANGE, 400 }, { ERR_UNKNOWN, 400 },
		{ ERR_UNSUPPORTED, 400 }, { ERR_REF, 400 },
		{ ERR_CONFLICT, 400 }, { ERR_EXISTS, 409 },
		{ ERR_NOTFOUND, 404 }, { ERR_DENIED, 403 }, { ERR_IO, 500 },
		{ ERR_BUSY, 503 }, { ERR_NOSPACE, 507 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_int_equal(restreply_status_of(pairs[i].code),
		    pairs[i].status);
}

static void
an_error_takes_the_place_of_what_was_there(void **state)
{
	struct restreply r = { 0 };
	struct json *j = json_new_object();
	char *line;

	(void)state;
	restreply_json(&r, 200, &j);
	assert_null(j);
	assert_int_equal(restreply_error(&r, 404, "no %s", "x"), 404);
	line = json_line(r.body);
	assert_string_equal(line, "{\"code\":404,\"message\":\"no x\","
	    "\"errorStack\":[],\"apiError\":3}");
	free(line);
	restreply_fini(&r);
}

static void
findings_are_all_told_and_the_first_error_decides(void **state)
{
	struct restreply r = { 0 };
	struct diag d;

	(void)state;
	diag_init(&d);
	diag_warn(&d, NULL, "mild");
	(void)diag_error(&d, NULL, ERR_NOSPACE, "full");
	(void)diag_error(&d, NULL, ERR_RANGE, "far");
	assert_int_equal(restreply_diag(&r, &d), 507);
	assert_string_equal(json_get_text(json_find(r.body, "message")),
	    "full; far");
	diag_fini(&d);
	restreply_fini(&r);
}

static bool
on_more(void *arg, struct strbuf *out)
{
	(void)arg;
	(void)out;
	return false;
}

static void
on_free(void *arg)
{
	++*(unsigned *)arg;
}

static void
a_stream_that_nobody_takes_is_freed_once(void **state)
{
	struct restreply r = { 0 };
	unsigned freed = 0;
	struct restreply_stream s = { on_more, on_free, &freed };

	(void)state;
	restreply_stream(&r, "text/plain", &s);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.type, "text/plain");
	(void)restreply_error(&r, 503, "later");
	assert_int_equal(freed, 1);
	assert_null(r.type);
	restreply_fini(&r);
	assert_int_equal(freed, 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_code_has_its_status),
		cmocka_unit_test(an_error_takes_the_place_of_what_was_there),
		cmocka_unit_test(
		    findings_are_all_told_and_the_first_error_decides),
		cmocka_unit_test(a_stream_that_nobody_takes_is_freed_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
