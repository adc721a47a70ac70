/* tests/unit/admin/rest/test_framing.c - a head has one reading or none.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "admin/rest/framing.h"
#include "core/base/err.h"
#include "core/base/obj.h"

#define HOST	{ "Host", "gtm" }
#define LEN	{ "Content-Length", "5" }
#define CHUNKED	{ "Transfer-Encoding", "chunked" }

static const struct {
	struct { const char *name, *value; } line[4];
	int want;
} rows[] = {
	{ { HOST }, 0 }, { { HOST, LEN }, 0 }, { { HOST, CHUNKED }, 0 },
	{ { LEN }, ERR_PARSE }, { { HOST, HOST }, ERR_PARSE },
	{ { HOST, LEN, LEN }, ERR_PARSE }, { { HOST, LEN, CHUNKED }, ERR_PARSE },
	{ { HOST, CHUNKED, CHUNKED }, ERR_PARSE },
	{ { HOST, { "content-length", "5, 5" } }, ERR_PARSE },
	{ { HOST, { "Content-Length", "+5" } }, ERR_PARSE },
	{ { HOST, { "Content-Length", "-1" } }, ERR_PARSE },
	{ { HOST, { "Content-Length", "0x5" } }, ERR_PARSE },
	{ { HOST, { "Content-Length", NULL } }, ERR_PARSE },
	{ { HOST, { "Content-Length", "9999999999999999" } }, ERR_PARSE },
	{ { HOST, { "Transfer-Encoding", "gzip, chunked" } }, ERR_PARSE },
	{ { HOST, { "Transfer-Encoding", "\vchunked" } }, ERR_PARSE },
	{ { HOST, { "Content-Length ", "5" } }, ERR_PARSE },
	{ { HOST, { "X", "a\rb" } }, ERR_PARSE }, { { HOST, { "", "a" } }, ERR_PARSE },
	{ { HOST, { "Authorization", "a" }, { "authorization", "b" } }, ERR_PARSE },
	{ { HOST, { "X-F5-Auth-Token", "a" }, { "x-f5-auth-token", "b" } }, ERR_PARSE },
	{ { HOST, { "Origin", "https://gtm" } }, 0 },
	{ { HOST, { "Origin", "http://gtm" } }, ERR_DENIED },
	{ { HOST, { "Origin", "null" } }, ERR_DENIED },
	{ { HOST, LEN, { "Content-Type", "Application/JSON; charset=utf-8" } }, 0 },
	{ { HOST, LEN, { "Content-Type", "text/plain" } }, ERR_UNSUPPORTED },
	{ { HOST, LEN, { "Content-Type", "application/jsonx" } }, ERR_UNSUPPORTED },
	{ { HOST, { "Content-Type", "text/plain" } }, 0 },
};

static void
each_head_has_its_verdict(void **state)
{
	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		struct framing f = { 0 };
		struct err e = { 0 };
		int rc;

		for (size_t n = 0; n < 4 && rows[i].line[n].name != NULL; n++)
			framing_push(&f, rows[i].line[n].name, rows[i].line[n].value);
		rc = framing_check(&f, &e);
		if (rc != rows[i].want)
			fail_msg("row %zu: %d %s, want %d", i, rc, e.text, rows[i].want);
	}
}

static void
a_head_has_a_hundred_lines_at_most(void **state)
{
	struct framing f = { 0 };

	(void)state;
	framing_push(&f, "Host", "gtm");
	for (int i = 1; i < FRAMING_HEADERS_MAX; i++)
		framing_push(&f, "X", "y");
	assert_int_equal(framing_check(&f, NULL), 0);
	framing_push(&f, "X", "y");
	assert_int_equal(framing_check(&f, NULL), ERR_RANGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_head_has_its_verdict),
		cmocka_unit_test(a_head_has_a_hundred_lines_at_most),
	};

	return cmocka_run_group_tests_name("framing", tests, NULL, NULL);
}
