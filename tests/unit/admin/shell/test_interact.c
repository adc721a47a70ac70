/* tests/unit/admin/shell/test_interact.c - the shell at a terminal: keys typed
 * on a pseudo-terminal, what the daemon is asked, what is kept.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "admin/shell/interact.h"
#include "admin/shell/session.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "tests/unit/admin/shell/shelldaemon.h"
#include "tests/unit/core/base/tempdir.h"

#define WAIT_MS	20000

static const struct shelldaemon_answer answers[] = {
	{ "GET /mgmt/tm/gtm/pool/a?$select=fullPath", 200,
	  "{\"items\":[{\"fullPath\":\"/Common/Local_pool\"}]}", NULL },
	{ "P", 200, "{}", NULL },
	{ NULL, 0, NULL, NULL }
};

static struct tempdir home;
static struct shelldaemon *d;
static struct strbuf seen;
static pid_t pid;
static int fd;

static void
be_the_shell(int from)
{
	char path[128];
	struct session *s;
	struct err e;

	if (read(from, path, sizeof(path)) <= 0 ||
	    (s = session_new(path, &e)) == NULL)
		_exit(9);
	interact_run(s);
	(void)fflush(stdout);
	session_free(&s);
	_exit(0);
}

/* The shell is forked before the daemon has a thread: a child has no threads,
 * and what they held stays locked in it. It reads where the daemon is. */
static int
setup(void **state)
{
	const char *path;
	int to[2];

	(void)state;
	tempdir_make(&home);
	(void)setenv("HOME", home.path, 1);
	(void)setenv("TERM", "vt100", 1);
	strbuf_init(&seen);
	assert_int_equal(pipe(to), 0);
	pid = forkpty(&fd, NULL, NULL, NULL);
	assert_true(pid >= 0);
	if (pid == 0)
		be_the_shell(to[0]);
	d = shelldaemon_new(answers);
	path = shelldaemon_socket(d);
	assert_int_equal(write(to[1], path, strlen(path) + 1),
	    strlen(path) + 1);
	(void)close(to[0]);
	(void)close(to[1]);
	return 0;
}

static int
teardown(void **state)
{
	int status;

	(void)state;
	(void)kill(pid, SIGKILL);	/* one that a failed test has left */
	(void)waitpid(pid, &status, 0);
	(void)close(fd);
	strbuf_fini(&seen);
	shelldaemon_free(&d);
	tempdir_remove(&home);
	return 0;
}

/* Until the terminal shows it; what was shown before is forgotten. */
static void
reads(const char *text)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char piece[512];
	const char *at;
	ssize_t n;

	while ((at = seen.text != NULL ? strstr(seen.text, text) : NULL) ==
	    NULL) {
		n = poll(&p, 1, WAIT_MS) == 1 ?
		    read(fd, piece, sizeof(piece)) : 0;
		if (n <= 0)
			fail_msg("no \"%s\" in \"%s\"", text, seen.text);
		for (ssize_t i = 0; i < n; i++)
			if (piece[i] != '\0')	/* padding of old terminals */
				strbuf_add_char(&seen, piece[i]);
	}
	at += strlen(text);
	n = (ssize_t)(seen.len - (size_t)(at - seen.text));
	memmove(seen.text, at, (size_t)n + 1);
	seen.len = (size_t)n;
}

static void
types(const char *keys)
{
	assert_int_equal(write(fd, keys, strlen(keys)), strlen(keys));
}

static void
ends(void)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char rest[512];
	int status;

	do {				/* up to the end of the terminal */
		if (poll(&p, 1, WAIT_MS) != 1)
			fail_msg("the shell does not end");
	} while (read(fd, rest, sizeof(rest)) > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
the_tab_key_completes_words_and_names(void **state)
{
	(void)state;
	reads("(/Common)(tmos)# ");
	types("mod\tgtm po\ta Lo\tena\t\n");
	reads("(/Common)(tmos)# ");
	assert_string_equal(shelldaemon_asked(d),
	    "GET /mgmt/tm/gtm/pool/a?$select=fullPath\n"
	    "PATCH /mgmt/tm/gtm/pool/a/~Common~Local_pool "
	    "{\"enabled\":true}\n");
	types("gtm pool\n");
	reads("(/Common)(tmos.gtm.pool)# ");
	types("quit\n");
	ends();
}

static void
a_question_mark_helps_but_not_in_quotes(void **state)
{
	(void)state;
	reads("(tmos)# ");
	types("create gtm pool a x load-balancing-mode ?");
	reads("round-robin");
	reads("(tmos)# create gtm pool a x load-balancing-mode ");
	/* The line is drawn anew meanwhile: what help prints is clearer. */
	types("\025create gtm pool a x description \"why?\" \nhelp quit\n");
	reads("Nothing more can stand here.");
	assert_string_equal(shelldaemon_asked(d), "POST /mgmt/tm/gtm/pool/a "
	    "{\"name\":\"/Common/x\",\"description\":\"why?\"}\n");
	types("quit\n");
	ends();
}

static void
a_command_goes_on_until_its_brace_is_closed(void **state)
{
	(void)state;
	reads("(tmos)# ");
	types("create gtm pool a x {\n");
	reads("... ");
	types("ttl 5\n");
	reads("... ");
	types("}\n");
	reads("(tmos)# ");
	assert_string_equal(shelldaemon_asked(d), "POST /mgmt/tm/gtm/pool/a "
	    "{\"name\":\"/Common/x\",\"ttl\":5}\n");
	types("frobnicate\n");
	reads("gtmsh: frobnicate: unknown command");
	reads("(tmos)# ");		/* a mistake is no end here */
	types("quit\n");
	ends();
}

static void
the_history_is_kept_for_its_owner_alone(void **state)
{
	const char *path = tempdir_file(&home, ".gtmsh_history");
	struct stat st;
	char *text;
	size_t len;

	(void)state;
	reads("(tmos)# ");
	types("help list gtm\n");
	reads("wideip");
	reads("(tmos)# ");
	types("\020\n");		/* the line before, once more */
	reads("wideip");
	reads("(tmos)# ");
	types("quit\n");
	ends();
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	text = tempdir_read(path, &len);
	assert_non_null(strstr(text, "help\\040list\\040gtm"));
	free(text);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
	static const struct CMUnitTest tests[] = {
		TEST(the_tab_key_completes_words_and_names),
		TEST(a_question_mark_helps_but_not_in_quotes),
		TEST(a_command_goes_on_until_its_brace_is_closed),
		TEST(the_history_is_kept_for_its_owner_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
