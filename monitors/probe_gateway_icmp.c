/* monitors/probe_gateway_icmp.c - one probe: an ICMP echo request, sent again
 * while no reply comes. All probes share one socket a family.
 *
 * Which kind of socket that is core/io/pingsock.h says. A reply counts when it
 * comes from the address that was asked and brings the probe's token back: its
 * place in our table and 40 random bits, so that who does not see the request
 * cannot answer it. What routers say counts when they quote the token. Where
 * neither socket can be had all probes abstain. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probe_gateway_icmp.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/io/pingsock.h"
#include "core/wire/icmpecho.h"
#include "monitors/attempt.h"
#include "monitors/monitor.h"
#include "monitors/probepace.h"

#define READS_MAX	64	/* packets in one turn of the loop */
#define SLOT_BITS	24
#define PACKET_LEN	64	/* octets of ICMP, as ping has it */
#define RCVBUF		(4 << 20)	/* octets: a burst of 5,000 replies */

struct engine;

/* One family's socket, opened with the first probe that needs it. */
struct side {
	struct engine	*engine;
	uint8_t		 family;
	bool		 raw;
	int		 fd;		/* -1 = none */
	struct loop_io	*io;
};

struct engine {
	struct attempt_stock stock;
	struct loop	*loop;
	struct side	 v4, v6;
	uint16_t	 ident;		/* of raw echoes */
	struct probe	**slots;	/* owned; NULL = free */
	size_t		 slot_count, next_slot;
};

struct probe {
	struct attempt	 attempt;
	struct engine	*engine;
	uint64_t	 token;		/* 0 = in no slot */
	int		 fault;		/* why there is no socket; an errno */
	uint32_t	 tried;
	struct loop_timer again;
};

/* ---- who waits ---- */

static size_t
slot_of(uint64_t token)
{
	return (size_t)(token & ((UINT64_C(1) << SLOT_BITS) - 1));
}

/* A free place; as many are there as probes were ever in flight at once. */
static size_t
find_slot(struct engine *e)
{
	size_t was = e->slot_count;

	for (size_t i = 0; i < was; i++) {
		size_t at = (e->next_slot + i) % was;

		if (e->slots[at] == NULL) {
			e->next_slot = at + 1;
			return at;
		}
	}
	assert(was < UINT64_C(1) << SLOT_BITS);
	e->slot_count = was == 0 ? 64 : was * 2;
	e->slots = mem_resize(e->slots, e->slot_count, sizeof(struct probe *));
	for (size_t i = was; i < e->slot_count; i++)
		e->slots[i] = NULL;
	return was;
}

static void
take_slot(struct probe *p)
{
	struct engine *e = p->engine;
	size_t at = find_slot(e);

	e->slots[at] = p;
	p->token = (rand_u64(&e->stock.rand) | UINT64_C(1) << 63) >> SLOT_BITS <<
	    SLOT_BITS | at;
}

static void
hang_up(struct probe *p)
{
	loop_timer_stop(&p->again);
	if (p->token == 0)
		return;
	p->engine->slots[slot_of(p->token)] = NULL;
	p->token = 0;
}

/* Time is over; or there was no socket, which is no fault of the target. */
static void
on_expire(struct probe *p, struct probe_result *r)
{
	if (p->fault == 0)
		return;
	r->outcome = PROBE_ABSTAIN;
	r->code = PROBE_LOCAL;
	r->sys_errno = p->fault;
}

static const struct attempt_kind kind = {
	.size = sizeof(struct probe),
	.hang_up = hang_up,
	.expire = on_expire,
};

/* ---- what comes back ---- */

static void
on_echo(const struct side *s, enum icmpecho_kind what,
    const struct icmpecho *echo, const struct addr *from)
{
	struct engine *e = s->engine;
	size_t at = slot_of(echo->token);
	struct probe *p = at < e->slot_count ? e->slots[at] : NULL;
	struct probe_result r = { .outcome = PROBE_UP, .code = PROBE_OK };

	if (p == NULL || p->token != echo->token ||
	    p->attempt.job.to.addr.family != s->family ||
	    (s->raw && echo->ident != e->ident))
		return;
	if (what == ICMPECHO_LOST)
		attempt_end_errno(&p->attempt, EHOSTUNREACH);
	else if (addr_equal(from, &p->attempt.job.to.addr))
		attempt_end(&p->attempt, &r);
}

static void
on_readable(struct loop_io *io, int fd, unsigned events, void *arg)
{
	const struct side *s = arg;
	struct sockaddr_storage ss;
	struct icmpecho echo;
	uint8_t octets[2048];
	struct addr from;
	uint16_t port;

	assert(io == s->io && events == LOOP_READ);
	for (int i = 0; i < READS_MAX; i++) {
		socklen_t len = sizeof(ss);
		ssize_t n = recvfrom(fd, octets, sizeof(octets), 0,
		    (struct sockaddr *)&ss, &len);
		enum icmpecho_kind what;

		/* An error that was queued is taken by the call. */
		if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
			continue;
		if (n < 0)
			return;
		addr_from_sockaddr((struct sockaddr *)&ss, &from, &port);
		what = icmpecho_read(octets, (size_t)n, s->family,
		    s->raw && s->family == AF_INET, &echo);
		if (what != ICMPECHO_OTHER)
			on_echo(s, what, &echo, &from);
	}
}

