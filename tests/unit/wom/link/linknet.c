/* tests/unit/wom/link/linknet.c - see linknet.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/wom/link/linknet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "wom/codec/history.h"

#define FULL	200000		/* octets that a connection has under way at most */

uint32_t linknet_window;

struct linksession_config
linknet_config(int end, uint64_t boot)
{
	const uint32_t window = linknet_window > 0 ? linknet_window : 65536;
	struct linksession_config c = {
		.hello = { .version_min = 1, .version_max = 1,
		    .features = LINKHELLO_KNOWN_SETS,
		    .site = { (uint8_t)(end + 1) }, .self = { .boot = boot },
		    .stream_window = window, .floor = 8192,
		    .session_window = 2 * window, .streams_max = 50,
		    .domain = "test" },
		.keep_ns = 20 * CLOCK_S, .ping_ns = CLOCK_S,
		.dead_ns = 3 * CLOCK_S,
	};

	return c;
}

void
linknet_init(struct linknet *n, uint64_t seed)
{
	*n = (struct linknet){ .now = CLOCK_S, .gentle = true };
	rand_seed_from(&n->rand, seed);
	for (int end = 0; end < 2; end++) {
		struct linksession_config c = linknet_config(end,
		    (uint64_t)end + 1);

		n->s[end] = linksession_new(&c);
	}
}

void
linknet_fini(struct linknet *n)
{
	for (int i = 0; i < LINKNET_CABLES; i++)
		for (int end = 0; end < 2; end++)
			free(n->cables[i].way[end].octets);
	linksession_free(&n->s[0]);
	linksession_free(&n->s[1]);
}

int
linknet_dial(struct linknet *n)
{
	for (int i = 0; i < LINKNET_CABLES; i++) {
		struct linkcable *c = &n->cables[i];

		if (c->laid)
			continue;
		c->laid = c->open[0] = c->open[1] = true;
		c->cut = false;
		for (int end = 0; end < 2; end++) {
			c->way[end].at = c->way[end].len = 0;
			c->conn[end] = linksession_conn_open(n->s[end], n->now);
			assert_true(c->conn[end] >= 0);
		}
		return i;
	}
	return -1;
}

void
linknet_cut(struct linknet *n, int cable)
{
	struct linkcable *c = &n->cables[cable];

	if (!c->laid || c->cut)
		return;
	c->cut = true;
	for (int end = 0; end < 2; end++) {
		struct linkwire *w = &c->way[end];
		uint32_t left = (uint32_t)(w->len - w->at);

		w->len = w->at + rand_below(&n->rand, left + 1);
	}
}

void
linknet_notice(struct linknet *n, int cable, int end)
{
	struct linkcable *c = &n->cables[cable];

	if (!c->laid || !c->open[end])
		return;
	c->open[end] = false;
	linksession_conn_broken(n->s[end], c->conn[end], n->now);
	c->way[!end].at = c->way[!end].len;	/* nobody reads it */
	c->laid = c->open[!end];
	c->cut = true;
}

void
linknet_restart(struct linknet *n, int end, uint64_t boot)
{
	struct linksession_config c = linknet_config(end, boot);

	for (int i = 0; i < LINKNET_CABLES; i++) {
		linknet_cut(n, i);
		linknet_notice(n, i, end);
	}
	linksession_free(&n->s[end]);
	n->s[end] = linksession_new(&c);
}

/* What an end has condemned it closes; what is under way comes still. */
static void
close_condemned(struct linknet *n)
{
	for (int end = 0; end < 2; end++) {
		int conn;

		while ((conn = linksession_conn_condemned(n->s[end])) >= 0)
			for (int i = 0; i < LINKNET_CABLES; i++)
				if (n->cables[i].conn[end] == conn)
					linknet_notice(n, i, end);
	}
}

/* ---- octets ---- */

static void
put_in(struct linknet *n, struct linkcable *c, int end)
{
	static uint8_t out[4 * LINKFRAME_MAX];
	struct linkwire *w = &c->way[end];
	size_t cap, len;

	if (!c->open[end] || w->len - w->at > FULL)
		return;
	cap = LINKFRAME_MAX + rand_below(&n->rand,
	    sizeof(out) - LINKFRAME_MAX + 1);
	len = linksession_out_fill(n->s[end], c->conn[end], out, cap, n->now);
	assert_true(len <= cap);
	if (c->cut || len == 0)
		return;
	if (w->at > 0)
		memmove(w->octets, w->octets + w->at, w->len - w->at);
	w->len -= w->at;
	w->at = 0;
	w->octets = mem_grow(w->octets, &w->room, w->len + len, 1);
	memcpy(w->octets + w->len, out, len);
	w->len += len;
}

