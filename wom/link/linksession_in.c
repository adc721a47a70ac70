/* wom/link/linksession_in.c - what the peer says, and what follows from it; see
 * linksession.h. Layer: wom/link, pure. SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "wom/link/linksession_inner.h"

/* Who has opened more streams than agreed on this many times: fewer may be told
 * as over, which we do not know yet. */
#define STREAMS_SLACK	4

/* One frame that has come. */
struct arrival {
	struct linksession *s;
	int	conn;
	mono_ns	now;
	const struct linkframe *f;
	struct linkstream *st;	/* that it is about, when it is known */
	struct err *e;
};

static int
wrong(const struct arrival *a, const char *what)
{
	return err_set(a->e, ERR_PARSE, "stream %" PRIu64 " item %" PRIu64
	    ": %s", a->f->stream, a->f->number, what);
}

/* ---- HELLO ---- */

enum meeting { MEETING_JOINS, MEETING_STALE, MEETING_ANEW };

/* Does what the peer says go with what we know? linkhello.h says what lives are. */
static enum meeting
judge(const struct linksession *s, const struct linkhello *h)
{
	const struct linklife *me = &s->config.hello.self, *was = &s->peer.self;

	if (s->met && !linklife_equal(&h->self, was)) {
		/* An octet of an earlier life that comes late? */
		if (h->self.boot == was->boot && h->self.count < was->count)
			return MEETING_STALE;
		return MEETING_ANEW;
	}
	if (h->peer.boot != 0 && !linklife_equal(&h->peer, me))
		return MEETING_STALE;
	return MEETING_JOINS;
}

static void
join(struct linksession *s, const struct linkhello *h)
{
	struct linkhello was = s->peer;

	s->peer = *h;
	if (s->met) {
		/* What streams go by stays as it was. */
		s->peer.stream_window = was.stream_window;
		s->peer.session_window = was.session_window;
		s->peer.floor = was.floor;
		s->peer.streams_max = was.streams_max;
	}
	s->met = true;
	s->config.hello.peer = h->self;
	s->counts.hellos++;
}

/* The peer tells what has changed. */
static int
hear_again(const struct arrival *a, const struct linkhello *h)
{
	if (judge(a->s, h) != MEETING_JOINS)
		return err_set(a->e, ERR_PARSE, "hello: is of another life");
	join(a->s, h);
	return 0;
}

static int
on_hello(struct arrival *a)
{
	struct linksession *s = a->s;
	struct linkconn *c = &s->conns[a->conn];
	struct linkhello h;
	int rc;

	if ((rc = linkhello_read(&h, a->f, a->e)) != 0)
		return rc;
	if (strcmp(h.domain, s->config.hello.domain) != 0)
		return err_set(a->e, ERR_DENIED,
		    "hello: trust domain is \"%s\", not \"%s\"", h.domain,
		    s->config.hello.domain);
	if (s->met && memcmp(h.site, s->peer.site, LINKHELLO_SITE) != 0) {
		if (!s->held || !list_empty(&s->all))
			return err_set(a->e, ERR_DENIED,
			    "hello: is of another site");
		/* The one that was there is gone, and nothing waits for it. */
		linksession_clear(s, LINKRESET_LOST);
		return 0;
	}
	if (c->state == LINKCONN_UP)
		return hear_again(a, &h);
	switch (judge(s, &h)) {
	case MEETING_JOINS:
		join(s, &h);
		linksession_conn_ready(s, a->conn);
		break;
	case MEETING_STALE:
		c->state = LINKCONN_STALE;
		break;
	case MEETING_ANEW:
		linksession_clear(s, LINKRESET_RESTART);
		break;
	}
	return 0;
}

/* ---- items ---- */

static int
on_open(struct arrival *a)
{
	struct linksession *s = a->s;
	struct linkopen o;

	if (a->f->yours || a->f->number != 0)
		return wrong(a, "opened by nobody");
	if (seenids_has(&s->seen, a->f->stream)) {
		s->counts.duplicates++;
		return 0;
	}
	if (!linkopen_read(&o, a->f->body, a->f->len))
		return wrong(a, "opened to no place");
	if (s->theirs >= STREAMS_SLACK * (size_t)s->config.hello.streams_max ||
	    !seenids_put(&s->seen, a->f->stream))
		return wrong(a, "too many are open");
	a->st = linksession_stream_add(s, true, &o, a->f->stream);
	recvhalf_take(&a->st->recv);
	a->st->send.base = a->st->send.next = a->st->send.scan = 1;
	linksession_stream_tell(s, a->st, LINKSTREAM_TELL_ACK);
	linksession_stream_news(s, a->st, LINKNEWS_OPENED);
	s->counts.accepted++;
	return 0;
}

