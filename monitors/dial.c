/* monitors/dial.c - see dial.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/dial.h"

#include <sys/socket.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/io/loop.h"
#include "core/io/sock.h"
#include "monitors/attempt.h"
#include "monitors/talk.h"

struct probe {
	struct attempt	 attempt;
	int		 fd;		/* -1 = none */
	struct loop_io	*io;		/* while connecting; then the talk's */
};

/* With a reset: the verdict is known, and neither side need keep the connection
 * for its last rites; a thousand checks a second would leave 60,000 sockets in
 * TIME_WAIT. But what was sent and has no reply has yet to arrive. */
static void
hang_up(struct probe *p)
{
	static const struct linger at_once = { .l_onoff = 1 };
	const struct talk_spec *s = p->attempt.job.spec;

	loop_io_stop(&p->io);
	if (p->fd == -1)
		return;
	if (talk_wants_reply(s) || s->send_len == 0)
		(void)setsockopt(p->fd, SOL_SOCKET, SO_LINGER,
		    &at_once, sizeof(at_once));
	(void)close(p->fd);
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
};

/* Writable: connect has ended, this way or that. */
static void
on_connected(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct probe *p = arg;
	int rc = sock_error(fd);

	assert(io == p->io && events == LOOP_WRITE);
	if (rc != 0)
		attempt_end_errno(&p->attempt, rc);
	else
		attempt_talk(&p->attempt, p->attempt.job.spec, fd, &p->io);
}

struct probe *
dial_start(const struct probe_job *job)
{
	struct probe *p = attempt_start(job->engine, job);

	p->fd = sock_connect_tcp(&job->to);
	if (p->fd != -1)
		p->io = loop_io_start(job->loop, p->fd, LOOP_WRITE,
		    on_connected, p);
	if (p->io == NULL)
		attempt_fail(&p->attempt, errno);
	return p;
}

/* The engine is a stock and nothing else. */
void *
dial_engine_new(struct loop *l, struct err *e)
{
	struct attempt_stock *s = mem_zalloc(1, sizeof(*s));

	(void)l;
	(void)e;
	attempt_stock_init(s, &kind);
	return s;
}

void
dial_engine_free(void **pengine)
{
	attempt_stock_fini(*pengine);
	free(*pengine);
	*pengine = NULL;
}
