/* tests/unit/admin/shell/test_loadconfig.c - the text that load sends, and how
 * findings are told. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/admin/shell/shellsession.h"
#include "tests/unit/core/base/tempdir.h"

static const struct shelldaemon_answer fine[] = {
	{ "POST", 200, "{\"findings\":[{\"level\":\"warning\",\"file\":\"x\","
	  "\"line\":3,\"column\":5,\"message\":\"odd\"}],\"errors\":0,"
	  "\"warnings\":1}", NULL },
	{ NULL, 0, NULL, NULL }
};
static const struct shelldaemon_answer bad[] = {
	{ "POST", 400, "{\"message\":\"x:1:2: error: bad\",\"findings\":["
	  "{\"level\":\"error\",\"file\":\"x\",\"line\":1,\"column\":2,"
	  "\"message\":\"bad\"},{\"level\":\"error\",\"message\":\"worse\"}],"
	  "\"errors\":3,\"warnings\":1}", NULL },
	{ NULL, 0, NULL, NULL }
};

static struct tempdir dir;
static struct shellsession t;

static int
setup(void **state)
{
	(void)state;
	tempdir_make(&dir);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	shellsession_close(&t);
	tempdir_remove(&dir);
	return 0;
}

/* "load sys config" with a file of these octets and more words. */
static int
load(const char *octets, size_t len, const char *words)
{
	const char *path = tempdir_file(&dir, "x.conf");
	char command[256];

	tempdir_write(path, octets, len);
	(void)snprintf(command, sizeof(command),
	    "load sys config file %s %s", path, words);
	return shellsession_run(&t, command);
}

static void
the_file_travels_as_text(void **state)
{
	char want[512];

	(void)state;
	shellsession_open(&t, fine);
	assert_int_equal(load("gtm pool a p { }\n", 17, "merge lenient"), 0);
	(void)snprintf(want, sizeof(want), "POST /mgmt/tm/sys/config "
	    "{\"command\":\"load\",\"options\":[{\"file\":\"%s\"},"
	    "{\"merge\":\"\"},{\"lenient\":\"\"}],"
	    "\"text\":\"gtm pool a p { }\\n\"}\n",
	    tempdir_file(&dir, "x.conf"));
	assert_string_equal(shelldaemon_asked(t.daemon), want);
	assert_string_equal(t.problems, "x:3:5: warning: odd\n");
	assert_string_equal(t.out, "");
}

static void
every_finding_is_a_line_and_nothing_was_changed(void **state)
{
	(void)state;
	shellsession_open(&t, bad);
	assert_int_equal(load("x", 1, "replace"), 1);
	assert_string_equal(t.problems, "x:1:2: error: bad\nerror: worse\n"
	    "... and 2 more\n"
	    "gtmsh: load: 3 errors, 1 warnings, nothing was changed\n");
}

static void
verify_says_that_all_is_well(void **state)
{
	(void)state;
	shellsession_open(&t, fine);
	assert_int_equal(load("", 0, "verify"), 0);
	assert_non_null(strstr(shelldaemon_asked(t.daemon),
	    "{\"verify\":\"\"}],\"text\":\"\"}"));
	assert_string_equal(t.out, "0 errors, 1 warnings; nothing was "
	    "changed\n");
}

static void
what_json_cannot_carry_is_not_sent(void **state)
{
	(void)state;
	shellsession_open(&t, fine);
	assert_int_equal(load("a\0b", 3, ""), 1);
	assert_non_null(strstr(t.problems, "is not UTF-8 text"));
	assert_int_equal(load("caf\xe9", 4, ""), 1);
	assert_non_null(strstr(t.problems, "is not UTF-8 text"));
	assert_int_equal(shellsession_run(&t, "load sys config file "
	    "/nowhere/x.conf"), 1);
	assert_string_equal(t.problems, "gtmsh: /nowhere/x.conf: No such "
	    "file or directory\n");
	assert_string_equal(shelldaemon_asked(t.daemon), "");
}

static void
the_terminals_text_ends_with_its_input(void **state)
{
	char text[] = "gtm pool a p { }\n";

	(void)state;
	shellsession_open(&t, fine);
	t.s->in = fmemopen(text, strlen(text), "r");
	assert_int_equal(shellsession_run(&t, "load sys config merge "
	    "from-terminal"), 0);
	assert_string_equal(shelldaemon_asked(t.daemon),
	    "POST /mgmt/tm/sys/config {\"command\":\"load\",\"options\":["
	    "{\"merge\":\"\"}],\"text\":\"gtm pool a p { }\\n\"}\n");
	(void)fclose(t.s->in);
	/* Without either, the daemon reads its own file. */
	assert_int_equal(shellsession_run(&t, "load sys config"), 0);
	assert_string_equal(shelldaemon_asked(t.daemon),
	    "POST /mgmt/tm/sys/config {\"command\":\"load\",\"options\":[]}\n");
}

static void
who_watches_sees_progress_that_goes_away(void **state)
{
	(void)state;
	shellsession_open(&t, fine);
	t.s->progress = true;
	assert_int_equal(load("gtm pool a p { }\n", 17, ""), 0);
	assert_non_null(strstr(t.problems, "KiB sent, being checked, 0 s"));
	assert_non_null(strstr(t.problems, "\r\033[Kx:3:5: warning: odd\n"));
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
	static const struct CMUnitTest tests[] = {
		TEST(the_file_travels_as_text),
		TEST(every_finding_is_a_line_and_nothing_was_changed),
		TEST(verify_says_that_all_is_well),
		TEST(what_json_cannot_carry_is_not_sent),
		TEST(the_terminals_text_ends_with_its_input),
		TEST(who_watches_sees_progress_that_goes_away),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
