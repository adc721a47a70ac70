/* etherip/path/tapholder.c - see tapholder.h. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/tapholder.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/io/confine.h"
#include "core/io/parcel.h"
#include "etherip/path/tapword.h"

#define NAME		"etheripd-taps"
#define LINE		3	/* the number that it gets; above are the others */
#define PATIENCE_MS	1000	/* with who reads slowly what it has asked for */

struct held {
	char	name[TAPWORD_NAME];
	int	fd;
};

struct holder {
	int	 line;		/* to the daemon; -1: it has ended */
	int	 door, guest;	/* where others come, and who has; -1: none */
	uid_t	 uid;
	unsigned grace_s;
	mono_ns	 until;		/* with no line */
	size_t	 count;
	struct held held[TAPHOLDER_MAX];
};

static void
shut(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

/* ---- what is held ---- */

static struct held *
find(struct holder *h, const char *name)
{
	for (size_t i = 0; i < h->count; i++)
		if (strcmp(h->held[i].name, name) == 0)
			return &h->held[i];
	return NULL;
}

static void
drop(struct holder *h, const char *name)
{
	struct held *at = find(h, name);

	if (at == NULL)
		return;
	(void)close(at->fd);
	*at = h->held[--h->count];
}

/* Takes *fd, if there is room. */
static void
keep(struct holder *h, const char *name, int *fd)
{
	struct held *at;

	drop(h, name);
	if (h->count == TAPHOLDER_MAX)
		return;
	at = &h->held[h->count++];
	memcpy(at->name, name, sizeof(at->name));
	at->fd = *fd;
	*fd = -1;
}

/* ---- who comes ---- */

/* False: the other end does not take it. */
static bool
say(int fd, uint16_t kind, const struct held *with)
{
	struct tapword w = { .magic = TAPWORD_MAGIC,
	    .version = TAPWORD_VERSION, .kind = kind };
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	if (with != NULL)
		memcpy(w.name, with->name, sizeof(w.name));
	while (parcel_send(fd, &w, sizeof(w), with != NULL ? &with->fd : NULL,
	    with != NULL) != 0)
		if (errno != EAGAIN || poll(&p, 1, PATIENCE_MS) != 1)
			return false;
	return true;
}

static void
give(const struct holder *h)
{
	for (size_t i = 0; i < h->count; i++)
		if (!say(h->guest, TAPWORD_HELD, &h->held[i]))
			return;
	(void)say(h->guest, TAPWORD_DONE, NULL);
}

static void
admit(struct holder *h)
{
	pid_t pid;
	uid_t uid;

	h->guest = accept4(h->door, NULL, NULL, SOCK_CLOEXEC);
	if (h->guest != -1 && (parcel_peer(h->guest, &pid, &uid) != 0 ||
	    (uid != 0 && uid != h->uid)))
		shut(&h->guest);
}

/* ---- what is said ---- */

static void
obey_line(struct holder *h, const struct tapword *w, struct parcel *p)
{
	switch ((enum tapword_kind)w->kind) {
	case TAPWORD_KEEP:
		if (p->fd_count == 1)
			keep(h, w->name, &p->fds[0]);
		return;
	case TAPWORD_DROP:
		drop(h, w->name);
		return;
	case TAPWORD_GRACE:
		h->grace_s = w->value;
		return;
	case TAPWORD_LISTEN:
		if (p->fd_count != 1)
			return;
		shut(&h->door);
		h->door = p->fds[0];
		p->fds[0] = -1;
		return;
	case TAPWORD_GIVE:
	case TAPWORD_END:
	case TAPWORD_HELD:
	case TAPWORD_DONE:
		return;
	}
}

static void
obey_guest(const struct holder *h, const struct tapword *w)
{
	if (w->kind == TAPWORD_GIVE)
		give(h);
	else if (w->kind == TAPWORD_END)
		_exit(0);
}

/* One message of *fd's; what ends is shut. */
static void
hear(struct holder *h, int *fd)
{
	struct tapword w = { .magic = 0 };
	struct parcel p = { .data = &w, .cap = sizeof(w) };
	int rc = parcel_receive(*fd, &p, 0);

	if (rc == 0 || (rc == -1 && errno != ETIMEDOUT && errno != EAGAIN &&
	    errno != EINTR && errno != EMSGSIZE)) {
		shut(fd);
		return;
	}
	if (rc != 1)
		return;
	if (p.len == sizeof(w) && w.magic == TAPWORD_MAGIC &&
	    w.version == TAPWORD_VERSION &&
	    memchr(w.name, '\0', sizeof(w.name)) != NULL) {
		if (fd == &h->line)
			obey_line(h, &w, &p);
		else
			obey_guest(h, &w);
	}
	parcel_close_fds(&p);
}

/* ---- its life ---- */

/* Milliseconds that there are still; -1: any. */
static int
patience(const struct holder *h)
{
	mono_ns now = clock_mono(&clock_system);
	uint64_t ms;

	if (h->line != -1)
		return -1;
	ms = now < h->until ? (h->until - now) / CLOCK_MS + 1 : 0;
	return ms < INT_MAX ? (int)ms : INT_MAX;
}

static void
wait_and_hear(struct holder *h)
{
	struct pollfd p[] = {
		{ .fd = h->line, .events = POLLIN },
		{ .fd = h->guest == -1 ? h->door : -1, .events = POLLIN },
		{ .fd = h->guest, .events = POLLIN },
	};

	if (poll(p, OBJ_COUNT(p), patience(h)) <= 0)
		return;
	if (p[0].revents != 0) {
		hear(h, &h->line);
		if (h->line == -1)
			h->until = clock_mono(&clock_system) +
			    h->grace_s * CLOCK_S;
	}
	if (p[1].revents != 0)
		admit(h);
	if (p[2].revents != 0)
		hear(h, &h->guest);
}

/* What poll and messages need, whatever libc calls it, and the end. */
static const int calls[] = {
#ifdef SYS_poll
	SYS_poll,
#endif
	SYS_ppoll, SYS_recvmsg, SYS_sendmsg, SYS_accept4, SYS_getsockopt,
	SYS_fcntl, SYS_close, SYS_clock_gettime, SYS_restart_syscall,
	SYS_rt_sigreturn, SYS_exit_group, SYS_exit,
};

/* Away with all but the line, and with what this process may. */
static bool
settle(struct holder *h, int line)
{
	struct rlimit files;

	if (dup2(line, LINE) == -1)
		return false;
	closefrom(LINE + 1);
	for (int fd = 0; fd < LINE; fd++)
		(void)close(fd);
	(void)prctl(PR_SET_NAME, NAME, 0, 0, 0);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
	if (chdir("/") == -1 || confine_user(NULL, 0, NULL) != 0)
		return false;
	/* A kernel without it: there is still nothing that it may. */
	(void)confine_only(calls, OBJ_COUNT(calls), NULL);
	h->line = LINE;
	h->door = h->guest = -1;
	h->uid = geteuid();
	return true;
}

static _Noreturn void
run(int line)
{
	static struct holder h;		/* of this process alone */

	if (!settle(&h, line))
		_exit(1);
	while (h.line != -1 || (h.count > 0 && patience(&h) > 0))
		wait_and_hear(&h);
	_exit(0);
}

/* ---- its start ---- */

int
tapholder_start(struct err *e)
{
	int ends[2], status;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
		return err_sys(e, errno, "line to who holds TAPs");
	pid = fork();
	if (pid == 0) {
		if (setsid() == -1 || fork() != 0)
			_exit(0);
		run(ends[1]);
	}
	(void)close(ends[1]);
	if (pid != -1) {
		while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
			continue;
		return ends[0];
	}
	(void)close(ends[0]);
	return err_sys(e, errno, "process that holds TAPs");
}
