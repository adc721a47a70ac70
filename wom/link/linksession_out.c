/* wom/link/linksession_out.c - what is said to the peer, and over which connection:
 * the one that asks; see linksession.h. Layer: wom/link, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/obj.h"
#include "wom/link/linksession_inner.h"

/* Who asks, and where it is written to. */
struct way {
	struct linksession *s;
	struct linkconn *c;
	int	conn;
	mono_ns	now;
	struct wbuf w;
};

/* Each writes one frame, or returns false: it has nothing to say. */
typedef bool (*say_fn)(struct way *way);

static void
say(struct way *way, const struct linkframe *f)
{
	linkframe_write(f, &way->w);
	assert(!way->w.bad);
}

/* ---- of the session and the connection ---- */

static bool
say_hello(struct way *way)
{
	if (way->c->said_hello)
		return false;
	way->c->said_hello = true;
	linkhello_write(&way->s->config.hello, &way->w);
	return true;
}

static bool
say_pong(struct way *way)
{
	if (!way->c->owes_pong)
		return false;
	way->c->owes_pong = false;
	say(way, &(struct linkframe){ .kind = LINKFRAME_PONG,
	    .number = way->c->pong });
	return true;
}

static bool
say_ping(struct way *way)
{
	if (!way->c->owes_ping)
		return false;
	way->c->owes_ping = false;
	say(way, &(struct linkframe){ .kind = LINKFRAME_PING,
	    .number = way->now });
	return true;
}

static bool
say_goaway(struct way *way)
{
	uint8_t body[4];
	struct wbuf b;

	if (!way->s->owes_goaway)
		return false;
	way->s->owes_goaway = false;
	wbuf_init(&b, body, sizeof(body));
	wbuf_u32(&b, way->s->go_reason);
	say(way, &(struct linkframe){ .kind = LINKFRAME_GOAWAY, .body = body,
	    .len = sizeof(body) });
	return true;
}

static bool
say_sync(struct way *way)
{
	/* Behind the ACKs. */
	if (!way->c->owes_sync || !list_empty(&way->s->tell))
		return false;
	way->c->owes_sync = false;
	say(way, &(struct linkframe){ .kind = LINKFRAME_SYNC });
	return true;
}

static bool
say_known(struct way *way)
{
	if (way->s->known_len == 0)
		return false;
	say(way, &(struct linkframe){ .kind = LINKFRAME_KNOWN,
	    .body = way->s->known, .len = way->s->known_len });
	way->s->known_len = 0;
	return true;
}

/* ---- of streams ---- */

static void
write_reset(struct way *way, const struct linkreply *r, uint64_t confirms,
    uint32_t reason)
{
	uint8_t body[4];
	struct wbuf b;

	wbuf_init(&b, body, sizeof(body));
	wbuf_u32(&b, reason);
	say(way, &(struct linkframe){ .kind = LINKFRAME_RESET,
	    .yours = r->by_peer, .stream = r->index, .number = confirms,
	    .body = body, .len = sizeof(body) });
}

static bool
say_reply(struct way *way)
{
	struct linksession *s = way->s;
	const struct linkreply *r;

	if (s->replies_count == 0)
		return false;
	r = &s->replies[s->replies_first];
	if (r->kind == LINKFRAME_RESET)
		write_reset(way, r, 1, 0);
	else
		say(way, &(struct linkframe){ .kind = LINKFRAME_DONE,
		    .yours = r->by_peer, .stream = r->index });
	s->replies_first = (s->replies_first + 1) % LINKSESSION_REPLIES_MAX;
	s->replies_count--;
	return true;
}

static void
write_ack(struct way *way, const struct linkstream *st)
{
	uint64_t taken = recvhalf_taken(&st->recv);
	uint8_t body[8];
	struct wbuf b;

	wbuf_init(&b, body, sizeof(body));
	linkframe_put64(&b, st->recv.written);
	say(way, &(struct linkframe){ .kind = LINKFRAME_ACK,
	    .yours = st->by_peer, .stream = st->index,
	    .number = taken, .body = body, .len = sizeof(body) });
}

