/* tests/unit/wom/link/test_linksession.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/wom/link/linknet.h"
#include "wom/codec/history.h"

static struct linknet net;
static const uint8_t octets[100];

/* Two sites with one connection, whose hellos are said. */
static int
begin(void **state)
{
	(void)state;
	linknet_init(&net, 1);
	(void)linknet_dial(&net);
	linknet_settle(&net);
	return linksession_conn_up(net.s[0]) == 1 &&
	    linksession_conn_up(net.s[1]) == 1 ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	linknet_fini(&net);
	return 0;
}

static void
a_stream_goes_both_ways_and_ends_half_by_half(void **state)
{
	struct linkstream *a, *b = linknet_arrive(&net, &a);

	(void)state;
	assert_string_equal(linkstream_open(b)->application, "test");
	linknet_write(&net, 0, a, 1000);
	linksession_finish(net.s[0], a);
	linknet_settle(&net);
	assert_int_equal(linknet_news(&net, 1).what, LINKNEWS_READABLE);
	linknet_take(&net, 1, b, 1000, true);
	assert_true(linkstream_at_end(b));
	linksession_take(net.s[1], b);
	assert_false(linkstream_at_end(b));
	linknet_write(&net, 1, b, 50000);
	linknet_settle(&net);
	assert_int_equal(linknet_news(&net, 0).what, LINKNEWS_READABLE);
	linknet_take(&net, 0, a, 50000, true);
	linksession_finish(net.s[1], b);
	linknet_settle(&net);
	(void)linknet_news(&net, 0);
	linksession_take(net.s[0], a);
	linknet_settle(&net);
	assert_int_equal(linknet_news(&net, 0).what & LINKNEWS_CLOSED, LINKNEWS_CLOSED);
	while (linknet_news(&net, 1).what != LINKNEWS_CLOSED)
		continue;
	assert_int_equal(linksession_counts(net.s[0])->closed, 1);
	assert_int_equal(linksession_held(net.s[0]), 0);
}

/* So that a block can become fuller as long as that costs no time. */
static void
it_is_told_when_the_last_block_is_begun_with(void **state)
{
	struct linkstream *a;

	(void)state;
	(void)linknet_arrive(&net, &a);
	assert_false(linksession_waits(net.s[0], a));
	linknet_write(&net, 0, a, 1000);
	assert_true(linksession_waits(net.s[0], a));
	linknet_no_news(&net, 0);
	linknet_settle(&net);
	assert_int_equal(linknet_news(&net, 0).what, LINKNEWS_BEGUN);
	assert_false(linksession_waits(net.s[0], a));
	linknet_write(&net, 0, a, 1000);
	linknet_settle(&net);
	linknet_no_news(&net, 0);	/* nobody has asked */
}

/* A block whose octets come later holds up its own stream alone, and has its room. */
static void
what_is_promised_crosses_in_its_place(void **state)
{
	struct linkstream *a, *b = linknet_arrive(&net, &a), *other, *c;
	struct linkdata d = { .plain = 5000, .form = LINKFRAME_ENCODED };
	size_t room;
	uint64_t number;

	(void)state;
	c = linknet_arrive(&net, &other);
	room = linksession_room(net.s[0], a);
	number = linksession_promise(net.s[0], a, &d);
	assert_int_equal(linksession_room(net.s[0], a), room - 5000);
	linknet_write(&net, 0, a, 30);
	linknet_write(&net, 0, other, 20);
	linksession_finish(net.s[0], a);
	linknet_settle(&net);
	assert_null(linkstream_peek(b));
	linknet_take(&net, 1, c, 20, true);
	d.total = (uint32_t)(d.len = 10);
	d.octets = octets;
	linksession_fulfil(net.s[0], a, number, &d);
	linknet_settle(&net);
	assert_int_equal(linkstream_peek(b)->plain, 5000);
	assert_int_equal(linkstream_peek(b)->len, 10);
	linksession_take(net.s[1], b);
	linknet_take(&net, 1, b, 30, false);
	assert_true(linkstream_at_end(b));
}

static int
begin_wide(void **state)
{
	int rc;

	linknet_window = UINT32_C(8) << 20;
	rc = begin(state);
	linknet_window = 0;
	return rc;
}

