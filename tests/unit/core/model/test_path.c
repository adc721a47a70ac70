/* tests/unit/core/model/test_path.c - full paths: what may stand in them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/path.h"

static void
a_bare_name_lives_in_common(void **state)
{
	static const struct { const char *name, *want; } good[] = {
		{ "x", "/Common/x" }, { "/Common/x", "/Common/x" },
		{ "/tenant/app/x", "/tenant/app/x" },
		{ "a (b)", "/Common/a (b)" }, { "*.b.c?", "/Common/*.b.c?" },
		{ "...", "/Common/..." },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(good); i++) {
		char *path = path_absolute(good[i].name, NULL);

		assert_non_null(path);
		assert_string_equal(path, good[i].want);
		free(path);
	}
}

static void
what_is_no_path_is_told_why(void **state)
{
	static const struct { const char *name, *why; } bad[] = {
		{ "", "name is empty" },
		{ "/x", "name \"/x\" is a partition without a name in it" },
		{ "/a//b", "name \"/a//b\" is not a path" },
		{ "/a/./b", "name \"/a/./b\" is not a path" },
		{ "/a/b/", "name \"/a/b/\" is not a path" },
		{ "/a/ b", "name \"/a/ b\" is not a path" },
		{ "a ", "name \"a \" starts or ends with a blank" },
		{ "a\\b", "name \"a\\b\" holds octet 0x5c, which no name may" },
		{ "a\x7f", "name \"a?\" holds octet 0x7f, which no name may" },
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++) {
		assert_null(path_absolute(bad[i].name, &e));
		assert_int_equal(e.code, ERR_PARSE);
		assert_string_equal(e.text, bad[i].why);
	}
}

static void
keys_may_hold_slashes_with_something_after_each(void **state)
{
	(void)state;
	assert_int_equal(path_check_key("/a/b:/c", NULL), 0);
	assert_int_equal(path_check_key("/a/b:/", NULL), ERR_PARSE);
	assert_int_equal(path_check_key("/a//b", NULL), ERR_PARSE);
	assert_int_equal(path_check_key("", NULL), ERR_PARSE);
	assert_int_equal(path_check_key("a{", NULL), ERR_PARSE);
}

/* 255 octets with the partition that was not written. */
static void
the_whole_path_counts_against_the_limit(void **state)
{
	char name[300];
	char *path;
	struct err e;

	(void)state;
	memset(name, 'x', sizeof(name));
	name[247] = '\0';
	path = path_absolute(name, &e);
	assert_int_equal(strlen(path), PATH_MAX_LEN);
	free(path);
	name[247] = 'x';
	name[248] = '\0';
	assert_null(path_absolute(name, &e));
	assert_int_equal(e.code, ERR_RANGE);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bare_name_lives_in_common),
		cmocka_unit_test(what_is_no_path_is_told_why),
		cmocka_unit_test(keys_may_hold_slashes_with_something_after_each),
		cmocka_unit_test(the_whole_path_counts_against_the_limit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
