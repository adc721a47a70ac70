/* tests/unit/core/rest/test_restaudit.c - lines are whole, in order and never
 * lost; what cannot be written is refused beforehand.
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

#include "core/base/err.h"
#include "core/model/json.h"
#include "core/rest/restaudit.h"
#include "core/rest/restpeer.h"
#include "tests/unit/core/base/tempdir.h"

static const char *path;

static struct restaudit *
open_audit(void)
{
	struct err e = { 0 };
	struct restaudit *a;

	path = tempdir_file(&tempdir, "audit.log");
	a = restaudit_new(path, &e);
	if (a == NULL)
		fail_msg("%s", e.text);
	return a;
}

static void
expect_file(const char *want)
{
	char *text = tempdir_read(path, NULL);

	assert_string_equal(text, want);
	free(text);
}

static void
lines_are_only_appended_by_their_owner_alone(void **state)
{
	struct restaudit *a = open_audit();
	struct stat st;

	(void)state;
	assert_int_equal(restaudit_append(a, "one", NULL), 0);
	restaudit_free(&a);
	a = open_audit();
	assert_int_equal(restaudit_append(a, "two", NULL), 0);
	assert_int_equal(restaudit_sync(a, NULL), 0);
	restaudit_free(&a);
	expect_file("one\ntwo\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

/* Room taken ahead is none that a reader sees. */
static void
room_is_taken_before_and_a_torn_line_is_ended(void **state)
{
	struct restaudit *a;

	(void)state;
	path = tempdir_file(&tempdir, "audit.log");
	tempdir_write(path, "{\"change\":3}\n{\"chan", 19);
	a = open_audit();
	assert_true(restaudit_last(a) == 3);
	assert_int_equal(restaudit_reserve(a, 20000, NULL), 0);
	assert_int_equal(restaudit_append(a, "{\"change\":4}", NULL), 0);
	expect_file("{\"change\":3}\n{\"chan\n{\"change\":4}\n");
	assert_true(restaudit_last(a) == 4);
	restaudit_free(&a);
}

static void
the_last_change_is_found_behind_many_refusals(void **state)
{
	struct restaudit *a = open_audit();

	(void)state;
	assert_true(restaudit_last(a) == 0);
	assert_int_equal(restaudit_append(a, "{\"change\":7,\"x\":1}", NULL),
	    0);
	for (int i = 0; i < 3000; i++)
		assert_int_equal(restaudit_append(a, "{\"result\":403,"
		    "\"message\":\"the \\\"change\\\": was refused\"}", NULL),
		    0);
	assert_true(restaudit_last(a) == 7);
	restaudit_free(&a);
}

static void
without_room_nothing_is_promised_and_no_line_lost(void **state)
{
	struct restaudit *a = open_audit();
	struct rlimit was, now;
	struct err e = { 0 };

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(restaudit_append(a, "first", NULL), 0);
	(void)getrlimit(RLIMIT_FSIZE, &was);
	now = was;
	now.rlim_cur = 10;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
	assert_int_equal(restaudit_reserve(a, 100, &e), ERR_NOSPACE);
	assert_int_equal(restaudit_append(a, "second, late", &e), ERR_NOSPACE);
	assert_int_equal(restaudit_reserve(a, 1, &e), ERR_NOSPACE);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(restaudit_reserve(a, 100, &e), 0);
	assert_int_equal(restaudit_append(a, "third", &e), 0);
	restaudit_free(&a);
	/* What was begun was taken out again, and then told whole. */
	expect_file("first\nsecond, late\nthird\n");
}

static void
a_record_says_who_and_what(void **state)
{
	struct restpeer peer = { .uid = 5, .role = RESTPEER_MANAGER,
	    .user = "joe", .from = "192.0.2.7" };
	struct restaudit_entry en = { .time = 9, .peer = &peer,
	    .method = "PATCH", .path = "/x", .result = 200, .serial = 4,
	    .change = 3 };
	struct json *changes = json_new_array(), *j;
	char *line;

	(void)state;
	j = restaudit_record(&en, &changes);
	line = json_line(j);
	assert_string_equal(line, "{\"time\":9,\"uid\":5,\"user\":\"joe\","
	    "\"role\":\"manager\",\"from\":\"192.0.2.7\",\"method\":\"PATCH\","
	    "\"path\":\"/x\",\"result\":200,\"serial\":4,\"change\":3,"
	    "\"changes\":[]}");
	free(line);
	json_free(&j);
	assert_null(restaudit_new("/dev/full", NULL));
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, tempdir_set_up, \
	    tempdir_tear_down)
	static const struct CMUnitTest tests[] = {
		RULE(lines_are_only_appended_by_their_owner_alone),
		RULE(room_is_taken_before_and_a_torn_line_is_ended),
		RULE(the_last_change_is_found_behind_many_refusals),
		RULE(without_room_nothing_is_promised_and_no_line_lost),
		RULE(a_record_says_who_and_what),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
