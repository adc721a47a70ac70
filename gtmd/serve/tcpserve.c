/* gtmd/serve/tcpserve.c - listeners and the number of connections; see tcpserve.h.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/serve/tcpserve.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/rcu.h"
#include "core/io/sock.h"
#include "core/io/tls.h"
#include "gtmd/count/stats.h"
#include "gtmd/count/tally.h"
#include "gtmd/decide/decision_log.h"
#include "gtmd/query/world.h"
#include "gtmd/serve/tcpconn.h"
#include "gtmd/serve/tcpstream.h"

#define ACCEPT_AT_ONCE	16	/* then the connections have their turn */
#define PAUSE_MS	100	/* when the process has no descriptor left */
#define SHAKE_AT_ONCE	4	/* likewise: about a millisecond */
#define GONE_AT_ONCE	64	/* of which most have gone by then */
#define IDLE_BUSY_NS	(2 * CLOCK_S)
#define SWEEP_MS	100

struct tcplistener {
	struct tcpserve	*serve;
	struct list	 node;
	int		 fd;
	struct loop_io	*io;
	struct tcpmanner manner;
};

static bool
is_full(const struct tcpserve *s)
{
	const struct world_settings *set = RCU_GET(s->world->settings);

	return s->conn_count >= set->tcp_clients_max;
}

static bool
is_busy(const struct tcpserve *s)
{
	const struct world_settings *set = RCU_GET(s->world->settings);

	return s->gone != NULL ||
	    s->conn_count >= set->tcp_clients_max - set->tcp_clients_max / 4;
}

dur_ns
tcpserve_idle_ns(const struct tcpserve *s)
{
	const struct world_settings *set = RCU_GET(s->world->settings);
	dur_ns ns = set->tcp_idle_timeout_ms * CLOCK_MS;

	return is_busy(s) && ns > IDLE_BUSY_NS ? IDLE_BUSY_NS : ns;
}

/* Closes the connection that has been without a query longest. */
static void
shed(struct tcpserve *s)
{
	stats_add(s->answer.stats, STATS_TCP_SHED, 1);
	tcpconn_close(tcpconn_of(s->conns.next));
}

/* Makes a place before one is needed: the limit holds at every moment. */
static void
make_place(struct tcpserve *s)
{
	mono_ns now = loop_now_ns(s->loop);

	while (s->conn_count > 0 && is_full(s))
		shed(s);
	/* Those that have rested since before it got busy. */
	while (is_busy(s) && s->conn_count > 0 && now > IDLE_BUSY_NS &&
	    tcpconn_last_ns(tcpconn_of(s->conns.next)) < now - IDLE_BUSY_NS)
		shed(s);
}

static void
watch_listeners(struct tcpserve *s, unsigned events)
{
	LIST_EACH(&s->listeners, it) {
		struct tcplistener *l = OBJ_OF(it, struct tcplistener, node);

		loop_io_change(l->io, events);
	}
}

static void
on_pause_over(struct loop_timer *t, void *arg)
{
	(void)t;
	watch_listeners(arg, LOOP_READ);
}

/* Replies go out at once: each write is whole messages, so that waiting for
 * more to put into a segment only delays. */
