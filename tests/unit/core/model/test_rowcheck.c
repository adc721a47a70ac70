/* tests/unit/core/model/test_rowcheck.c - values that rows of many tables check.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/prop.h"
#include "core/model/rowcheck.h"

static const struct prop row = { .name = "row" };

typedef int check_fn(const struct prop *, const void *, struct err *);

static void
all_give(check_fn *fn, const char *const *words, size_t count, int want)
{
	struct err e;

	for (size_t i = 0; i < count; i++)
		if (fn(&row, &words[i], &e) != want)
			fail_msg("\"%s\" gives not %d", words[i], want);
}

#define ALL_GIVE(fn, words, want)	all_give((fn), (words),		\
	OBJ_COUNT(words), (want))

static void
a_host_has_an_address_of_its_own(void **state)
{
	static const char *const good[] = {
		"10.0.0.1", "127.0.0.1", "223.255.255.255", "2001:db8::1", "::1",
		"fe80::1",
	};
	static const char *const range[] = {
		"0.0.0.0", "::", "224.0.0.1", "239.1.2.3", "255.255.255.255",
		"240.0.0.1", "ff02::1",
	};
	static const char *const form[] = {
		"10.0.0", "10.0.0.1/32", "10.0.0.1:80", "host", "fe80::1%eth0",
	};

	(void)state;
	ALL_GIVE(rowcheck_host, good, 0);
	ALL_GIVE(rowcheck_host, range, ERR_RANGE);
	ALL_GIVE(rowcheck_host, form, ERR_PARSE);
	for (size_t i = 0; i < OBJ_COUNT(range); i++) {
		struct addr a;

		assert_int_equal(addr_parse(range[i], &a), 0);
		assert_int_equal(rowcheck_address(&row, &a, NULL), ERR_RANGE);
	}
}

static void
a_path_begins_at_the_root(void **state)
{
	static const char *const paths[] = { "/", "/run/key" };
	static const char *const no_paths[] = { "run/key", "./key" };

	(void)state;
	ALL_GIVE(rowcheck_path, paths, 0);
	ALL_GIVE(rowcheck_path, no_paths, ERR_PARSE);
}

static void
findings_name_row_and_value(void **state)
{
	static const char *const words[] = { "lan", "224.0.0.1", "key" };
	struct err e;

	(void)state;
	(void)rowcheck_host(&row, &words[0], &e);
	assert_string_equal(e.text, "row: \"lan\" is not an IP address");
	(void)rowcheck_host(&row, &words[1], &e);
	assert_string_equal(e.text,
	    "row: 224.0.0.1 is not the address of one host");
	(void)rowcheck_path(&row, &words[2], &e);
	assert_string_equal(e.text, "row: \"key\" does not start with a /");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_has_an_address_of_its_own),
		cmocka_unit_test(a_path_begins_at_the_root),
		cmocka_unit_test(findings_name_row_and_value),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