/* A link that is slow is felt long before the window is used up. */
static void
there_is_no_room_for_what_would_only_wait(void **state)
{
	struct linkstream *a;
	const uint32_t len = UINT32_C(1) << 20;

	(void)state;
	(void)linknet_arrive(&net, &a);
	linknet_write(&net, 0, a, len);
	assert_int_equal(linksession_room(net.s[0], a), HISTORY_BLOCK_MAX);
	linknet_write(&net, 0, a, len);
	assert_int_equal(linksession_room(net.s[0], a), 0);
	linknet_no_news(&net, 0);
	linknet_settle(&net);
	assert_int_equal(linknet_news(&net, 0).what, LINKNEWS_ROOM);
	assert_int_equal(linksession_room(net.s[0], a), HISTORY_BLOCK_MAX);
	linknet_no_news(&net, 0);
}

/* What it was made of need not be kept longer. */
static void
who_watches_is_told_what_is_taken(void **state)
{
	struct linkstream *a, *b = linknet_arrive(&net, &a);

	(void)state;
	linkstream_watch(a);
	linknet_write(&net, 0, a, 1000);
	linknet_settle(&net);
	linknet_no_news(&net, 0);
	linknet_take(&net, 1, b, 1000, false);
	linknet_settle(&net);
	assert_int_equal(linknet_news(&net, 0).what, LINKNEWS_TAKEN);
	assert_int_equal(linkstream_taken(a), 2);
	linksession_wrote(net.s[1], b, 1000);
	linknet_settle(&net);
	linknet_no_news(&net, 0);
}

static void
credit_comes_back_when_octets_are_written(void **state)
{
	struct linkstream *a, *b = linknet_arrive(&net, &a);

	(void)state;
	assert_int_equal(linksession_room(net.s[0], a), 65536);
	linknet_write(&net, 0, a, 65536);
	linknet_settle(&net);
	linknet_take(&net, 1, b, 65536, false);
	linknet_settle(&net);
	/* Taken is not written. */
	assert_int_equal(linkstream_taken(a), 2);
	assert_int_equal(linksession_room(net.s[0], a), 0);
	linksession_wrote(net.s[1], b, 10000);
	linknet_settle(&net);
	assert_int_equal(linknet_news(&net, 0).what, LINKNEWS_ROOM);
	assert_int_equal(linksession_room(net.s[0], a), 10000);
}

/* Streams that nobody reads use up what all share; the floor is left. */
static void
one_that_nobody_reads_stops_no_other(void **state)
{
	struct linkstream *a[4], *b[4];

	(void)state;
	for (int i = 0; i < 3; i++) {
		b[i] = linknet_arrive(&net, &a[i]);
		linknet_write(&net, 0, a[i], (uint32_t)linksession_room(net.s[0], a[i]));
		linknet_settle(&net);
		(void)linknet_news(&net, 1);
		linknet_take(&net, 1, b[i], linkstream_peek(b[i])->plain, false);
		linknet_settle(&net);
	}
	assert_int_equal(linksession_room(net.s[0], a[2]), 0);
	b[3] = linknet_arrive(&net, &a[3]);
	for (int n = 0; n < 100; n++) {
		assert_int_equal(linksession_room(net.s[0], a[3]), 8192);
		linknet_write(&net, 0, a[3], 8192);
		linknet_settle(&net);
		linknet_take(&net, 1, b[3], 8192, true);
		linknet_settle(&net);
	}
}

/* Where a small flow's octets come among those of a bulk that was there first. */
static void
small_flows_go_ahead_of_bulk(void **state)
{
	struct linkstream *bulk = linknet_open(&net, true), *b, *small, *s = NULL;
	static uint8_t out[LINKFRAME_MAX];
	struct linkframe f;

	(void)state;
	linknet_settle(&net);
	b = linknet_news(&net, 1).stream;
	s = linknet_arrive(&net, &small);
	linknet_write(&net, 0, bulk, 65536);
	for (int i = 0; i < 3; i++) {
		assert_true(linksession_out_fill(net.s[0], 0, out, sizeof(out),
		    net.now) > 0);
		if (i == 0)
			linknet_write(&net, 0, small, 10);
		assert_int_equal(linkframe_read(&f, out, sizeof(out)),
		    LINKFRAME_WHOLE);
		assert_int_equal(f.stream, i == 1 ? 2 : 1);
	}
	assert_ptr_not_equal(b, s);
}

