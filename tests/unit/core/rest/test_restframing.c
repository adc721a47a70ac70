/* tests/unit/core/rest/test_restframing.c - which requests have one length.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "core/rest/restframing.h"

static void
one_length_or_one_chunked_body_and_one_host(void **state)
{
	static const struct {
		const char	*field[6];	/* name, value, ... */
		bool		 clear;
	} rows[] = {
		{ { NULL }, true },
		{ { "Host", "a", "Content-Length", "0" }, true },
		{ { "transfer-encoding", "Chunked" }, true },
		{ { "Accept", "x", "Accept", "y" }, true },
		{ { "Host", "a", "host", "a" }, false },
		{ { "Content-Length", "3", "content-length", "3" }, false },
		{ { "Content-Length", "3", "Transfer-Encoding", "chunked" },
		  false },
		{ { "Transfer-Encoding", "chunked", "Transfer-Encoding",
		    "chunked" }, false },
		{ { "Transfer-Encoding", "gzip, chunked" }, false },
		{ { "Transfer-Encoding", "identity" }, false },
		{ { "Transfer-Encoding", " chunked" }, false },
		{ { "Content-Length", "" }, false },
		{ { "Content-Length", "+3" }, false },
		{ { "Content-Length", "3, 3" }, false },
		{ { "Content-Length", "0x3" }, false },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		struct restframing f = { 0 };

		for (int k = 0; k < 6 && rows[i].field[k] != NULL; k += 2)
			restframing_header(&f, rows[i].field[k],
			    rows[i].field[k + 1]);
		if (restframing_is_clear(&f) != rows[i].clear)
			fail_msg("row %zu", i);
	}
}

static void
a_field_without_value_is_not_clear(void **state)
{
	struct restframing f = { 0 };

	(void)state;
	restframing_header(&f, "Content-Length", NULL);
	assert_false(restframing_is_clear(&f));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_length_or_one_chunked_body_and_one_host),
		cmocka_unit_test(a_field_without_value_is_not_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
