/* wom/link/linksession.c - a session's birth and end, and what its owner does with
 * streams; see linksession.h. Layer: wom/link, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/link/linksession.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "wom/codec/history.h"
#include "wom/link/linksession_inner.h"

#define QUANTUM		LINKFRAME_MAX	/* octets of a flow's turn */
#define ROOM_MIN	4096		/* a smaller block is not worth it */

/* ---- birth, lives, end ---- */

/* All of a session that is about one life of it. */
static void
begin_life(struct linksession *s)
{
	s->config.hello.self.count++;
	s->config.hello.peer = (struct linklife){ .boot = 0 };
	s->met = s->peer_goes = s->held = false;
	s->owes_goaway = s->we_go;
	seenids_init(&s->seen);
	s->next_index = 1;
	s->replies_first = s->replies_count = 0;
	s->known_len = 0;
}

struct linksession *
linksession_new(const struct linksession_config *c)
{
	struct linksession *s = mem_zalloc(1, sizeof(*s));

	assert(c->hello.self.boot != 0 && c->ping_ns > 0 &&
	    c->dead_ns > c->ping_ns);
	s->magic = LINKSESSION_MAGIC;
	s->config = *c;
	s->config.hello.self.count = 0;
	list_init(&s->all);
	list_init(&s->news);
	list_init(&s->tell);
	list_init(&s->unseen);
	list_init(&s->waiting);
	for (size_t i = 0; i < LINKSESSION_BUCKETS; i++)
		list_init(&s->buckets[i]);
	turns_init(&s->turns, QUANTUM);
	begin_life(s);
	return s;
}

void
linksession_clear(struct linksession *s, uint32_t reason)
{
	LIST_EACH(&s->all, it)
		linksession_stream_die(s, OBJ_OF(it, struct linkstream, in_all),
		    reason);
	assert(s->ours == 0 && s->theirs == 0);
	assert(s->pool_out == 0 && s->pool_in == 0);
	for (int i = 0; i < LINKSESSION_CONNS_MAX; i++)
		if (s->conns[i].state != LINKCONN_FREE)
			s->conns[i].state = LINKCONN_CONDEMNED;
	s->counts.clears++;
	begin_life(s);
}

static void
free_told(struct linksession *s)
{
	if (s->told != NULL)
		linkstream_free(&s->told);
}

void
linksession_free(struct linksession **ps)
{
	struct linksession *s = *ps;
	struct linknews n;

	*ps = NULL;
	if (s == NULL)
		return;
	OBJ_CHECK(s, LINKSESSION_MAGIC);
	linksession_clear(s, LINKRESET_LOST);
	while (linksession_news(s, &n))
		continue;
	for (int i = 0; i < LINKSESSION_CONNS_MAX; i++)
		free(s->conns[i].in);
	free(s->replies);
	free(s->known);
	s->magic = 0;
	free(s);
}

/* ---- what it says of itself ---- */

const struct linkhello *
linksession_peer(const struct linksession *s)
{
	return s->met ? &s->peer : NULL;
}

const struct linksession_counts *
linksession_counts(const struct linksession *s)
{
	return &s->counts;
}

size_t
linksession_held(const struct linksession *s)
{
	size_t held = 0;

	for (struct list *it = s->all.next; it != &s->all;
	    it = it->next) {
		const struct linkstream *st = OBJ_OF(it,
		    const struct linkstream, in_all);

		held += st->send.held + st->recv.held;
	}
	return held;
}

/* On every connection: then what comes last is the newest, whichever is faster. */
void
linksession_set_routes(struct linksession *s, const struct linkroute *routes,
    size_t count)
{
	assert(count <= LINKHELLO_ROUTES_MAX);
	if (count > 0)
		memcpy(s->config.hello.routes, routes,
		    count * sizeof(*routes));
	s->config.hello.route_count = (uint16_t)count;
	for (int i = 0; i < LINKSESSION_CONNS_MAX; i++)
		if (s->conns[i].state == LINKCONN_UP)
			s->conns[i].said_hello = false;
}