/* Known once and not any more. */
static bool
is_over(const struct arrival *a)
{
	return a->st == NULL && (a->f->yours ?
	    a->f->stream < a->s->next_index :
	    seenids_has(&a->s->seen, a->f->stream));
}

static int
reply(const struct arrival *a, enum linkframe_kind kind)
{
	struct linksession *s = a->s;
	size_t at;

	if (s->replies_count == LINKSESSION_REPLIES_MAX)
		return wrong(a, "asks and does not read");
	if (s->replies == NULL)
		s->replies = mem_zalloc(LINKSESSION_REPLIES_MAX,
		    sizeof(*s->replies));
	at = (s->replies_first + s->replies_count++) % LINKSESSION_REPLIES_MAX;
	s->replies[at] = (struct linkreply){ .kind = kind,
	    .by_peer = !a->f->yours, .index = a->f->stream };
	return 0;
}

static bool
is_live(const struct arrival *a)
{
	if (a->st != NULL && a->st->state == LINKSTREAM_LIVE)
		return true;
	a->s->counts.ignored++;
	return false;
}

static int
kept(const struct arrival *a, enum recvhalf_result r)
{
	switch (r) {
	case RECVHALF_KEPT:
		linksession_stream_look(a->s, a->st);
		break;
	case RECVHALF_DUPLICATE:
		/* It may have missed that we have it. */
		a->s->counts.duplicates++;
		linksession_stream_tell(a->s, a->st, LINKSTREAM_TELL_ACK);
		break;
	case RECVHALF_WRONG:
		return wrong(a, "contradicts what came before");
	}
	return 0;
}

static int
on_data(struct arrival *a)
{
	uint64_t before;
	struct linkdata d;
	enum recvhalf_result r;

	if (!linkframe_read_data(a->f, &d))
		return wrong(a, "is no block");
	if (!is_live(a))
		return 0;
	before = recvhalf_in_flight(&a->st->recv);
	r = recvhalf_data(&a->st->recv, a->f->number, &d,
	    linksession_stream_window(a->s, a->st));
	linksession_stream_settle_in(a->s, a->st, before);
	return kept(a, r);
}

static int
on_fin(struct arrival *a)
{
	if (is_over(a))
		return reply(a, LINKFRAME_DONE);
	if (!is_live(a))
		return 0;
	return kept(a, recvhalf_finish(&a->st->recv, a->f->number));
}

/* ---- what is said of items ---- */

static int
on_ack(struct arrival *a)
{
	struct rbuf r;

	if (!is_live(a))
		return 0;
	rbuf_init(&r, a->f->body, a->f->len);
	if (!linksession_stream_ack(a->s, a->st, a->f->number,
	    linkframe_get64(&r)))
		return wrong(a, "acknowledges what was not sent");
	return 0;
}

static int
on_done(struct arrival *a)
{
	if (!is_live(a))
		return 0;
	if (!a->st->send.finished || !recvhalf_is_over(&a->st->recv))
		return wrong(a, "is over before its end");
	a->st->tell = 0;
	list_remove(&a->st->in_tell);
	(void)linksession_stream_ack(a->s, a->st, a->st->send.next,
	    a->st->send.put);
	return 0;
}

static int
on_resend(struct arrival *a)
{
	struct linkwish w = { .number = a->f->number };
	const struct senditem *i;
	struct rbuf r;

	if (!is_live(a))
		return 0;
	rbuf_init(&r, a->f->body, a->f->len);
	w.edition = rbuf_u16(&r);
	w.count = rbuf_left(&r) / BLOCKID_OCTETS;
	i = sendhalf_find(&a->st->send, w.number);
	if (rbuf_left(&r) % BLOCKID_OCTETS != 0 ||
	    w.number >= a->st->send.next)
		return wrong(a, "is asked for again, but is none");
	if (i == NULL || w.edition <= i->edition)
		return 0;		/* that has been seen to */
	if (i->kind != LINKFRAME_DATA || w.edition != i->edition + 1)
		return wrong(a, "is asked for again, and is no block");
	linkstream_set_wish(&a->st->asked, &w, a->f->body + r.off);
	linksession_stream_news(a->s, a->st, LINKNEWS_ASKED);
	return 0;
}