static void
a_reset_tells_its_reason_and_leaves_nothing(void **state)
{
	struct linkstream *a, *b = linknet_arrive(&net, &a);
	struct linknews n;

	(void)state;
	linknet_write(&net, 0, a, 30000);
	linknet_write(&net, 1, b, 20000);
	linksession_reset(net.s[0], a, LINKRESET_CALLER + 7);
	linknet_settle(&net);
	n = linknet_news(&net, 1);
	assert_int_equal(n.what, LINKNEWS_RESET);
	assert_int_equal(n.reason, LINKRESET_CALLER + 7);
	assert_ptr_equal(n.stream, b);
	linknet_no_news(&net, 0);
	linknet_no_news(&net, 1);
	for (int i = 0; i < 2; i++)
		assert_int_equal(linksession_held(net.s[i]), 0);
	/* What it held of the windows is free. */
	(void)linknet_arrive(&net, &a);
	assert_int_equal(linksession_room(net.s[0], a), 65536);
}

static void
there_are_as_many_streams_as_the_peer_takes(void **state)
{
	struct linkstream *st = NULL;

	(void)state;
	for (int i = 0; i < 50; i++)
		assert_non_null(st = linknet_open(&net, false));
	assert_null(linknet_open(&net, false));
	linksession_reset(net.s[0], st, LINKRESET_CALLER);
	assert_null(linknet_open(&net, false));
	linknet_settle(&net);
	assert_non_null(linknet_open(&net, false));
}

static void
who_goes_away_takes_no_new_streams(void **state)
{
	struct linkstream *a, *b = linknet_arrive(&net, &a);

	(void)state;
	linksession_go_away(net.s[1], 1);
	linknet_settle(&net);
	assert_null(linknet_open(&net, false));
	linknet_write(&net, 0, a, 10);
	linknet_settle(&net);
	linknet_take(&net, 1, b, 10, true);
}

static void
a_refused_block_is_asked_for_with_names(void **state)
{
	static const struct blockid lacks[2] = { { { 1 } }, { { 2 } } };
	struct linkstream *a, *b = linknet_arrive(&net, &a);
	const struct blockid *names;
	size_t count;

	(void)state;
	linknet_write(&net, 0, a, 5000);
	linknet_settle(&net);
	assert_true(linksession_refuse(net.s[1], b, lacks, 2));
	linknet_settle(&net);
	assert_int_equal(linknet_news(&net, 0).what, LINKNEWS_ASKED);
	assert_int_equal(linkstream_asked(a, &names, &count), 1);
	assert_int_equal(count, 2);
	assert_memory_equal(names, lacks, sizeof(lacks));
	linksession_rewrite(net.s[0], a, &(struct linkdata){ .plain = 5000,
	    .total = 70, .len = 70, .form = LINKFRAME_ENCODED,
	    .octets = octets });
	assert_int_equal(linkstream_asked(a, &names, &count), 0);
	linknet_settle(&net);
	assert_int_equal(linkstream_peek(b)->len, 70);
	linknet_take(&net, 1, b, 5000, true);
}

static unsigned known;

static void
on_known(void *arg, const uint8_t *set, size_t len)
{
	assert_ptr_equal(arg, &known);
	assert_int_equal(len, 3);
	known += set[2];
}

static void
sets_of_known_blocks_pass(void **state)
{
	struct linksession_config c = linknet_config(1, 9);

	(void)state;
	linknet_restart(&net, 1, 9);
	linksession_free(&net.s[1]);
	c.known = on_known;
	c.arg = &known;
	net.s[1] = linksession_new(&c);
	for (int i = 0; i < 3; i++) {
		linknet_settle(&net);
		(void)linknet_dial(&net);
		linknet_settle(&net);
	}
	known = 0;
	assert_true(linksession_tell_known(net.s[0],
	    (const uint8_t *)"\0\0\7", 3));
	assert_false(linksession_tell_known(net.s[0], octets, 1));
	linknet_settle(&net);
	assert_int_equal(known, 7);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_stream_goes_both_ways_and_ends_half_by_half),
		TEST(it_is_told_when_the_last_block_is_begun_with),
		TEST(what_is_promised_crosses_in_its_place),
		cmocka_unit_test_setup_teardown(
		    there_is_no_room_for_what_would_only_wait, begin_wide, end),
		TEST(who_watches_is_told_what_is_taken),
		TEST(credit_comes_back_when_octets_are_written),
		TEST(one_that_nobody_reads_stops_no_other),
		TEST(small_flows_go_ahead_of_bulk),
		TEST(a_reset_tells_its_reason_and_leaves_nothing),
		TEST(there_are_as_many_streams_as_the_peer_takes),
		TEST(who_goes_away_takes_no_new_streams),
		TEST(a_refused_block_is_asked_for_with_names),
		TEST(sets_of_known_blocks_pass),
	};

	return cmocka_run_group_tests_name("linksession", tests, NULL, NULL);
}
