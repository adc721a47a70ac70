/* gtmd/serve/tcpconn.c - one client's TCP connection; see tcpconn.h.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/serve/tcpconn.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/rcu.h"
#include "gtmd/count/stats.h"
#include "gtmd/query/question.h"
#include "gtmd/query/world.h"
#include "gtmd/serve/msgsplit.h"
#include "gtmd/serve/tcpserve.h"
#include "gtmd/serve/tcpstream.h"

/* What the connection's timer waits for. */
enum wait { WAIT_OPEN, WAIT_QUERY, WAIT_REST_OF_QUERY, WAIT_ROOM };

struct tcpconn {
	unsigned	 magic;
#define TCPCONN_MAGIC	0x7c9c0221u
	struct tcpserve	*serve;
	struct list	 node;		/* in serve->conns */
	struct list	 turn;		/* in serve->hellos, ->shaking, or none */
	struct tcpstream stream;
	struct loop_io	*io;
	struct loop_timer timer;
	enum wait	 wait;
	unsigned	 watched;	/* LOOP_READ or LOOP_WRITE; 0 = it
					 * waits for its turn */
	mono_ns		 last_ns;
	bool		 greeted;	/* our first words went out */
	bool		 eof;		/* it sends no more */
	uint8_t		*out;		/* owned, NULL = nothing waits */
	size_t		 out_len, out_off;
	struct msgsplit	 in;
};

struct tcpconn *
tcpconn_of(struct list *node)
{
	struct tcpconn *c = OBJ_OF(node, struct tcpconn, node);

	OBJ_CHECK(c, TCPCONN_MAGIC);
	return c;
}

struct tcpconn *
tcpconn_of_turn(struct list *turn)
{
	struct tcpconn *c = OBJ_OF(turn, struct tcpconn, turn);

	OBJ_CHECK(c, TCPCONN_MAGIC);
	return c;
}

mono_ns
tcpconn_last_ns(const struct tcpconn *c)
{
	return c->last_ns;
}

bool
tcpconn_is_resting(const struct tcpconn *c)
{
	return (c->wait == WAIT_OPEN || c->wait == WAIT_QUERY) &&
	    c->out == NULL;
}

void
tcpconn_close(struct tcpconn *c)
{
	struct tcpserve *s = c->serve;

	OBJ_CHECK(c, TCPCONN_MAGIC);
	loop_io_stop(&c->io);
	loop_timer_stop(&c->timer);
	tcpstream_fini(&c->stream);
	list_remove(&c->node);
	list_remove(&c->turn);
	stats_add(s->answer.stats, STATS_TCP_CLOSED, 1);
	free(c->out);
	c->magic = 0;
	free(c);
	tcpserve_dropped(s);
}

static void
on_timeout(struct loop_timer *t, void *arg)
{
	struct tcpconn *c = arg;

	(void)t;
	OBJ_CHECK(c, TCPCONN_MAGIC);
	stats_add(c->serve->answer.stats, c->wait == WAIT_QUERY ?
	    STATS_TCP_IDLE_TIMEOUTS : STATS_TCP_QUERY_TIMEOUTS, 1);
	if (c->stream.stage == TCPSTREAM_HANDSHAKE)
		stats_add(c->serve->answer.stats, STATS_TLS_FAILED, 1);
	tcpconn_close(c);
}

/* Starts the clock for what the connection waits for now. fresh: there was
 * progress; without it the clock of a message, or of a reply, runs on. */
static void
wait_for(struct tcpconn *c, enum wait wait, bool fresh)
{
	const struct world_settings *s = RCU_GET(c->serve->world->settings);
	dur_ns ns = tcpserve_idle_ns(c->serve);

	if (wait == c->wait && !fresh && loop_timer_running(&c->timer))
		return;
	if (wait == WAIT_REST_OF_QUERY)
		ns = s->tcp_query_timeout_ms * CLOCK_MS;
	c->wait = wait;
	loop_timer_start_at(&c->timer, loop_now_ns(c->serve->loop) + ns);
}

/* A change costs system calls; most calls ask for what is watched already. */
static void
watch(struct tcpconn *c, unsigned events)
{
	if (c->watched != events)
		loop_io_change(c->io, events);
	c->watched = events;
}

