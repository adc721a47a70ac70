/* tests/unit/admin/rest/test_httphead.c - one form of a head is taken, every other is refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/rest/httphead.h"
#include "core/base/err.h"
#include "core/base/mem.h"

#define FIRST	"GET /a HTTP/1.1\r\n"

/* As a connection does it: find the end, then parse. 0 or the code. */
static int
take(struct httphead *h, const char *octets, size_t len, char **text)
{
	struct err e = { 0 };
	size_t at = 0;
	int end = httphead_find_end(octets, len, &at, &e);

	*text = NULL;
	if (end <= 0)
		return end == 0 ? ERR_NOTFOUND : end;
	*text = mem_strndup(octets, (size_t)end);
	return httphead_parse(h, *text, (size_t)end, &e);
}

static void
lines_are_found_by_name_without_their_blanks(void **state)
{
	static const char head[] = "PATCH /x?y=1 HTTP/1.1\r\nHost:a\r\n"
	    "If-Match: \t \"1\" \t\r\nEmpty:\r\n\r\n{}";
	struct httphead h;
	char *text;

	(void)state;
	assert_int_equal(take(&h, head, sizeof(head) - 1, &text), 0);
	assert_string_equal(h.method, "PATCH");
	assert_string_equal(h.target, "/x?y=1");
	assert_int_equal(h.count, 3);
	assert_string_equal(httphead_find(&h, "hOST"), "a");
	assert_string_equal(httphead_find(&h, "if-match"), "\"1\"");
	assert_string_equal(httphead_find(&h, "Empty"), "");
	assert_null(httphead_find(&h, "Hos"));
	assert_int_equal(h.framing.length.hosts, 1);
	free(text);
}

static void
the_end_is_the_same_however_it_arrives(void **state)
{
	static const char head[] = FIRST "Host: a\r\n\r\nmore";
	const size_t whole = sizeof(head) - 1 - 4;
	struct err e;
	size_t at = 0;

	(void)state;
	for (size_t len = 0; len < whole; len++)
		assert_int_equal(httphead_find_end(head, len, &at, &e), 0);
	assert_int_equal(httphead_find_end(head, sizeof(head) - 1, &at, &e),
	    whole);
}

static void
another_form_is_refused(void **state)
{
#define BAD(text)	{ text, sizeof(text) - 1 }
	static const struct { const char *octets; size_t len; } bad[] = {
		BAD("GET /a HTTP/1.1\nHost: a\r\n\r\n"),
		BAD(FIRST "Host: a\n\r\n"),
		BAD(FIRST "Host: a\r\n\n"),
		BAD(FIRST "Host: a\rb: c\r\n\r\n"),
		BAD(FIRST "Host: a\r\r\n\r\n"),
		BAD(FIRST "Host: a\0b\r\n\r\n"),
		BAD(FIRST "Host: a\x01\r\n\r\n"),
		BAD(FIRST "Host: a\x7f\r\n\r\n"),
		BAD(FIRST " Host: a\r\n\r\n"),
		BAD(FIRST "Host: a\r\n b\r\n\r\n"),
		BAD(FIRST "Host: a\r\n\tb\r\n\r\n"),
		BAD(FIRST "Host\r\n\r\n"),
		BAD("\r\n" FIRST "\r\n"),
		BAD("GET /a\r\n"),
		BAD("GET /a HTTP/1.0\r\n\r\n"),
		BAD("GET /a HTTP/2.0\r\n\r\n"),
		BAD("GET /a HTTP/1.10\r\n\r\n"),
		BAD("GET /a http/1.1\r\n\r\n"),
		BAD("GET /a HTTP/1.1 \r\n\r\n"),
		BAD("GET  /a HTTP/1.1\r\n\r\n"),
		BAD("GET /a  HTTP/1.1\r\n\r\n"),
		BAD("GET /a b HTTP/1.1\r\n\r\n"),
		BAD("GET\t/a HTTP/1.1\r\n\r\n"),
		BAD(" GET /a HTTP/1.1\r\n\r\n"),
		BAD("get /a HTTP/1.1\r\n\r\n"),
		BAD("G(T /a HTTP/1.1\r\n\r\n"),
		BAD(" HTTP/1.1\r\n\r\n"),
		BAD("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
	};
#undef BAD
	struct httphead h;
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (take(&h, bad[i].octets, bad[i].len, &text) != ERR_PARSE)
			fail_msg("%zu: %s", i, bad[i].octets);
		free(text);
	}
}

static void
names_that_touch_no_colon_are_left_to_the_judge(void **state)
{
	static const char head[] = FIRST "Host: a\r\nContent-Length : 3\r\n\r\n";
	struct httphead h;
	struct err e;
	char *text;

	(void)state;
	assert_int_equal(take(&h, head, sizeof(head) - 1, &text), 0);
	assert_int_equal(framing_check(&h.framing, &e), ERR_PARSE);
	free(text);
}

static void
a_hundred_lines_are_the_most(void **state)
{
	char head[2048] = FIRST, *text;
	struct httphead h;

	(void)state;
	for (int i = 0; i < FRAMING_HEADERS_MAX; i++)
		(void)snprintf(head + strlen(head), sizeof(head) -
		    strlen(head), "a: %d\r\n", i);
	for (int over = 0; over <= 1; over++) {
		size_t len = strlen(head);

		(void)snprintf(head + len, sizeof(head) - len, "\r\n");
		assert_int_equal(take(&h, head, strlen(head), &text),
		    over == 0 ? 0 : ERR_RANGE);
		(void)snprintf(head + len, sizeof(head) - len, "b: c\r\n");
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_found_by_name_without_their_blanks),
		cmocka_unit_test(the_end_is_the_same_however_it_arrives),
		cmocka_unit_test(another_form_is_refused),
		cmocka_unit_test(
		    names_that_touch_no_colon_are_left_to_the_judge),
		cmocka_unit_test(a_hundred_lines_are_the_most),
	};

	return cmocka_run_group_tests_name("httphead", tests, NULL, NULL);
}
