/* wom/tunnel/tunnelconn.c - see tunnelconn.h. Layer: wom/tunnel.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/tunnel/tunnelconn.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "wom/link/linkframe.h"
#include "wom/link/linksession.h"
#include "wom/tunnel/tunnelwire.h"

#define READS_MAX	16	/* records in a row; then others have their turn */
/* Records are full as long as there is more to say: what is left of one, and two
 * frames. */
#define OUT_CAP		(TUNNELWIRE_RECORD + 2 * LINKFRAME_MAX)

struct tunnelconn {
	unsigned	 magic;
#define TUNNELCONN_MAGIC 0x7e1c0227u
	struct tunnelconn_config config;
	struct loop_io	*io;
	struct loop_timer more;		/* what is to be read and is not told */
	int		 number;
	bool		 blocked;	/* until the descriptor can be written */
	mono_ns		 blocked_at;
	enum tunnelconn_end end;
	char		 why[ERR_TEXT_MAX];
	struct tunnelconn_counts counts;
	size_t		 at, len;	/* to be written, of out */
	uint8_t		 out[OUT_CAP];
};

static mono_ns
now_of(const struct tunnelconn *c)
{
	return loop_now_ns(c->config.loop);
}

static void
end_as(struct tunnelconn *c, enum tunnelconn_end end, const char *why)
{
	if (c->end != TUNNELCONN_STANDS)
		return;
	c->end = end;
	(void)snprintf(c->why, sizeof(c->why), "%s", why);
}

/* TLS is broken: who knows why? */
static void
end_broken(struct tunnelconn *c)
{
	struct err e = { .code = 0 };

	if (tunnelwire_is_flood(c->config.wire))
		end_as(c, TUNNELCONN_FLOOD,
		    "it renews keys without end");
	else if (tunnelwire_refusal(c->config.wire, &e) ==
	    TUNNELTLS_REFUSED_US)
		end_as(c, TUNNELCONN_REFUSED, e.text);
	else
		end_as(c, TUNNELCONN_LOST, "the connection broke");
}

/* ---- in ---- */

/* False: nothing is there for now, or ever. */
static bool
read_record(struct tunnelconn *c)
{
	struct linksession *s = c->config.session;
	struct err e = { .code = 0 };
	uint8_t *room;
	size_t cap;
	ssize_t n;

	room = linksession_in_room(s, c->number, &cap);
	if (cap == 0)
		return false;	/* it is condemned, what has come stays */
	n = tunnelwire_read(c->config.wire, room, cap);
	if (n == TLS_BROKEN)
		end_broken(c);
	else if (n == 0)
		end_as(c, TUNNELCONN_GOODBYE, "the peer has closed it");
	if (n <= 0)
		return false;
	c->counts.in += (uint64_t)n;
	if (linksession_in_fed(s, c->number, (size_t)n, now_of(c), &e) < 0)
		end_as(c, TUNNELCONN_FAULT, e.text);
	return c->end == TUNNELCONN_STANDS;
}

static void
read_some(struct tunnelconn *c)
{
	for (int i = 0; i < READS_MAX; i++)
		if (!read_record(c))
			return;
	loop_timer_start_at(&c->more, now_of(c));
}

/* It takes nothing any more: has it said why, before? */
static void
hear_last_words(struct tunnelconn *c)
{
	for (int i = 0; i < READS_MAX; i++)
		if (!read_record(c))
			break;
	end_broken(c);		/* unless that is known now */
}

static void
on_more(struct loop_timer *t, void *arg)
{
	struct tunnelconn *c = arg;

	(void)t;
	read_some(c);
	c->config.turn(c->config.arg, c);
}

static void
unblock(struct tunnelconn *c)
{
	if (!c->blocked)
		return;
	c->blocked = false;
	c->counts.stalled_ns += now_of(c) - c->blocked_at;
}

static void
on_ready(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct tunnelconn *c = arg;

	(void)io;
	(void)fd;
	if ((events & LOOP_WRITE) != 0)
		unblock(c);
	if ((events & LOOP_READ) != 0 && !loop_timer_running(&c->more))
		read_some(c);
	c->config.turn(c->config.arg, c);
}

/* ---- out ---- */

static void
fill(struct tunnelconn *c)
{
	if (c->len >= TUNNELWIRE_RECORD)
		return;
	memmove(c->out, c->out + c->at, c->len);
	c->at = 0;
	c->len += linksession_out_fill(c->config.session, c->number,
	    c->out + c->len, sizeof(c->out) - c->len, now_of(c));
}

bool
tunnelconn_send(struct tunnelconn *c)
{
	ssize_t n;

	if (c->blocked || c->end != TUNNELCONN_STANDS)
		return false;
	fill(c);
	if (c->len == 0)
		return false;
	n = tunnelwire_write(c->config.wire, c->out + c->at, c->len);
	if (n > 0) {
		c->at += (size_t)n;
		c->len -= (size_t)n;
		c->counts.out += (uint64_t)n;
		return true;
	}
	if (n == TLS_BROKEN) {
		hear_last_words(c);
		return false;
	}
	c->blocked = true;
	c->blocked_at = now_of(c);
	c->counts.stalls++;
	return false;
}

/* ---- birth and end ---- */

struct tunnelconn *
tunnelconn_new(const struct tunnelconn_config *config)
{
	struct tunnelwire *wire = config->wire;
	int number = linksession_conn_open(config->session,
	    loop_now_ns(config->loop));
	struct tunnelconn *c;

	if (number < 0) {
		tunnelwire_free(&wire);
		return NULL;
	}
	c = mem_zalloc(1, sizeof(*c));
	c->magic = TUNNELCONN_MAGIC;
	c->config = *config;
	c->number = number;
	c->counts.since = now_of(c);
	loop_timer_init(&c->more, config->loop, on_more, c);
	/* Edges: neither side asks the kernel for what it waits for. */
	c->io = loop_io_start(config->loop, tunnelwire_fd(wire),
	    LOOP_READ | LOOP_WRITE | LOOP_EDGE, on_ready, c);
	if (c->io == NULL)
		end_as(c, TUNNELCONN_LOST, "the kernel does not watch it");
	/* What came with the handshake is told by nobody. */
	loop_timer_start_at(&c->more, now_of(c));
	return c;
}

void
tunnelconn_free(struct tunnelconn **pc)
{
	struct tunnelconn *c = *pc;

	*pc = NULL;
	if (c == NULL)
		return;
	OBJ_CHECK(c, TUNNELCONN_MAGIC);
	loop_timer_stop(&c->more);
	loop_io_stop(&c->io);
	tunnelwire_free(&c->config.wire);
	linksession_conn_broken(c->config.session, c->number, now_of(c));
	c->magic = 0;
	free(c);
}

/* ---- what is known of it ---- */

enum tunnelconn_end
tunnelconn_how(const struct tunnelconn *c)
{
	return c->end;
}

const char *
tunnelconn_why(const struct tunnelconn *c)
{
	return c->why;
}

const struct tunnelconn_counts *
tunnelconn_counts(const struct tunnelconn *c)
{
	return &c->counts;
}

int
tunnelconn_number(const struct tunnelconn *c)
{
	return c->number;
}

const struct tunnelwire *
tunnelconn_wire(const struct tunnelconn *c)
{
	return c->config.wire;
}
