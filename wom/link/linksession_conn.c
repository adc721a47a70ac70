/* wom/link/linksession_conn.c - the connections of a session: how they come, fall
 * silent and break; see linksession.h. Layer: wom/link, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "wom/link/linksession_inner.h"

int
linksession_conn_open(struct linksession *s, mono_ns now)
{
	OBJ_CHECK(s, LINKSESSION_MAGIC);
	for (int i = 0; i < LINKSESSION_CONNS_MAX; i++) {
		struct linkconn *c = &s->conns[i];

		if (c->state != LINKCONN_FREE)
			continue;
		*c = (struct linkconn){ .state = LINKCONN_NEW,
		    .heard_at = now, .pinged_at = now };
		c->in = mem_zalloc(1, sizeof(*c->in));
		return i;
	}
	return -1;
}

size_t
linksession_conn_up(const struct linksession *s)
{
	size_t up = 0;

	for (int i = 0; i < LINKSESSION_CONNS_MAX; i++)
		up += s->conns[i].state == LINKCONN_UP;
	return up;
}

bool
linksession_conn_is_up(const struct linksession *s, int conn)
{
	return s->conns[conn].state == LINKCONN_UP;
}

dur_ns
linksession_conn_rtt(const struct linksession *s, int conn)
{
	return s->conns[conn].rtt;
}

int
linksession_conn_condemned(const struct linksession *s)
{
	for (int i = 0; i < LINKSESSION_CONNS_MAX; i++)
		if (s->conns[i].state == LINKCONN_CONDEMNED)
			return i;
	return -1;
}

/* What has been said of st and may have been lost is said again. */
static void
say_again(struct linksession *s, struct linkstream *st)
{
	if (st->state == LINKSTREAM_TOMB)
		linksession_stream_tell(s, st, LINKSTREAM_TELL_RESET);
	else
		linksession_stream_tell(s, st, LINKSTREAM_TELL_ACK |
		    (st->wish.number != 0 ? LINKSTREAM_TELL_RESEND : 0));
}

void
linksession_conn_ready(struct linksession *s, int conn)
{
	s->conns[conn].state = LINKCONN_UP;
	s->conns[conn].owes_sync = true;
	s->owes_goaway = s->we_go;
	if (s->held && linksession_conn_up(s) == 1)
		s->counts.resumes++;
}

void
linksession_conn_broken(struct linksession *s, int conn, mono_ns now)
{
	struct linkconn *c = &s->conns[conn];

	assert(c->state != LINKCONN_FREE);
	free(c->in);
	*c = (struct linkconn){ .state = LINKCONN_FREE };
	s->counts.breaks++;
	s->owes_goaway = s->we_go;
	LIST_EACH(&s->all, it) {
		struct linkstream *st = OBJ_OF(it, struct linkstream, in_all);

		sendhalf_broken(&st->send, conn);
		if (st->state == LINKSTREAM_LIVE)
			linksession_stream_wake(s, st);
		say_again(s, st);
	}
	if (!s->met || linksession_conn_up(s) > 0)
		return;
	if (!s->held)
		s->down_at = now;
	s->held = true;
}

/* ---- time ---- */

static mono_ns
earlier(mono_ns a, mono_ns b)
{
	return a < b ? a : b;
}

/* Returns when to look at it again. */
static mono_ns
watch(struct linksession *s, struct linkconn *c, mono_ns now)
{
	const struct linksession_config *with = &s->config;
	mono_ns dead_at = c->heard_at + with->dead_ns, ping_at;

	if (c->state == LINKCONN_FREE || c->state == LINKCONN_CONDEMNED)
		return UINT64_MAX;
	if (now >= dead_at) {
		c->state = LINKCONN_CONDEMNED;
		return UINT64_MAX;
	}
	if (c->state != LINKCONN_UP)
		return dead_at;
	ping_at = (c->heard_at > c->pinged_at ? c->heard_at : c->pinged_at) +
	    with->ping_ns;
	if (now >= ping_at) {
		c->owes_ping = true;
		c->pinged_at = now;
		ping_at = now + with->ping_ns;
	}
	return earlier(ping_at, dead_at);
}

/* Who has forgotten a stream says so to who asks, once; that may be lost while only
 * one of the two knows of the break. So who waits for the end asks again. */
static void
say_ends(struct linksession *s)
{
	LIST_EACH(&s->all, it) {
		struct linkstream *st = OBJ_OF(it, struct linkstream, in_all);

		if (st->state == LINKSTREAM_TOMB)
			linksession_stream_tell(s, st, LINKSTREAM_TELL_RESET);
		else if (sendhalf_nudge(&st->send))
			linksession_stream_wake(s, st);
	}
}

mono_ns
linksession_conn_tick(struct linksession *s, mono_ns now)
{
	mono_ns next = UINT64_MAX;

	for (int i = 0; i < LINKSESSION_CONNS_MAX; i++)
		next = earlier(next, watch(s, &s->conns[i], now));
	if (now >= s->ends_at) {
		say_ends(s);
		s->ends_at = now + s->config.ping_ns;
	}
	if (!list_empty(&s->all))
		next = earlier(next, s->ends_at);
	if (!s->met || !s->held || linksession_conn_up(s) > 0)
		return next;
	if (now >= s->down_at + s->config.keep_ns) {
		linksession_clear(s, LINKRESET_LOST);
		return UINT64_MAX;
	}
	return earlier(next, s->down_at + s->config.keep_ns);
}
