/* monitors/spawn.c - see spawn.h.
 *
 * By vfork: a fork copies the page tables of all that gtmd has, with the
 * control loop standing still meanwhile; posix_spawn can give up no privileges.
 * The child borrows this thread's stack until it has become the program, so it
 * only makes system calls, and those that act on it alone: the C library's
 * setuid would ask its other threads, which a child does not have, to join in.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/spawn.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY		65534	/* user and group */
#define FILES_MAX	1024	/* descriptors: old programs select() */
#define STATUS_FD	3	/* in the child, closed by its execve */
#define ABOVE		10	/* clear of the places they go to */

/* What it would inherit of us, or of who started us: 32 and 33, too, which the
 * C library keeps to itself. The kernel's struct sigaction, all zero, is
 * SIG_DFL. */
static void
reset_signals(void)
{
	static const uint64_t dfl[4];
	sigset_t none;

	for (int signo = 1; signo < NSIG; signo++)
		(void)syscall(SYS_rt_sigaction, signo, dfl, NULL, NSIG / 8);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* *status is where a failure is told, at each step: until its place is taken,
 * STATUS_FD is something of ours. */
static bool
place_descriptors(const struct spawn *s, int *status)
{
	int out = fcntl(s->out, F_DUPFD_CLOEXEC, ABOVE);
	int in = fcntl(s->in != 0 ? s->in : s->null, F_DUPFD_CLOEXEC, ABOVE);
	int err = fcntl(s->err != 0 ? s->err : s->null, F_DUPFD_CLOEXEC,
	    ABOVE);
	int told = fcntl(*status, F_DUPFD_CLOEXEC, ABOVE);

	if (out == -1 || in == -1 || err == -1 || told == -1)
		return false;
	*status = told;
	if (dup2(in, STDIN_FILENO) == -1 || dup2(out, STDOUT_FILENO) == -1 ||
	    dup2(err, STDERR_FILENO) == -1 ||
	    dup3(told, STATUS_FD, O_CLOEXEC) == -1)
		return false;
	*status = STATUS_FD;
	return close_range(STATUS_FD + 1, ~0U, 0) == 0;
}

/* For the program alone; a limit that cannot be set is no reason not to run. */
static void
limit_resources(void)
{
	static const struct rlimit no_core = { 0, 0 };
	struct rlimit files;

	(void)setrlimit(RLIMIT_CORE, &no_core);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 &&
	    files.rlim_cur > FILES_MAX) {
		files.rlim_cur = files.rlim_max = FILES_MAX;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
	(void)umask(077);
}

bool
spawn_may(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };
	const uint32_t needed = UINT32_C(1) << CAP_SETUID |
	    UINT32_C(1) << CAP_SETGID;

	return geteuid() != NOBODY && syscall(SYS_capget, &head, data) == 0 &&
	    (data[0].effective & needed) == needed;
}

static bool
drop_privileges(const struct spawn_user *u)
{
	if (syscall(SYS_setgroups, u->count, u->groups) == -1 ||
	    syscall(SYS_setresgid, u->gid, u->gid, u->gid) == -1 ||
	    syscall(SYS_setresuid, u->uid, u->uid, u->uid) == -1)
		return false;
	/* What our user is lent, as to bind port 53, is not for it. */
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0;
}

/* In the child. Comes back only when there is no program: gives where that is
 * told, errno says why. */
static int
become(const struct spawn *s, int status)
{
	static const struct spawn_user nobody = { NOBODY, NOBODY, NULL, 0 };

	reset_signals();
	if (!place_descriptors(s, &status) || setsid() == -1 ||
	    chdir("/") == -1)
		return status;
	limit_resources();
	if (drop_privileges(s->user != NULL ? s->user : &nobody))
		(void)execve(s->path, s->argv, s->envp);
	return status;
}

/* With errno. Gives the child's exit code. */
static int
tell_failure(int status)
{
	int failed = errno;

	return write(status, &failed, sizeof(failed)) > 0 ? 127 : 126;
}

static __attribute__((noinline)) pid_t
start_child(const struct spawn *s, int status)
{
	pid_t pid = vfork();

	if (pid == 0)
		_exit(tell_failure(become(s, status)));
	return pid;
}

/* Not to be run after all: it, or what it was to become, goes. */
static pid_t
give_up(pid_t pid, int sys_errno)
{
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
	errno = sys_errno;
	return -1;
}

/* Waits until it is the program, which closes the pipe, or has said why not. */
static pid_t
confirm(pid_t pid, int status, int *pidfd)
{
	int failed = 0;
	ssize_t n;

	while ((n = read(status, &failed, sizeof(failed))) == -1 &&
	    errno == EINTR)
		;
	if (n != 0)
		return give_up(pid, n == sizeof(failed) ? failed : EIO);
	*pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	return *pidfd != -1 ? pid : give_up(pid, errno);
}

pid_t
spawn_start(const struct spawn *s, int *pidfd)
{
	sigset_t all, was;
	int status[2], failed;
	pid_t pid;

	assert(s->user == NULL || (s->user->uid != 0 &&
	    s->user->uid != geteuid()));
	if (pipe2(status, O_CLOEXEC) == -1)
		return -1;
	(void)sigfillset(&all);
	/* No handler of ours runs in the child, which has our memory. */
	(void)pthread_sigmask(SIG_SETMASK, &all, &was);
	pid = start_child(s, status[1]);
	failed = errno;
	(void)pthread_sigmask(SIG_SETMASK, &was, NULL);
	(void)close(status[1]);
	errno = failed;
	if (pid != -1)
		pid = confirm(pid, status[0], pidfd);
	failed = errno;
	(void)close(status[0]);
	errno = failed;
	return pid;
}
