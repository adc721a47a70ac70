/* monitors/program.c - see program.h.
 *
 * The process group is signalled only while its leader is not reaped: until
 * then its number is not anybody else's.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/list.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "monitors/spawn.h"

#define DRAIN_MAX	32		/* reads: more than a pipe holds */
#define LAST_WAIT_MS	1000	/* for one that was killed, at the end */

struct programs {
	unsigned	 magic;
#define PROGRAMS_MAGIC	0x9f06a4e5u
	struct loop	*loop;
	int		 null_fd;
	size_t		 running, limit;
	struct list	 alive, waiting;
};

struct program {
	unsigned	 magic;
#define PROGRAM_MAGIC	0x9f06a3b1u
	struct programs	*all;
	struct list	 node;		/* in alive or waiting */
	struct program_order order;	/* fn NULL: nobody listens any more */
	pid_t		 pid;		/* 0 = waits */
	int		 pidfd, out_fd;	/* out_fd -1 = heard enough */
	struct loop_io	*end_io, *out_io;
	struct loop_timer grace;
};

static void start_waiting(struct programs *all);

static void
tell(struct program *p, const struct program_news *news)
{
	program_fn fn = p->order.fn;

	if (news->event != PROGRAM_STARTED)
		p->order.fn = NULL;
	if (fn != NULL)
		fn(p->order.arg, news);
}

static void
drop(struct program *p)
{
	list_remove(&p->node);
	loop_timer_stop(&p->grace);
	p->magic = 0;
	free(p);
}

static void
close_output(struct program *p)
{
	loop_io_stop(&p->out_io);
	if (p->out_fd != -1)
		(void)close(p->out_fd);
	p->out_fd = -1;
}

/* The process is gone. */
static void
forget(struct program *p)
{
	close_output(p);
	loop_io_stop(&p->end_io);
	(void)close(p->pidfd);
	p->all->running--;
	drop(p);
}

static void
on_grace(struct loop_timer *t, void *arg)
{
	struct program *p = arg;

	assert(t == &p->grace);
	(void)kill(-p->pid, SIGKILL);
}

/* It is to end; its end is waited for. */
static void
send_away(struct program *p)
{
	p->order.fn = NULL;
	close_output(p);
	(void)kill(-p->pid, SIGTERM);
	loop_timer_start(&p->grace, PROGRAM_GRACE_MS, 0);
}

/* What it said now. At the end of output, or after an error, nothing more is
 * waited for. */
static size_t
listen_once(struct program *p, char *octets, size_t cap)
{
	ssize_t n = p->out_fd != -1 ? read(p->out_fd, octets, cap) : 0;

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0)
		close_output(p);
	return n > 0 ? (size_t)n : 0;
}

/* Tells what it said now, if its owner listens; p stays. */
static bool
pass_on(struct program *p)
{
	char octets[4096];
	struct program_news news = { .event = PROGRAM_SPOKE, .octets = octets };

	news.len = listen_once(p, octets, sizeof(octets));
	if (news.len > 0 && p->order.fn != NULL)
		p->order.fn(p->order.arg, &news);
	return news.len > 0;
}

/* Its first words are its last. */
static bool
has_spoken(struct program *p)
{
	char octets[4096];
	bool spoke = listen_once(p, octets, sizeof(octets)) > 0;

	if (spoke)
		close_output(p);
	return spoke;
}

static void
on_output(struct loop_io *io, int fd, unsigned events, void *arg)
{
	const struct program_news news = { .event = PROGRAM_SPOKE };
	struct program *p = arg;
	struct program_order order = p->order;

	OBJ_CHECK(p, PROGRAM_MAGIC);
	assert(io == p->out_io && fd == p->out_fd && events == LOOP_READ);
	if (order.all) {
		(void)pass_on(p);
	} else if (has_spoken(p)) {
		send_away(p);
		order.fn(order.arg, &news);
	}
}

/* What is left of its group ends. Its last octets may have come together with
 * its end; more than a pipe holds is somebody else's. Gives its status: until
 * here its number was its own. */
static int
reap(struct program *p)
{
	int status = 0;

	(void)kill(-p->pid, SIGKILL);
	for (int i = 0; p->order.all && i < DRAIN_MAX && pass_on(p); i++)
		;
	while (waitpid(p->pid, &status, 0) == -1 && errno == EINTR)
		;
	return status;
}

static void
on_end(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct program *p = arg;
	struct programs *all = p->all;
	struct program_news news = { .event = PROGRAM_EXITED };
	struct program_order order;
	int status;

	OBJ_CHECK(p, PROGRAM_MAGIC);
	assert(io == p->end_io && fd == p->pidfd && events == LOOP_READ);
	status = reap(p);
	order = p->order;
	if (WIFSIGNALED(status))
		news.event = PROGRAM_KILLED;
	news.status = WIFSIGNALED(status) ? WTERMSIG(status) :
	    WEXITSTATUS(status);
	if (!order.all && has_spoken(p))
		news.event = PROGRAM_SPOKE;
	forget(p);
	if (order.fn != NULL)
		order.fn(order.arg, &news);
	start_waiting(all);
}

