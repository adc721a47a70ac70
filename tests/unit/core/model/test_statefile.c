/* tests/unit/core/model/test_statefile.c - whole files or none.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/model/statefile.h"
#include "tests/unit/core/base/tempdir.h"

static void
a_file_is_replaced_whole_and_keeps_its_mode(void **state)
{
	const char *path = tempdir_file(&tempdir, "f");
	struct stat st;
	char *text;
	size_t len;

	(void)state;
	assert_int_equal(statefile_write(path, "one", 3, NULL), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(statefile_write(path, "\0two", 4, NULL), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	assert_int_equal(statefile_read(path, &text, &len, NULL), 0);
	assert_int_equal(len, 4);
	assert_memory_equal(text, "\0two", 5);
	free(text);
	assert_int_equal(access(tempdir_file(&tempdir, "f.tmp"), F_OK), -1);
}

static void
a_write_that_fails_leaves_the_old_file(void **state)
{
	const char *path = tempdir_file(&tempdir, "f");
	struct rlimit was, now;
	struct err e;
	char *text;
	size_t len;

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(statefile_write(path, "old", 3, NULL), 0);
	(void)getrlimit(RLIMIT_FSIZE, &was);
	now = was;
	now.rlim_cur = 4;
	(void)setrlimit(RLIMIT_FSIZE, &now);
	assert_int_equal(statefile_write(path, "longer", 6, &e),
	    ERR_NOSPACE);
	(void)setrlimit(RLIMIT_FSIZE, &was);
	assert_non_null(strstr(e.text, "/f: cannot write"));
	assert_int_equal(statefile_read(path, &text, &len, NULL), 0);
	assert_string_equal(text, "old");
	free(text);
	assert_int_equal(access(tempdir_file(&tempdir, "f.tmp"), F_OK), -1);
	assert_int_equal(statefile_write(tempdir_file(&tempdir, "no/f"), "x", 1,
	    &e), ERR_IO);
}

static void
what_is_not_there_is_told_apart_from_failure(void **state)
{
	struct err e;
	char *text;
	size_t len;

	(void)state;
	assert_int_equal(statefile_read(tempdir_file(&tempdir, "no"), &text, &len,
	    &e), ERR_NOTFOUND);
	assert_int_equal(statefile_read(tempdir.path, &text, &len, &e), ERR_IO);
}

static void
large_files_are_read_to_their_end(void **state)
{
	const char *path = tempdir_file(&tempdir, "f");
	char *text = calloc(1, 300000), *back;
	size_t len;

	(void)state;
	memset(text, 'x', 300000);
	text[299999] = 'y';
	assert_int_equal(statefile_write(path, text, 300000, NULL), 0);
	assert_int_equal(statefile_read(path, &back, &len, NULL), 0);
	assert_int_equal(len, 300000);
	assert_memory_equal(back, text, 300000);
	free(back);
	/* Some files do not say how long they are. */
	assert_int_equal(statefile_read("/proc/self/status", &back, &len,
	    NULL), 0);
	assert_true(len > 100);
	free(back);
	free(text);
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, tempdir_set_up, \
	    tempdir_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		RULE(a_file_is_replaced_whole_and_keeps_its_mode),
		RULE(a_write_that_fails_leaves_the_old_file),
		RULE(what_is_not_there_is_told_apart_from_failure),
		RULE(large_files_are_read_to_their_end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
