/* tests/unit/core/rest/test_restframing.c - which requests have one length.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/err.h"
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
		{ { "Host", "a" }, true },
		{ { "Host", "a", "Content-Length", "0" }, true },
		{ { "Host", "a", "transfer-encoding", "Chunked" }, true },
		{ { "Host", "a", "Accept", "x", "Accept", "y" }, true },
		{ { "Host", "a", "host", "a" }, false },
		{ { "Host", "a", "Content-Length", "3", "content-length", "3" }, false },
		{ { "Host", "a", "Content-Length", "3", "Transfer-Encoding", "chunked" },
		  false },
		{ { "Host", "a", "Transfer-Encoding", "chunked", "Transfer-Encoding",
		    "chunked" }, false },
		{ { "Host", "a", "Transfer-Encoding", "gzip, chunked" }, false },
		{ { "Host", "a", "Transfer-Encoding", "identity" }, false },
		{ { "Host", "a", "Transfer-Encoding", " chunked" }, false },
		{ { "Host", "a", "Content-Length", "" }, false },
		{ { "Host", "a", "Content-Length", "+3" }, false },
		{ { "Host", "a", "Content-Length", "3, 3" }, false },
		{ { "Host", "a", "Content-Length", "0x3" }, false },
		{ { "Host", "a", "Content-Length", "999999999999999" }, true },
		{ { "Host", "a", "Content-Length", "1000000000000000" },
		  false },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		struct restframing f = { 0 };

		for (int k = 0; k < 6 && rows[i].field[k] != NULL; k += 2)
			restframing_header(&f, rows[i].field[k],
			    rows[i].field[k + 1]);
		if ((restframing_check(&f, NULL) == 0) != rows[i].clear)
			fail_msg("row %zu", i);
	}
}

static void
a_field_without_value_is_not_clear(void **state)
{
	struct restframing f = { 0 };

	(void)state;
	assert_true(restframing_header(&f, "Host", "a"));
	assert_int_equal(restframing_check(&f, NULL), 0);
	assert_true(restframing_header(&f, "Content-Length", NULL));
	assert_int_equal(restframing_check(&f, NULL), ERR_PARSE);
}

static void
what_is_refused_is_named(void **state)
{
	struct restframing f = { .hosts = 1, .lengths = 1, .encodings = 1 };
	struct err e;

	(void)state;
	assert_false(restframing_header(&f, "Accept", "x"));
	assert_int_equal(restframing_check(&f, &e), ERR_PARSE);
	assert_string_equal(e.text, "Content-Length and Transfer-Encoding "
	    "contradict each other");
	f = (struct restframing){ .hosts = 1 };
	(void)restframing_header(&f, "content-length", "4711");
	assert_true(f.body_len == 4711);
	assert_int_equal(restframing_check(&f, &e), 0);
	(void)restframing_header(&f, "host", "b");
	assert_int_equal(restframing_check(&f, &e), ERR_PARSE);
	assert_string_equal(e.text, "more than one Host is given");
}

static void
json_is_known_by_its_whole_name(void **state)
{
	(void)state;
	assert_true(restframing_is_json("application/json"));
	assert_true(restframing_is_json("Application/JSON; charset=utf-8"));
	assert_false(restframing_is_json("application/jsonx"));
	assert_false(restframing_is_json("text/json"));
	assert_false(restframing_is_json(NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_length_or_one_chunked_body_and_one_host),
		cmocka_unit_test(a_field_without_value_is_not_clear),
		cmocka_unit_test(what_is_refused_is_named),
		cmocka_unit_test(json_is_known_by_its_whole_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
