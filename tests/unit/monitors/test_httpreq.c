/* tests/unit/monitors/test_httpreq.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/obj.h"
#include "monitors/httpreq.h"

static const struct {
	const char *send, *user, *password, *want;
} row[] = {
	/* Without a version nothing is touched, user or not. */
	{ "GET /\\r\\n", NULL, NULL, "GET /\r\n" },
	{ "GET /\\r\\n", "u", "p", "GET /\r\n" },
	{ NULL, "u", "p", "" },
	{ "PING", NULL, NULL, "PING" },
	{ "GET / HTTP/1.0\\r\\n\\r\\n", NULL, NULL, "GET / HTTP/1.0\r\n\r\n" },
	/* A header section that nothing ends. */
	{ "GET / HTTP/1.0", NULL, NULL, "GET / HTTP/1.0\r\n\r\n" },
	{ "GET / HTTP/1.0\\r\\n", NULL, NULL, "GET / HTTP/1.0\r\n\r\n" },
	{ "GET / HTTP/1.1\\r\\nHost: a\\r\\n", NULL, NULL,
	  "GET / HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ "GET / HTTP/1.1\\nHost: a\\n\\n", NULL, NULL,
	  "GET / HTTP/1.1\nHost: a\n\n" },
	/* A body stays as it is. */
	{ "POST / HTTP/1.0\\r\\n\\r\\nx", NULL, NULL,
	  "POST / HTTP/1.0\r\n\r\nx" },
	/* RFC 7617 section 2, and lengths 1 and 2 over a multiple of 3. */
	{ "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n", "Aladdin", "open sesame",
	  "GET / HTTP/1.1\r\nAuthorization: Basic "
	  "QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\nHost: a\r\n\r\n" },
	{ "GET / HTTP/1.0", "a", NULL,
	  "GET / HTTP/1.0\r\nAuthorization: Basic YTo=\r\n\r\n" },
	{ "GET / HTTP/1.0", "a", "b",
	  "GET / HTTP/1.0\r\nAuthorization: Basic YTpi\r\n\r\n" },
	/* send's own header counts; one in a body does not. */
	{ "GET / HTTP/1.0\\r\\nauthorization: x\\r\\n\\r\\n", "a", "b",
	  "GET / HTTP/1.0\r\nauthorization: x\r\n\r\n" },
	{ "PUT / HTTP/1.0\\r\\n\\r\\n\\nAuthorization: x", "a", "b",
	  "PUT / HTTP/1.0\r\nAuthorization: Basic YTpi\r\n\r\n"
	  "\nAuthorization: x" },
};

static void
octets_are_sends_with_two_completions(void **state)
{
	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		struct httpreq q;

		httpreq_init(&q, row[i].send, row[i].user, row[i].password);
		assert_string_equal(q.octets, row[i].want);
		assert_int_equal(q.len, strlen(row[i].want));
		httpreq_fini(&q);
	}
}

static void
head_is_told_by_its_method(void **state)
{
	struct httpreq q;

	(void)state;
	httpreq_init(&q, "HEAD / HTTP/1.0", NULL, NULL);
	assert_true(q.head);
	httpreq_fini(&q);
	httpreq_init(&q, "HEADER / HTTP/1.0", NULL, NULL);
	assert_false(q.head);
	httpreq_fini(&q);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(octets_are_sends_with_two_completions),
		cmocka_unit_test(head_is_told_by_its_method),
	};

	return cmocka_run_group_tests_name("httpreq", tests, NULL, NULL);
}
