/* tests/unit/monitors/test_probechild.c - a child of this very program, which
 * plays the prober when it is called with a part.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/err.h"
#include "monitors/probechild.h"

/* ---- the child's parts ---- */

/* What it has, as text; then it waits for the end of its parent. */
static int
tell(void)
{
	char line[256], name[16] = "", text[128];
	unsigned long long have = ~0ull;
	FILE *f;

	(void)prctl(PR_GET_NAME, name);
	f = fopen("/proc/self/status", "re");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		(void)sscanf(line, "CapEff: %llx", &have);
	if (f != NULL)
		(void)fclose(f);
	(void)snprintf(text, sizeof(text), "%s %d %d", name,
	    /* CAP_NET_RAW and CAP_NET_ADMIN, and those to run a program as
	     * another, if any */
	    (have & ~(3ull << 12 | 7ull << 5)) == 0,
	    prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	(void)!write(PROBECHILD_FD, text, strlen(text));
	(void)!read(PROBECHILD_FD, text, 1);
	return EXIT_SUCCESS;
}

static int
play(const char *part)
{
	probechild_settle();
	return strcmp(part, "tell") == 0 ? tell() : 7;
}

/* ---- the parent ---- */

/* Any descriptor will do for the memory. */
static int
open_memory(void **state)
{
	(void)state;
	return dup3(STDERR_FILENO, 10, O_CLOEXEC) == 10 ? 0 : -1;
}

static void
start(struct probechild *c, const char *part)
{
	char name[] = "test", *argv[] = { name, NULL, NULL };
	struct err e = { 0 };

	argv[1] = strdup(part);
	*c = (struct probechild){ .fd = -1, .sights = 10 };
	if (probechild_start(c, argv, &e) != 0)
		fail_msg("%s", e.text);
	free(argv[1]);
}

/* What comes within ten seconds; empty at the end of the child. */
static void
hear(const struct probechild *c, char *text, size_t cap)
{
	struct pollfd p = { .fd = c->fd, .events = POLLIN };
	ssize_t n;

	assert_int_equal(poll(&p, 1, 10000), 1);
	n = read(c->fd, text, cap - 1);
	text[n > 0 ? n : 0] = '\0';
}

static void
it_has_few_privileges(void **state)
{
	struct probechild c;
	char text[128];

	(void)state;
	start(&c, "tell");
	assert_int_not_equal(fcntl(c.fd, F_GETFD) & FD_CLOEXEC, 0);
	assert_int_not_equal(fcntl(c.fd, F_GETFL) & O_NONBLOCK, 0);
	hear(&c, text, sizeof(text));
	assert_string_equal(text, "gtmd-prober 1 1");
	(void)probechild_end(&c, text, sizeof(text));
	assert_int_equal(c.pid, 0);
	assert_int_equal(c.fd, -1);
}

static void
what_is_said_to_the_group_is_not_for_it(void **state)
{
	struct probechild c;
	char text[128];

	(void)state;
	start(&c, "tell");
	/* Even before it has learnt to ignore them. */
	assert_int_equal(kill(c.pid, SIGTERM), 0);
	assert_int_equal(kill(c.pid, SIGINT), 0);
	hear(&c, text, sizeof(text));
	assert_string_equal(text, "gtmd-prober 1 1");
	assert_int_equal(kill(c.pid, SIGHUP), 0);
	assert_int_equal(kill(c.pid, SIGKILL), 0);
	hear(&c, text, sizeof(text));
	assert_string_equal(text, "");
	assert_string_equal(probechild_end(&c, text, sizeof(text)),
	    "signal=9");
}

static void
its_exit_is_told(void **state)
{
	struct probechild c;
	siginfo_t info;
	char text[128];

	(void)state;
	start(&c, "exit");
	hear(&c, text, sizeof(text));
	assert_string_equal(text, "");
	assert_int_equal(waitid(P_PID, (id_t)c.pid, &info, WEXITED | WNOWAIT),
	    0);
	assert_string_equal(probechild_end(&c, text, sizeof(text)), "exit=7");
	/* At the end of the connection it goes by itself, */
	start(&c, "tell");
	hear(&c, text, sizeof(text));
	assert_string_equal(probechild_end(&c, text, sizeof(text)), "exit=0");
	/* or is made to. */
	start(&c, "tell");
	hear(&c, text, sizeof(text));
	assert_int_equal(kill(c.pid, SIGSTOP), 0);
	assert_string_equal(probechild_end(&c, text, sizeof(text)),
	    "signal=9");
	start(&c, "tell");		/* and another one may follow */
	(void)probechild_end(&c, text, sizeof(text));
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_has_few_privileges),
		cmocka_unit_test(what_is_said_to_the_group_is_not_for_it),
		cmocka_unit_test(its_exit_is_told),
	};

	if (argc > 1)
		return play(argv[1]);
	return cmocka_run_group_tests_name("probechild", tests, open_memory,
	    NULL);
}