/* Number 0 asks for it, 1 says that it was done. */
static int
on_reset(struct arrival *a)
{
	struct rbuf r;

	rbuf_init(&r, a->f->body, a->f->len);
	if (a->f->number > 1)
		return wrong(a, "is no reset");
	if (a->f->number == 1) {
		if (a->st != NULL && a->st->state == LINKSTREAM_TOMB)
			linksession_stream_die(a->s, a->st, 0);
		return 0;
	}
	/* Its item 0, should it come yet, is not to open it. */
	if (!a->f->yours && !seenids_put(&a->s->seen, a->f->stream))
		return wrong(a, "too many are open");
	if (a->st != NULL)
		linksession_stream_die(a->s, a->st, rbuf_u32(&r));
	return reply(a, LINKFRAME_RESET);
}

/* ---- the session ---- */

static int
on_ping(struct arrival *a)
{
	a->s->conns[a->conn].owes_pong = true;
	a->s->conns[a->conn].pong = a->f->number;
	return 0;
}

static int
on_pong(struct arrival *a)
{
	if (a->f->number > 0 && a->f->number <= a->now)
		a->s->conns[a->conn].rtt = a->now - a->f->number;
	return 0;
}

static int
on_sync(struct arrival *a)
{
	a->s->held = false;
	return 0;
}

static int
on_known(struct arrival *a)
{
	const struct linksession_config *with = &a->s->config;

	if (with->known != NULL)
		with->known(with->arg, a->f->body, a->f->len);
	return 0;
}

static int
on_goaway(struct arrival *a)
{
	a->s->peer_goes = true;
	return 0;
}

static int (*const handlers[])(struct arrival *) = {
	[LINKFRAME_HELLO] = on_hello,
	[LINKFRAME_OPEN] = on_open,
	[LINKFRAME_DATA] = on_data,
	[LINKFRAME_FIN] = on_fin,
	[LINKFRAME_ACK] = on_ack,
	[LINKFRAME_RESEND] = on_resend,
	[LINKFRAME_RESET] = on_reset,
	[LINKFRAME_DONE] = on_done,
	[LINKFRAME_PING] = on_ping,
	[LINKFRAME_PONG] = on_pong,
	[LINKFRAME_SYNC] = on_sync,
	[LINKFRAME_KNOWN] = on_known,
	[LINKFRAME_GOAWAY] = on_goaway,
};

static int
handle(struct arrival *a)
{
	const struct linkframe *f = a->f;
	struct linkconn *c = &a->s->conns[a->conn];

	a->s->counts.frames_in++;
	if (c->state == LINKCONN_STALE)
		return 0;
	if (c->state == LINKCONN_NEW && f->kind != LINKFRAME_HELLO)
		return err_set(a->e, ERR_PARSE, "hello: does not come first");
	if (f->stream != 0)
		a->st = linksession_stream_find(a->s, !f->yours, f->stream);
	return handlers[f->kind](a);
}

uint8_t *
linksession_in_room(struct linksession *s, int conn, size_t *cap)
{
	assert(s->conns[conn].state != LINKCONN_FREE);
	return framesplit_room(s->conns[conn].in, cap);
}

int
linksession_in_fed(struct linksession *s, int conn, size_t len, mono_ns now,
    struct err *e)
{
	struct linkconn *c = &s->conns[conn];
	struct linkframe f;
	int rc = 0;

	assert(c->state != LINKCONN_FREE);
	framesplit_fed(c->in, len);
	c->heard_at = now;
	while (rc == 0 && c->state != LINKCONN_CONDEMNED &&
	    framesplit_next(c->in, &f)) {
		struct arrival a = { .s = s, .conn = conn, .now = now,
		    .f = &f, .e = e };

		rc = handle(&a);
	}
	if (rc == 0 && c->in->bad)
		rc = err_set(e, ERR_PARSE, "frame: makes no sense");
	if (rc != 0)
		c->state = LINKCONN_CONDEMNED;
	return rc;
}
