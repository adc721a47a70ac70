/* gtmd/serve/dnsudp.c - the sockets and threads of one UDP listener; see dnsudp.h.
 *
 * udpgroup holds the sockets, udpbatch does the work of a thread; here is who
 * runs on which, and the order of coming and going. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/serve/dnsudp.h"

#include <assert.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/rcu.h"
#include "core/io/worker.h"
#include "gtmd/count/stats.h"
#include "gtmd/query/answer.h"
#include "gtmd/query/world.h"
#include "gtmd/serve/hand.h"
#include "gtmd/serve/proxyheader.h"
#include "gtmd/serve/udpbatch.h"
#include "gtmd/serve/udpgroup.h"

_Static_assert(DNSUDP_BATCH_MAX == UDPBATCH_MAX, "a batch is a batch");
_Static_assert(DNSUDP_THREADS_MAX == UDPGROUP_MAX, "a socket per thread");

struct dnsudp;

struct thread {
	struct dnsudp	*owner;
	int		 fd;
	struct worker	*worker;
};

struct dnsudp {
	unsigned	 magic;
#define DNSUDP_MAGIC	0xd05adb01u
	const struct world *world;
	struct udpgroup	 group;
	struct thread	 threads[DNSUDP_THREADS_MAX];	/* as group.fds */
	unsigned	 running;		/* threads, on the first sockets */
	unsigned	 threads_wanted;
	bool		 foreign;	/* sockets that another process serves:
					 * it has what is queued */
	int		*cpus;			/* owned */
	size_t		 cpu_count;
	atomic_uint	 batch;			/* threads read these */
	atomic_uint	 coalesce_us;
	struct proxysources *proxies;		/* RCU; NULL = none */
};

/* A thread's hands: what it answers with, and what it answers in. */
struct desk {
	struct hand	 hand;
	struct udpbatch	*batch;
};

static void
desk_open(struct desk *k, const struct dnsudp *d)
{
	hand_open(&k->hand);
	k->batch = udpbatch_new(udpgroup_needs_pktinfo(&d->group));
}

static void
desk_close(struct desk *k)
{
	udpbatch_free(&k->batch);
	hand_close(&k->hand);
}

/* Answers what udpbatch_receive brought. */
static void
serve(struct desk *k, const struct dnsudp *d, int fd)
{
	struct answer *a = &k->hand.answer;

	udpbatch_answer(k->batch, a, d->world, RCU_GET(d->proxies));
	udpbatch_send(k->batch, fd, a);
}

/* Sleeps until there is work or the end. Nobody waits for this thread. */
static void
sleep_idle(struct worker *w, int fd)
{
	struct pollfd p[2] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = worker_stop_fd(w), .events = POLLIN },
	};

	rcu_offline();
	(void)poll(p, OBJ_COUNT(p), -1);
	rcu_online();
}

static void
run(struct worker *w, void *arg)
{
	const struct thread *t = arg;
	struct dnsudp *d = t->owner;
	struct desk k;

	desk_open(&k, d);
	hand_settle();
	while (!worker_stopping(w)) {
		unsigned max = atomic_load_explicit(&d->batch,
		    memory_order_relaxed);
		int n = udpbatch_receive(k.batch, t->fd, max, true);

		if (n > 0) {
			serve(&k, d, t->fd);
			rcu_quiescent();
			hand_rest(&k.hand, (unsigned)n, atomic_load_explicit(
			    &d->coalesce_us, memory_order_relaxed));
			continue;
		}
		if (n < 0)
			stats_add(k.hand.answer.stats, STATS_UDP_RECV_FAILED, 1);
		sleep_idle(w, t->fd);
	}
	desk_close(&k);
}

/* Answers what is queued on the sockets from place first on, whose threads have
 * ended. */
static void
drain(struct dnsudp *d, unsigned first)
{
	struct desk k;

	if (first == d->group.count)
		return;
	desk_open(&k, d);
	for (unsigned i = first; i < d->group.count; i++) {
		int fd = d->group.fds[i];

		while (udpbatch_receive(k.batch, fd, UDPBATCH_MAX, false) > 0)
			serve(&k, d, fd);
	}
	desk_close(&k);
}

static void
take_proxies(struct dnsudp *d, const struct proxysources *p)
{
	struct proxysources *next = p == NULL || p->count == 0 ? NULL :
	    mem_dup(p, sizeof(*p));
	struct proxysources *was = RCU_SWAP(d->proxies, next);

	if (was != NULL)
		rcu_defer(free, was);
}

static void
take_config(struct dnsudp *d, const struct dnsudp_config *c)
{
	free(d->cpus);
	d->cpus = mem_dup(c->cpus, c->cpu_count * sizeof(c->cpus[0]));
	d->cpu_count = c->cpu_count;
	atomic_store_explicit(&d->batch, c->batch, memory_order_relaxed);
	atomic_store_explicit(&d->coalesce_us, c->coalesce_us,
	    memory_order_relaxed);
	take_proxies(d, c->proxies);
}

static int
add_sockets(struct dnsudp *d, unsigned count, struct err *e)
{
	int rc;

	while (d->group.count < count) {
		if ((rc = udpgroup_add(&d->group, e)) != 0)
			return rc;
	}
	return 0;
}

