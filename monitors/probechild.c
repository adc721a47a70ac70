/* monitors/probechild.c - see probechild.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probechild.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/obj.h"

#define LEAVE_MS	500

/* ---- the parent ---- */

/* What is said to a whole process group or service means the parent. */
static const int parents[] = { SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGUSR1,
    SIGUSR2, SIGPIPE };

/* Held back until the child has learnt to ignore them. */
static void
set_signals(posix_spawnattr_t *attr)
{
	sigset_t held;

	(void)sigemptyset(&held);
	for (size_t i = 0; i < OBJ_COUNT(parents); i++)
		(void)sigaddset(&held, parents[i]);
	(void)posix_spawnattr_setsigmask(attr, &held);
	(void)posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK);
}

/* ret an errno; /proc/self/exe is what runs here, whatever has become of its
 * name by now. */
static int
spawn(struct probechild *c, int fd, char *const *argv)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int rc;

	if ((rc = posix_spawn_file_actions_init(&actions)) != 0)
		return rc;
	if ((rc = posix_spawnattr_init(&attr)) != 0) {
		(void)posix_spawn_file_actions_destroy(&actions);
		return rc;
	}
	set_signals(&attr);
	rc = posix_spawn_file_actions_adddup2(&actions, fd, PROBECHILD_FD);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(&actions, c->sights,
		    PROBECHILD_SIGHTS_FD);
	if (rc == 0)
		rc = posix_spawn(&c->pid, "/proc/self/exe", &actions, &attr, argv,
		    environ);
	(void)posix_spawnattr_destroy(&attr);
	(void)posix_spawn_file_actions_destroy(&actions);
	return rc;
}

int
probechild_start(struct probechild *c, char *const *argv, struct err *e)
{
	int pair[2], rc;

	assert(c->pid == 0);
	/* Else the first copy would take its place. */
	assert(c->sights > PROBECHILD_FD);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return err_set(e, ERR_IO, "prober: %s", strerror(errno));
	rc = spawn(c, pair[1], argv);
	(void)close(pair[1]);
	if (rc != 0) {
		(void)close(pair[0]);
		c->pid = 0;
		return err_set(e, ERR_IO, "prober: %s", strerror(rc));
	}
	(void)fcntl(pair[0], F_SETFL, O_NONBLOCK);
	c->fd = pair[0];
	return 0;
}

/* The end of our connection tells it to go, and it takes down what it has put up
 * (gateways.h): so much time it has. */
static void
let_go(pid_t pid)
{
	struct pollfd end = { .events = POLLIN };

	end.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (end.fd == -1)
		return;
	while (poll(&end, 1, LEAVE_MS) == -1 && errno == EINTR)
		continue;
	(void)close(end.fd);
}

const char *
probechild_end(struct probechild *c, char *text, size_t cap)
{
	int status = 0;
	pid_t pid;

	assert(c->pid != 0);
	(void)close(c->fd);
	let_go(c->pid);
	/* Until it is waited for, the number is nobody else's. */
	do {
		pid = waitpid(c->pid, &status, WNOHANG);
	} while (pid == -1 && errno == EINTR);
	if (pid == 0) {
		(void)kill(c->pid, SIGKILL);
		while (waitpid(c->pid, &status, 0) == -1 && errno == EINTR)
			continue;
	}
	if (WIFSIGNALED(status))
		(void)snprintf(text, cap, "signal=%d", WTERMSIG(status));
	else
		(void)snprintf(text, cap, "exit=%d", WEXITSTATUS(status));
	c->pid = 0;
	c->fd = -1;
	return text;
}

/* ---- the child ---- */

/* Raw sockets and routes of its own stay, for probes; and what it takes to run a
 * program as somebody else, and to end it (spawn.h). What was not
 * permitted does not become so; there is nothing to say when the kernel will
 * not have it. */
static void
drop_capabilities(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };
	const uint32_t keep = UINT32_C(1) << CAP_NET_RAW |
	    UINT32_C(1) << CAP_NET_ADMIN |
	    UINT32_C(1) << CAP_SETUID | UINT32_C(1) << CAP_SETGID |
	    UINT32_C(1) << CAP_KILL;

	if (syscall(SYS_capget, &head, data) == -1)
		return;
	data[0].permitted &= keep;
	data[0].effective &= keep;
	data[0].inheritable &= keep;
	data[1] = (struct __user_cap_data_struct){ 0 };
	(void)syscall(SYS_capset, &head, data);
}

void
probechild_settle(void)
{
	sigset_t none;

	for (size_t i = 0; i < OBJ_COUNT(parents); i++)
		(void)signal(parents[i], SIG_IGN);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)fcntl(PROBECHILD_FD, F_SETFD, FD_CLOEXEC);
	(void)fcntl(PROBECHILD_SIGHTS_FD, F_SETFD, FD_CLOEXEC);
	(void)prctl(PR_SET_NAME, "gtmd-prober");
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	drop_capabilities();
}
