/* tests/unit/admin/rest/test_chunked.c - chunks are read in one form, wherever they are cut.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "admin/rest/chunked.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"

/* In pieces of that size. The octets used, or the code. */
static ssize_t
read_in(const char *octets, size_t piece, struct chunked *c, struct strbuf *b)
{
	size_t len = strlen(octets), at = 0;

	*c = (struct chunked){ .state = CHUNKED_SIZE };
	while (at < len && c->state != CHUNKED_DONE) {
		size_t n = len - at < piece ? len - at : piece;
		struct err e = { 0 };
		ssize_t rc = chunked_read(c, octets + at, n, b, &e);

		if (rc < 0) {
			assert_true(*e.text != '\0');
			return rc;
		}
		assert_true((size_t)rc == n || c->state == CHUNKED_DONE);
		at += (size_t)rc;
	}
	return (ssize_t)at;
}

static void
chunks_are_one_body_however_they_arrive(void **state)
{
	static const char body[] = "3\r\n{\"a\r\n00C\r\n\":\"\r\n0\r\n\"}\r\n"
	    "\r\n0\r\n\r\nGET";
	struct chunked c;

	(void)state;
	for (size_t piece = 1; piece < sizeof(body); piece++) {
		struct strbuf b;

		strbuf_init(&b);
		assert_int_equal(read_in(body, piece, &c, &b),
		    sizeof(body) - 1 - 3);
		assert_int_equal(c.state, CHUNKED_DONE);
		assert_string_equal(b.text, "{\"a\":\"\r\n0\r\n\"}\r\n");
		strbuf_fini(&b);
	}
}

static void
another_form_is_refused(void **state)
{
	static const char *const bad[] = {
		"\r\n", "x\r\n", "-1\r\n", "+1\r\n", "0x1\r\n", " 1\r\n",
		"1 \r\na\r\n", "1;a=b\r\na\r\n", "1\na\r\n", "1\r\na\n",
		"1\r\nab\r\n", "2\r\na\r\n0\r\n\r\n", "1\rx", "00000001\r\na",
		"10000000\r\n", "0\r\nTrailer: a\r\n\r\n", "0\r\n\n",
		"0\r\n\rx",
	};
	struct chunked c;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct strbuf b;

		strbuf_init(&b);
		if (read_in(bad[i], 100, &c, &b) != ERR_PARSE)
			fail_msg("%zu: %s", i, bad[i]);
		strbuf_fini(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chunks_are_one_body_however_they_arrive),
		cmocka_unit_test(another_form_is_refused),
	};

	return cmocka_run_group_tests_name("chunked", tests, NULL, NULL);
}