static void
write_resend(struct way *way, const struct linkstream *st)
{
	uint8_t body[2 + LINKFRAME_NAMES_MAX * BLOCKID_OCTETS];
	struct wbuf b;

	wbuf_init(&b, body, sizeof(body));
	wbuf_u16(&b, st->wish.edition);
	wbuf_octets(&b, st->wish.names, st->wish.count * BLOCKID_OCTETS);
	assert(!b.bad);
	say(way, &(struct linkframe){ .kind = LINKFRAME_RESEND,
	    .yours = st->by_peer, .stream = st->index,
	    .number = st->wish.number, .body = body, .len = b.off });
}

static bool
say_of_stream(struct way *way)
{
	struct linksession *s = way->s;
	struct linkstream *st;

	if (list_empty(&s->tell))
		return false;
	st = OBJ_OF(s->tell.next, struct linkstream, in_tell);
	if ((st->tell & LINKSTREAM_TELL_RESET) != 0) {
		st->tell &= ~LINKSTREAM_TELL_RESET;
		write_reset(way, &(struct linkreply){ .by_peer = st->by_peer,
		    .index = st->index }, 0, st->reason);
	} else if ((st->tell & LINKSTREAM_TELL_RESEND) != 0 &&
	    st->wish.number != 0) {
		st->tell &= ~LINKSTREAM_TELL_RESEND;
		write_resend(way, st);
	} else {
		st->tell = 0;
		write_ack(way, st);
	}
	if (st->tell == 0) {
		list_remove(&st->in_tell);
		linksession_stream_retire(s, st);
	}
	return true;
}

/* ---- items ---- */

static bool
is_ready(struct turns_flow *f, const void *arg)
{
	const struct linkstream *st = OBJ_OF(f, struct linkstream, flow);
	const int *conn = arg;

	return sendhalf_is_ready(&st->send, *conn);
}

static void
write_piece(struct way *way, struct linkstream *st, struct senditem *i)
{
	struct linkframe f = { .kind = i->kind, .yours = st->by_peer,
	    .stream = st->index, .number = i->number, .body = i->octets,
	    .len = i->len };
	uint32_t left = i->len - i->at;
	struct linkdata d;

	if (i->kind != LINKFRAME_DATA) {
		say(way, &f);
		sendhalf_given(&st->send, i, way->conn, i->len);
		return;
	}
	d = (struct linkdata){ .plain = i->plain, .total = i->len,
	    .offset = i->at, .edition = i->edition, .form = i->form,
	    .octets = i->octets + i->at,
	    .len = left < LINKFRAME_DATA_MAX ? left : LINKFRAME_DATA_MAX };
	linkframe_write_data(&f, &d, &way->w);
	sendhalf_given(&st->send, i, way->conn, i->at + (uint32_t)d.len);
}

static bool
say_item(struct way *way)
{
	struct linksession *s = way->s;
	size_t before = way->w.off;
	struct turns_flow *f;
	struct linkstream *st;

	if (s->held)
		return false;
	f = turns_next(&s->turns, is_ready, &way->conn);
	if (f == NULL)
		return false;
	st = OBJ_OF(f, struct linkstream, flow);
	write_piece(way, st, sendhalf_pick(&st->send, way->conn));
	turns_charge(&s->turns, f, (uint32_t)(way->w.off - before),
	    sendhalf_waits(&st->send));
	linksession_stream_begun(s, st);
	return true;
}

/* What is said first. */
static const say_fn sayings[] = {
	say_pong, say_ping, say_reply, say_of_stream, say_sync, say_goaway,
	say_item, say_known,
};

static bool
say_next(struct way *way)
{
	if (say_hello(way))
		return true;
	if (way->c->state != LINKCONN_UP)
		return false;
	for (size_t i = 0; i < OBJ_COUNT(sayings); i++)
		if (sayings[i](way))
			return true;
	return false;
}

size_t
linksession_out_fill(struct linksession *s, int conn, uint8_t *out, size_t cap,
    mono_ns now)
{
	struct way way = { .s = s, .c = &s->conns[conn], .conn = conn,
	    .now = now };

	OBJ_CHECK(s, LINKSESSION_MAGIC);
	assert(cap >= LINKFRAME_MAX);
	if (way.c->state == LINKCONN_FREE ||
	    way.c->state == LINKCONN_CONDEMNED)
		return 0;
	wbuf_init(&way.w, out, cap);
	while (way.w.cap - way.w.off >= LINKFRAME_MAX && say_next(&way))
		s->counts.frames_out++;
	return way.w.off;
}