static void
feed(struct linknet *n, struct linkcable *c, int to, size_t len)
{
	struct linkwire *w = &c->way[!to];
	struct err e = { .code = 0 };
	size_t cap;
	uint8_t *in = linksession_in_room(n->s[to], c->conn[to], &cap);

	assert_true(cap > 0);
	len = len < cap ? len : cap;
	memcpy(in, w->octets + w->at, len);
	w->at += len;
	n->carried += len;
	if (linksession_in_fed(n->s[to], c->conn[to], len, n->now, &e) != 0 &&
	    n->gentle)
		fail_msg("end %d refuses what the other says: %s", to, e.text);
}

static void
receive(struct linknet *n, struct linkcable *c, int to)
{
	struct linkwire *w = &c->way[!to];
	uint32_t left = (uint32_t)(w->len - w->at);

	if (c->open[to] && left > 0)
		feed(n, c, to, 1 + rand_below(&n->rand, left));
	/* The other end has closed it. */
	else if (c->open[to] && !c->open[!to])
		linknet_notice(n, (int)(c - n->cables), to);
}

void
linknet_step(struct linknet *n)
{
	struct linkcable *c = &n->cables[rand_below(&n->rand, LINKNET_CABLES)];
	int end = (int)rand_below(&n->rand, 2);

	if (!c->laid)
		return;
	if (rand_below(&n->rand, 2) == 0)
		put_in(n, c, end);
	else
		receive(n, c, end);
	close_condemned(n);
}

void
linknet_settle(struct linknet *n)
{
	uint64_t before;

	do {
		before = n->carried;
		for (int i = 0; i < LINKNET_CABLES; i++)
			for (int end = 0; end < 2; end++) {
				if (!n->cables[i].laid)
					continue;
				put_in(n, &n->cables[i], end);
				if (n->cables[i].laid)
					receive(n, &n->cables[i], !end);
				close_condemned(n);
			}
	} while (n->carried != before);
}

void
linknet_wait(struct linknet *n, dur_ns by)
{
	n->now += by;
	for (int end = 0; end < 2; end++)
		(void)linksession_conn_tick(n->s[end], n->now);
	close_condemned(n);
}

/* ---- one end does, the other sees ---- */

struct linkstream *
linknet_open(struct linknet *n, bool bulk)
{
	struct linkopen o = { .bulk = bulk, .application = "test",
	    .dest = { .addr = { .family = 2, .octets = { 10 } } } };

	return linksession_open(n->s[0], &o);
}

struct linkstream *
linknet_arrive(struct linknet *n, struct linkstream **st)
{
	struct linknews news;

	*st = linknet_open(n, false);
	assert_non_null(*st);
	linknet_settle(n);
	news = linknet_news(n, 1);
	assert_int_equal(news.what, LINKNEWS_OPENED);
	return news.stream;
}

void
linknet_write(struct linknet *n, int from, struct linkstream *st, uint32_t len)
{
	static const uint8_t octets[HISTORY_BLOCK_MAX];
	struct linkdata d = { .plain = len, .total = len, .len = len,
	    .octets = octets };

	assert_true(len <= linksession_room(n->s[from], st));
	(void)linksession_write(n->s[from], st, &d);
}

void
linknet_take(struct linknet *n, int at, struct linkstream *st, uint32_t len,
    bool written)
{
	const struct recvitem *i = linkstream_peek(st);

	assert_non_null(i);
	assert_int_equal(i->plain, len);
	linksession_take(n->s[at], st);
	if (written)
		linksession_wrote(n->s[at], st, len);
}

struct linknews
linknet_news(struct linknet *n, int at)
{
	struct linknews news = { .what = 0 };

	if (!linksession_news(n->s[at], &news))
		fail_msg("end %d has no news", at);
	return news;
}

void
linknet_no_news(struct linknet *n, int at)
{
	struct linknews news;

	assert_false(linksession_news(n->s[at], &news));
}
