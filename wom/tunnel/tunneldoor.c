/* wom/tunnel/tunneldoor.c - see tunneldoor.h. Layer: wom/tunnel.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/tunnel/tunneldoor.h"

#include <sys/resource.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/sock.h"
#include "core/io/worker.h"
#include "wom/tunnel/tunnelshake.h"
#include "wom/tunnel/tunnelsock.h"
#include "wom/tunnel/tunnelwire.h"

#define ACCEPTS_MAX	32	/* in a row; then others have their turn */
#define PAUSE_MS	100	/* when no descriptor is left */
#define NICE		5	/* tunnels that stand come first */

struct listener {
	struct loop_io *io;
	int	fd;
};

/* A handshake, and whose. */
struct guest {
	struct tunnelshake *shake;	/* NULL: the place is free */
	struct addr from;		/* or its /64 */
	bool	stranger;
};

struct tunneldoor {
	unsigned	 magic;
#define TUNNELDOOR_MAGIC 0x7e1d0023u
	struct tunneldoor_config config;
	struct loop	*loop;
	struct worker	*thread;

	/* The thread's. */
	struct tunneltls *tls;
	struct listener	*listeners;
	size_t		 listener_count;
	struct addr	*peers;		/* sorted */
	size_t		 peer_count;
	bool		 strangers;
	struct guest	 guests[TUNNELDOOR_SHAKES];
	struct loop_timer pause;

	pthread_mutex_t	 lock;		/* guards what follows */
	struct tunneldoor_counts counts;
};

/* ---- counting ---- */

static void
count(struct tunneldoor *d, uint64_t *which)
{
	pthread_mutex_lock(&d->lock);
	(*which)++;
	pthread_mutex_unlock(&d->lock);
}

static void
count_refusal(struct tunneldoor *d, const struct addr *from,
    enum tunneltls_refusal refusal, const char *why)
{
	char text[ADDR_TEXT_MAX];

	addr_format(from, text);
	pthread_mutex_lock(&d->lock);
	d->counts.refused[refusal]++;
	(void)snprintf(d->counts.last, sizeof(d->counts.last), "%s: %s", text,
	    why);
	pthread_mutex_unlock(&d->lock);
}

void
tunneldoor_read_counts(struct tunneldoor *d, struct tunneldoor_counts *c)
{
	pthread_mutex_lock(&d->lock);
	*c = d->counts;
	pthread_mutex_unlock(&d->lock);
}

/* ---- who may shake hands ---- */

static int
compare(const void *a, const void *b)
{
	return addr_compare(a, b);
}

static bool
is_peer(const struct tunneldoor *d, const struct addr *a)
{
	return d->peer_count > 0 && bsearch(a, d->peers, d->peer_count,
	    sizeof(*a), compare) != NULL;
}

/* Who has one address of IPv6 has 2^64. */
static struct addr
crowd_of(const struct addr *a)
{
	struct addr crowd = *a;

	if (a->family == AF_INET6)
		memset(crowd.octets + 8, 0, 8);
	return crowd;
}

/* A free place for this one; NULL: there is none for it. */
static struct guest *
find_place(struct tunneldoor *d, const struct addr *from, bool stranger)
{
	struct addr crowd = stranger ? crowd_of(from) : *from;
	unsigned same = 0, strangers = 0;
	struct guest *place = NULL;

	for (size_t i = 0; i < TUNNELDOOR_SHAKES; i++) {
		struct guest *g = &d->guests[i];

		if (g->shake == NULL) {
			place = place == NULL ? g : place;
			continue;
		}
		strangers += g->stranger;
		same += g->stranger == stranger && addr_equal(&g->from, &crowd);
	}
	if (place == NULL ||
	    same >= (stranger ? TUNNELDOOR_OF_STRANGER : TUNNELDOOR_OF_PEER) ||
	    (stranger && strangers >= TUNNELDOOR_STRANGERS))
		return NULL;
	place->from = crowd;
	place->stranger = stranger;
	return place;
}

/* ---- handshakes ---- */

static void
on_end(void *arg, struct tunnelshake *s, const struct tunnelshake_end *end)
{
	struct tunneldoor *d = arg;
	struct guest *g = d->guests;

	while (g->shake != s)
		g++;
	g->shake = NULL;
	pthread_mutex_lock(&d->lock);
	d->counts.shaking--;
	d->counts.arrived += end->wire != NULL;
	pthread_mutex_unlock(&d->lock);
	if (end->wire != NULL)
		d->config.arrived(d->config.arg, end->wire);
	else
		count_refusal(d, &tunnelshake_remote(s)->addr, end->refusal,
		    end->why);
}

static void
receive(struct tunneldoor *d, int fd, const struct addrport *from)
{
	bool stranger = !is_peer(d, &from->addr);
	struct tunnelshake_config c = { .loop = d->loop, .tls = d->tls,
	    .fd = fd, .remote = *from, .done = on_end, .arg = d };
	struct guest *g = NULL;

	count(d, &d->counts.accepted);
	if (stranger && !d->strangers) {
		count(d, &d->counts.strangers);
		count_refusal(d, &from->addr, TUNNELTLS_STRANGER,
		    "no remote endpoint has this address");
	} else if ((g = find_place(d, &from->addr, stranger)) == NULL) {
		count(d, &d->counts.crowded);
	}
	if (g == NULL) {
		(void)close(fd);
		return;
	}
	(void)tunnelsock_tune(fd, NULL);
	g->shake = tunnelshake_new(&c);
	pthread_mutex_lock(&d->lock);
	d->counts.shaking++;
	pthread_mutex_unlock(&d->lock);
}

