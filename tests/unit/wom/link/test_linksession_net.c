/* tests/unit/wom/link/test_linksession_net.c - whatever happens to the connections and
 * to the sites, each octet of a stream arrives once and in order, or the stream is
 * reset; and streams go on as long as there is a way to go.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/wom/link/linknet.h"
#include "wom/link/linkstream.h"

#define STREAMS		50
#define SEEDS		40
#define STEPS		20000
#define PATIENCE	3000000	/* steps until all is over */
#define BLOCK		100000	/* octets at most */
#define EXTRA		5	/* octets that our "encoding" adds */

#define PROMISES	3	/* of a stream at once, whose octets come later */

/* A block that the peer has not taken. */
struct sent {
	uint64_t offset;
	uint32_t len;
};

/* One end of a stream: its real peer. */
struct app {
	struct linkstream *st;	/* NULL: not here, or not any more */
	bool	 was;		/* it has been here */
	uint64_t total, sent;	/* octets that it has to say, and has said */
	uint64_t got, unwritten; /* octets that it was told, not yet written */
	bool	 said_end, got_end, blocked, readable;
	bool	 closed, reset;
	struct sent blocks[SENDHALF_WINDOW];
	uint64_t promised[PROMISES];	/* numbers of blocks; 0: none */
};

static struct world {
	struct linknet net;
	struct app apps[STREAMS][2];	/* by stream; end 0, end 1 */
	unsigned opened;
	bool	 rough;		/* cuts, resets, restarts */
	uint64_t boots;
} world;

/* Of all sessions that were, so that it shows that all of it has happened. */
static struct linksession_counts total;
#define TOTAL(what)	((unsigned long long)total.what)

/* What end says at this place of stream i. */
static uint8_t
octet_of(size_t i, int end, uint64_t at)
{
	uint64_t v = (at ^ i << 40 ^ (uint64_t)end << 60) *
	    UINT64_C(0x9e3779b97f4a7c15);

	return (uint8_t)(v >> 56);
}

static uint32_t
any(struct world *w, uint32_t n)
{
	return rand_below(&w->net.rand, n);
}

/* ---- saying ---- */

static struct linkdata
block_of(struct world *w, size_t i, int end, const struct sent *b, bool plain)
{
	static uint8_t out[BLOCK + EXTRA];
	size_t extra = plain ? 0 : EXTRA;

	(void)w;
	memset(out, 0xee, extra);
	for (size_t n = 0; n < b->len; n++)
		out[extra + n] = octet_of(i, end, b->offset + n) ^
		    (plain ? 0 : 0x5a);
	return (struct linkdata){ .plain = b->len,
	    .total = b->len + (uint32_t)extra, .octets = out,
	    .len = b->len + extra,
	    .form = plain ? LINKFRAME_PLAIN : LINKFRAME_ENCODED };
}

/* In whatever order. */
static void
keep_promise(struct world *w, size_t i, int end)
{
	struct app *a = &w->apps[i][end];
	uint64_t *p = &a->promised[any(w, PROMISES)], number = *p;
	struct linkdata d;

	*p = 0;
	if (number == 0)
		return;
	d = block_of(w, i, end, &a->blocks[number % SENDHALF_WINDOW],
	    any(w, 2) == 0);
	linksession_fulfil(w->net.s[end], a->st, number, &d);
}

static void
say(struct world *w, size_t i, int end)
{
	struct app *a = &w->apps[i][end];
	struct sent b = { .offset = a->sent };
	struct linkdata d;
	uint64_t *p, number;
	size_t room;

	if (any(w, 3) == 0)
		keep_promise(w, i, end);
	if (a->said_end || a->blocked)
		return;
	if (a->sent == a->total) {
		linksession_finish(w->net.s[end], a->st);
		a->said_end = true;
		return;
	}
	room = linksession_room(w->net.s[end], a->st);
	if (room == 0) {
		a->blocked = true;
		return;
	}
	b.len = 1 + any(w, any(w, 4) == 0 ? 40 : BLOCK);
	b.len = b.len < room ? b.len : (uint32_t)room;
	if (b.len > a->total - a->sent)
		b.len = (uint32_t)(a->total - a->sent);
	d = block_of(w, i, end, &b, any(w, 2) == 0);
	a->sent += b.len;
	p = &a->promised[any(w, PROMISES)];
	if (*p == 0 && any(w, 3) == 0)
		number = *p = linksession_promise(w->net.s[end], a->st, &d);
	else
		number = linksession_write(w->net.s[end], a->st, &d);
	a->blocks[number % SENDHALF_WINDOW] = b;
}

/* Names tell what they are about, so that it shows when they go astray. */
static struct blockid
name_of(size_t i, int end, uint64_t number)
{
	struct blockid id = { { (uint8_t)i, (uint8_t)end, (uint8_t)number,
	    (uint8_t)(number >> 8) } };

	return id;
}

