/* monitors/parley.c - see parley.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/parley.h"

#include <sys/socket.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/io/loop.h"
#include "core/io/sock.h"
#include "core/wire/wbuf.h"
#include "monitors/attempt.h"

#define IN_FIRST	1024u	/* most servers say less */

struct probe {
	struct attempt	 attempt;
	int		 fd;		/* -1 = none */
	struct loop_io	*io;
	bool		 standing;	/* the connection is */
	uint64_t	 bits;
	unsigned	 said;
	uint8_t		*in;		/* owned */
	size_t		 in_len, in_room;
	uint8_t		 out[PARLEY_OUT_MAX];
	size_t		 out_len, out_at;	/* out_at of these are sent */
};

static const struct parley_spec *
spec_of(const struct probe *p)
{
	return p->attempt.job.spec;
}

static void
hang_up(struct probe *p)
{
	static const struct linger at_once = { .l_onoff = 1 };

	loop_io_stop(&p->io);
	if (p->fd != -1) {
		if (spec_of(p)->abrupt)
			(void)setsockopt(p->fd, SOL_SOCKET, SO_LINGER,
			    &at_once, sizeof(at_once));
		(void)close(p->fd);
	}
	p->fd = -1;
	explicit_bzero(p->out, p->out_len);	/* may hold a password */
	if (p->in_room > IN_FIRST) {
		p->in = mem_resize(p->in, IN_FIRST, 1);
		p->in_room = IN_FIRST;
	}
}

static void
init(struct probe *p)
{
	p->fd = -1;
}

static void
fini(struct probe *p)
{
	free(p->in);
}

/* probe-timeout. */
static void
on_expire(struct probe *p, struct probe_result *r)
{
	r->octets = (uint32_t)p->in_len;
}

static const struct attempt_kind kind = {
	.size = sizeof(struct probe),
	.hang_up = hang_up,
	.expire = on_expire,
	.init = init,
	.fini = fini,
};

static bool
would_block(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/* Sends what is left of out; true while the parley goes on. */
static bool
speak(struct probe *p)
{
	while (p->out_at < p->out_len) {
		ssize_t n = send(p->fd, p->out + p->out_at,
		    p->out_len - p->out_at, MSG_NOSIGNAL);

		if (n == -1 && would_block()) {
			loop_io_change(p->io, LOOP_WRITE);
			return true;
		}
		/* Closed early? Reading tells the reason. */
		if (n == -1)
			break;
		p->out_at += (size_t)n;
	}
	explicit_bzero(p->out, p->out_len);
	p->out_len = p->out_at = 0;
	loop_io_change(p->io, LOOP_READ);
	return true;
}

static bool
finish(struct probe *p, struct probe_result *r)
{
	if (r->octets == 0)
		r->octets = (uint32_t)p->in_len;
	attempt_end(&p->attempt, r);
	return false;
}

/* Ended, or too much came, and there was no verdict. */
static bool
finish_without(struct probe *p, bool ended)
{
	struct probe_result r = { .outcome = PROBE_DOWN,
	    .code = ended ? PROBE_CLOSED : PROBE_GARBLED };

	return finish(p, &r);
}

/* The type looks at what there is; true while the parley goes on. */
static bool
look(struct probe *p, bool ended)
{
	const struct parley_spec *s = spec_of(p);
	struct probe_result r = { .outcome = PROBE_DOWN };
	struct wbuf out;
	const struct parley at = { .bits = p->bits, .said = p->said,
	    .in = p->in, .len = p->in_len, .ended = ended, .out = &out };
	enum parley_next next;

	wbuf_init(&out, p->out, sizeof(p->out));
	next = s->turn(s, &at, &r);
	assert(!out.bad);
	p->out_len = out.off;
	p->out_at = 0;
	if (next == PARLEY_DONE) {
		if (out.off != 0)
			(void)!send(p->fd, p->out, out.off, MSG_NOSIGNAL);
		return finish(p, &r);
	}
	if (ended || p->in_len == s->in_max)
		return finish_without(p, ended);
	if (next == PARLEY_READ)
		return true;
	p->said++;
	p->in_len = 0;
	return speak(p);
}

/* Room for one octet more at least, never past the spec's limit. */
static void
make_room(struct probe *p)
{
	size_t max = spec_of(p)->in_max;

	if (p->in_len < p->in_room)
		return;
	p->in_room = p->in_room == 0 ? IN_FIRST : p->in_room * 2;
	if (p->in_room > max && max > IN_FIRST)
		p->in_room = max;
	p->in = mem_resize(p->in, p->in_room, 1);
}

/* True while there may be more to read at once. */
static bool
read_some(struct probe *p)
{
	size_t max = spec_of(p)->in_max, room;
	ssize_t n;

	make_room(p);
	room = p->in_room < max ? p->in_room : max;
	n = recv(p->fd, p->in + p->in_len, room - p->in_len, 0);
	if (n == -1 && would_block())
		return false;
	/* A reset behind an answer: the answer counts. */
	if (n == -1 && p->in_len == 0) {
		attempt_end_errno(&p->attempt, errno);
		return false;
	}
	if (n > 0)
		p->in_len += (size_t)n;
	return look(p, n <= 0);
}

/* Connecting has ended, this way or that. */
static void
on_connected(struct probe *p)
{
	int rc = sock_error(p->fd);
	struct addrport local;

	if (rc != 0) {
		attempt_end_errno(&p->attempt, rc);
		return;
	}
	sock_local(p->fd, &local);
	p->attempt.from = local.addr;
	p->standing = true;
	loop_io_change(p->io, LOOP_READ);
	(void)look(p, false);
}

static void
on_ready(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct probe *p = arg;

	(void)fd;
	assert(io == p->io);
	if (!p->standing)
		on_connected(p);
	else if ((events & LOOP_WRITE) != 0)
		(void)speak(p);
	else
		while (read_some(p))
			;
}

struct probe *
parley_start(const struct probe_job *job)
{
	struct attempt_stock *stock = job->engine;
	struct probe *p = attempt_start(stock, job);

	p->bits = rand_u64(&stock->rand);
	p->said = 0;
	p->standing = false;
	p->in_len = p->out_len = p->out_at = 0;
	if (job->fault != 0)
		return p;
	p->fd = sock_connect_marked(&job->to, SOCK_KIND_TCP, job->mark);
	if (p->fd != -1)
		p->io = loop_io_start(job->loop, p->fd, LOOP_WRITE, on_ready,
		    p);
	if (p->io == NULL)
		attempt_fail(&p->attempt, errno);
	return p;
}

void *
parley_engine_new(struct loop *l, struct err *err)
{
	(void)l;
	(void)err;
	return attempt_engine_new(&kind);
}
