/* monitors/dial.c - see dial.h.
 *
 * A socket goes from target to target: a reset ends one connection, and connect
 * begins the next, under a watch that lasts. Half of what a probe costs the
 * kernel would be making and burying sockets (docs/notes/health-cost.md). Only a
 * connection that stood until its verdict leaves one that is good for another;
 * what fails half-way, or is stopped, is closed. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/dial.h"

#include <sys/socket.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/sock.h"
#include "monitors/attempt.h"
#include "monitors/talk.h"

#define RESTING_MAX	1024	/* descriptors that are kept for nothing */
#define EDGES		(LOOP_READ | LOOP_WRITE | LOOP_EDGE)

struct probe {
	struct attempt	 attempt;
	int		 fd;		/* -1 = none */
	sa_family_t	 family;	/* of fd */
	uint32_t	 mark;		/* that fd has */
	bool		 speaks;	/* first, and fd knows it */
	bool		 stands;	/* the connection, or did until now */
	struct loop_io	*io;		/* of fd, by edges */
};

struct dial {
	struct attempt_stock stock;
	size_t		 resting;	/* its probes that keep a socket */
};

static struct dial *
dial_of(const struct probe *p)
{
	return OBJ_OF(p->attempt.stock, struct dial, stock);
}

/* Where a reply was read, with a reset: the verdict is known, and neither side
 * need keep the connection for its last rites; a thousand checks a second would
 * leave 60,000 sockets in TIME_WAIT. But what was sent and has no reply has yet
 * to arrive. */
static bool
may_reset(const struct talk_spec *s)
{
	return talk_wants_reply(s) || s->send_len == 0;
}

static void
drop(struct probe *p)
{
	loop_io_stop(&p->io);
	if (p->fd != -1)
		(void)close(p->fd);
	p->fd = -1;
}

/* What a resting socket tells of is its own end. */
static void
on_rest(struct loop_io *io, int fd, unsigned events, void *arg)
{
	(void)io;
	(void)fd;
	(void)events;
	(void)arg;
}

static bool
rest(struct probe *p)
{
	struct dial *d = dial_of(p);

	if (!p->stands || d->resting >= RESTING_MAX ||
	    sock_disconnect(p->fd) == -1)
		return false;
	loop_io_turn(p->io, EDGES, on_rest, p);
	d->resting++;
	return true;
}

static void
hang_up(struct probe *p)
{
	static const struct linger at_once = { .l_onoff = 1 };
	const bool reset = may_reset(p->attempt.job.spec);

	if (p->fd == -1 || (reset && rest(p)))
		return;
	if (reset)
		(void)setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &at_once,
		    sizeof(at_once));
	drop(p);
}

static void
init(struct probe *p)
{
	p->fd = -1;
}

static ssize_t
sock_send(void *arg, const void *octets, size_t len)
{
	struct probe *p = arg;

	return send(p->fd, octets, len, MSG_NOSIGNAL);
}

static ssize_t
sock_recv(void *arg, void *octets, size_t cap)
{
	struct probe *p = arg;

	return recv(p->fd, octets, cap, 0);
}

static const struct attempt_kind kind = {
	.size = sizeof(struct probe),
	.ops = { sock_send, sock_recv },
	.hang_up = hang_up,
	.init = init,
	.fini = drop,
};

/* Connect has ended, this way or that. A failure is told as all there is; so is
 * the end of the last connection, where that event was fetched before the socket
 * was taken again. */
static void
on_connected(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct probe *p = arg;
	int rc = (events & LOOP_READ) != 0 ? sock_connected(fd) : 0;

	assert(io == p->io);
	if (rc == EINPROGRESS)
		return;
	if (rc != 0) {
		attempt_end_errno(&p->attempt, rc);
		return;
	}
	p->stands = true;
	attempt_talk(&p->attempt, p->attempt.job.spec, fd, io,
	    events | LOOP_EDGE);
}

/* A socket for the job: the one it has, if that is of the family. 0, or -1 with
 * errno. */
static int
take_socket(struct probe *p, const struct probe_job *job)
{
	if (p->fd != -1) {
		dial_of(p)->resting--;
		if (p->family == job->to.addr.family)
			return 0;
		drop(p);
	}
	p->fd = sock_open_tcp(job->to.addr.family);
	p->family = job->to.addr.family;
	p->mark = 0;
	p->speaks = false;
	return p->fd == -1 ? -1 : 0;
}

/* 0, or -1 with errno. */
static int
connect_socket(struct probe *p, const struct probe_job *job)
{
	const struct talk_spec *s = job->spec;
	const bool speaks = s->send_len > 0;

	if (p->mark != job->mark && sock_mark(p->fd, job->mark) == -1)
		return -1;
	p->mark = job->mark;
	if (p->speaks != speaks)
		sock_speak_first(p->fd, speaks);
	p->speaks = speaks;
	if (sock_connect(p->fd, &job->to) == -1)
		return -1;
	if (p->io != NULL)
		loop_io_turn(p->io, EDGES, on_connected, p);
	else
		p->io = loop_io_start(job->loop, p->fd, EDGES, on_connected, p);
	return p->io == NULL ? -1 : 0;
}

struct probe *
dial_start(const struct probe_job *job)
{
	struct dial *d = job->engine;
	struct probe *p = attempt_start(&d->stock, job);

	p->stands = false;
	if (take_socket(p, job) == 0 && job->fault != 0)
		return p;		/* it goes at the end */
	if (p->fd == -1 || connect_socket(p, job) == -1)
		attempt_fail(&p->attempt, errno);
	return p;
}

/* Its end is near, and unforeseen. */
void
dial_stop(struct probe **pp)
{
	if (*pp != NULL)
		(*pp)->stands = false;
	attempt_stop(pp);
}

void *
dial_engine_new(struct loop *l, struct err *e)
{
	struct dial *d = mem_zalloc(1, sizeof(*d));

	(void)l;
	(void)e;
	attempt_stock_init(&d->stock, &kind);
	return d;
}

void
dial_engine_free(void **pengine)
{
	struct dial *d = *pengine;

	*pengine = NULL;
	attempt_stock_fini(&d->stock);
	free(d);
}
