/* tests/unit/core/io/test_confine.c - what was given up is not to be had, and the
 * rest is. Each rule in a process of its own: it holds for good.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/confine.h"
#include "tests/unit/core/base/tempdir.h"

/* What a child says by its exit code. */
enum { FINE, LACKS, FAILED };

/* Runs fn in a child; skips the test when the system lacks it. */
static void
in_child(int (*fn)(void))
{
	pid_t pid = fork();
	int status;

	assert_int_not_equal(pid, -1);
	if (pid == 0)
		_exit(fn());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == LACKS)
		skip();
	assert_int_equal(WEXITSTATUS(status), FINE);
}

static bool
can_write(const char *name)
{
	int fd = open(tempdir_file(&tempdir, name), O_CREAT | O_WRONLY |
	    O_CLOEXEC, 0600);

	if (fd != -1)
		(void)close(fd);
	return fd != -1;
}

/* To this kernel's Landlock. */
static bool
cuts_are_known(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION) >= 3;
}

static int
files(void)
{
	char folder[200];
	const char *folders[] = { folder, "/nowhere/at/all", NULL };
	struct err e = { 0 };
	char octet;
	int fd, rc;

	(void)snprintf(folder, sizeof(folder), "%s",
	    tempdir_file(&tempdir, "mine"));
	rc = confine_files(folders, 3, &e);
	if (rc == ERR_UNSUPPORTED)
		return LACKS;
	if (rc != 0 || !can_write("mine/x") || can_write("x") ||
	    errno != EACCES)
		return FAILED;
	fd = open(tempdir_file(&tempdir, "read"), O_RDONLY | O_CLOEXEC);
	if (fd == -1 || read(fd, &octet, 1) != 1 ||
	    unlink(tempdir_file(&tempdir, "read")) == 0)
		return FAILED;
	if (truncate(tempdir_file(&tempdir, "mine/x"), 0) == -1 ||
	    (cuts_are_known() &&
	    truncate(tempdir_file(&tempdir, "read"), 0) == 0))
		return FAILED;
	(void)execl("/bin/true", "true", (char *)NULL);
	return errno == EACCES ? FINE : FAILED;
}

static void
only_what_is_below_the_folders_is_written(void **state)
{
	(void)state;
	assert_int_equal(mkdir(tempdir_file(&tempdir, "mine"), 0700), 0);
	tempdir_write(tempdir_file(&tempdir, "read"), "r", 1);
	in_child(files);
}

static int
calls(void)
{
	struct err e = { 0 };
	int rc = confine_calls(0, &e);

	if (rc == ERR_UNSUPPORTED)
		return LACKS;
	if (rc != 0)
		return FAILED;
	errno = 0;
	(void)execl("/bin/true", "true", (char *)NULL);
	if (errno != EPERM || unshare(0) == 0 || errno != EPERM ||
	    syscall(SYS_setuid, getuid()) == 0 || errno != EPERM)
		return FAILED;
	/* What servers do goes on. */
	return can_write("x") && fork() != -1 ? FINE : FAILED;
}

static void
what_no_server_does_is_refused(void **state)
{
	(void)state;
	in_child(calls);
}

static int
few_calls(void)
{
	static const int few[] = { SYS_exit_group, SYS_exit, SYS_write, -1 };
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC), rc;
	struct err e = { 0 };

	rc = confine_only(few, sizeof(few) / sizeof(few[0]), &e);
	if (rc == ERR_UNSUPPORTED)
		return LACKS;
	if (rc != 0 || write(fd, "x", 1) != 1)
		return FAILED;
	errno = 0;
	return syscall(SYS_close, fd) == -1 && errno == EPERM &&
	    syscall(SYS_getuid) == -1 ? FINE : FAILED;
}

static void
of_a_list_only_that_is_done(void **state)
{
	(void)state;
	in_child(few_calls);
}

static uint32_t
permitted(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &head, data) == -1)
		return UINT32_MAX;
	return data[0].permitted | data[0].effective | data[1].permitted;
}

static int
caps(void)
{
	struct err e = { 0 };
	uint32_t had = permitted();
	uint32_t few = UINT32_C(1) << CAP_NET_ADMIN;

	if (confine_user(NULL, few, &e) != 0)
		return FAILED;
	return permitted() == (had & few) ? FINE : FAILED;
}

static void
only_the_capabilities_asked_for_are_kept(void **state)
{
	(void)state;
	in_child(caps);
}

static int
nobody(void)
{
	struct err e = { 0 };
	uint32_t few = UINT32_C(1) << CAP_NET_ADMIN;

	if (getuid() != 0)
		return LACKS;
	if (confine_user("nobody", few, &e) != 0 || getuid() == 0 ||
	    setuid(0) == 0)
		return FAILED;
	return (permitted() & ~few) == 0 ? FINE : FAILED;
}

static int
no_such_user(void)
{
	struct err e = { 0 };

	return confine_user("no-such-user-here", 0, &e) == ERR_NOTFOUND &&
	    strstr(e.text, "no-such-user-here") != NULL ? FINE : FAILED;
}

static void
another_user_is_it_for_good(void **state)
{
	(void)state;
	in_child(no_such_user);
	in_child(nobody);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, tempdir_set_up, \
    tempdir_tear_down)
	static const struct CMUnitTest tests[] = {
		RULE(only_what_is_below_the_folders_is_written),
		RULE(what_no_server_does_is_refused),
		RULE(of_a_list_only_that_is_done),
		RULE(only_the_capabilities_asked_for_are_kept),
		RULE(another_user_is_it_for_good),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