void
linksession_go_away(struct linksession *s, uint32_t reason)
{
	s->we_go = s->owes_goaway = true;
	s->go_reason = reason;
}

bool
linksession_tell_known(struct linksession *s, const uint8_t *octets, size_t len)
{
	assert(len > 0 && len <= LINKFRAME_BODY_MAX);
	if (s->known_len > 0 || !s->met ||
	    (s->peer.features & LINKHELLO_KNOWN_SETS) == 0)
		return false;
	s->known = mem_resize(s->known, len, 1);
	memcpy(s->known, octets, len);
	s->known_len = len;
	return true;
}

bool
linksession_news(struct linksession *s, struct linknews *n)
{
	struct linkstream *st;

	free_told(s);
	if (list_empty(&s->news))
		return false;
	st = OBJ_OF(s->news.next, struct linkstream, in_news);
	list_remove(&st->in_news);
	*n = (struct linknews){ .stream = st, .what = st->news,
	    .reason = st->reason };
	st->news = 0;
	if (st->state == LINKSTREAM_DEAD)
		s->told = st;
	return true;
}

/* ---- streams: birth and end ---- */

/* The peer tells streams that come from ones that came by a window of indices. */
static bool
may_open(const struct linksession *s)
{
	const struct linkstream *first = OBJ_OF(s->unseen.next,
	    const struct linkstream, in_unseen);

	return s->met && !s->peer_goes && !s->we_go &&
	    s->ours < s->peer.streams_max && (list_empty(&s->unseen) ||
	    s->next_index - first->index < SEENIDS_WINDOW);
}

struct linkstream *
linksession_open(struct linksession *s, const struct linkopen *o)
{
	uint8_t body[LINKOPEN_MAX];
	struct linkstream *st;

	if (!may_open(s))
		return NULL;
	st = linksession_stream_add(s, false, o, s->next_index++);
	list_append(&s->unseen, &st->in_unseen);
	sendhalf_open(&st->send, body, linkopen_write(o, body));
	recvhalf_take(&st->recv);	/* the peer says no item 0 */
	linksession_stream_wake(s, st);
	s->counts.opened++;
	return st;
}

void
linksession_reset(struct linksession *s, struct linkstream *st, uint32_t reason)
{
	uint64_t before = recvhalf_in_flight(&st->recv);

	OBJ_CHECK(st, LINKSTREAM_MAGIC);
	list_remove(&st->in_news);
	st->news = 0;
	if (st->state == LINKSTREAM_DEAD) {
		if (s->told != st)
			linkstream_free(&st);
		return;
	}
	assert(st->state == LINKSTREAM_LIVE);
	st->state = LINKSTREAM_TOMB;
	st->reason = reason;
	turns_remove(&st->flow);
	list_remove(&st->in_waiting);
	/* What it has sent counts until the peer has dropped it. */
	sendhalf_fini(&st->send);
	recvhalf_fini(&st->recv);
	st->recv.written = st->recv.received;
	linksession_stream_settle_in(s, st, before);
	st->tell = 0;
	linksession_stream_tell(s, st, LINKSTREAM_TELL_RESET);
	s->counts.reset++;
}

/* ---- sending ---- */

/* The window that this stream has left: its own, and above the floor what all
 * others leave. */
static uint64_t
credit_of(const struct linksession *s, const struct linkstream *st)
{
	uint64_t used = sendhalf_in_flight(&st->send), own, shared;
	const struct linkhello *peer = &s->peer;

	own = used < peer->stream_window ? peer->stream_window - used : 0;
	shared = s->pool_out < peer->session_window ?
	    peer->session_window - s->pool_out : 0;
	if (used < peer->floor)
		shared += peer->floor - used;
	return own < shared ? own : shared;
}

