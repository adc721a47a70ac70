/* wom/lan/landirect.c - see landirect.h. Layer: wom/lan.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/lan/landirect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/list.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/sock.h"
#include "wom/flow/flowsocket.h"

#define PIECE	((size_t)64 << 10)	/* octets: a pipe's room */
#define PIECES	4			/* that one event moves, each way */

enum { CLIENT, SERVER, ENDS };

struct end {
	int	 fd;
	struct loop_io *io;
	/* What it says, on the way to the other. */
	int	 pipe[2];
	size_t	 held;		/* octets in the pipe */
	bool	 said_all;	/* no more of it comes */
	bool	 told;		/* the other has been told so */
};

struct relay {
	unsigned	  magic;
#define RELAY_MAGIC	0x1a9d19ecu
	struct list	  node;
	struct landirect *owner;
	struct loop_timer patience;
	struct end	  end[ENDS];
};

struct landirect {
	unsigned	 magic;
#define LANDIRECT_MAGIC	0x1a9d19ebu
	struct loop	*loop;
	struct list	 relays;
	size_t		 count;
};

struct landirect *
landirect_new(struct loop *l)
{
	struct landirect *d = mem_zalloc(1, sizeof(*d));

	d->magic = LANDIRECT_MAGIC;
	d->loop = l;
	list_init(&d->relays);
	return d;
}

/* ---- the end of one ---- */

static void
close_end(struct end *e, bool reset)
{
	loop_io_stop(&e->io);
	for (size_t i = 0; i < 2; i++)
		if (e->pipe[i] != -1)
			(void)close(e->pipe[i]);
	if (e->fd == -1)
		return;
	if (reset)
		flowsocket_reset(e->fd);
	else
		flowsocket_close(e->fd);
}

/* reset: it did not end well, and either side is to know. */
static void
end_relay(struct relay *r, bool reset)
{
	OBJ_CHECK(r, RELAY_MAGIC);
	loop_timer_stop(&r->patience);
	for (size_t i = 0; i < ENDS; i++)
		close_end(&r->end[i], reset);
	list_remove(&r->node);
	r->owner->count--;
	r->magic = 0;
	free(r);
}

void
landirect_free(struct landirect **dp)
{
	struct landirect *d = *dp;

	*dp = NULL;
	if (d == NULL)
		return;
	OBJ_CHECK(d, LANDIRECT_MAGIC);
	LIST_EACH(&d->relays, n)
		end_relay(OBJ_OF(n, struct relay, node), true);
	d->magic = 0;
	free(d);
}

/* ---- octets ---- */

static bool
would_wait(void)
{
	return errno == EAGAIN || errno == EINTR;
}

/* Fills the pipe, which is empty. False: the socket is broken. */
static bool
take(struct end *from)
{
	ssize_t n = splice(from->fd, NULL, from->pipe[1], NULL, PIECE,
	    SPLICE_F_MOVE | SPLICE_F_NONBLOCK);

	if (n == -1)
		return would_wait();
	from->said_all = n == 0;
	from->held = (size_t)n;
	return true;
}

static bool
give(struct end *from, const struct end *to)
{
	ssize_t n = splice(from->pipe[0], NULL, to->fd, NULL, from->held,
	    SPLICE_F_MOVE | SPLICE_F_NONBLOCK);

	if (n == -1)
		return would_wait();
	from->held -= (size_t)n;
	return true;
}

/* Moves what can be moved of what one end says. False: an end is broken. */
static bool
carry(struct end *from, struct end *to)
{
	for (unsigned i = 0; i < PIECES; i++) {
		if (from->held == 0 && !from->said_all && !take(from))
			return false;
		if (from->held == 0)
			break;
		if (!give(from, to))
			return false;
		if (from->held > 0)
			break;
	}
	if (!from->said_all || from->held > 0 || from->told)
		return true;
	from->told = true;
	return shutdown(to->fd, SHUT_WR) == 0;
}

static void
want(struct relay *r)
{
	for (size_t i = 0; i < ENDS; i++) {
		const struct end *e = &r->end[i], *other = &r->end[!i];

		loop_io_change(e->io,
		    (!e->said_all && e->held == 0 ? LOOP_READ : 0u) |
		    (other->held > 0 ? LOOP_WRITE : 0u));
	}
}

static void
on_ready(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct relay *r = arg;
	struct end *a, *b;

	(void)io;
	(void)fd;
	(void)events;
	OBJ_CHECK(r, RELAY_MAGIC);
	a = &r->end[CLIENT];
	b = &r->end[SERVER];
	if (!carry(a, b) || !carry(b, a))
		end_relay(r, true);
	else if (a->told && b->told)
		end_relay(r, false);
	else
		want(r);
}

/* ---- the beginning ---- */

static void
on_connected(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct relay *r = arg;
	int rc = sock_connected(fd);

	(void)events;
	OBJ_CHECK(r, RELAY_MAGIC);
	if (rc == EINPROGRESS)
		return;
	if (rc != 0) {
		end_relay(r, true);
		return;
	}
	loop_timer_stop(&r->patience);
	r->end[CLIENT].io = loop_io_start(r->owner->loop, r->end[CLIENT].fd,
	    LOOP_READ, on_ready, r);
	if (r->end[CLIENT].io == NULL)
		end_relay(r, true);
	else
		loop_io_turn(io, LOOP_READ, on_ready, r);
}

static void
on_patience_over(struct loop_timer *t, void *arg)
{
	(void)t;
	end_relay(arg, true);
}

/* Descriptors of all kinds; -1 with errno. */
static int
furnish(struct relay *r, const struct addrport *dest,
    const struct addrport *source, uint32_t mark)
{
	static const struct addrport ours;
	struct end *server = &r->end[SERVER];

	for (size_t i = 0; i < ENDS; i++)
		if (pipe2(r->end[i].pipe, O_CLOEXEC | O_NONBLOCK) == -1)
			return -1;
	server->fd = flowsocket_connect(dest, source != NULL ? source : &ours,
	    mark);
	if (server->fd == -1)
		return -1;
	flowsocket_prepare(r->end[CLIENT].fd);
	flowsocket_prepare(server->fd);
	server->io = loop_io_start(r->owner->loop, server->fd, LOOP_WRITE,
	    on_connected, r);
	return server->io != NULL ? 0 : -1;
}

int
landirect_adopt(struct landirect *d, int client, const struct addrport *dest,
    const struct addrport *source, uint32_t mark)
{
	struct relay *r;
	int rc;

	OBJ_CHECK(d, LANDIRECT_MAGIC);
	if (d->count >= LANDIRECT_MAX) {
		flowsocket_reset(client);
		return EBUSY;
	}
	r = mem_zalloc(1, sizeof(*r));
	r->magic = RELAY_MAGIC;
	r->owner = d;
	r->end[CLIENT] = (struct end){ .fd = client, .pipe = { -1, -1 } };
	r->end[SERVER] = (struct end){ .fd = -1, .pipe = { -1, -1 } };
	loop_timer_init(&r->patience, d->loop, on_patience_over, r);
	list_append(&d->relays, &r->node);
	d->count++;
	if (furnish(r, dest, source, mark) == 0) {
		loop_timer_start(&r->patience, LANDIRECT_PATIENCE_MS, 0);
		return 0;
	}
	rc = errno;
	end_relay(r, true);
	return rc;
}

size_t
landirect_count(const struct landirect *d)
{
	return d->count;
}