static void
say_again(struct world *w, size_t i, int end)
{
	struct app *a = &w->apps[i][end];
	const struct blockid *names;
	struct blockid want;
	struct linkdata d;
	uint64_t number;
	size_t count;

	number = linkstream_asked(a->st, &names, &count);
	if (number == 0)
		return;		/* it has come another way since */
	want = name_of(i, end, number);
	assert_int_equal(count, 1);
	assert_true(blockid_equal(names, &want));
	d = block_of(w, i, end, &a->blocks[number % SENDHALF_WINDOW],
	    any(w, 4) != 0);
	linksession_rewrite(w->net.s[end], a->st, &d);
}

/* ---- hearing ---- */

static void
check_block(const struct app *a, size_t i, int from, const struct recvitem *b)
{
	size_t extra = b->form == LINKFRAME_PLAIN ? 0 : EXTRA;

	assert_int_equal(b->len, b->plain + extra);
	for (size_t n = 0; n < b->plain; n++) {
		uint8_t got = b->octets[extra + n] ^ (extra == 0 ? 0 : 0x5a);

		if (got != octet_of(i, from, a->got + n))
			fail_msg("stream %zu from %d: octet %llu is wrong", i,
			    from, (unsigned long long)(a->got + n));
	}
}

static void
hear(struct world *w, size_t i, int end)
{
	struct linksession *s = w->net.s[end];
	struct app *a = &w->apps[i][end];
	const struct recvitem *b = linkstream_peek(a->st);

	if (b == NULL) {
		a->readable = false;
		if (linkstream_at_end(a->st)) {
			a->got_end = true;
			linksession_take(s, a->st);
		}
		return;
	}
	if (b->form == LINKFRAME_ENCODED && any(w, 6) == 0) {
		struct blockid name = name_of(i, !end, a->st->recv.next);

		assert_true(linksession_refuse(s, a->st, &name, 1));
		return;
	}
	check_block(a, i, !end, b);
	a->got += b->plain;
	a->unwritten += b->plain;
	linksession_take(s, a->st);
}

static void
swallow(struct world *w, size_t i, int end)
{
	struct app *a = &w->apps[i][end];
	uint64_t n;

	if (a->unwritten == 0)
		return;
	n = any(w, 3) == 0 ? a->unwritten :
	    1 + any(w, (uint32_t)a->unwritten);
	a->unwritten -= n;
	linksession_wrote(w->net.s[end], a->st, n);
}

/* ---- news ---- */

static void
begin(struct world *w, size_t i, int end, struct linkstream *st)
{
	struct app *a = &w->apps[i][end];

	assert_false(a->was);
	a->was = true;
	a->st = st;
	a->total = any(w, 3) == 0 ? any(w, 100) : any(w, 1000000);
	linkstream_set_user(st, a);
}

static void
open_one(struct world *w)
{
	struct linkopen o = { .bulk = any(w, 2) == 0,
	    .dest = { .addr = { .family = 2, .octets = { 10 } } } };
	int end = (int)any(w, 2);
	struct linkstream *st;

	if (w->opened == STREAMS)
		return;
	(void)snprintf(o.application, sizeof(o.application), "%u", w->opened);
	st = linksession_open(w->net.s[end], &o);
	if (st != NULL)
		begin(w, w->opened++, end, st);
}

static void
on_end(struct world *w, struct app *a, const struct linknews *n)
{
	size_t i = (size_t)(a - w->apps[0]) / 2;
	int end = (int)((size_t)(a - w->apps[0]) % 2);

	a->st = NULL;
	if ((n->what & LINKNEWS_RESET) != 0) {
		a->reset = true;
		return;
	}
	a->closed = true;
	assert_true(a->said_end && a->got_end && a->unwritten == 0);
	assert_int_equal(a->sent, a->total);
	assert_true(w->apps[i][!end].was);
	assert_int_equal(a->got, w->apps[i][!end].total);
	assert_int_equal(w->apps[i][!end].got, a->total);
}

static void
read_news(struct world *w, int end)
{
	struct linknews n;

	while (linksession_news(w->net.s[end], &n)) {
		struct app *a = linkstream_user(n.stream);

		if ((n.what & LINKNEWS_OPENED) != 0) {
			size_t i = strtoul(
			    linkstream_open(n.stream)->application, NULL, 10);

			begin(w, i, end, n.stream);
			a = linkstream_user(n.stream);
		}
		a->readable |= (n.what & LINKNEWS_READABLE) != 0;
		a->blocked &= (n.what & LINKNEWS_ROOM) == 0;
		if ((n.what & LINKNEWS_ASKED) != 0)
			say_again(w, (size_t)(a - w->apps[0]) / 2, end);
		if ((n.what & (LINKNEWS_RESET | LINKNEWS_CLOSED)) != 0)
			on_end(w, a, &n);
	}
}

