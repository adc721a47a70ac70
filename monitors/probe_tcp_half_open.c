/* monitors/probe_tcp_half_open.c - one probe: SYN, and the SYN-ACK that answers
 * it is enough.
 *
 * Our kernel is asked to hold the handshake's last ACK back, and closing with a
 * reset goes out in its place: the server's listener never sees a connection,
 * and no privilege is needed. A kernel that sends the ACK all the same makes it
 * a connection that is reset at once. The kernel would send a lost SYN again at
 * its own pace; each attempt is a new socket, so that the pace is the monitor's.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probe_tcp_half_open.h"

#include <sys/socket.h>

#include <assert.h>
#include <errno.h>
#include <unistd.h>

#include "core/io/sock.h"
#include "monitors/attempt.h"
#include "monitors/monitor.h"
#include "monitors/probepace.h"

struct probe {
	struct attempt	 attempt;
	int		 fd;		/* -1 = none */
	struct loop_io	*io;
	uint32_t	 tried;
	struct loop_timer again;
};

static void
drop(struct probe *p)
{
	static const struct linger at_once = { .l_onoff = 1 };

	loop_io_stop(&p->io);
	if (p->fd == -1)
		return;
	(void)setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &at_once,
	    sizeof(at_once));
	(void)close(p->fd);
	p->fd = -1;
}

static void
hang_up(struct probe *p)
{
	drop(p);
	loop_timer_stop(&p->again);
}

static void
init(struct probe *p)
{
	p->fd = -1;
}

static const struct attempt_kind kind = {
	.size = sizeof(struct probe),
	.hang_up = hang_up,
	.init = init,
};

static void
on_answered(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct probe *p = arg;
	struct probe_result r = { .outcome = PROBE_UP, .code = PROBE_OK };
	struct addrport local;
	int rc = sock_error(fd);

	assert(io == p->io && events == LOOP_WRITE);
	if (rc != 0) {
		attempt_end_errno(&p->attempt, rc);
		return;
	}
	sock_local(fd, &local);
	p->attempt.from = local.addr;
	attempt_end(&p->attempt, &r);
}

/* 0, or the errno. */
static int
send_syn(struct probe *p)
{
	const struct probe_job *job = &p->attempt.job;

	p->tried++;
	p->fd = sock_connect_marked(&job->to, SOCK_KIND_TCP_HALF, job->mark);
	if (p->fd == -1)
		return errno;
	p->io = loop_io_start(job->loop, p->fd, LOOP_WRITE, on_answered, p);
	return p->io != NULL ? 0 : errno;
}

static void
on_again(struct loop_timer *timer, void *arg)
{
	struct probe *p = arg;
	const struct probepace *pace = p->attempt.job.spec;
	struct probe_result r = { .outcome = PROBE_SILENT,
	    .code = PROBE_TIMEOUT };
	int rc;

	if (p->tried >= pace->attempts) {
		attempt_end(&p->attempt, &r);
		return;
	}
	drop(p);
	rc = send_syn(p);
	if (rc != 0)
		attempt_end_errno(&p->attempt, rc);
	else
		loop_timer_start_at(timer,
		    loop_now_ns(timer->loop) + pace->interval_ns);
}

static struct probe *
start(const struct probe_job *job)
{
	struct probe *p = attempt_start(job->engine, job);
	const struct probepace *pace = job->spec;
	int rc;

	p->tried = 0;
	loop_timer_init(&p->again, job->loop, on_again, p);
	if (job->fault != 0)
		return p;
	rc = send_syn(p);
	if (rc != 0)
		attempt_fail(&p->attempt, rc);
	else
		loop_timer_start_at(&p->again,
		    loop_now_ns(job->loop) + pace->interval_ns);
	return p;
}

static void *
engine_new(struct loop *l, struct err *e)
{
	(void)l;
	(void)e;
	return attempt_engine_new(&kind);
}

const struct probe_type probe_tcp_half_open_type = {
	.object = &monitor_tcp_half_open_type,
	.engine_new = engine_new,
	.engine_free = attempt_engine_free,
	.spec_new = probepace_new,
	.spec_free = probepace_free,
	.start = start,
	.stop = attempt_stop,
};
