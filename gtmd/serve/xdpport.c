/* gtmd/serve/xdpport.c - see xdpport.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/serve/xdpport.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/rcu.h"
#include "core/io/worker.h"
#include "gtmd/serve/xdpdesk.h"
#include "gtmd/xdp/xdpfilter.h"
#include "gtmd/xdp/xdpframe.h"
#include "gtmd/xdp/xdpkey.h"
#include "gtmd/xdp/xdpnet.h"
#include "gtmd/xdp/xdpring.h"

#define LATE_MS		20	/* for the last replies, when it closes */

struct thread {
	struct xdpport	*owner;
	unsigned	 place;
	struct worker	*worker;
};

struct xdpport {
	unsigned	 magic;
#define XDPPORT_MAGIC	0x7d9b0271u
	const struct world *world;
	unsigned	 ifindex;
	struct xdpfilter *filter;
	struct xdpring	*rings[XDPKEY_QUEUES_MAX];
	unsigned	 queues;	/* rings that are open */
	struct thread	 threads[XDPKEY_QUEUES_MAX];
	unsigned	 running;	/* thread i has rings i, i + running, … */
	struct xdpport_manner manner;
	atomic_uint	 mtu, batch, coalesce_us;	/* threads read these */
};

/* ---- the threads ---- */

/* A thread's own rings, and how to sleep over them. */
struct watch {
	struct xdpring	*rings[XDPKEY_QUEUES_MAX];
	struct pollfd	 fds[XDPKEY_QUEUES_MAX + 1];	/* the last one: the end */
	unsigned	 count;
};

static void
watch_init(struct watch *w, const struct thread *t, struct worker *worker)
{
	const struct xdpport *p = t->owner;

	w->count = 0;
	for (unsigned q = t->place; q < p->queues; q += p->running) {
		w->rings[w->count] = p->rings[q];
		w->fds[w->count++] = (struct pollfd){
			.fd = xdpring_fd(p->rings[q]), .events = POLLIN,
		};
	}
	w->fds[w->count] = (struct pollfd){
		.fd = worker_stop_fd(worker), .events = POLLIN,
	};
}

/* Sleeps until there is work or the end; a ring whose interface has gone is
 * passed over from here on. Nobody waits for this thread. */