static void
set_nodelay(int fd)
{
	int on = 1;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

/* Returns true when another connection may wait. */
static bool
accept_one(struct tcplistener *l)
{
	struct tcpserve *s = l->serve;
	struct addrport peer;
	int client;

	make_place(s);
	client = sock_accept(l->fd, &peer);
	if (client >= 0) {
		stats_add(s->answer.stats, STATS_TCP_ACCEPTED, 1);
		set_nodelay(client);
		tcpconn_open(s, client, &peer, &l->manner);
		return true;
	}
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return false;
	if (errno != EMFILE && errno != ENFILE)
		return true;	/* that one was gone before we came */
	stats_add(s->answer.stats, STATS_TCP_ACCEPT_FAILED, 1);
	if (s->conn_count > 0) {
		shed(s);
		return true;
	}
	/* The client waits in the kernel; asking at once would spin. */
	watch_listeners(s, 0);
	loop_timer_start(&s->pause, PAUSE_MS, 0);
	return false;
}

static void
on_connection(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct tcplistener *l = arg;

	(void)io;
	(void)fd;
	(void)events;
	/* At the limit one at a time, as the loop calls: nobody is shed for a
	 * client that is not there. */
	for (unsigned i = 0; i < ACCEPT_AT_ONCE; i++) {
		if ((i > 0 && is_full(l->serve)) || !accept_one(l))
			return;
	}
}

/* Those whose rest began before we were leaving have longer timers. */
static void
on_sweep(struct loop_timer *t, void *arg)
{
	struct tcpserve *s = arg;
	mono_ns now = loop_now_ns(s->loop);

	(void)t;
	LIST_EACH(&s->conns, it) {
		struct tcpconn *c = tcpconn_of(it);

		if (tcpconn_last_ns(c) + IDLE_BUSY_NS < now &&
		    tcpconn_is_resting(c))
			tcpconn_close(c);
	}
}

/* Whose turn it is; NULL = nobody's. */
static struct list *
next_turn(const struct tcpserve *s)
{
	if (!list_empty(&s->shaking))
		return s->shaking.next;
	return list_empty(&s->hellos) ? NULL : s->hellos.prev;
}

static void
on_turn(void *arg)
{
	struct tcpserve *s = arg;
	unsigned dear = 0, all = 0;
	struct list *turn;

	s->turning = false;
	while (dear < SHAKE_AT_ONCE && all++ < GONE_AT_ONCE &&
	    (turn = next_turn(s)) != NULL) {
		list_remove(turn);
		dear += tcpconn_shake(tcpconn_of_turn(turn));
	}
	/* Posted calls come with the descriptors, not before them: all that is
	 * ready has its turn in between. */
	if (next_turn(s) != NULL) {
		s->turning = true;
		loop_post(s->loop, on_turn, s);
	}
}

void
tcpserve_await_turn(struct tcpserve *s, struct list *turn, bool greeted)
{
	list_append(greeted ? &s->shaking : &s->hellos, turn);
	if (s->turning)
		return;
	s->turning = true;
	loop_post(s->loop, on_turn, s);
}

void
tcpserve_init(struct tcpserve *s, struct loop *l, const struct world *w)
{
	s->loop = l;
	s->world = w;
	s->answer.tally = tally_open();
	s->answer.stats = stats_open();
	s->answer.limit = NULL;
	s->answer.clock = &clock_system;
	s->answer.asker.log = decision_log_open();
	list_init(&s->listeners);
	list_init(&s->conns);
	list_init(&s->hellos);
	list_init(&s->shaking);
	s->turning = false;
	s->conn_count = 0;
	loop_timer_init(&s->pause, l, on_pause_over, s);
	loop_timer_init(&s->sweep, l, on_sweep, s);
	s->gone = NULL;
}

static void
close_listener(struct tcplistener *l)
{
	loop_io_stop(&l->io);
	(void)close(l->fd);
	tls_free(&l->manner.tls);
	list_remove(&l->node);
	free(l);
}

void
tcpserve_fini(struct tcpserve *s)
{
	loop_timer_stop(&s->pause);
	loop_timer_stop(&s->sweep);
	s->gone = NULL;
	LIST_EACH(&s->listeners, it)
		close_listener(OBJ_OF(it, struct tcplistener, node));
	LIST_EACH(&s->conns, it)
		tcpconn_close(tcpconn_of(it));
	tally_close(&s->answer.tally);
	stats_close(&s->answer.stats);
	decision_log_close(&s->answer.asker.log);
}

static void
take_manner(struct tcpmanner *to, struct tcpmanner *m)
{
	tls_free(&to->tls);
	*to = *m;
	m->tls = NULL;
}

void
tcpserve_dropped(struct tcpserve *s)
{
	void (*gone)(void *arg) = s->gone;

	s->conn_count--;
	if (gone == NULL || s->conn_count > 0)
		return;
	loop_timer_stop(&s->sweep);
	s->gone = NULL;
	gone(s->gone_arg);
}

void
tcpserve_leave(struct tcpserve *s, void (*gone)(void *arg), void *arg)
{
	loop_timer_stop(&s->pause);
	LIST_EACH(&s->listeners, it)
		close_listener(OBJ_OF(it, struct tcplistener, node));
	if (s->conn_count == 0) {
		gone(arg);
		return;
	}
	s->gone = gone;
	s->gone_arg = arg;
	loop_timer_start(&s->sweep, SWEEP_MS, SWEEP_MS);
}

void
tcpserve_add(struct tcpserve *s, int fd, struct tcpmanner *m)
{
	struct tcplistener *l = mem_zalloc(1, sizeof(*l));

	l->serve = s;
	l->fd = fd;
	take_manner(&l->manner, m);
	list_append(&s->listeners, &l->node);
	l->io = loop_io_start(s->loop, fd, LOOP_READ, on_connection, l);
	if (l->io == NULL)
		abort();	/* epoll refused a listener: no memory left */
}

void
tcpserve_change(struct tcpserve *s, int fd, struct tcpmanner *m)
{
	LIST_EACH(&s->listeners, it) {
		struct tcplistener *l = OBJ_OF(it, struct tcplistener, node);

		if (l->fd == fd)
			take_manner(&l->manner, m);
	}
}

void
tcpserve_remove(struct tcpserve *s, int fd)
{
	LIST_EACH(&s->listeners, it) {
		struct tcplistener *l = OBJ_OF(it, struct tcplistener, node);

		if (l->fd != fd)
			continue;
		while (!is_full(s) && accept_one(l))
			continue;
		close_listener(l);
	}
}