static void
on_accept(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct tunneldoor *d = arg;
	struct addrport from;
	int conn;

	(void)io;
	(void)events;
	for (int i = 0; i < ACCEPTS_MAX; i++) {
		conn = sock_accept(fd, &from);
		if (conn >= 0) {
			receive(d, conn, &from);
			continue;
		}
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			return;
		if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS &&
		    errno != ENOMEM)
			continue;	/* this one is gone already */
		for (size_t k = 0; k < d->listener_count; k++)
			loop_io_change(d->listeners[k].io, 0);
		loop_timer_start(&d->pause, PAUSE_MS, 0);
		return;
	}
}

static void
on_pause_over(struct loop_timer *t, void *arg)
{
	struct tunneldoor *d = arg;

	(void)t;
	for (size_t i = 0; i < d->listener_count; i++)
		loop_io_change(d->listeners[i].io, LOOP_READ);
}

/* ---- rules ---- */

static void
close_listeners(struct tunneldoor *d)
{
	for (size_t i = 0; i < d->listener_count; i++) {
		loop_io_stop(&d->listeners[i].io);
		(void)close(d->listeners[i].fd);
	}
	free(d->listeners);
	d->listeners = NULL;
	d->listener_count = 0;
	loop_timer_stop(&d->pause);
}

/* A message: rules with all that is theirs. */
struct order {
	struct tunneldoor *door;
	struct tunneldoor_rules rules;
	int	*fds;
	struct addr *peers;
};

static void
on_order(void *arg)
{
	struct order *o = arg;
	struct tunneldoor *d = o->door;

	close_listeners(d);
	tunneltls_free(&d->tls);
	free(d->peers);
	d->tls = o->rules.tls;
	d->peers = o->peers;
	d->peer_count = o->rules.peer_count;
	d->strangers = o->rules.strangers;
	d->listeners = mem_zalloc(o->rules.fd_count + 1, sizeof(*d->listeners));
	for (size_t i = 0; i < o->rules.fd_count; i++) {
		struct listener *l = &d->listeners[d->listener_count];

		l->fd = o->fds[i];
		l->io = d->tls == NULL ? NULL : loop_io_start(d->loop, l->fd,
		    LOOP_READ, on_accept, d);
		if (l->io != NULL)
			d->listener_count++;
		else
			(void)close(l->fd);
	}
	free(o->fds);
	free(o);
}

void
tunneldoor_set(struct tunneldoor *d, const struct tunneldoor_rules *r)
{
	struct order *o = mem_zalloc(1, sizeof(*o));

	*o = (struct order){ .door = d, .rules = *r };
	if (r->tls != NULL)
		o->rules.tls = tunneltls_share(r->tls);
	o->fds = mem_zalloc(r->fd_count + 1, sizeof(*o->fds));
	o->rules.fd_count = 0;
	for (size_t i = 0; i < r->fd_count; i++) {
		int fd = fcntl(r->fds[i], F_DUPFD_CLOEXEC, 3);

		if (fd != -1)
			o->fds[o->rules.fd_count++] = fd;
	}
	if (r->peer_count > 0) {
		o->peers = mem_dup(r->peers,
		    r->peer_count * sizeof(*r->peers));
		qsort(o->peers, r->peer_count, sizeof(*o->peers), compare);
	}
	loop_post(d->loop, on_order, o);
}

/* ---- the thread ---- */

static void
run(struct worker *w, void *arg)
{
	struct tunneldoor *d = arg;

	(void)w;
	(void)setpriority(PRIO_PROCESS, 0, NICE);	/* of this thread */
	loop_run(d->loop);
	close_listeners(d);
	for (size_t i = 0; i < TUNNELDOOR_SHAKES; i++)
		tunnelshake_free(&d->guests[i].shake);
	tunneltls_free(&d->tls);
	free(d->peers);
	tunnelwire_leave_thread();
}

struct tunneldoor *
tunneldoor_new(const struct tunneldoor_config *c, struct err *e)
{
	struct tunneldoor *d = mem_zalloc(1, sizeof(*d));
	const struct worker_config thread = { .name = "womd-door",
	    .cpu = WORKER_ANY_CPU, .run = run, .arg = d };

	d->magic = TUNNELDOOR_MAGIC;
	d->config = *c;
	(void)pthread_mutex_init(&d->lock, NULL);
	d->loop = loop_new(&clock_system, e);
	if (d->loop != NULL) {
		loop_timer_init(&d->pause, d->loop, on_pause_over, d);
		d->thread = worker_start(&thread, e);
	}
	if (d->thread == NULL)
		tunneldoor_free(&d);
	return d;
}

static void
on_stop(void *arg)
{
	loop_stop(arg);
}

void
tunneldoor_free(struct tunneldoor **pd)
{
	struct tunneldoor *d = *pd;

	*pd = NULL;
	if (d == NULL)
		return;
	OBJ_CHECK(d, TUNNELDOOR_MAGIC);
	/* Behind the orders that it has been given. */
	if (d->thread != NULL)
		loop_post(d->loop, on_stop, d->loop);
	worker_join(&d->thread);
	loop_free(&d->loop);
	(void)pthread_mutex_destroy(&d->lock);
	d->magic = 0;
	free(d);
}