/* Watches the process that p is now. False with errno when it cannot be. */
static bool
watch(struct program *p)
{
	struct loop *l = p->all->loop;

	p->out_io = loop_io_start(l, p->out_fd, LOOP_READ, on_output, p);
	if (p->out_io != NULL)
		p->end_io = loop_io_start(l, p->pidfd, LOOP_READ, on_end, p);
	return p->end_io != NULL;
}

/* Started, and not to be watched: it cannot stay. */
static void
undo(struct program *p)
{
	int why = errno;

	(void)kill(-p->pid, SIGKILL);
	while (waitpid(p->pid, NULL, 0) == -1 && errno == EINTR)
		;
	loop_io_stop(&p->out_io);
	(void)close(p->pidfd);
	p->pid = 0;
	errno = why;
}

/* p waits no more. False with errno, and p as it was. */
static bool
launch(struct program *p)
{
	struct programs *all = p->all;
	struct spawn s = { .path = p->order.path, .argv = p->order.argv,
	    .envp = p->order.envp, .null = all->null_fd,
	    .in = p->order.in, .err = p->order.err, .user = p->order.user };
	int out[2], why;
	bool good;

	if (pipe2(out, O_CLOEXEC) == -1)
		return false;
	s.out = out[1];
	p->out_fd = out[0];
	p->pid = spawn_start(&s, &p->pidfd);
	why = errno;
	(void)close(out[1]);
	errno = why;
	good = p->pid != -1 && watch(p);
	if (good) {
		all->running++;
		list_remove(&p->node);
		list_append(&all->alive, &p->node);
		return true;
	}
	if (p->pid != -1)
		undo(p);
	why = errno;
	p->pid = 0;
	(void)close(p->out_fd);
	p->out_fd = -1;
	errno = why;
	return false;
}

/* In here owners may start and stop programs. */
static void
start_waiting(struct programs *all)
{
	while (all->running < all->limit && !list_empty(&all->waiting)) {
		struct program *p = OBJ_OF(all->waiting.next, struct program,
		    node);
		struct program_news news = { .event = PROGRAM_STARTED };
		struct program_order order = p->order;

		if (!launch(p)) {
			news.event = PROGRAM_FAILED;
			news.sys_errno = errno;
			drop(p);
			order.fn(order.arg, &news);
		} else {
			tell(p, &news);
		}
	}
}

struct program *
program_start(struct programs *all, const struct program_order *order)
{
	struct program *p = mem_zalloc(1, sizeof(*p));
	int why;

	OBJ_CHECK(all, PROGRAMS_MAGIC);
	p->magic = PROGRAM_MAGIC;
	p->all = all;
	p->order = *order;
	p->pidfd = p->out_fd = -1;
	loop_timer_init(&p->grace, all->loop, on_grace, p);
	list_init(&p->node);
	list_append(&all->waiting, &p->node);
	if (all->running >= all->limit || all->waiting.next != &p->node ||
	    launch(p))
		return p;
	why = errno;
	drop(p);
	errno = why;
	return NULL;
}

bool
program_waits(const struct program *p)
{
	OBJ_CHECK(p, PROGRAM_MAGIC);
	return p->pid == 0;
}

void
program_stop(struct program **pp)
{
	struct program *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	OBJ_CHECK(p, PROGRAM_MAGIC);
	if (p->pid == 0)
		drop(p);
	else
		send_away(p);
}

struct programs *
program_all_new(struct loop *l, size_t limit, struct err *e)
{
	struct programs *all;
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd == -1) {
		(void)err_set(e, ERR_IO, "/dev/null: %s",
		    strerrordesc_np(errno));
		return NULL;
	}
	all = mem_zalloc(1, sizeof(*all));
	all->magic = PROGRAMS_MAGIC;
	all->loop = l;
	all->null_fd = fd;
	all->limit = limit;
	list_init(&all->alive);
	list_init(&all->waiting);
	return all;
}

/* What does not die of SIGKILL at once, because it waits for a disk, is left to
 * whoever inherits it. */
static void
end_now(struct program *p)
{
	struct pollfd end = { .fd = p->pidfd, .events = POLLIN };

	(void)kill(-p->pid, SIGKILL);
	(void)poll(&end, 1, LAST_WAIT_MS);
	(void)waitpid(p->pid, NULL, WNOHANG);
	forget(p);
}

void
program_all_free(struct programs **pall)
{
	struct programs *all = *pall;

	*pall = NULL;
	if (all == NULL)
		return;
	OBJ_CHECK(all, PROGRAMS_MAGIC);
	LIST_EACH(&all->waiting, it)
		drop(OBJ_OF(it, struct program, node));
	LIST_EACH(&all->alive, it)
		end_now(OBJ_OF(it, struct program, node));
	(void)close(all->null_fd);
	all->magic = 0;
	free(all);
}

size_t
program_all_running(const struct programs *all)
{
	OBJ_CHECK(all, PROGRAMS_MAGIC);
	return all->running;
}
