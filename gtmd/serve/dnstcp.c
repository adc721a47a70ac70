/* gtmd/serve/dnstcp.c - the thread that tcpserve runs in; see dnstcp.h.
 *
 * The control loop opens sockets and hands them over; before the thread runs
 * they wait in a list here. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/serve/dnstcp.h"

#include <assert.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/rcu.h"
#include "core/io/sock.h"
#include "core/io/tls.h"
#include "core/io/worker.h"
#include "gtmd/serve/tcpserve.h"
#include "gtmd/serve/tcpstream.h"

struct dnstcp_socket {
	struct addrport	 local;
	int		 fd;
	struct tcpmanner manner;	/* until the thread has it */
};

/* The control loop's, but for serve, which is the thread's. */
struct dnstcp {
	unsigned		 magic;
#define DNSTCP_MAGIC		0xd057c9aau
	const struct world	*world;
	struct loop		*loop;
	struct worker		*worker;	/* NULL = not running */
	struct dnstcp_socket	*sockets;
	size_t			 count, room;
	struct tcpserve		 serve;
};

/* A socket on its way into the thread, another manner for it, its way out, or
 * the end of all. */
struct errand {
	struct dnstcp	*d;
	enum errand_kind {
		ERRAND_ADD, ERRAND_CHANGE, ERRAND_REMOVE, ERRAND_LEAVE,
	} kind;
	struct dnstcp_socket *socket;	/* but for the end */
	void		(*gone)(void *arg);
	void		*arg;
	sem_t		 done;
};

struct dnstcp *
dnstcp_new(const struct world *world, struct err *e)
{
	struct dnstcp *d = mem_zalloc(1, sizeof(*d));

	d->magic = DNSTCP_MAGIC;
	d->world = world;
	d->loop = loop_new(&clock_system, e);
	if (d->loop == NULL) {
		free(d);
		return NULL;
	}
	return d;
}

static void
on_errand(void *arg)
{
	struct errand *er = arg;
	struct dnstcp_socket *s = er->socket;

	switch (er->kind) {
	case ERRAND_ADD:
		tcpserve_add(&er->d->serve, s->fd, &s->manner);
		break;
	case ERRAND_CHANGE:
		tcpserve_change(&er->d->serve, s->fd, &s->manner);
		break;
	case ERRAND_REMOVE:
		tcpserve_remove(&er->d->serve, s->fd);
		break;
	case ERRAND_LEAVE:
		tcpserve_leave(&er->d->serve, er->gone, er->arg);
		break;
	}
	(void)sem_post(&er->done);
}

/* Has the thread do it, and waits for that. */
static void
send_errand(struct errand *er)
{
	(void)sem_init(&er->done, 0, 0);
	loop_post(er->d->loop, on_errand, er);
	rcu_offline();
	while (sem_wait(&er->done) == -1)
		continue;	/* a signal came */
	rcu_online();
	(void)sem_destroy(&er->done);
}

static void
add_socket(struct dnstcp *d, const struct addrport *local, int fd,
    struct tcpmanner *m)
{
	struct errand er = { .d = d, .kind = ERRAND_ADD };

	d->sockets = mem_grow(d->sockets, &d->room, d->count + 1,
	    sizeof(*d->sockets));
	er.socket = &d->sockets[d->count++];
	*er.socket = (struct dnstcp_socket){ .local = *local, .fd = fd };
	if (m != NULL) {
		er.socket->manner = *m;
		m->tls = NULL;
	}
	if (d->worker != NULL)
		send_errand(&er);
}

int
dnstcp_listen(struct dnstcp *d, struct addrport *local, struct tcpmanner *m,
    struct err *e)
{
	int fd;

	OBJ_CHECK(d, DNSTCP_MAGIC);
	fd = sock_listen_tcp(local, NULL, e);
	if (fd < 0)
		return fd;
	if (local->port == 0)
		sock_local(fd, local);
	add_socket(d, local, fd, m);
	return 0;
}

