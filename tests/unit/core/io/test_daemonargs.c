/* tests/unit/core/io/test_daemonargs.c - what a line says is where its reader looks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/io/daemonargs.h"

#define WORDS_MAX	20

static const char *user;
static bool clear;
static struct daemonargs args;

/* As of a program with two options of its own; words are split at blanks. */
static int
line(const char *words)
{
	static char copy[256];
	const struct daemonargs_row own[] = {
		{ "user", 'u', &user, NULL },
		{ "clear", 0, NULL, &clear },
		{ NULL, 0, NULL, NULL }
	};
	char *argv[WORDS_MAX + 1] = { NULL }, *at = copy, *word;
	int argc = 0;

	(void)snprintf(copy, sizeof(copy), "testd %s", words);
	while (argc < WORDS_MAX && (word = strsep(&at, " ")) != NULL)
		if (*word != '\0')
			argv[argc++] = word;
	user = NULL;
	clear = false;
	args = (struct daemonargs){ .name = "testd", .usage = "usage: testd\n",
	    .config_path = "/etc/x", .state_dir = "/var/x",
	    .log = { .fd = STDERR_FILENO, .level = LOG_NOTICE } };
	optind = 0;		/* of glibc: all anew */
	return daemonargs_read(&args, own, argc, argv);
}

static void
what_is_not_said_stays_as_it_was(void **state)
{
	(void)state;
	assert_int_equal(line(""), -1);
	assert_string_equal(args.config_path, "/etc/x");
	assert_string_equal(args.state_dir, "/var/x");
	assert_null(args.control);
	assert_null(user);
	assert_false(args.check || args.lenient || clear);
	assert_int_equal(args.log.level, LOG_NOTICE);
}

static void
each_option_has_its_place_by_letter_and_word(void **state)
{
	(void)state;
	assert_int_equal(line("-c a -s b -x c -t -l debug -j -u d"), -1);
	assert_string_equal(args.config_path, "a");
	assert_string_equal(args.state_dir, "b");
	assert_string_equal(args.control, "c");
	assert_string_equal(user, "d");
	assert_true(args.check);
	assert_int_equal(args.log.level, LOG_DEBUG);
	assert_int_equal(args.log.form, LOG_FORM_JOURNAL);
	assert_int_equal(line("--config=a --state b --control c --check "
	    "--log error --lenient --user d --clear"), -1);
	assert_string_equal(args.control, "c");
	assert_string_equal(user, "d");
	assert_true(args.check && args.lenient && clear);
	assert_int_equal(args.log.level, LOG_ERROR);
}

static void
what_is_wrong_is_bad_usage(void **state)
{
	static const char *const lines[] = {
		"-q", "--nothing", "-c", "word", "-t word", "-l loud",
		"--user", "--clear=yes",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (line(lines[i]) != DAEMONARGS_USAGE)
			fail_msg("taken: %s", lines[i]);
}

static void
who_asks_who_it_is_gets_no_daemon(void **state)
{
	(void)state;
	assert_int_equal(line("-V"), DAEMONARGS_OK);
	assert_int_equal(line("--version"), DAEMONARGS_OK);
	assert_int_equal(line("-h"), DAEMONARGS_OK);
	assert_int_equal(line("--help -t"), DAEMONARGS_OK);
}

static int
verify_badly(const char *path, bool lenient, struct diag *out)
{
	assert_string_equal(path, "/etc/y");
	assert_true(lenient);
	return diag_error(out, NULL, ERR_RANGE, "that is too much");
}

static int
verify_well(const char *path, bool lenient, struct diag *out)
{
	(void)path;
	(void)lenient;
	diag_warn(out, NULL, "but that is odd");
	return 0;
}

static void
a_check_ends_as_what_it_found(void **state)
{
	(void)state;
	assert_int_equal(line("-t -c /etc/y --lenient"), -1);
	assert_int_equal(daemonargs_check(&args, verify_badly),
	    DAEMONARGS_REFUSED);
	assert_int_equal(daemonargs_check(&args, verify_well), DAEMONARGS_OK);
}

static void
a_peer_that_went_away_is_no_signal(void **state)
{
	struct sigaction was;

	(void)state;
	assert_int_equal(line(""), -1);
	daemonargs_prepare(&args);
	assert_int_equal(sigaction(SIGPIPE, NULL, &was), 0);
	assert_ptr_equal(was.sa_handler, SIG_IGN);
	assert_int_equal(sigaction(SIGXFSZ, NULL, &was), 0);
	assert_ptr_equal(was.sa_handler, SIG_IGN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_said_stays_as_it_was),
		cmocka_unit_test(each_option_has_its_place_by_letter_and_word),
		cmocka_unit_test(what_is_wrong_is_bad_usage),
		cmocka_unit_test(who_asks_who_it_is_gets_no_daemon),
		cmocka_unit_test(a_check_ends_as_what_it_found),
		cmocka_unit_test(a_peer_that_went_away_is_no_signal),
	};

	return cmocka_run_group_tests_name("daemonargs", tests, NULL, NULL);
}
