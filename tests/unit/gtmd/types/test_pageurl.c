/* tests/unit/gtmd/types/test_pageurl.c - addresses of pages.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "gtmd/types/pageurl.h"

static void
parts_of_a_url(void **state)
{
	static const struct { const char *text, *to, *path; bool tls; } k[] = {
		{ "http://10.0.0.1", "10.0.0.1:80", "/", false },
		{ "http://10.0.0.1/", "10.0.0.1:80", "/", false },
		{ "https://10.0.0.1/a?b=c", "10.0.0.1:443", "/a?b=c", true },
		{ "http://10.0.0.1:8080/x", "10.0.0.1:8080", "/x", false },
		{ "http://[2001:db8::1]/x", "2001:db8::1.80", "/x", false },
		{ "https://[::1]:65535", "::1.65535", "/", true },
	};
	char text[ADDR_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(k); i++) {
		struct pageurl u;
		struct err e;

		if (pageurl_parse(k[i].text, &u, &e) != 0)
			fail_msg("%s", e.text);
		assert_string_equal(addr_format_port(&u.to, text), k[i].to);
		assert_string_equal(u.path, k[i].path);
		assert_int_equal(u.tls, k[i].tls);
	}
}

static void
what_is_no_url_of_an_address_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "http://", "http:///", "ftp://10.0.0.1/", "10.0.0.1/x",
		"http://www.example.com/", "http://10.0.0.1:/", "http://10.0.0.1:0/",
		"http://10.0.0.1:080/", "http://10.0.0.1:65536/",
		"http://10.0.0.1:99999/", "http://10.0.0.1:8x/",
		"http://u@10.0.0.1/", "http://2001:db8::1/", "http://[10.0.0.1]/",
		"http://[::1/", "http://[::1]x/", "http://10.0.0.1/a b",
		"http://10.0.0.1/#x", "http://10.0.0.1?x", "http://[]/",
		"http://10.0.0.1/\r\nX: y", "http://10.0.0.1/\xc3\xbc",
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++) {
		struct pageurl u = { .path = "kept" };

		if (pageurl_parse(bad[i], &u, &e) != ERR_PARSE ||
		    strcmp(u.path, "kept") != 0)
			fail_msg("\"%s\" is taken", bad[i]);
	}
	assert_int_equal(pageurl_parse("http://0.0.0.0/", &(struct pageurl){
	    .path = "" }, &e), ERR_RANGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_of_a_url),
		cmocka_unit_test(what_is_no_url_of_an_address_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