static void
sleep_idle(struct watch *w)
{
	bool late = false;

	for (unsigned i = 0; i < w->count; i++)
		late = xdpring_push(w->rings[i]) || late;
	rcu_offline();
	(void)poll(w->fds, w->count + 1, late ? 1 : -1);
	rcu_online();
	for (unsigned i = 0; i < w->count; i++)
		if ((w->fds[i].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0)
			w->fds[i].fd = -1;
}

static unsigned
serve(struct xdpdesk *k, const struct xdpport *p, struct xdpring *ring)
{
	return xdpdesk_serve(k, p->world, ring,
	    atomic_load_explicit(&p->mtu, memory_order_relaxed),
	    atomic_load_explicit(&p->batch, memory_order_relaxed));
}

static void
run(struct worker *worker, void *arg)
{
	const struct thread *t = arg;
	const struct xdpport *p = t->owner;
	struct xdpdesk *k = xdpdesk_new();
	struct watch w;

	watch_init(&w, t, worker);
	hand_settle();
	while (!worker_stopping(worker)) {
		unsigned n = 0;

		for (unsigned i = 0; i < w.count; i++)
			n += serve(k, p, w.rings[i]);
		rcu_quiescent();
		if (n > 0)
			hand_rest(xdpdesk_hand(k), n, atomic_load_explicit(
			    &p->coalesce_us, memory_order_relaxed));
		else
			sleep_idle(&w);
	}
	xdpdesk_free(&k);
}

static void
stop_threads(struct xdpport *p)
{
	for (unsigned i = 0; i < p->running; i++)
		if (p->threads[i].worker != NULL)
			worker_stop(p->threads[i].worker);
	for (unsigned i = 0; i < p->running; i++)
		worker_join(&p->threads[i].worker);
	p->running = 0;
}

static int
start_thread(struct xdpport *p, unsigned i, struct err *e)
{
	struct thread *t = &p->threads[i];
	char name[16];
	struct worker_config c = {
		.name = name, .run = run, .arg = t, .cpu = WORKER_ANY_CPU,
	};

	*t = (struct thread){ .owner = p, .place = i };
	if (p->manner.cpu_count > 0)
		c.cpu = p->manner.cpus[i % p->manner.cpu_count];
	/* Fifteen octets are what the system shows. */
	(void)snprintf(name, sizeof(name), "xdp%u/%u", p->ifindex % 1000,
	    i % XDPKEY_QUEUES_MAX);
	t->worker = worker_start(&c, e);
	return t->worker != NULL ? 0 : ERR_IO;
}

/* As many as the manner says, but none without a ring. */
static int
start_threads(struct xdpport *p, struct err *e)
{
	int rc = 0;

	p->running = p->manner.threads < p->queues ? p->manner.threads :
	    p->queues;
	for (unsigned i = 0; i < p->running && rc == 0; i++)
		rc = start_thread(p, i, e);
	if (rc != 0)
		stop_threads(p);
	return rc;
}

/* ---- open, change, close ---- */

static int
open_rings(struct xdpport *p, const struct xdpnet_interface *i, struct err *e)
{
	int rc = 0;

	if (i->queues > XDPKEY_QUEUES_MAX)
		return err_set(e, ERR_RANGE, "it has %u queues, more than %d",
		    i->queues, XDPKEY_QUEUES_MAX);
	while (rc == 0 && p->queues < i->queues) {
		struct xdpring *r = xdpring_open(i->name, p->queues, e);

		if (r == NULL)
			return ERR_IO;
		rc = xdpfilter_join(p->filter, p->queues, xdpring_fd(r), e);
		p->rings[p->queues++] = r;
	}
	return rc;
}

/* What may change while it runs. */
static int
take_config(struct xdpport *p, const struct xdpport_config *c, struct err *e)
{
	unsigned mtu = c->interface->mtu;

	if (mtu < XDPPORT_MTU_MIN) {
		errno = ERANGE;
		return err_set(e, ERR_RANGE, "its packets have %u octets at "
		    "most, below %d", mtu, XDPPORT_MTU_MIN);
	}
	mtu = mtu < XDPRING_ROOM - XDPFRAME_ETHERNET ? mtu :
	    XDPRING_ROOM - XDPFRAME_ETHERNET;
	atomic_store_explicit(&p->mtu, mtu, memory_order_relaxed);
	atomic_store_explicit(&p->batch, c->manner.batch,
	    memory_order_relaxed);
	atomic_store_explicit(&p->coalesce_us, c->manner.coalesce_us,
	    memory_order_relaxed);
	p->manner = c->manner;
	return xdpfilter_set(p->filter, &(struct xdpfilter_wish){
	    .mac = c->interface->mac, .packet_max = mtu,
	    .places = c->places->v, .count = c->places->count }, e);
}

struct xdpport *
xdpport_open(const struct xdpport_config *c, struct err *e)
{
	struct xdpport *p = mem_zalloc(1, sizeof(*p));
	int why;

	p->magic = XDPPORT_MAGIC;
	p->world = c->world;
	p->ifindex = c->interface->index;
	p->filter = xdpfilter_open(e);
	if (p->filter != NULL && take_config(p, c, e) == 0 &&
	    open_rings(p, c->interface, e) == 0 &&
	    start_threads(p, e) == 0 &&
	    xdpfilter_attach(p->filter, p->ifindex, e) == 0)
		return p;
	why = errno;
	xdpport_close(&p);
	errno = why;
	return NULL;
}

/* Threads are born with their number and their CPUs. */
static bool
same_threads(const struct xdpport_manner *a, const struct xdpport_manner *b)
{
	return a->threads == b->threads && a->cpu_count == 0 &&
	    b->cpu_count == 0;
}

int
xdpport_adjust(struct xdpport *p, const struct xdpport_config *c,
    struct err *e)
{
	bool same = same_threads(&p->manner, &c->manner);
	int rc;

	OBJ_CHECK(p, XDPPORT_MAGIC);
	rc = take_config(p, c, e);
	if (rc != 0 || same)
		return rc;
	stop_threads(p);	/* what comes meanwhile waits in the rings */
	return start_threads(p, e);
}

bool
xdpport_is_on(const struct xdpport *p, const struct xdpnet_interface *i)
{
	return p->ifindex == i->index && p->queues == i->queues;
}

/* Answers what the threads have left, and sees the replies off. */
static void
drain(struct xdpport *p)
{
	struct xdpdesk *k = xdpdesk_new();

	for (unsigned q = 0; q < p->queues; q++) {
		while (serve(k, p, p->rings[q]) > 0)
			continue;
		for (int ms = 0; ms < LATE_MS && xdpring_push(p->rings[q]);
		    ms++)
			(void)poll(NULL, 0, 1);
	}
	xdpdesk_free(&k);
}

void
xdpport_close(struct xdpport **pp)
{
	struct xdpport *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	OBJ_CHECK(p, XDPPORT_MAGIC);
	if (p->filter != NULL)
		xdpfilter_detach(p->filter);
	if (p->running > 0) {
		stop_threads(p);
		drain(p);
	}
	for (unsigned q = 0; q < p->queues; q++)
		xdpring_close(&p->rings[q]);
	xdpfilter_close(&p->filter);
	p->magic = 0;
	free(p);
}

const char *
xdpport_mode(const struct xdpport *p)
{
	return xdpfilter_is_generic(p->filter) ? "generic" : "native";
}

const char *
xdpport_memory(const struct xdpport *p)
{
	return xdpring_is_zero_copy(p->rings[0]) ? "zero" : "copy";
}
