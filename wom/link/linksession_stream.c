/* wom/link/linksession_stream.c - streams in a session: which there are, what of
 * them is to be told, what they hold of the windows; see linksession_inner.h.
 * Layer: wom/link, pure. SPDX-License-Identifier: Apache-2.0
 */
#include "wom/link/linksession_inner.h"

#include "core/base/obj.h"

#define WOKEN_MAX	8	/* streams that get at what another has left */

static const struct list *
bucket_of(const struct linksession *s, bool by_peer, uint64_t index)
{
	return &s->buckets[(index * 2 + by_peer) % LINKSESSION_BUCKETS];
}

struct linkstream *
linksession_stream_find(const struct linksession *s, bool by_peer,
    uint64_t index)
{
	const struct list *bucket = bucket_of(s, by_peer, index);

	for (struct list *it = bucket->next; it != bucket; it = it->next) {
		struct linkstream *st = OBJ_OF(it, struct linkstream,
		    in_bucket);

		if (st->index == index && st->by_peer == by_peer)
			return st;
	}
	return NULL;
}

static size_t *
count_of(struct linksession *s, const struct linkstream *st)
{
	return st->by_peer ? &s->theirs : &s->ours;
}

struct linkstream *
linksession_stream_add(struct linksession *s, bool by_peer,
    const struct linkopen *o, uint64_t index)
{
	struct linkstream *st = linkstream_new(by_peer, index, o);

	list_append(&s->buckets[(index * 2 + by_peer) % LINKSESSION_BUCKETS],
	    &st->in_bucket);
	list_append(&s->all, &st->in_all);
	(*count_of(s, st))++;
	return st;
}

/* ---- marks ---- */

void
linksession_stream_tell(struct linksession *s, struct linkstream *st,
    unsigned what)
{
	st->tell |= what;
	if (list_empty(&st->in_tell))
		list_append(&s->tell, &st->in_tell);
}

void
linksession_stream_news(struct linksession *s, struct linkstream *st,
    unsigned what)
{
	st->news |= what;
	if (list_empty(&st->in_news))
		list_append(&s->news, &st->in_news);
}

void
linksession_stream_look(struct linksession *s, struct linkstream *st)
{
	if (recvhalf_peek(&st->recv) != NULL || recvhalf_is_finished(&st->recv))
		linksession_stream_news(s, st, LINKNEWS_READABLE);
}

void
linksession_stream_wake(struct linksession *s, struct linkstream *st)
{
	if (sendhalf_waits(&st->send))
		turns_add(&s->turns, &st->flow);
}

/* ---- windows ---- */

static uint64_t
above(uint64_t octets, uint32_t floor)
{
	return octets > floor ? octets - floor : 0;
}

void
linksession_stream_settle_out(struct linksession *s,
    const struct linkstream *st, uint64_t before)
{
	uint32_t floor = s->peer.floor;

	s->pool_out += above(sendhalf_in_flight(&st->send), floor);
	s->pool_out -= above(before, floor);
}

void
linksession_stream_settle_in(struct linksession *s, const struct linkstream *st,
    uint64_t before)
{
	uint32_t floor = s->config.hello.floor;

	s->pool_in += above(recvhalf_in_flight(&st->recv), floor);
	s->pool_in -= above(before, floor);
}

uint64_t
linksession_stream_window(const struct linksession *s,
    const struct linkstream *st)
{
	const struct linkhello *h = &s->config.hello;
	uint64_t used = recvhalf_in_flight(&st->recv), shared;
	uint64_t own = h->stream_window - used;

	shared = h->session_window - s->pool_in;
	if (used < h->floor)
		shared += h->floor - used;
	return own < shared ? own : shared;
}

/* ---- what the peer has taken ---- */

static void
tell_room(struct linksession *s, struct linkstream *st)
{
	if (!list_empty(&st->in_waiting) && linksession_room(s, st) > 0)
		linksession_stream_news(s, st, LINKNEWS_ROOM);
}

/* What one has given back others may use. They get at their own floors without
 * that, so that it matters to none that only some are told. */
static void
share(struct linksession *s)
{
	for (int i = 0; i < WOKEN_MAX && !list_empty(&s->waiting); i++)
		tell_room(s, OBJ_OF(s->waiting.next, struct linkstream,
		    in_waiting));
}

void
linksession_stream_begun(struct linksession *s, struct linkstream *st)
{
	tell_room(s, st);
	if (!st->awaited || sendhalf_lingers(&st->send))
		return;
	st->awaited = false;
	linksession_stream_news(s, st, LINKNEWS_BEGUN);
}

bool
linksession_stream_ack(struct linksession *s, struct linkstream *st,
    uint64_t next, uint64_t written)
{
	uint64_t before = sendhalf_in_flight(&st->send), pool = s->pool_out,
	    base = st->send.base;

	if (!sendhalf_ack(&st->send, next, written))
		return false;
	if (st->watched && st->send.base > base)
		linksession_stream_news(s, st, LINKNEWS_TAKEN);
	linksession_stream_begun(s, st);
	if (st->send.base > 0)
		list_remove(&st->in_unseen);
	if (st->asked.number < st->send.base)
		linkstream_forget_wish(&st->asked);
	if (!sendhalf_waits(&st->send))
		turns_remove(&st->flow);
	linksession_stream_settle_out(s, st, before);
	tell_room(s, st);
	if (s->pool_out < pool)
		share(s);
	linksession_stream_retire(s, st);
	return true;
}

/* ---- the end ---- */

/* It is in no list and no count any more, but for that of news. */
static void
forget(struct linksession *s, struct linkstream *st)
{
	uint64_t out = sendhalf_in_flight(&st->send),
	    in = recvhalf_in_flight(&st->recv);

	(*count_of(s, st))--;
	list_remove(&st->in_bucket);
	list_remove(&st->in_all);
	list_remove(&st->in_tell);
	list_remove(&st->in_unseen);
	list_remove(&st->in_waiting);
	turns_remove(&st->flow);
	sendhalf_fini(&st->send);
	recvhalf_fini(&st->recv);
	st->send.written = st->send.put;
	st->recv.written = st->recv.received;
	linksession_stream_settle_out(s, st, out);
	linksession_stream_settle_in(s, st, in);
}

void
linksession_stream_retire(struct linksession *s, struct linkstream *st)
{
	if (st->state != LINKSTREAM_LIVE || st->tell != 0 ||
	    !sendhalf_is_over(&st->send) || !recvhalf_is_over(&st->recv))
		return;
	forget(s, st);
	st->state = LINKSTREAM_DEAD;
	st->news = 0;
	s->counts.closed++;
	linksession_stream_news(s, st, LINKNEWS_CLOSED);
}

void
linksession_stream_die(struct linksession *s, struct linkstream *st,
    uint32_t reason)
{
	forget(s, st);
	/* The caller does not know it any more, or not yet. */
	if (st->state == LINKSTREAM_TOMB || (st->news & LINKNEWS_OPENED) != 0) {
		list_remove(&st->in_news);
		linkstream_free(&st);
		return;
	}
	st->state = LINKSTREAM_DEAD;
	st->reason = reason;
	st->news = 0;
	s->counts.reset++;
	linksession_stream_news(s, st, LINKNEWS_RESET);
}
