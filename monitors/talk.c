/* monitors/talk.c - see talk.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/talk.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/io/loop.h"
#include "monitors/escape.h"
#include "monitors/httpreq.h"
#include "monitors/monitor.h"
#include "monitors/pattern.h"

#define REPLY_FIRST	4096u	/* most replies to a health check fit */

struct talk_spec *
talk_spec_new(const struct monitor_text *m, bool http)
{
	struct talk_spec *s = mem_zalloc(1, sizeof(*s));
	struct httpreq q;

	if (http) {
		httpreq_init(&q, m->send, m->username, m->password);
		s->send = q.octets;	/* ours now */
		s->send_len = q.len;
		s->want.head = q.head;
		if (judge_parse_codes(&s->want, m->recv_status_code, NULL) != 0)
			assert(!"recv-status-code was checked");
	} else {
		s->send = escape_decode(m->send, &s->send_len);
	}
	s->want.http = http;
	s->want.reverse = m->reverse;
	if (m->recv != NULL) {
		s->want.recv = pattern_new(m->recv, NULL);
		assert(s->want.recv != NULL);	/* it was checked, too */
	}
	return s;
}

void
talk_spec_free(void **pspec)
{
	struct talk_spec *s = *pspec;

	*pspec = NULL;
	if (s == NULL)
		return;
	pattern_free(&s->want.recv);
	explicit_bzero(s->send, s->send_len);	/* may hold a password */
	free(s->send);
	free(s);
}

static void
finish(struct talk *t, struct probe_result *r)
{
	talk_stop(t);
	t->done(t->arg, r);
}

static void
finish_errno(struct talk *t)
{
	struct probe_result r = { 0 };

	probe_from_errno(&r, errno);
	finish(t, &r);
}

static bool
would_block(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK;
}

/* Room for more of the reply and a NUL; never past JUDGE_REPLY_MAX. */
static void
make_room(struct talk *t)
{
	if (t->reply_len < t->reply_room)
		return;
	t->reply_room = t->reply_room == 0 ? REPLY_FIRST : t->reply_room * 2;
	assert(t->reply_room <= JUDGE_REPLY_MAX);
	t->reply = mem_resize(t->reply, t->reply_room + 1, 1);
}

/* True while there may be more to read at once. */
static bool
read_some(struct talk *t)
{
	struct probe_result r = { 0 };
	enum judge_event ev = JUDGE_MORE;
	ssize_t n;

	make_room(t);
	n = t->ops->recv(t->arg, t->reply + t->reply_len,
	    t->reply_room - t->reply_len);
	if (n == -1 && errno == EINTR)
		return true;
	if (n == -1 && would_block())
		return false;
	/* A reset behind an answer: the answer counts. */
	if (n == -1 && t->reply_len == 0) {
		finish_errno(t);
		return false;
	}
	if (n > 0)
		t->reply_len += (size_t)n;
	t->reply[t->reply_len] = 0;
	if (n <= 0 || t->reply_len == JUDGE_REPLY_MAX)
		ev = JUDGE_END;
	if (!judge_push(&t->judge, t->reply, t->reply_len, ev, &r))
		return true;
	finish(t, &r);
	return false;
}

bool
talk_wants_reply(const struct talk_spec *s)
{
	return s->want.http || s->want.recv != NULL;
}

/* All is sent, and nothing is awaited. */
static void
finish_up(struct talk *t)
{
	struct probe_result r = { .outcome = PROBE_UP, .code = PROBE_OK };

	finish(t, &r);
}

/* True while the talk goes on. */
static bool
send_some(struct talk *t)
{
	ssize_t n = 0;

	while (n != -1 && t->sent < t->spec->send_len) {
		n = t->ops->send(t->arg, t->spec->send + t->sent,
		    t->spec->send_len - t->sent);
		if (n == -1 && would_block())
			return true;
		if (n == -1 && errno == EINTR)
			n = 0;
		t->sent += n != -1 ? (size_t)n : 0;
	}
	if (talk_wants_reply(t->spec)) {
		/* Closed early? Reading tells the reason. */
		if (!t->edge)
			loop_io_change(t->io, LOOP_READ);
		return true;
	}
	if (n == -1)
		finish_errno(t);
	else
		finish_up(t);
	return false;
}

static void
on_ready(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct talk *t = arg;

	(void)fd;
	assert(io == t->io);
	if ((events & LOOP_WRITE) != 0 && !send_some(t))
		return;
	while ((events & LOOP_READ) != 0 && read_some(t))
		;
}

void
talk_start(struct talk *t, struct loop_io *io, unsigned ready)
{
	judge_init(&t->judge, &t->spec->want);
	t->sent = t->reply_len = 0;
	t->io = io;
	t->edge = (ready & LOOP_EDGE) != 0;
	loop_io_turn(io, LOOP_READ | LOOP_WRITE | (ready & LOOP_EDGE),
	    on_ready, t);
	on_ready(io, -1, ready, t);
}

void
talk_expire(struct talk *t, struct probe_result *r)
{
	bool sure = judge_push(&t->judge, t->reply, t->reply_len, JUDGE_TIME, r);

	assert(sure);
	talk_stop(t);
}

void
talk_stop(struct talk *t)
{
	t->io = NULL;
	if (t->reply_room > REPLY_FIRST) {
		t->reply = mem_resize(t->reply, REPLY_FIRST + 1, 1);
		t->reply_room = REPLY_FIRST;
	}
}

void
talk_fini(struct talk *t)
{
	talk_stop(t);
	free(t->reply);
	t->reply = NULL;
	t->reply_room = t->reply_len = 0;
}
