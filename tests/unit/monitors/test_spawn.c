/* tests/unit/monitors/test_spawn.c - what a program gets from us, and what it
 * does not. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "monitors/spawn.h"

/* Runs a line of shell with VAR=text alone in its environment; all that it
 * says. */
static const char *
said(const char *line)
{
	static char text[4096];
	char sh[] = "sh", option[] = "-c", var[] = "VAR=text";
	char *copy = mem_strdup(line);
	char *argv[] = { sh, option, copy, NULL }, *envp[] = { var, NULL };
	struct spawn s = { .path = "/bin/sh", .argv = argv, .envp = envp };
	int out[2], pidfd, status;
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	if (!spawn_may())
		skip();
	s.null = open("/dev/null", O_RDWR | O_CLOEXEC);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	s.out = out[1];
	pid = spawn_start(&s, &pidfd);
	assert_true(pid > 0);
	(void)close(out[1]);
	while ((n = read(out[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	(void)close(out[0]);
	(void)close(s.null);
	(void)close(pidfd);
	free(copy);
	return text;
}

static void
the_environment_is_what_was_given(void **state)
{
	(void)state;
	assert_string_equal(said("unset PWD OLDPWD; exec /usr/bin/env"),
	    "VAR=text\n");
	assert_string_equal(said("pwd; umask"), "/\n0077\n");
}

static void
descriptors_end_with_the_three(void **state)
{
	int leak = dup(STDIN_FILENO);	/* without close-on-exec */

	(void)state;
	assert_true(leak > 2);
	assert_string_equal(said("for f in 0 1 2 3 4 5 6 7 8 9 10 11; do "
	    "test ! -e /proc/$$/fd/$f || echo $f; done"), "0\n1\n2\n");
	assert_string_equal(said("/bin/readlink /proc/$$/fd/0 /proc/$$/fd/2"),
	    "/dev/null\n/dev/null\n");
	(void)close(leak);
}

static void
signals_are_as_they_were_made(void **state)
{
	sigset_t block, was;

	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigemptyset(&block);
	(void)sigaddset(&block, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &block, &was);
	assert_string_equal(said("/bin/grep -E '^Sig(Ign|Blk)' "
	    "/proc/self/status"),
	    "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
	(void)sigprocmask(SIG_BLOCK, NULL, &block);
	assert_true(sigismember(&block, SIGTERM));	/* ours stays */
	assert_true(signal(SIGPIPE, SIG_DFL) == SIG_IGN);
	(void)sigprocmask(SIG_SETMASK, &was, NULL);
}

static void
privileges_are_gone(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_string_equal(said("/bin/grep -E '^(Uid|Gid|Groups|CapPrm|"
	    "CapEff|NoNewPrivs)' /proc/self/status | /usr/bin/tr -s '\\t ' "
	    "' '"),
	    "Uid: 65534 65534 65534 65534\nGid: 65534 65534 65534 65534\n"
	    "Groups: \nCapPrm: 0000000000000000\nCapEff: 0000000000000000\n"
	    "NoNewPrivs: 1\n");
	assert_string_equal(said("ulimit -c"), "0\n");
	assert_int_equal(geteuid(), 0);
}

/* In a child: another user, with what is in keep of root's capabilities. Gives
 * what became of a program, as an exit code. */
static int
run_as(uid_t user, uint32_t keep)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {
		{ keep, keep, keep }
	};
	char sh[] = "sh", option[] = "-c",
	    line[] = "test $(/usr/bin/id -u) = 65534 && ! /bin/grep -qE "
	    "'^Cap(Prm|Eff|Amb):.0*[1-9a-f]' /proc/self/status";
	char *argv[] = { sh, option, line, NULL }, *envp[] = { NULL };
	struct spawn s = { .path = "/bin/sh", .argv = argv, .envp = envp };
	int pidfd, status;
	pid_t pid;

	s.null = s.out = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (prctl(PR_SET_KEEPCAPS, 1) != 0 ||
	    setresuid(user, user, user) != 0 ||
	    syscall(SYS_capset, &head, data) != 0)
		return 100;
	if (keep != 0)
		(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SETUID,
		    0, 0);
	pid = spawn_start(&s, &pidfd);
	if (pid == -1)
		return errno == EPERM && !spawn_may() ? 101 : 102;
	return spawn_may() && waitpid(pid, &status, 0) == pid ?
	    WEXITSTATUS(status) : 103;
}

/* Whose programs would be as he is: trusted by our control socket. */
static void
no_program_runs_as_our_own_user(void **state)
{
	const uint32_t both = UINT32_C(1) << CAP_SETUID |
	    UINT32_C(1) << CAP_SETGID;
	const struct { uid_t user; uint32_t keep; int want; } row[] = {
		{ 12345, 0, 101 }, { 12345, both, 0 },
		{ 12345, UINT32_C(1) << CAP_SETUID, 101 },
	};

	(void)state;
	if (geteuid() != 0)
		skip();
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0)
			_exit(run_as(row[i].user, row[i].keep));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(WEXITSTATUS(status), row[i].want);
	}
}

static void
it_leads_a_group_and_a_session(void **state)
{
	(void)state;
	assert_string_equal(said("read pid comm state ppid pgrp session rest "
	    "</proc/$$/stat; test $pid = $pgrp && test $pid = $session && "
	    "echo leads"), "leads\n");
}

static void
what_cannot_be_executed_is_told(void **state)
{
	char name[] = "x", *argv[] = { name, NULL }, *envp[] = { NULL };
	struct spawn s = { .path = "/no/such/program", .argv = argv,
	    .envp = envp };
	int fds, pidfd = -1;

	(void)state;
	if (!spawn_may())
		skip();
	s.null = s.out = open("/dev/null", O_RDWR | O_CLOEXEC);
	fds = dup(s.null);
	(void)close(fds);
	assert_int_equal(spawn_start(&s, &pidfd), -1);
	assert_int_equal(errno, ENOENT);
	s.path = "/etc";
	assert_int_equal(spawn_start(&s, &pidfd), -1);
	assert_int_equal(errno, EACCES);
	assert_int_equal(pidfd, -1);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);	/* no zombie */
	assert_int_equal(errno, ECHILD);
	assert_int_equal(dup(s.null), fds);	/* and no descriptor */
	(void)close(fds);
	(void)close(s.null);
}

/* The caller's descriptor 3 is none of the child's business: in gtmd's prober
 * it leads to gtmd. */
static void
a_failure_before_the_descriptors_stand_is_told_to_us_alone(void **state)
{
	char name[] = "true", *argv[] = { name, NULL }, *envp[] = { NULL };
	struct spawn s = { .path = "/bin/true", .argv = argv, .envp = envp };
	const int kept = fcntl(3, F_DUPFD_CLOEXEC, 100);
	struct rlimit few, was;
	int other[2], pidfd = -1, failed;
	char octet;

	(void)state;
	if (!spawn_may())
		skip();
	s.null = s.out = open("/dev/null", O_RDWR | O_CLOEXEC);
	assert_int_equal(pipe2(other, O_NONBLOCK | O_CLOEXEC), 0);
	if (other[1] != 3)
		assert_int_equal(dup3(other[1], 3, O_CLOEXEC), 3);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	few = was;
	few.rlim_cur = 10;		/* nothing is left above the places */
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	failed = spawn_start(&s, &pidfd) == -1 ? errno : 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	assert_int_not_equal(failed, 0);
	assert_int_equal(pidfd, -1);
	assert_int_equal(read(other[0], &octet, 1), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);	/* no zombie */
	(void)close(other[0]);
	(void)close(other[1]);
	(void)close(s.null);
	if (kept != -1) {
		assert_int_equal(dup3(kept, 3, O_CLOEXEC), 3);
		(void)close(kept);
	} else {
		(void)close(3);
	}
}

static void
its_end_can_be_waited_for(void **state)
{
	char name[] = "true", *argv[] = { name, NULL }, *envp[] = { NULL };
	struct spawn s = { .path = "/bin/true", .argv = argv, .envp = envp };
	struct pollfd end = { .events = POLLIN };

	(void)state;
	if (!spawn_may())
		skip();
	s.null = s.out = open("/dev/null", O_RDWR | O_CLOEXEC);
	assert_true(spawn_start(&s, &end.fd) > 0);
	assert_int_equal(fcntl(end.fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(poll(&end, 1, 10000), 1);
	assert_true(waitpid(-1, NULL, 0) > 0);
	(void)close(end.fd);
	(void)close(s.null);
}

/* Who its owner says, with their groups and no others; its input and errors are
 * what it was given. */
static void
another_user_and_other_descriptors_are_given(void **state)
{
	static const gid_t groups[] = { 40001, 40002 };
	const struct spawn_user user = { .uid = 40000, .gid = 40003,
	    .groups = groups, .count = 2 };
	char sh[] = "sh", option[] = "-c", line[] = "id -u; id -G; cat; id -z "
	    "2>/dev/null || echo wrong >&2";
	char *argv[] = { sh, option, line, NULL };
	char path[] = "PATH=/bin:/usr/bin", *envp[] = { path, NULL };
	struct spawn s = { .path = "/bin/sh", .argv = argv, .envp = envp,
	    .user = &user };
	int in[2], out[2], pidfd;
	char text[200];
	size_t len = 0;
	ssize_t n;

	(void)state;
	if (!spawn_may())
		skip();
	s.null = open("/dev/null", O_RDWR | O_CLOEXEC);
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	s.in = in[0];
	s.out = s.err = out[1];
	assert_true(spawn_start(&s, &pidfd) > 0);
	(void)close(out[1]);
	assert_int_equal(write(in[1], "order\n", 6), 6);
	(void)close(in[1]);
	while ((n = read(out[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	assert_true(waitpid(-1, NULL, 0) > 0);
	assert_string_equal(text, "40000\n40003 40001 40002\norder\nwrong\n");
	(void)close(in[0]);
	(void)close(out[0]);
	(void)close(pidfd);
	(void)close(s.null);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_environment_is_what_was_given),
		cmocka_unit_test(descriptors_end_with_the_three),
		cmocka_unit_test(signals_are_as_they_were_made),
		cmocka_unit_test(privileges_are_gone),
		cmocka_unit_test(no_program_runs_as_our_own_user),
		cmocka_unit_test(it_leads_a_group_and_a_session),
		cmocka_unit_test(what_cannot_be_executed_is_told),
		cmocka_unit_test(
		    a_failure_before_the_descriptors_stand_is_told_to_us_alone),
		cmocka_unit_test(its_end_can_be_waited_for),
		cmocka_unit_test(another_user_and_other_descriptors_are_given),
	};

	return cmocka_run_group_tests_name("spawn", tests, NULL, NULL);
}
