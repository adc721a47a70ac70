/* tests/unit/admin/shell/test_inquiry.c - shares before and after, for eyes.
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

#include "admin/shell/inquiry.h"
#include "admin/shell/session.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/json.h"

static const struct {
	const char	*effect, *want;
} rows[] = {
	/* what goes, what stays and what comes has a line each */
	{ "{\"before\": [{\"wideip\": \"w\", \"type\": \"a\", \"shares\": ["
	  "{\"pool\": \"p\", \"member\": \"m\", \"share\": 0.25},"
	  "{\"pool\": \"p\", \"member\": \"n\", \"share\": 0.75}]}],"
	  "\"after\": [{\"wideip\": \"w\", \"type\": \"a\", \"shares\": ["
	  "{\"pool\": \"p\", \"member\": \"n\", \"share\": 0.5},"
	  "{\"answer\": \"zones\", \"share\": 0.5}]}]}",
	  "wide IP  pool  answer  before  after\n"
	  "w        p     m          25%     0%\n"
	  "w        p     n          75%    50%\n"
	  "w              zones       0%    50%\n" },
	/* a wide IP that is new */
	{ "{\"before\": [], \"after\": [{\"wideip\": \"w\", \"type\": \"a\","
	  "\"shares\": [{\"answer\": \"zones\", \"share\": 1}]}]}",
	  "wide IP  pool  answer  before  after\n"
	  "w              zones       0%   100%\n" },
	/* types of one name are told apart, and the rest is counted */
	{ "{\"before\": [{\"wideip\": \"w\", \"type\": \"a\", \"shares\": ["
	  "{\"answer\": \"x\", \"share\": 1}]}, {\"wideip\": \"w\", "
	  "\"type\": \"aaaa\", \"shares\": [{\"answer\": \"x\", "
	  "\"share\": 1}]}, {\"more\": 3}], \"after\": [{\"wideip\": \"w\", "
	  "\"type\": \"aaaa\", \"shares\": [{\"answer\": \"x\", "
	  "\"share\": 1}]}, {\"more\": 3}]}",
	  "wide IP  pool  answer  before  after\n"
	  "w              x         100%     0%\n"
	  "w              x         100%   100%\n"
	  "and 3 more wide IPs\n" },
	{ "{}", "No wide IP depends on it.\n" },
};

static void
each_share_has_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		struct session s = { .ended = false };
		struct err e = { 0 };
		struct json *j = json_parse(rows[i].effect,
		    strlen(rows[i].effect), &e);
		char *text = NULL;
		size_t len;

		assert_non_null(j);
		s.out = open_memstream(&text, &len);
		assert_non_null(s.out);
		inquiry_effect(&s, j);
		assert_int_equal(fclose(s.out), 0);
		assert_string_equal(text, rows[i].want);
		free(text);
		json_free(&j);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_share_has_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
