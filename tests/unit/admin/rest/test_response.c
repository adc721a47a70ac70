/* tests/unit/admin/rest/test_response.c - what an answer looks like on the wire, and what it holds.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "admin/rest/budget.h"
#include "admin/rest/response.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"

static void
errors_are_what_clients_read(void **state)
{
	struct response r = { 0 };
	struct err e = { .code = ERR_DENIED, .text = "no" };

	(void)state;
	assert_int_equal(response_err(&r, &e), 403);
	assert_string_equal(r.body, "{\"code\":403,\"message\":\"no\","
	    "\"errorStack\":[],\"apiError\":3}");
	response_fini(&r);
}

static void
a_head_says_length_date_and_nothing_for_other_origins(void **state)
{
	static const char *const lines[] = {
		"HTTP/1.1 429 Too Many Requests\r\n",
		"\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\n",
		"\r\nContent-Type: application/json; charset=UTF-8\r\n",
		"\r\nRetry-After: 7\r\n", "\r\nCache-Control: no-store\r\n",
		"\r\nX-Content-Type-Options: nosniff\r\n",
		"\r\nConnection: close\r\n",
	};
	struct response r = { 0 };
	struct strbuf b;
	char *length;

	(void)state;
	(void)response_error(&r, 429, "later");
	r.retry_s = 7;
	strbuf_init(&b);
	response_format_head(&r, 1700000000, true, &b);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (strstr(b.text, lines[i]) == NULL)
			fail_msg("no %s in %s", lines[i], b.text);
	length = mem_printf("\r\nContent-Length: %zu\r\n", strlen(r.body));
	assert_non_null(strstr(b.text, length));
	assert_string_equal(b.text + b.len - 4, "\r\n\r\n");
	assert_null(strstr(b.text, "Access-Control"));
	assert_null(strstr(b.text, "Set-Cookie"));
	free(length);
	strbuf_fini(&b);
	response_fini(&r);
}

/* RFC 9112 6.2: never both. */
static void
what_has_no_end_has_no_length(void **state)
{
	char type[] = "text/event-stream";
	const struct response r = { .status = 200, .type = type,
	    .endless = true };
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	response_format_head(&r, 0, true, &b);
	assert_non_null(strstr(b.text, "\r\nTransfer-Encoding: chunked\r\n"));
	assert_non_null(strstr(b.text, "\r\nContent-Type: text/event-stream\r\n"));
	assert_null(strstr(b.text, "Content-Length"));
	assert_null(strstr(b.text, "Allow:"));
	strbuf_fini(&b);
}

/* A page has its own style, and still nothing that is loaded or runs. */
static void
a_page_may_look_like_one(void **state)
{
	char type[] = "text/html; charset=utf-8", body[] = "<!doctype html>";
	struct response r = { .status = 200, .type = type, .body = body };
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	response_format_head(&r, 0, false, &b);
	assert_non_null(strstr(b.text, "\r\nContent-Security-Policy: "
	    "default-src 'none'; style-src 'unsafe-inline'; "
	    "frame-ancestors 'none'\r\n"));
	strbuf_clear(&b);
	r.type = NULL;
	response_format_head(&r, 0, false, &b);
	assert_null(strstr(b.text, "style-src"));
	strbuf_fini(&b);
}

static void
options_tells_the_methods_without_a_body(void **state)
{
	struct response r = { 0 };
	struct strbuf b;

	(void)state;
	assert_int_equal(response_options(&r), 200);
	strbuf_init(&b);
	response_format_head(&r, 0, false, &b);
	assert_non_null(strstr(b.text, "\r\nAllow: GET, HEAD, POST"));
	assert_non_null(strstr(b.text, "\r\nContent-Length: 0\r\n"));
	assert_null(strstr(b.text, "Connection:"));
	strbuf_fini(&b);
	response_fini(&r);
}

static void
what_a_body_holds_comes_back_with_its_end(void **state)
{
	struct budget b = { .limit = 10 };
	struct response r = { .budget = &b };

	(void)state;
	assert_true(response_hold(&r, 4));
	assert_true(response_hold(&r, 6));
	assert_false(response_hold(&r, 1));
	(void)response_error(&r, 503, "full");
	assert_int_equal(atomic_load(&b.used), 0);
	assert_true(response_hold(&r, 10));
	response_fini(&r);
	assert_int_equal(atomic_load(&b.used), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_may_look_like_one),
		cmocka_unit_test(errors_are_what_clients_read),
		cmocka_unit_test(
		    a_head_says_length_date_and_nothing_for_other_origins),
		cmocka_unit_test(what_has_no_end_has_no_length),
		cmocka_unit_test(options_tells_the_methods_without_a_body),
		cmocka_unit_test(what_a_body_holds_comes_back_with_its_end),
	};

	return cmocka_run_group_tests_name("response", tests, NULL, NULL);
}