static int
start_thread(struct dnsudp *d, unsigned i, struct err *e)
{
	struct thread *t = &d->threads[i];
	char name[16];
	struct worker_config c = {
		.name = name, .run = run, .arg = t, .cpu = WORKER_ANY_CPU,
	};

	t->owner = d;
	t->fd = d->group.fds[i];
	if (d->cpu_count > 0)
		c.cpu = d->cpus[i % d->cpu_count];
	(void)snprintf(name, sizeof(name), "udp/%u", i);
	t->worker = worker_start(&c, e);
	return t->worker != NULL ? 0 : ERR_IO;	/* e may be NULL */
}

/* Threads until there are count. */
static int
start_threads(struct dnsudp *d, unsigned count, struct err *e)
{
	int rc;

	while (d->running < count) {
		if ((rc = start_thread(d, d->running, e)) != 0)
			return rc;
		d->running++;
	}
	return 0;
}

/* Ends the threads from place first on; their sockets stay. */
static void
stop_threads(struct dnsudp *d, unsigned first)
{
	for (unsigned i = first; i < d->running; i++)
		worker_stop(d->threads[i].worker);
	while (d->running > first)
		worker_join(&d->threads[--d->running].worker);
}

/* Comes to count threads, which have sockets: more run before the kernel gives
 * them datagrams, fewer only after it has ceased to. */
static int
set_threads(struct dnsudp *d, unsigned count, struct err *e)
{
	int rc = start_threads(d, count, e);

	if (rc == 0)
		rc = udpgroup_choose(&d->group, count, e);
	if (rc != 0)
		return rc;
	stop_threads(d, count);
	drain(d, count);
	d->threads_wanted = count;
	return 0;
}

/* Binds our own, or takes those that another process bound. */
static int
open_sockets(struct dnsudp *d, const struct dnsudp_config *c, struct err *e)
{
	int rc;

	for (unsigned i = 0; i < c->fd_count; i++)
		udpgroup_inherit(&d->group, c->fds[i]);
	if (c->fd_count > 0) {
		d->foreign = true;
		d->threads_wanted = c->fd_count;
		return 0;
	}
	rc = add_sockets(d, c->threads, e);
	if (rc == 0)
		udpgroup_set_rcvbuf(&d->group, c->rcvbuf);
	return rc;
}

struct dnsudp *
dnsudp_open(const struct dnsudp_config *c, struct err *e)
{
	struct dnsudp *d = mem_zalloc(1, sizeof(*d));

	assert(c->threads > 0 && c->threads <= DNSUDP_THREADS_MAX);
	assert(c->batch > 0 && c->batch <= DNSUDP_BATCH_MAX);
	d->magic = DNSUDP_MAGIC;
	d->world = c->world;
	d->threads_wanted = c->threads;
	take_config(d, c);
	udpgroup_init(&d->group, &c->local);
	if (open_sockets(d, c, e) != 0) {
		udpgroup_close(&d->group);
		free(d->proxies);
		free(d->cpus);
		free(d);
		return NULL;
	}
	return d;
}

int
dnsudp_start(struct dnsudp *d, struct err *e)
{
	int rc;

	OBJ_CHECK(d, DNSUDP_MAGIC);
	rc = start_threads(d, d->threads_wanted, e);
	if (rc != 0)
		stop_threads(d, 0);
	else
		d->foreign = false;
	return rc;
}

static bool
same_cpus(const struct dnsudp *d, const struct dnsudp_config *c)
{
	if (d->cpu_count != c->cpu_count)
		return false;
	for (size_t i = 0; i < c->cpu_count; i++) {
		if (d->cpus[i] != c->cpus[i])
			return false;
	}
	return true;
}

int
dnsudp_adjust(struct dnsudp *d, const struct dnsudp_config *c, struct err *e)
{
	bool moved = !same_cpus(d, c);
	int rc;

	OBJ_CHECK(d, DNSUDP_MAGIC);
	assert(c->threads > 0 && c->threads <= DNSUDP_THREADS_MAX);
	take_config(d, c);
	rc = add_sockets(d, c->threads, e);
	udpgroup_set_rcvbuf(&d->group, c->rcvbuf);
	/* A thread is pinned at its birth. What comes between waits in its
	 * socket's queue. */
	if (rc == 0 && moved)
		stop_threads(d, 0);
	if (rc == 0)
		rc = set_threads(d, c->threads, e);
	if (rc != 0) {
		/* Rather anywhere than not at all. */
		d->cpu_count = 0;
		(void)set_threads(d, d->threads_wanted, NULL);
	}
	return rc;
}

void
dnsudp_leave(struct dnsudp **pd)
{
	struct dnsudp *d = *pd;

	*pd = NULL;
	if (d == NULL)
		return;
	OBJ_CHECK(d, DNSUDP_MAGIC);
	stop_threads(d, 0);
	udpgroup_close(&d->group);
	free(d->proxies);
	free(d->cpus);
	d->magic = 0;
	free(d);
}

void
dnsudp_close(struct dnsudp **pd)
{
	struct dnsudp *d = *pd;

	if (d == NULL)
		return;
	OBJ_CHECK(d, DNSUDP_MAGIC);
	stop_threads(d, 0);
	if (!d->foreign)
		drain(d, 0);
	dnsudp_leave(pd);
}

const int *
dnsudp_fds(const struct dnsudp *d, unsigned *count)
{
	*count = d->group.count;
	return d->group.fds;
}

void
dnsudp_local(const struct dnsudp *d, struct addrport *local)
{
	*local = d->group.local;
}
