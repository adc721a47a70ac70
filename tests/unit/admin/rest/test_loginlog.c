/* tests/unit/admin/rest/test_loginlog.c - a line each, and strangers do not fill the disk.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/rest/loginlog.h"
#include "core/base/addr.h"
#include "core/base/log.h"
#include "tests/unit/core/base/tempdir.h"

static void
note(const char *path, const char *user, const char *result)
{
	struct addr from;

	assert_int_equal(addr_parse("2001:db8::1", &from), 0);
	loginlog_write(path, &(struct loginlog_event){ .what = "login",
	    .user = user, .from = &from, .result = result }, 7);
}

static void
lines_are_appended_for_the_owner_only(void **state)
{
	const char *path = tempdir_file(&tempdir, "a");
	struct stat st;
	char *text;
	size_t len;

	(void)state;
	note(path, "op", "ok");
	note(path, "my password?", "wrong");
	text = tempdir_read(path, &len);
	assert_string_equal(text, "{\"time\":7,\"event\":\"login\","
	    "\"user\":\"op\",\"from\":\"2001:db8::1\",\"result\":\"ok\"}\n"
	    "{\"time\":7,\"event\":\"login\",\"user\":\"?\","
	    "\"from\":\"2001:db8::1\",\"result\":\"wrong\"}\n");
	free(text);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
a_large_file_takes_successes_only(void **state)
{
	const struct log_config quiet = { .fd = -1, .level = LOG_ERROR };
	const char *path = tempdir_file(&tempdir, "b");
	struct stat st;

	(void)state;
	log_setup(&quiet);
	tempdir_write(path, "", 0);
	assert_int_equal(truncate(path, (off_t)LOGINLOG_MAX + 1), 0);
	note(path, "op", "wrong");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, LOGINLOG_MAX + 1);
	note(path, "op", "ok");
	assert_int_equal(stat(path, &st), 0);
	assert_true((size_t)st.st_size > LOGINLOG_MAX + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_appended_for_the_owner_only),
		cmocka_unit_test(a_large_file_takes_successes_only),
	};

	return cmocka_run_group_tests_name("loginlog", tests, tempdir_set_up,
	    tempdir_tear_down);
}
