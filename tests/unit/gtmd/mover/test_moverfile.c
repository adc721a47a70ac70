/* tests/unit/gtmd/mover/test_moverfile.c - names of records.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "gtmd/mover/moverfile.h"
#include "tests/unit/core/base/tempdir.h"

static void
a_name_comes_back(void **state)
{
	static const struct { const char *name, *file; uint32_t run; } k[] = {
		{ "/Common/move", "~Common~move.1.journal", 1 },
		{ "/a/b/c", "~a~b~c.4294967295.journal", UINT32_MAX },
		{ "/Common/a.b-c_D", "~Common~a.b-c_D.20.journal", 20 },
		{ "/Common/odd ~ (1)%", "~Common~odd%20%7E%20%281%29%25.3"
		  ".journal", 3 },
		{ "/Common/x.5", "~Common~x.5.7.journal", 7 },
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(k); i++) {
		char *path = moverfile_path("/f", k[i].name, k[i].run, &e);
		uint32_t run = 0;
		char *name;

		assert_string_equal(path + 3, k[i].file);
		name = moverfile_parse(path + 3, &run);
		assert_string_equal(name, k[i].name);
		assert_int_equal(run, k[i].run);
		free(name);
		free(path);
	}
}

static void
other_files_are_nobodys(void **state)
{
	static const char *const files[] = {
		"", ".journal", "x", "x.journal", "x.1.journal2", "x.01.journal",
		"x.0.journal", ".1.journal", "x.4294967296.journal",
		"x.99999999999.journal", "a%2.1.journal", "a%zz.1.journal",
		"a%00.1.journal", "a b.1.journal", "a.-1.journal",
	};
	uint32_t run;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(files); i++) {
		char *name = moverfile_parse(files[i], &run);

		if (name != NULL)
			fail_msg("%s is run %u of %s", files[i], run, name);
	}
}

static void
a_name_too_long_for_a_file_is_refused(void **state)
{
	char name[200];
	struct err e;
	char *path;

	(void)state;
	memset(name, '+', sizeof(name));
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	path = moverfile_path("/f", name, 1, &e);
	assert_null(path);
	assert_int_equal(e.code, ERR_RANGE);
	name[80] = '\0';
	path = moverfile_path("/f", name, 1, &e);
	assert_non_null(path);
	free(path);
}

static void
on_file(void *arg, const char *path, const char *name, uint32_t run)
{
	unsigned *sum = arg;

	(void)path;
	assert_string_equal(name, "/Common/m");
	*sum += run;
}

static void
a_folder_is_gone_through(void **state)
{
	static const char *const files[] = { "~Common~m.1.journal",
	    "~Common~m.12.journal", "README", "~Common~m.journal" };
	struct tempdir *dir = &tempdir;
	unsigned sum = 0;
	struct err e;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(files); i++)
		tempdir_write(tempdir_file(dir, files[i]), "", 0);
	assert_int_equal(moverfile_each(dir->path, on_file, &sum, &e), 0);
	assert_int_equal(sum, 13);
	assert_int_equal(moverfile_each(tempdir_file(dir, "none"), on_file, &sum,
	    &e), 0);
	assert_int_equal(moverfile_each(tempdir_file(dir, "README"), on_file,
	    &sum, &e), ERR_IO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_comes_back),
		cmocka_unit_test(other_files_are_nobodys),
		cmocka_unit_test(a_name_too_long_for_a_file_is_refused),
		cmocka_unit_test(a_folder_is_gone_through),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, tempdir_set_up, tempdir_tear_down);
}