static struct dnstcp_socket *
find(const struct dnstcp *d, const struct addrport *local)
{
	for (size_t i = 0; i < d->count; i++) {
		if (d->sockets[i].local.port == local->port &&
		    addr_equal(&d->sockets[i].local.addr, &local->addr))
			return &d->sockets[i];
	}
	return NULL;
}

void
dnstcp_change(struct dnstcp *d, const struct addrport *local,
    struct tcpmanner *m)
{
	struct dnstcp_socket *s = find(d, local);
	struct errand er = { .d = d, .kind = ERRAND_CHANGE, .socket = s };

	OBJ_CHECK(d, DNSTCP_MAGIC);
	assert(s != NULL);
	tls_free(&s->manner.tls);
	s->manner = *m;
	m->tls = NULL;
	if (d->worker != NULL)
		send_errand(&er);
}

static void
forget(struct dnstcp *d, struct dnstcp_socket *s)
{
	tls_free(&s->manner.tls);
	*s = d->sockets[--d->count];
}

void
dnstcp_inherit(struct dnstcp *d, const struct addrport *local, int fd,
    struct tcpmanner *m)
{
	OBJ_CHECK(d, DNSTCP_MAGIC);
	add_socket(d, local, fd, m);
}

int
dnstcp_fd(const struct dnstcp *d, const struct addrport *local)
{
	const struct dnstcp_socket *s = find(d, local);

	return s != NULL ? s->fd : -1;
}

void
dnstcp_unlisten(struct dnstcp *d, const struct addrport *local)
{
	struct dnstcp_socket *s = find(d, local);
	struct errand er = { .d = d, .kind = ERRAND_REMOVE, .socket = s };

	OBJ_CHECK(d, DNSTCP_MAGIC);
	if (s == NULL)
		return;
	if (d->worker != NULL)
		send_errand(&er);
	else
		(void)close(s->fd);
	forget(d, s);
}

void
dnstcp_leave(struct dnstcp *d, void (*gone)(void *arg), void *arg)
{
	struct errand er = { .d = d, .kind = ERRAND_LEAVE, .gone = gone,
	    .arg = arg };

	OBJ_CHECK(d, DNSTCP_MAGIC);
	assert(d->worker != NULL);
	while (d->count > 0)
		forget(d, &d->sockets[d->count - 1]);
	send_errand(&er);
}

static void
run(struct worker *w, void *arg)
{
	struct dnstcp *d = arg;

	(void)w;
	loop_run(d->loop);
	tcpserve_fini(&d->serve);
	tls_leave_thread();
}

int
dnstcp_start(struct dnstcp *d, struct err *e)
{
	struct worker_config c = {
		.name = "tcp", .cpu = WORKER_ANY_CPU, .run = run, .arg = d,
	};

	OBJ_CHECK(d, DNSTCP_MAGIC);
	assert(d->worker == NULL);
	/* The loop does not run yet, so that it is still ours to fill. */
	tcpserve_init(&d->serve, d->loop, d->world);
	for (size_t i = 0; i < d->count; i++)
		tcpserve_add(&d->serve, d->sockets[i].fd,
		    &d->sockets[i].manner);
	d->worker = worker_start(&c, e);
	if (d->worker != NULL)
		return 0;
	tcpserve_fini(&d->serve);
	d->count = 0;
	return ERR_IO;
}

void
dnstcp_close(struct dnstcp **pd)
{
	struct dnstcp *d = *pd;

	*pd = NULL;
	if (d == NULL)
		return;
	OBJ_CHECK(d, DNSTCP_MAGIC);
	if (d->worker != NULL) {
		loop_stop(d->loop);
		worker_stop(d->worker);
		worker_join(&d->worker);
	} else {
		for (size_t i = 0; i < d->count; i++)
			(void)close(d->sockets[i].fd);
	}
	while (d->count > 0)
		forget(d, &d->sockets[d->count - 1]);
	loop_free(&d->loop);
	free(d->sockets);
	d->magic = 0;
	free(d);
}
