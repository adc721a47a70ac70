/* tests/unit/monitors/test_programfile.c - nobody but root decides what runs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "monitors/programfile.h"
#include "tests/unit/monitors/programs.h"

static void
a_name_means_a_file_of_the_folder(void **state)
{
	static const char *const good[] = {
		"check", "/Common/check", "/srv/progs/check",
	};

	(void)state;
	assert_string_equal(programfile_folder(), "/etc/gtm/monitors");
	programfile_set_folder("/srv/progs");
	for (size_t i = 0; i < OBJ_COUNT(good); i++) {
		char *path = programfile_path(good[i], NULL);

		assert_string_equal(path, "/srv/progs/check");
		free(path);
	}
	programfile_set_folder(PROGRAMFILE_FOLDER);
}

static void
nothing_leads_out_of_the_folder(void **state)
{
	static const char *const outside[] = {
		"/bin/sh", "/etc/gtm/monitorsx/a", "/etc/gtm", "/Other/check",
	}, *const no_names[] = {
		"..", "../sh", "a/b", ".hidden", "-c", "a b", "",
		"/Common/../sh", "/Common/a/b", "/Common/",
		"/etc/gtm/monitors/", "/etc/gtm/monitors/../x",
		"/etc/gtm/monitors//x", "a;b", "a\nb",
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(outside); i++) {
		assert_null(programfile_path(outside[i], &e));
		assert_int_equal(e.code, ERR_RANGE);
		assert_non_null(strstr(e.text, PROGRAMFILE_FOLDER));
	}
	for (size_t i = 0; i < OBJ_COUNT(no_names); i++) {
		assert_null(programfile_path(no_names[i], &e));
		assert_int_equal(e.code, ERR_RANGE);
	}
}

static void
expect(const char *path, int want, const char *words)
{
	struct err e = { 0 };
	int rc = programfile_check(path, &e);

	if (rc != want || (words != NULL && strstr(e.text, words) == NULL))
		fail_msg("%s: %d, want %d: %s", path, rc, want, e.text);
}

static void
only_what_root_alone_may_write_is_run(void **state)
{
	struct programs_folder f;
	char link[128];

	(void)state;
	programs_open(&f);
	expect(programs_write(&f, "good", "echo up", 0755), 0, NULL);
	expect(programs_write(&f, "own", "echo up", 0500), 0, NULL);
	expect(programs_write(&f, "group", "echo up", 0775), EPERM, "write");
	expect(programs_write(&f, "all", "echo up", 0757), EPERM, "write");
	expect(programs_write(&f, "plain", "echo up", 0644), EACCES,
	    "executable");
	(void)programs_write(&f, "foreign", "echo up", 0755);
	assert_int_equal(chown(f.file, 65534, 0), 0);
	expect(f.file, EPERM, "owned");
	(void)snprintf(link, sizeof(link), "%s/link", f.path);
	assert_int_equal(symlink("good", link), 0);
	expect(link, ELOOP, "symbolic link");
	programs_close(&f);
}

static void
what_is_not_there_or_no_file_is_told(void **state)
{
	struct programs_folder f;
	char path[128];

	(void)state;
	programs_open(&f);
	(void)snprintf(path, sizeof(path), "%s/missing", f.path);
	expect(path, ENOENT, "No such file");
	(void)snprintf(path, sizeof(path), "%s/", f.path);
	path[strlen(path) - 1] = '\0';
	expect(path, EACCES, "regular");
	(void)programs_write(&f, "file", "echo up", 0755);
	(void)snprintf(path, sizeof(path), "%s/file/x", f.path);
	expect(path, ENOTDIR, "directory");
	programs_close(&f);
}

/* A folder that others may write is one where they may swap the program. */
static void
folders_on_the_way_count(void **state)
{
	struct programs_folder f;

	(void)state;
	programs_open(&f);
	(void)programs_write(&f, "good", "echo up", 0755);
	assert_int_equal(chmod(f.path, 0777), 0);
	expect(f.file, EPERM, "write");
	assert_int_equal(chmod(f.path, 01777), 0);	/* as /tmp is */
	expect(f.file, 0, NULL);
	assert_int_equal(chmod(f.path, 0755), 0);
	assert_int_equal(chown(f.path, 65534, 0), 0);
	expect(f.file, EPERM, "owned");
	programs_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_means_a_file_of_the_folder),
		cmocka_unit_test(nothing_leads_out_of_the_folder),
		cmocka_unit_test(only_what_root_alone_may_write_is_run),
		cmocka_unit_test(what_is_not_there_or_no_file_is_told),
		cmocka_unit_test(folders_on_the_way_count),
	};

	return cmocka_run_group_tests_name("programfile", tests, NULL, NULL);
}