size_t
linksession_room(struct linksession *s, struct linkstream *st)
{
	uint64_t room = 0;

	OBJ_CHECK(st, LINKSTREAM_MAGIC);
	if (st->state != LINKSTREAM_LIVE || st->send.finished)
		return 0;
	if (sendhalf_room(&st->send) > 0 &&
	    st->send.unsent < LINKSESSION_UNSENT_MAX)
		room = credit_of(s, st);
	if (room > HISTORY_BLOCK_MAX)
		room = HISTORY_BLOCK_MAX;
	list_remove(&st->in_waiting);
	if (room >= ROOM_MIN)
		return (size_t)room;
	/* More will be there: octets are under way, or will be. */
	list_append(&s->waiting, &st->in_waiting);
	return 0;
}

static uint64_t
put(struct linksession *s, struct linkstream *st, const struct linkdata *d,
    uint64_t (*how)(struct sendhalf *, const struct linkdata *))
{
	uint64_t before = sendhalf_in_flight(&st->send), number;
	size_t room = linksession_room(s, st);

	if (st->state != LINKSTREAM_LIVE)
		return 0;
	assert(d->plain <= room);
	number = how(&st->send, d);
	linksession_stream_settle_out(s, st, before);
	linksession_stream_wake(s, st);
	return number;
}

uint64_t
linksession_write(struct linksession *s, struct linkstream *st,
    const struct linkdata *d)
{
	return put(s, st, d, sendhalf_put);
}

uint64_t
linksession_promise(struct linksession *s, struct linkstream *st,
    const struct linkdata *d)
{
	return put(s, st, d, sendhalf_promise);
}

void
linksession_fulfil(struct linksession *s, struct linkstream *st,
    uint64_t number, const struct linkdata *d)
{
	if (st->state == LINKSTREAM_LIVE &&
	    sendhalf_fulfil(&st->send, number, d))
		linksession_stream_wake(s, st);
}

bool
linksession_waits(struct linksession *s, struct linkstream *st)
{
	(void)s;
	st->awaited = st->state == LINKSTREAM_LIVE &&
	    sendhalf_lingers(&st->send);
	return st->awaited;
}

void
linksession_finish(struct linksession *s, struct linkstream *st)
{
	if (st->state != LINKSTREAM_LIVE)
		return;
	sendhalf_finish(&st->send);
	linksession_stream_wake(s, st);
}

void
linksession_rewrite(struct linksession *s, struct linkstream *st,
    const struct linkdata *d)
{
	if (st->state != LINKSTREAM_LIVE || st->asked.number == 0)
		return;
	if (sendhalf_rewrite(&st->send, st->asked.number, d))
		linksession_stream_wake(s, st);
	linkstream_forget_wish(&st->asked);
}

/* ---- receiving ---- */

void
linksession_take(struct linksession *s, struct linkstream *st)
{
	if (st->state != LINKSTREAM_LIVE)
		return;
	recvhalf_take(&st->recv);
	linkstream_forget_wish(&st->wish);
	linksession_stream_tell(s, st, LINKSTREAM_TELL_ACK);
	linksession_stream_look(s, st);
}

bool
linksession_refuse(struct linksession *s, struct linkstream *st,
    const struct blockid *names, size_t count)
{
	struct linkwish w = { .number = st->recv.next,
	    .count = count < LINKFRAME_NAMES_MAX ? count : LINKFRAME_NAMES_MAX };

	if (st->state != LINKSTREAM_LIVE)
		return true;
	w.edition = recvhalf_refuse(&st->recv);
	if (w.edition == 0)
		return false;
	linkstream_set_wish(&st->wish, &w, names);
	linksession_stream_tell(s, st, LINKSTREAM_TELL_RESEND);
	s->counts.again++;
	return true;
}

void
linksession_wrote(struct linksession *s, struct linkstream *st, uint64_t octets)
{
	uint64_t before = recvhalf_in_flight(&st->recv);

	if (st->state != LINKSTREAM_LIVE)
		return;
	recvhalf_wrote(&st->recv, octets);
	linksession_stream_settle_in(s, st, before);
	linksession_stream_tell(s, st, LINKSTREAM_TELL_ACK);
}
