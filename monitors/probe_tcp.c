/* monitors/probe_tcp.c - one probe: connect, then, as far as the monitor says
 * so, send and judge the reply. Without recv a connection that took all of
 * send is enough. Probes are kept for the next start, buffer and all, so that
 * a round of probing allocates nothing. Control loop only. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probe_tcp.h"

#include <sys/socket.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/sock.h"
#include "monitors/monitor.h"
#include "monitors/talk.h"

struct engine {
	struct probe	*spare;
};

struct probe {
	unsigned	 magic;
#define PROBE_MAGIC	0x7c9b0b3eu
	struct engine	*engine;
	struct probe	*next_spare;
	struct probe_job job;
	mono_ns		 start_ns;
	int		 fd;		/* -1 = refused at once */
	int		 failed;	/* errno of that */
	size_t		 sent;		/* without recv: octets of send */
	struct addr	 from;
	struct loop_io	*io;		/* while connecting, and without recv */
	struct talk	 talk;		/* with recv */
	struct loop_timer timer;	/* probe-timeout */
};

static void
give_back(struct probe *p)
{
	loop_timer_stop(&p->timer);
	loop_io_stop(&p->io);
	talk_stop(&p->talk);
	if (p->fd != -1)
		(void)close(p->fd);
	p->fd = -1;
	p->magic = 0;
	p->next_spare = p->engine->spare;
	p->engine->spare = p;
}

/* First our own state, then the owner, who may start the next. */
static void
finish(struct probe *p, struct probe_result *r)
{
	probe_done_fn done = p->job.done;
	void *arg = p->job.arg;

	OBJ_CHECK(p, PROBE_MAGIC);
	r->from = p->from;
	r->rtt_us = (uint32_t)((loop_now_ns(p->job.loop) - p->start_ns) / 1000);
	give_back(p);
	done(arg, r);
}

static void
finish_errno(struct probe *p, int sys_errno)
{
	struct probe_result r = { 0 };

	probe_from_errno(&r, sys_errno);
	finish(p, &r);
}

static void
on_talked(void *arg, struct probe_result *r)
{
	finish(arg, r);
}

/* The timer runs out, or start had failed and left it to us to say so. */
static void
on_timer(struct loop_timer *timer, void *arg)
{
	struct probe *p = arg;
	struct probe_result r = { .outcome = PROBE_SILENT,
	    .code = PROBE_TIMEOUT };

	assert(timer == &p->timer);
	if (p->failed != 0)
		probe_from_errno(&r, p->failed);
	else if (p->talk.io != NULL)
		talk_expire(&p->talk, &r);
	finish(p, &r);
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

static const struct talk_ops sock_ops = { sock_send, sock_recv };

/* Nothing is awaited: up as soon as the socket has taken all of send. */
static void
send_only(struct probe *p, const struct talk_spec *spec)
{
	struct probe_result r = { .outcome = PROBE_UP, .code = PROBE_OK };
	ssize_t n;

	while (p->sent < spec->send_len) {
		n = sock_send(p, spec->send + p->sent,
		    spec->send_len - p->sent);
		if (n == -1 && errno == EAGAIN)
			return;
		if (n == -1) {
			finish_errno(p, errno);
			return;
		}
		p->sent += (size_t)n;
	}
	finish(p, &r);
}

/* Writable: connect has ended, or there is room for more of send. */
static void
on_writable(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct probe *p = arg;
	const struct talk_spec *spec = p->job.spec;
	struct addrport local;
	int rc = sock_error(fd);

	assert(io == p->io && events == LOOP_WRITE);
	if (rc != 0) {
		finish_errno(p, rc);
		return;
	}
	sock_local(fd, &local);
	p->from = local.addr;
	if (spec->want.recv == NULL) {
		send_only(p, spec);
		return;
	}
	loop_io_stop(&p->io);
	p->talk.spec = spec;
	if (!talk_start(&p->talk, p->job.loop, fd))
		finish_errno(p, errno);
}

static struct probe *
take(struct engine *e)
{
	struct probe *p = e->spare;

	if (p != NULL) {
		e->spare = p->next_spare;
	} else {
		p = mem_zalloc(1, sizeof(*p));
		p->engine = e;
		p->talk.ops = &sock_ops;
		p->talk.done = on_talked;
		p->talk.arg = p;
	}
	p->magic = PROBE_MAGIC;
	p->failed = 0;
	p->sent = 0;
	p->from = (struct addr){ 0 };
	return p;
}

static struct probe *
start(const struct probe_job *job)
{
	struct probe *p = take(job->engine);

	p->job = *job;
	p->start_ns = loop_now_ns(job->loop);
	loop_timer_init(&p->timer, job->loop, on_timer, p);
	p->fd = sock_connect_tcp(&job->to);
	if (p->fd != -1)
		p->io = loop_io_start(job->loop, p->fd, LOOP_WRITE,
		    on_writable, p);
	if (p->io == NULL)
		p->failed = errno;
	loop_timer_start_at(&p->timer,
	    p->start_ns + (p->failed != 0 ? 0 : job->timeout_ns));
	return p;
}

static void
stop(struct probe **pp)
{
	struct probe *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	OBJ_CHECK(p, PROBE_MAGIC);
	give_back(p);
}

static void *
engine_new(struct loop *l, struct err *e)
{
	(void)l;
	(void)e;
	return mem_zalloc(1, sizeof(struct engine));
}

static void
engine_free(void **pengine)
{
	struct engine *e = *pengine;

	*pengine = NULL;
	for (struct probe *p = e->spare, *next; p != NULL; p = next) {
		next = p->next_spare;
		talk_fini(&p->talk);
		free(p);
	}
	free(e);
}

static void *
spec_new(const struct monitor *m)
{
	return talk_spec_new((const struct monitor_text *)m, false);
}

static void
spec_free(void **pspec)
{
	struct talk_spec *s = *pspec;

	*pspec = NULL;
	talk_spec_free(&s);
}

const struct probe_type probe_tcp_type = {
	.object = &monitor_tcp_type,
	.engine_new = engine_new,
	.engine_free = engine_free,
	.spec_new = spec_new,
	.spec_free = spec_free,
	.start = start,
	.stop = stop,
};