/* Sends len octets; what the kernel does not take waits in c->out. False: the
 * connection is broken. */
static bool
send_octets(struct tcpconn *c, const uint8_t *p, size_t len)
{
	ssize_t n = tcpstream_write(&c->stream, p, len);

	if (n < 0)
		return false;
	if ((size_t)n < len) {
		c->out_len = len - (size_t)n;
		c->out_off = 0;
		c->out = mem_dup(p + n, c->out_len);
	}
	return true;
}

/* One message's reply goes behind used octets of the scratch. Returns its
 * octets, 0 = silence. */
static size_t
answer_message(struct tcpconn *c, const struct msgsplit_msg *m, size_t used)
{
	struct tcpserve *s = c->serve;
	struct answer_room room = {
		.packet = s->scratch + used + 2,
		.cap = TCPSERVE_REPLY_MAX - 2,
		.via = tcpstream_is_tls(&c->stream) ? ANSWER_TLS : ANSWER_TCP,
		.from = (const struct sockaddr *)&c->stream.from,
	};
	struct question q;
	size_t n;

	memcpy(room.packet, m->octets, m->len);
	if (m->cut)
		stats_add(s->answer.stats, STATS_TCP_OVERSIZED, 1);
	question_read(&q, room.packet, m->len);
	n = answer_write(&s->answer, &q, &room);
	if (n == 0)
		return 0;
	room.packet[-2] = (uint8_t)(n >> 8);
	room.packet[-1] = (uint8_t)n;
	return n + 2;
}

/* Answers what has come in whole, until a reply has to wait. False: broken. */
static bool
answer_all(struct tcpconn *c, bool *progress)
{
	struct tcpserve *s = c->serve;
	struct msgsplit_msg m;
	size_t used = 0;
	bool more;

	answer_begin(&s->answer, s->world);
	do {
		more = msgsplit_next(&c->in, &m);
		if (more) {
			*progress = true;
			used += answer_message(c, &m, used);
		}
		/* Together as long as the next one is sure to fit. */
		if (used > 0 &&
		    (!more || used > TCPSERVE_SCRATCH - TCPSERVE_REPLY_MAX)) {
			if (!send_octets(c, s->scratch, used))
				return false;
			used = 0;
		}
	} while (more && c->out == NULL);
	return true;
}

/* Answers, then sets up what the connection waits for. progress: octets of a
 * waiting reply were taken. False: it is gone. */
static bool
go_on(struct tcpconn *c, bool progress)
{
	bool asked = false;

	if (c->out == NULL && !answer_all(c, &asked)) {
		tcpconn_close(c);
		return false;
	}
	if (asked) {
		c->last_ns = loop_now_ns(c->serve->loop);
		list_remove(&c->node);
		list_append(&c->serve->conns, &c->node);
	}
	if (c->out != NULL) {
		wait_for(c, WAIT_ROOM, progress || asked);
		watch(c, c->stream.want);
		return true;
	}
	if (c->eof) {
		tcpconn_close(c);
		return false;
	}
	if (msgsplit_partial(&c->in))
		wait_for(c, WAIT_REST_OF_QUERY, asked);
	else
		wait_for(c, WAIT_QUERY, asked);
	watch(c, LOOP_READ);
	return true;
}

/* One read, and what it brought. False: it is gone, or has to wait. */
static bool
read_some(struct tcpconn *c)
{
	size_t cap;
	uint8_t *p = msgsplit_room(&c->in, &cap);
	ssize_t n = tcpstream_read(&c->stream, p, cap);

	if (n == TCPSTREAM_AGAIN) {
		watch(c, c->stream.want);
		return false;
	}
	if (n < 0) {
		tcpconn_close(c);
		return false;
	}
	if (n == 0)
		c->eof = true;
	msgsplit_fed(&c->in, (size_t)n);
	return go_on(c, false);
}

/* Until the descriptor tells of the rest: that is at most one record. */
static void
on_readable(struct tcpconn *c)
{
	while (read_some(c) && c->out == NULL &&
	    tcpstream_pending(&c->stream))
		continue;
}