/* ---- what goes out ---- */

/* 0, or the errno. Asked anew by each probe while there is none. */
static int
side_open(struct side *s)
{
	static const int octets = RCVBUF;
	int rc = 0;

	if (s->fd != -1)
		return 0;
	s->fd = pingsock_open(s->family, &s->raw);
	if (s->fd == -1)
		return errno;
	/* The first needs CAP_NET_ADMIN; the other has the system's limit. */
	if (setsockopt(s->fd, SOL_SOCKET, SO_RCVBUFFORCE, &octets,
	    sizeof(octets)) == -1)
		(void)setsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &octets,
		    sizeof(octets));
	s->io = loop_io_start(s->engine->loop, s->fd, LOOP_READ, on_readable,
	    s);
	if (s->io == NULL) {
		rc = errno;
		(void)close(s->fd);
		s->fd = -1;
	}
	return rc;
}

static void
side_close(struct side *s)
{
	loop_io_stop(&s->io);
	if (s->fd != -1)
		(void)close(s->fd);
	s->fd = -1;
}

static struct side *
side_of(struct probe *p)
{
	return p->attempt.job.to.addr.family == AF_INET ? &p->engine->v4 :
	    &p->engine->v6;
}

/* With the job's mark, which is not the socket's. */
static ssize_t
send_marked(int fd, const struct probe_job *job, void *octets, size_t len)
{
	union {
		struct cmsghdr	head;
		uint8_t		octets[CMSG_SPACE(sizeof(uint32_t))];
	} control = { 0 };
	struct sockaddr_storage to;
	struct iovec part = { octets, len };
	struct msghdr m = { .msg_name = &to, .msg_iov = &part,
	    .msg_iovlen = 1 };

	m.msg_namelen = addr_to_sockaddr(&job->to.addr, 0, &to);
	if (job->mark != 0) {
		control.head = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
		    .cmsg_type = SO_MARK,
		    .cmsg_len = CMSG_LEN(sizeof(job->mark)) };
		memcpy(CMSG_DATA(&control.head), &job->mark,
		    sizeof(job->mark));
		m.msg_control = &control;
		m.msg_controllen = sizeof(control);
	}
	return sendmsg(fd, &m, MSG_NOSIGNAL);
}

/* 0, or the errno. */
static int
send_echo(struct probe *p)
{
	const struct side *s = side_of(p);
	struct icmpecho echo = { .ident = p->engine->ident,
	    .sequence = (uint16_t)++p->tried, .token = p->token };
	uint8_t octets[PACKET_LEN];

	icmpecho_write(octets, sizeof(octets), s->family, &echo);
	if (send_marked(s->fd, &p->attempt.job, octets, sizeof(octets)) >= 0)
		return 0;
	/* A full queue, or an answer to an earlier one: the next may go. */
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS ?
	    0 : errno;
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
	rc = send_echo(p);
	if (rc != 0)
		attempt_end_errno(&p->attempt, rc);
	else
		loop_timer_start_at(timer,
		    loop_now_ns(timer->loop) + pace->interval_ns);
}

static struct probe *
start(const struct probe_job *job)
{
	struct engine *e = job->engine;
	struct probe *p = attempt_start(&e->stock, job);
	const struct probepace *pace = job->spec;
	int rc;

	p->engine = e;
	p->token = 0;
	p->tried = 0;
	loop_timer_init(&p->again, job->loop, on_again, p);
	p->fault = 0;
	if (job->fault != 0)
		return p;
	p->fault = side_open(side_of(p));
	if (p->fault != 0) {
		loop_timer_start_at(&p->attempt.deadline, p->attempt.start_ns);
		return p;
	}
	take_slot(p);
	rc = send_echo(p);
	if (rc != 0)
		attempt_fail(&p->attempt, rc);
	else
		loop_timer_start_at(&p->again,
		    loop_now_ns(job->loop) + pace->interval_ns);
	return p;
}

/* ---- the type ---- */

static void *
engine_new(struct loop *l, struct err *err)
{
	struct engine *e = mem_zalloc(1, sizeof(*e));

	(void)err;
	attempt_stock_init(&e->stock, &kind);
	e->loop = l;
	e->ident = (uint16_t)rand_u64(&e->stock.rand);
	e->v4 = (struct side){ .engine = e, .family = AF_INET, .fd = -1 };
	e->v6 = (struct side){ .engine = e, .family = AF_INET6, .fd = -1 };
	return e;
}

static void
engine_free(void **pengine)
{
	struct engine *e = *pengine;

	*pengine = NULL;
	attempt_stock_fini(&e->stock);
	side_close(&e->v4);
	side_close(&e->v6);
	free(e->slots);
	free(e);
}

const struct probe_type probe_gateway_icmp_type = {
	.object = &monitor_gateway_icmp_type,
	.portless = true,
	.engine_new = engine_new,
	.engine_free = engine_free,
	.spec_new = probepace_new,
	.spec_free = probepace_free,
	.start = start,
	.stop = attempt_stop,
};
