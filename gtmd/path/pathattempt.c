/* gtmd/path/pathattempt.c - see pathattempt.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/path/pathattempt.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "gtmd/decide/pathtable.h"
#include "gtmd/path/pathping.h"

#define RATE_DEFAULT	50
#define BURST_NS	(CLOCK_S / 10)

static const struct pathattempt_protocol *const protocols[] = {
	[PATHSETTINGS_ICMP] = &pathping_protocol,
	[PATHSETTINGS_TCP] = &pathtcp_protocol,
	[PATHSETTINGS_UDP] = &pathudp_protocol,
	[PATHSETTINGS_DNS_DOT] = &pathdns_dot_protocol,
	[PATHSETTINGS_DNS_REV] = &pathdns_rev_protocol,
};

void
pathattempt_engine_init(struct pathattempt_engine *e, struct loop *l,
    struct pathtable_counts *counts)
{
	*e = (struct pathattempt_engine){ .loop = l, .counts = counts,
	    .budget = { .rate = RATE_DEFAULT, .filled = loop_now_ns(l) } };
	rand_seed(&e->rand);
	e->ping = pathping_new(e);
}

void
pathattempt_engine_fini(struct pathattempt_engine *e)
{
	pathping_free(&e->ping);
}

bool
pathattempt_may_send(struct pathattempt_engine *e)
{
	struct pathattempt_budget *b = &e->budget;
	uint64_t price = CLOCK_S / b->rate;
	uint64_t most = price > BURST_NS ? price : BURST_NS;
	mono_ns now = loop_now_ns(e->loop);

	b->tokens += now - b->filled;
	b->filled = now;
	if (b->tokens > most)
		b->tokens = most;
	if (b->tokens < price)
		return false;
	b->tokens -= price;
	return true;
}

static void
attempt_free(struct pathattempt *a)
{
	loop_timer_stop(&a->timeout);
	list_remove(&a->waiting);
	loop_io_stop(&a->io);
	if (a->fd != -1)
		(void)close(a->fd);
	free(a);
}

void
pathattempt_end(struct pathattempt *a, bool answered)
{
	struct pathattempt_job job = a->job;
	dur_ns took = clock_mono(loop_clock(a->engine->loop)) - a->sent;
	uint64_t us = took / 1000;

	a->engine->counts->answered += answered;
	attempt_free(a);
	us = us > 0 ? us : 1;
	job.done(job.arg, answered, us < UINT32_MAX ? (uint32_t)us :
	    UINT32_MAX);
}

static void
on_timeout(struct loop_timer *t, void *arg)
{
	(void)t;
	pathattempt_end(arg, false);
}

struct pathattempt *
pathattempt_start(struct pathattempt_engine *e,
    const struct pathattempt_job *job)
{
	struct pathattempt *a = mem_zalloc(1, sizeof(*a));

	a->engine = e;
	a->job = *job;
	a->fd = -1;
	list_init(&a->waiting);
	loop_timer_init(&a->timeout, e->loop, on_timeout, a);
	a->sent = clock_mono(loop_clock(e->loop));
	if (protocols[job->protocol]->send(a) != 0) {
		attempt_free(a);
		return NULL;
	}
	e->counts->sent++;
	loop_timer_start(&a->timeout, job->timeout_ms, 0);
	return a;
}

void
pathattempt_stop(struct pathattempt **pa)
{
	struct pathattempt *a = *pa;

	*pa = NULL;
	if (a != NULL)
		attempt_free(a);
}

/* Errors that routers tell come at once; a TTL is the last hop's word. */
static int
set_way(const struct pathattempt *a)
{
	int on = 1, ttl = a->job.ttl;
	bool six = a->job.to.family == AF_INET6;

	if (setsockopt(a->fd, six ? IPPROTO_IPV6 : IPPROTO_IP,
	    six ? IPV6_RECVERR : IP_RECVERR, &on, sizeof(on)) != 0)
		return -1;
	if (ttl == 0)
		return 0;
	return setsockopt(a->fd, six ? IPPROTO_IPV6 : IPPROTO_IP,
	    six ? IPV6_UNICAST_HOPS : IP_TTL, &ttl, sizeof(ttl));
}

int
pathattempt_connect(struct pathattempt *a, int type, uint16_t port,
    unsigned events, loop_io_fn fn)
{
	const struct linger reset = { .l_onoff = 1 };
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(&a->job.to, port, &ss);

	assert(a->fd == -1);
	a->fd = socket(ss.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (a->fd == -1 || set_way(a) != 0)
		return -1;
	/* A connection that said all it had to leaves nothing behind. */
	if (type == SOCK_STREAM && setsockopt(a->fd, SOL_SOCKET, SO_LINGER,
	    &reset, sizeof(reset)) != 0)
		return -1;
	a->sent = clock_mono(loop_clock(a->engine->loop));
	if (connect(a->fd, (const struct sockaddr *)&ss, len) != 0 &&
	    errno != EINPROGRESS && errno != ECONNREFUSED)
		return -1;
	a->io = loop_io_start(a->engine->loop, a->fd, events, fn, a);
	return a->io != NULL ? 0 : -1;
}
