/* monitors/datagram.c - see datagram.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/datagram.h"

#include <sys/socket.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/io/loop.h"
#include "core/io/sock.h"
#include "monitors/attempt.h"

#define READS_MAX	16	/* datagrams in one turn of the loop */

struct engine {
	struct attempt_stock stock;
	uint8_t		 octets[DATAGRAM_MAX + 1];	/* in or out */
};

struct probe {
	struct attempt	 attempt;
	int		 fd;		/* -1 = none */
	struct loop_io	*io;
	struct engine	*engine;
	uint64_t	 bits;
	uint32_t	 tried;
	struct loop_timer again;
};

static void
hang_up(struct probe *p)
{
	loop_io_stop(&p->io);
	loop_timer_stop(&p->again);
	if (p->fd != -1)
		(void)close(p->fd);
	p->fd = -1;
}

static void
init(struct probe *p)
{
	p->fd = -1;
}

/* Also what it means that probe-timeout came first. */
static void
on_silence(struct probe *p, struct probe_result *r)
{
	const struct datagram_spec *s = p->attempt.job.spec;

	*r = (struct probe_result){ .outcome = PROBE_SILENT,
	    .code = PROBE_TIMEOUT };
	if (s->silence_is_up)
		*r = (struct probe_result){ .outcome = PROBE_UP,
		    .code = PROBE_OK };
}

static const struct attempt_kind kind = {
	.size = sizeof(struct probe),
	.hang_up = hang_up,
	.expire = on_silence,
	.init = init,
};

static bool
would_block(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

static void
on_readable(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct probe *p = arg;
	struct engine *e = p->engine;
	const struct datagram_spec *s = p->attempt.job.spec;
	struct probe_result r = { 0 };

	assert(io == p->io && events == LOOP_READ);
	for (int i = 0; i < READS_MAX; i++) {
		ssize_t n = recv(fd, e->octets, DATAGRAM_MAX, 0);

		if (n == -1 && would_block())
			return;
		if (n == -1) {
			attempt_end_errno(&p->attempt, errno);
			return;
		}
		e->octets[n] = 0;
		if (s->judge(s, p->bits, e->octets, (size_t)n, &r)) {
			attempt_end(&p->attempt, &r);
			return;
		}
	}
}

/* 0, or the errno; which may be that of the attempt before. */
static int
ask(struct probe *p)
{
	const struct datagram_spec *s = p->attempt.job.spec;
	size_t len;
	const void *octets = s->ask(s, p->bits, p->engine->octets,
	    DATAGRAM_MAX, &len);

	p->tried++;
	if (send(p->fd, octets, len, MSG_NOSIGNAL) >= 0 || would_block())
		return 0;
	return errno;
}

static void
on_again(struct loop_timer *timer, void *arg)
{
	struct probe *p = arg;
	const struct datagram_spec *s = p->attempt.job.spec;
	struct probe_result r;
	int rc;

	if (p->tried >= s->pace.attempts) {
		on_silence(p, &r);
		attempt_end(&p->attempt, &r);
		return;
	}
	rc = ask(p);
	if (rc != 0)
		attempt_end_errno(&p->attempt, rc);
	else
		loop_timer_start_at(timer,
		    loop_now_ns(timer->loop) + s->pace.interval_ns);
}

/* 0, or the errno. */
static int
open_and_ask(struct probe *p)
{
	const struct probe_job *job = &p->attempt.job;
	struct addrport local;

	p->fd = sock_connect_marked(&job->to, SOCK_KIND_UDP, job->mark);
	if (p->fd == -1)
		return errno;
	sock_local(p->fd, &local);
	p->attempt.from = local.addr;
	p->io = loop_io_start(job->loop, p->fd, LOOP_READ, on_readable, p);
	return p->io != NULL ? ask(p) : errno;
}

struct probe *
datagram_start(const struct probe_job *job)
{
	struct engine *e = job->engine;
	struct probe *p = attempt_start(&e->stock, job);
	const struct datagram_spec *s = job->spec;
	int rc;

	p->engine = e;
	p->bits = rand_u64(&e->stock.rand);
	p->tried = 0;
	loop_timer_init(&p->again, job->loop, on_again, p);
	if (job->fault != 0)
		return p;
	rc = open_and_ask(p);
	if (rc != 0)
		attempt_fail(&p->attempt, rc);
	else
		loop_timer_start_at(&p->again,
		    loop_now_ns(job->loop) + s->pace.interval_ns);
	return p;
}

void *
datagram_engine_new(struct loop *l, struct err *err)
{
	struct engine *e = mem_zalloc(1, sizeof(*e));

	(void)l;
	(void)err;
	attempt_stock_init(&e->stock, &kind);
	return e;
}

void
datagram_engine_free(void **pengine)
{
	struct engine *e = *pengine;

	*pengine = NULL;
	attempt_stock_fini(&e->stock);
	free(e);
}