static void
live(struct world *w)
{
	size_t i = any(w, STREAMS);
	int end = (int)any(w, 2);
	struct app *a = &w->apps[i][end];

	if (a->st == NULL)
		return;
	if (w->rough && any(w, 5000) == 0) {
		linksession_reset(w->net.s[end], a->st, LINKRESET_CALLER);
		a->st = NULL;
		a->reset = true;
		return;
	}
	say(w, i, end);
	if (a->readable)
		hear(w, i, end);
	/* Every eighth reads slowly. */
	if (i % 8 != 0 || any(w, 20) == 0)
		swallow(w, i, end);
}

/* ---- the world ---- */

static void
add_up(const struct world *w, int end)
{
	const struct linksession_counts *c = linksession_counts(
	    w->net.s[end]);

	total.closed += c->closed;
	total.reset += c->reset;
	total.breaks += c->breaks;
	total.resumes += c->resumes;
	total.clears += c->clears;
	total.duplicates += c->duplicates;
	total.ignored += c->ignored;
	total.again += c->again;
}

static void
crash(struct world *w, int end)
{
	add_up(w, end);
	linknet_restart(&w->net, end, ++w->boots);
	for (size_t i = 0; i < STREAMS; i++) {
		struct app *a = &w->apps[i][end];

		if (a->st != NULL)
			a->reset = true;
		a->st = NULL;
	}
}

static void
disturb(struct world *w)
{
	uint32_t what = any(w, 3000);
	int cable = (int)any(w, LINKNET_CABLES);

	if (what < 10) {
		linknet_cut(&w->net, cable);
	} else if (what < 40) {
		if (w->net.cables[cable].cut)
			linknet_notice(&w->net, cable, (int)any(w, 2));
	} else if (what == 40 && any(w, 4) == 0) {
		crash(w, (int)any(w, 2));
	} else if (what == 41 && any(w, 4) == 0) {
		for (int i = 0; i < LINKNET_CABLES; i++) {
			linknet_cut(&w->net, i);
			linknet_notice(&w->net, i, 0);
			linknet_notice(&w->net, i, 1);
		}
		linknet_wait(&w->net, any(w, 30) * CLOCK_S);
	}
}

static void
check_memory(const struct world *w)
{
	const size_t most = 2 * (131072 + 2 * STREAMS * (8192 +
	    SENDHALF_WINDOW * (sizeof(struct senditem) + EXTRA) + 512));

	for (int end = 0; end < 2; end++)
		assert_in_range(linksession_held(w->net.s[end]), 0, most);
}

static void
step(struct world *w)
{
	linknet_step(&w->net);
	live(w);
	read_news(w, 0);
	read_news(w, 1);
	if (any(w, 100) == 0) {
		linknet_wait(&w->net, any(w, 40) * CLOCK_MS);
		(void)linknet_dial(&w->net);
		open_one(w);
		check_memory(w);
	}
	if (w->rough)
		disturb(w);
}

static bool
all_over(const struct world *w)
{
	for (size_t i = 0; i < STREAMS; i++)
		if (w->apps[i][0].st != NULL || w->apps[i][1].st != NULL)
			return false;
	return w->opened == STREAMS;
}

static void
play(uint64_t seed, bool rough)
{
	struct world *w = &world;
	unsigned closed = 0, steps = 0;

	memset(w, 0, sizeof(*w));
	linknet_init(&w->net, seed);
	w->boots = 2;
	for (w->rough = rough; w->rough && steps < STEPS; steps++)
		step(w);
	w->rough = false;
	for (steps = 0; !all_over(w); steps++) {
		step(w);
		if (steps == PATIENCE)
			fail_msg("seed %llu: streams stand still",
			    (unsigned long long)seed);
	}
	for (size_t i = 0; i < STREAMS; i++)
		closed += w->apps[i][0].closed && w->apps[i][1].closed;
	if (!rough)
		assert_int_equal(closed, STREAMS);
	add_up(w, 0);
	add_up(w, 1);
	linknet_fini(&w->net);
}

static void
in_peace_all_arrives(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 5; seed++)
		play(seed, false);
}

static void
whatever_happens_nothing_is_lost_or_doubled(void **state)
{
	(void)state;
	memset(&total, 0, sizeof(total));
	for (uint64_t seed = 100; seed < 100 + SEEDS; seed++)
		play(seed, true);
	assert_true(total.closed > SEEDS && total.reset > SEEDS);
	assert_true(total.breaks > 20 * SEEDS && total.clears > SEEDS);
	assert_true(total.resumes > SEEDS / 4 && total.again > SEEDS);
	assert_true(total.duplicates > SEEDS && total.ignored > SEEDS);
	print_message("closed %llu reset %llu breaks %llu resumes %llu clears "
	    "%llu duplicates %llu ignored %llu again %llu\n", TOTAL(closed),
	    TOTAL(reset), TOTAL(breaks), TOTAL(resumes), TOTAL(clears),
	    TOTAL(duplicates), TOTAL(ignored), TOTAL(again));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_peace_all_arrives),
		cmocka_unit_test(whatever_happens_nothing_is_lost_or_doubled),
	};

	return cmocka_run_group_tests_name("linksession_net", tests, NULL,
	    NULL);
}