static void
on_writable(struct tcpconn *c)
{
	ssize_t n = tcpstream_write(&c->stream, c->out + c->out_off,
	    c->out_len - c->out_off);

	if (n < 0) {
		tcpconn_close(c);
		return;
	}
	c->out_off += (size_t)n;
	if (c->out_off == c->out_len) {
		free(c->out);
		c->out = NULL;
	}
	if (go_on(c, n > 0) && c->out == NULL && tcpstream_pending(&c->stream))
		on_readable(c);
}

/* ---- what stands before the first message ---- */

/* It did not come to a first message. */
static void
give_up(struct tcpconn *c, int why)
{
	struct stats *stats = c->serve->answer.stats;

	if (why == TCPSTREAM_MISLED)
		stats_add(stats, STATS_PROXY_REFUSED, 1);
	else if (c->stream.stage == TCPSTREAM_HANDSHAKE)
		stats_add(stats, STATS_TLS_FAILED, 1);
	tcpconn_close(c);
}

static void
count_handshake(const struct tcpconn *c)
{
	struct stats *stats = c->serve->answer.stats;

	stats_add(stats, STATS_TLS_HANDSHAKES, 1);
	if (tcpstream_is_resumed(&c->stream))
		stats_add(stats, STATS_TLS_RESUMED, 1);
}

/* After a step of the handshake that gave rc. */
static void
shaken(struct tcpconn *c, int rc)
{
	if (rc == TCPSTREAM_AGAIN) {
		watch(c, c->stream.want);
		return;
	}
	if (rc != 0) {
		give_up(c, rc);
		return;
	}
	count_handshake(c);
	wait_for(c, WAIT_QUERY, true);
	watch(c, LOOP_READ);
	if (tcpstream_pending(&c->stream))
		on_readable(c);
}

bool
tcpconn_shake(struct tcpconn *c)
{
	OBJ_CHECK(c, TCPCONN_MAGIC);
	/* The dear part is for those who are still there. */
	if (!c->greeted && tcpstream_has_left(&c->stream)) {
		give_up(c, TCPSTREAM_BROKEN);
		return false;
	}
	c->greeted = true;
	shaken(c, tcpstream_step(&c->stream));
	return true;
}

/* The cheap steps at once; hands are shaken when it is this one's turn. */
static void
on_opening(struct tcpconn *c)
{
	int rc = 0;

	while (rc == 0 && c->stream.stage < TCPSTREAM_HANDSHAKE)
		rc = tcpstream_step(&c->stream);
	if (rc == TCPSTREAM_AGAIN)
		watch(c, c->stream.want);
	else if (rc != 0)
		give_up(c, rc);
	else if (c->stream.stage == TCPSTREAM_HANDSHAKE) {
		watch(c, 0);
		tcpserve_await_turn(c->serve, &c->turn, c->greeted);
	} else {
		wait_for(c, WAIT_QUERY, true);
		on_readable(c);
	}
}

static void
on_ready(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct tcpconn *c = arg;

	OBJ_CHECK(c, TCPCONN_MAGIC);
	assert(io == c->io && fd == c->stream.fd && events != 0);
	if (c->stream.stage != TCPSTREAM_OPEN)
		on_opening(c);
	else if (c->out != NULL)
		on_writable(c);
	else
		on_readable(c);
}

void
tcpconn_open(struct tcpserve *s, int fd, const struct addrport *peer,
    const struct tcpmanner *m)
{
	struct tcpconn *c = mem_zalloc(1, sizeof(*c));

	c->magic = TCPCONN_MAGIC;
	c->serve = s;
	tcpstream_init(&c->stream, fd, peer, m);
	c->last_ns = loop_now_ns(s->loop);
	list_append(&s->conns, &c->node);
	list_init(&c->turn);
	s->conn_count++;
	loop_timer_init(&c->timer, s->loop, on_timeout, c);
	c->io = loop_io_start(s->loop, fd, LOOP_READ, on_ready, c);
	if (c->io == NULL) {
		stats_add(s->answer.stats, STATS_TCP_ACCEPT_FAILED, 1);
		tcpconn_close(c);
		return;
	}
	c->watched = LOOP_READ;
	wait_for(c, c->stream.stage == TCPSTREAM_OPEN ? WAIT_QUERY : WAIT_OPEN,
	    true);
}
