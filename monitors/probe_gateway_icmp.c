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
#include <sys/socket.h>

#include "core/base/mem.h"
#include "core/io/pingpair.h"
#include "core/wire/icmpecho.h"
#include "monitors/attempt.h"
#include "monitors/monitor.h"
#include "monitors/probepace.h"

#define SLOT_BITS	24
#define PACKET_LEN	64	/* octets of ICMP, as ping has it */
#define RCVBUF		(4 << 20)	/* octets: a burst of 5,000 replies */

struct engine {
	struct attempt_stock stock;
	struct loop	*loop;
	struct pingpair	 sockets;
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
on_heard(const struct pingside *s, const uint8_t *octets, size_t len,
    const struct addr *from)
{
	struct engine *e = s->arg;
	struct probe_result r = { .outcome = PROBE_UP, .code = PROBE_OK };
	struct probe *p;
	struct icmpecho echo;
	enum icmpecho_kind what = icmpecho_read(octets, len, s->family,
	    s->headed, &echo);

	p = what != ICMPECHO_OTHER && slot_of(echo.token) < e->slot_count ?
	    e->slots[slot_of(echo.token)] : NULL;
	if (p == NULL || p->token != echo.token ||
	    p->attempt.job.to.addr.family != s->family ||
	    (s->raw && echo.ident != e->ident))
		return;
	if (what == ICMPECHO_LOST)
		attempt_end_errno(&p->attempt, EHOSTUNREACH);
	else if (addr_equal(from, &p->attempt.job.to.addr))
		attempt_end(&p->attempt, &r);
}

/* ---- what goes out ---- */

static struct pingside *
side_of(struct probe *p)
{
	return pingpair_side(&p->engine->sockets,
	    p->attempt.job.to.addr.family);
}

/* 0, or the errno. */
static int
open_side(struct pingside *s)
{
	static const int octets = RCVBUF;
	int rc;

	if (s->fd != -1)
		return 0;
	rc = pingpair_open(s);
	/* The first needs CAP_NET_ADMIN; the other has the system's limit. */
	if (rc == 0 && setsockopt(s->fd, SOL_SOCKET, SO_RCVBUFFORCE, &octets,
	    sizeof(octets)) == -1)
		(void)setsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &octets,
		    sizeof(octets));
	return rc;
}

/* With the job's mark, which is not the socket's. 0, or the errno. */
static int
send_echo(struct probe *p)
{
	const struct pingside *s = side_of(p);
	const struct probe_job *job = &p->attempt.job;
	struct icmpecho echo = { .ident = p->engine->ident,
	    .sequence = (uint16_t)++p->tried, .token = p->token };
	uint8_t octets[PACKET_LEN];
	const struct pingpair_packet out = {
		.to = &job->to.addr, .octets = octets, .len = sizeof(octets),
		.level = SOL_SOCKET, .type = SO_MARK,
		.word = job->mark != 0 ? &job->mark : NULL,
		.word_len = sizeof(job->mark),
	};
	int rc;

	icmpecho_write(octets, sizeof(octets), s->family, &echo);
	rc = pingpair_send(s, &out);
	/* A full queue, or an answer to an earlier one: the next may go. */
	return rc == EAGAIN || rc == EWOULDBLOCK || rc == ENOBUFS ? 0 : rc;
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
	p->fault = open_side(side_of(p));
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
	pingpair_init(&e->sockets, l, on_heard, e);
	return e;
}

static void
engine_free(void **pengine)
{
	struct engine *e = *pengine;

	*pengine = NULL;
	attempt_stock_fini(&e->stock);
	pingpair_fini(&e->sockets);
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
