/* tests/unit/wom/flow/test_flowset.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/socket.h>

#include <errno.h>
#include <unistd.h>

#include "core/base/obj.h"
#include "core/io/sock.h"
#include "tests/unit/wom/flow/flownet.h"
#include "wom/codec/history_ring.h"

#define HISTORY	((size_t)8 << 20)

static struct flownet net;

static int
begin(void **state)
{
	(void)state;
	flownet_init(&net, 1, HISTORY, HISTORY);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	flownet_fini(&net);
	return 0;
}

static void
what_is_said_is_heard_at_both_ends(void **state)
{
	struct flowtalk *c = flownet_call(&net, 1, 3000000, &flownet_rules),
	    *s;

	(void)state;
	net.server_says = 2000000;
	flownet_run(&net, flownet_is_over);
	s = flownet_answer(&net, c);
	assert_non_null(s);
	assert_int_equal(s->heard, 3000000);
	assert_int_equal(c->heard, 2000000);
	assert_int_equal(c->error, 0);
	assert_int_equal(s->error, 0);
}

/* Only of much that could be copied, and it comes whole in the end. */
static void
what_is_remembered_is_waited_for(void **state)
{
	struct flow_rules alone = flownet_rules;
	struct flowtalk *much, *little, *other, *waits;

	(void)state;
	alone.dedup = false;
	flowset_hold(net.end[0].set, true);
	much = flownet_call(&net, 1, 3000000, &flownet_rules);
	little = flownet_call(&net, 2, 2000, &flownet_rules);
	other = flownet_call(&net, 3, 3000000, &alone);
	flownet_settle(&net);
	assert_int_equal(flownet_answer(&net, little)->heard, 2000);
	assert_int_equal(flownet_answer(&net, other)->heard, 3000000);
	waits = flownet_answer(&net, much);	/* known by what it says */
	assert_true(waits == NULL || waits->heard <= 32 << 10);
	flowset_hold(net.end[0].set, false);
	flownet_nudge(&net);
	flownet_run(&net, flownet_is_over);
	assert_int_equal(flownet_answer(&net, much)->heard, 3000000);
}

/* A program may finish long before the other one does. */
static void
each_way_ends_by_itself(void **state)
{
	struct flowtalk *c = flownet_call(&net, 1, 10, &flownet_rules), *s;

	(void)state;
	net.server_says = 40000000;
	c->halted = true;
	flownet_settle(&net);
	s = flownet_answer(&net, c);
	assert_true(c->finished && s->at_end);
	assert_int_not_equal(s->fd, -1);
	c->halted = false;
	flownet_talk(c);
	flownet_run(&net, flownet_is_over);
	assert_int_equal(c->heard, 40000000);
	assert_int_equal(c->error, 0);
	assert_int_equal(flownet_app(&net, 0).ended[0], 1);
	assert_int_equal(flownet_app(&net, 1).ended[0], 1);
}

/* The system says one or the other, by what the other side had done before. */
static bool
is_reset(const struct flowtalk *t)
{
	return t->error == ECONNRESET || t->error == EPIPE;
}

static uint64_t
ended(int at, enum flowreason r)
{
	return flownet_app(&net, at).ended[flowreason_index(r)];
}

static void
a_reset_goes_through_in_both_directions(void **state)
{
	struct flowtalk *c[2], *s[2];

	(void)state;
	net.server_says = 40000000;
	for (unsigned i = 0; i < 2; i++) {
		c[i] = flownet_call(&net, i + 1, 1000000, &flownet_rules);
		c[i]->halted = true;
	}
	flownet_settle(&net);
	for (unsigned i = 0; i < 2; i++)
		s[i] = flownet_answer(&net, c[i]);
	flownet_hang_up(c[0]);
	flownet_hang_up(s[1]);
	flownet_settle(&net);
	c[1]->halted = false;
	flownet_talk(c[1]);
	flownet_run(&net, flownet_is_over);
	assert_true(is_reset(s[0]));
	assert_true(is_reset(c[1]));
	assert_int_equal(ended(0, FLOWREASON_LAN), 2);
	assert_int_equal(ended(1, FLOWREASON_LAN), 2);
}

/* Whoever waits for room or a reader looks at nothing else. */
static void
a_reset_is_seen_by_one_that_stands_still(void **state)
{
	struct flowtalk *c = flownet_call(&net, 1, 40000000, &flownet_rules),
	    *s;

	(void)state;
	net.servers_halt = true;
	flownet_settle(&net);
	s = flownet_answer(&net, c);
	assert_non_null(s);
	assert_true(c->said < 40000000);
	flownet_hang_up(c);
	flownet_settle(&net);
	assert_int_equal(flowset_count(net.end[0].set), 0);
	s->halted = false;
	flownet_talk(s);
	flownet_run(&net, flownet_is_over);
	assert_true(is_reset(s));
}

/* A program that is told "the end" would take what it has for all there is. */
static void
what_cannot_be_reached_is_a_reset(void **state)
{
	struct linkopen o = { .dest = net.server, .application = "test" };
	struct flowtalk *c;

	(void)state;
	o.dest.port = 1;	/* nobody's */
	c = flownet_call_to(&net, &o, &flownet_rules);
	flownet_run(&net, flownet_is_over);
	assert_true(is_reset(c));
	assert_int_equal(ended(0, FLOWREASON_REFUSED), 1);
	assert_int_equal(ended(1, FLOWREASON_REFUSED), 1);
	assert_int_equal(net.servers, 0);
}

static void
what_is_not_admitted_is_not_tried(void **state)
{
	struct flowtalk *c = flownet_call(&net, 1, 1, &flownet_rules);

	(void)state;
	net.end[1].deny = true;
	flownet_run(&net, flownet_is_over);
	assert_true(is_reset(c));
	assert_int_equal(net.servers, 0);
	assert_int_equal(net.end[1].denied, 1);
	assert_string_equal(net.end[1].asked.application, "test");
	assert_string_equal(flowset_refused(net.end[1].set), "not there");
	assert_int_equal(ended(0, FLOWREASON_DENIED), 1);
}

/* A listener that takes nobody in: the kernel answers no SYN any more. */
static void
a_destination_that_does_not_answer_is_given_up(void **state)
{
	static const struct addrport here = { .addr = { .family = AF_INET,
	    .octets = { 127, 0, 0, 1 } } };
	int listener = sock_listen_tcp(&here, NULL, NULL), queue[3];
	struct linkopen o = { .application = "test" };
	struct flowtalk *c;

	(void)state;
	assert_int_equal(listen(listener, 0), 0);
	sock_local(listener, &o.dest);
	for (int i = 0; i < 3; i++)
		queue[i] = sock_connect_tcp(&o.dest);
	c = flownet_call_to(&net, &o, &flownet_rules);
	flownet_run(&net, flownet_is_over);
	assert_true(is_reset(c));
	assert_int_equal(ended(0, FLOWREASON_TIMEOUT), 1);
	for (int i = 0; i < 3; i++)
		(void)close(queue[i]);
	(void)close(listener);
}

static void
a_client_keeps_its_address_where_that_is_allowed(void **state)
{
	struct linkopen o = { .dest = net.server, .application = "test",
	    .source = { { AF_INET, { 127, 0, 0, 7 } }, 40007 } };
	struct flowtalk *c = flownet_call_to(&net, &o, &flownet_rules), *s;
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof(ss);
	struct addrport from;

	(void)state;
	flownet_settle(&net);
	if (net.servers == 0) {
		/* Not without privilege; and never from another address. */
		assert_true(is_reset(c));
		assert_int_equal(ended(0, FLOWREASON_SOURCE), 1);
		return;
	}
	s = OBJ_OF(net.talks.prev, struct flowtalk, in_all);
	assert_int_equal(getpeername(s->fd, (struct sockaddr *)&ss, &len), 0);
	addr_from_sockaddr((struct sockaddr *)&ss, &from.addr, &from.port);
	assert_true(addr_equal(&from.addr, &o.source.addr));
	assert_int_equal(from.port, 40007);
}

/* ---- back-pressure and blocks ---- */

static void
one_that_does_not_read_stops_only_itself(void **state)
{
	struct flowtalk *slow = flownet_call(&net, 1, 40000000,
	    &flownet_rules), *c, *s;

	(void)state;
	net.servers_halt = true;
	flownet_settle(&net);
	net.servers_halt = false;
	/* The system holds some, the session a window. */
	assert_true(slow->said < 40000000);
	assert_true(linksession_held(net.end[1].session) <= FLOWNET_WINDOW);
	c = flownet_call(&net, 2, 1000000, &flownet_rules);
	flownet_settle(&net);
	assert_int_equal(c->error, 0);
	assert_int_equal(c->fd, -1);
	assert_true(flownet_counts(&net, 0).stall_room_ns > 0);
	assert_true(flownet_counts(&net, 1).stall_reader_ns > 0);
	s = flownet_answer(&net, slow);
	s->halted = false;
	flownet_talk(s);
	flownet_run(&net, flownet_is_over);
	assert_int_equal(s->heard, 40000000);
}

/* Short ones cost heads, and find less to copy. */
static void
blocks_become_fuller_while_the_link_waits(void **state)
{
	struct flowtalk *c;
	struct flow_counts counts;

	(void)state;
	net.halted = true;
	c = flownet_call(&net, 1, 3000000, &flownet_rules);
	flownet_settle(&net);
	counts = flownet_counts(&net, 0);
	assert_in_range(counts.blocks_out, 4, 6);
	assert_in_range(counts.lan_in, FLOWNET_WINDOW, FLOWNET_WINDOW + 262144);
	net.halted = false;
	flownet_nudge(&net);
	flownet_run(&net, flownet_is_over);
	assert_int_equal(flownet_answer(&net, c)->heard, 3000000);
}

/* Nothing but the state of the link decides, no timer. */
static void
a_few_octets_go_at_once(void **state)
{
	struct linkopen o = { .dest = net.server, .application = "test" };
	struct flowtalk *c = flownet_call_to(&net, &o, &flownet_rules), *s;
	struct flow_counts counts;

	(void)state;
	c->halted = true;	/* the server finishes at once */
	c->hears = 1;
	for (uint64_t i = 8; i < 40; i++) {
		uint8_t octet[8];

		flownet_content(8, i == 8 ? 0 : i - 1, octet, i == 8 ? 8 : 1);
		assert_true(send(c->fd, octet, i == 8 ? 8 : 1, 0) > 0);
		flownet_settle(&net);
	}
	s = OBJ_OF(net.talks.prev, struct flowtalk, in_all);
	assert_int_equal(s->hears, 8);
	assert_int_equal(s->heard, 39);
	counts = flownet_counts(&net, 0);
	assert_int_equal(counts.blocks_out, 32);
	assert_int_equal(counts.bypassed, 39);
}

/* ---- the codec ---- */

static uint64_t
sum_of(const struct flow_counts *c)
{
	return c->dedup + c->delta + c->zero + c->literal + c->bypassed;
}

static void
what_was_sent_before_costs_next_to_nothing(void **state)
{
	struct flow_counts first, both;

	(void)state;
	(void)flownet_call(&net, 1, 2000000, &flownet_rules);
	flownet_run(&net, flownet_is_over);
	first = flownet_counts(&net, 0);
	(void)flownet_call(&net, 1, 2000000, &flownet_rules);
	flownet_run(&net, flownet_is_over);
	both = flownet_counts(&net, 0);
	assert_int_equal(sum_of(&first), first.lan_in);
	assert_int_equal(sum_of(&both), both.lan_in);
	assert_true(first.packed < first.literal);
	assert_true(both.dedup - first.dedup > 1900000);
	assert_true((both.wan_out - first.wan_out) * 50 < first.wan_out);
	assert_int_equal(flownet_counts(&net, 1).wan_in, both.wan_out);
	assert_int_equal(flownet_counts(&net, 1).lan_out, both.lan_in);
}

static void
what_has_no_use_for_the_codec_goes_by(void **state)
{
	static const struct flow_rules none = { .level = 1 };
	struct flow_counts counts;

	(void)state;
	(void)flownet_call(&net, 1, 500000, &none);
	flownet_run(&net, flownet_is_over);
	counts = flownet_counts(&net, 0);
	assert_int_equal(counts.bypassed, 500000);
	assert_int_equal(counts.wan_out, 500000);
	assert_int_equal(encoder_counts(net.end[0].site.encoder)->blocks, 0);
}

/* An application's profile says what is done to its streams. */
static void
each_rule_counts_by_itself(void **state)
{
	static const struct { struct flow_rules r; uint64_t first, again; }
	step[] = {
		{ { .dedup = true, .level = 1 }, 500000, 20000 },
		{ { .compress = true, .level = 1 }, 300000, 300000 },
		{ { .compress = true, .level = -5 }, 350000, 350000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		uint64_t before = flownet_counts(&net, 0).wan_out, first;

		(void)flownet_call(&net, i + 1, 500000, &step[i].r);
		flownet_run(&net, flownet_is_over);
		first = flownet_counts(&net, 0).wan_out;
		assert_in_range(first - before, 1000, step[i].first);
		(void)flownet_call(&net, i + 1, 500000, &step[i].r);
		flownet_run(&net, flownet_is_over);
		assert_in_range(flownet_counts(&net, 0).wan_out - first, 100,
		    step[i].again);
	}
}

/* The far end's history is so small that it has lost most of what it is told to copy
 * from. */
static void
what_the_far_end_has_lost_is_sent_again(void **state)
{
	struct flowtalk *c;
	struct flow_counts counts;

	(void)state;
	flownet_fini(&net);
	flownet_init(&net, 1, 4 * HISTORY, HISTORY / 2);
	for (int i = 0; i < 8; i++) {
		c = flownet_call(&net, (uint64_t)i % 4 + 1, 3000000,
		    &flownet_rules);
		flownet_run(&net, flownet_is_over);
		assert_int_equal(flownet_answer(&net, c)->heard, 3000000);
	}
	counts = flownet_counts(&net, 1);
	assert_true(counts.again_in > 0);
	assert_int_equal(flownet_counts(&net, 0).again_out, counts.again_in);
	assert_int_equal(linksession_counts(net.end[1].session)->again,
	    counts.again_in);
}

/* Whatever becomes of the memory at the far end: octets that are not what they were
 * are not passed on. */
static void
what_the_far_end_has_wrong_is_sent_again(void **state)
{
	struct history *h = net.end[1].site.history;
	struct flowtalk *c;

	(void)state;
	(void)flownet_call(&net, 1, 2000000, &flownet_rules);
	flownet_run(&net, flownet_is_over);
	for (size_t at = 0; at < h->size; at += 5000)
		h->memory[at] ^= 1;
	c = flownet_call(&net, 1, 2000000, &flownet_rules);
	flownet_run(&net, flownet_is_over);
	assert_int_equal(c->error, 0);
	assert_int_equal(flownet_answer(&net, c)->heard, 2000000);
	assert_true(flownet_counts(&net, 1).again_in > 0);
}

/* Streams overtake each other: what one has under way another must not copy from. */
static void
copies_are_made_of_what_is_sure_to_be_there(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 50; i++)
		(void)flownet_call(&net, i / 5 + 1, 200000, &flownet_rules);
	flownet_run(&net, flownet_is_over);
	assert_int_equal(flownet_counts(&net, 1).again_in, 0);
	assert_true(flownet_counts(&net, 0).dedup > 0);
}

/* ---- a peer that does as it likes ---- */

/* The far end's side of a client's stream, by hand. */
static struct linkstream *
by_hand(struct flowtalk **c)
{
	struct linknews news;

	flowset_free(&net.end[1].set);
	*c = flownet_call(&net, 1, 100, &flownet_rules);
	flownet_settle(&net);
	assert_true(linksession_news(net.end[1].session, &news));
	assert_true((news.what & LINKNEWS_OPENED) != 0);
	return news.stream;
}

static bool
is_left_alone(struct flownet *n)
{
	return flowset_count(n->end[0].set) == 0;
}

/* It was kept by nobody. */
static void
what_went_as_it_is_is_not_asked_for_again(void **state)
{
	struct flowtalk *c;
	struct linkstream *st = by_hand(&c);

	(void)state;
	assert_non_null(linkstream_peek(st));
	assert_int_equal(linkstream_peek(st)->form, LINKFRAME_PLAIN);
	assert_true(linksession_refuse(net.end[1].session, st, NULL, 0));
	flownet_nudge(&net);
	flownet_run(&net, is_left_alone);
	assert_int_equal(ended(0, FLOWREASON_DAMAGED), 1);
}

/* Whatever comes for it; what is wrong is never written. */
static void
a_block_is_asked_for_so_often_and_no_more(void **state)
{
	static uint8_t wire[BLOCKHEAD_ENCODED_MAX(200)];
	struct flowtalk *c;
	struct linkstream *st = by_hand(&c);
	uint8_t plain[200] = { 1 };
	struct linkdata d = { .plain = 199, .form = LINKFRAME_ENCODED,
	    .octets = wire };
	struct linknews news;
	int asked = 0;

	(void)state;
	d.len = encoder_block(net.end[1].site.encoder, plain, 200, wire);
	d.total = (uint32_t)d.len;
	(void)linksession_write(net.end[1].session, st, &d);
	for (;;) {
		flownet_nudge(&net);
		flownet_settle(&net);
		assert_true(linksession_news(net.end[1].session, &news));
		if ((news.what & LINKNEWS_RESET) != 0)
			break;
		assert_true((news.what & LINKNEWS_ASKED) != 0);
		linksession_rewrite(net.end[1].session, st, &d);
		asked++;
	}
	assert_int_equal(news.reason, FLOWREASON_DAMAGED);
	assert_int_equal(asked, 4);
	assert_int_equal(c->heard, 0);
	assert_int_equal(ended(0, FLOWREASON_DAMAGED), 1);
}

/* ---- the session ---- */

static uint64_t until;

static bool
has_carried(struct flownet *n)
{
	return n->carried[0] >= until;
}

static void
a_break_of_the_link_is_not_noticed(void **state)
{
	struct flowtalk *c = flownet_call(&net, 1, 20000000, &flownet_rules);

	(void)state;
	net.server_says = 1000000;
	for (int i = 0; i < 10; i++) {
		until = net.carried[0] + 300000;
		flownet_run(&net, has_carried);
		flownet_break(&net);
		flownet_dial(&net);
	}
	flownet_run(&net, flownet_is_over);
	assert_int_equal(flownet_answer(&net, c)->heard, 20000000);
	assert_int_equal(c->heard, 1000000);
	assert_int_equal(linksession_counts(net.end[0].session)->breaks, 10);
}

static void
a_peer_that_begins_anew_ends_streams_with_a_reset(void **state)
{
	struct flowtalk *c = flownet_call(&net, 1, 20000000, &flownet_rules),
	    *s;

	(void)state;
	net.servers_halt = true;
	flownet_settle(&net);
	s = flownet_answer(&net, c);
	flownet_restart(&net, 1, 77);
	s->halted = false;
	flownet_talk(s);
	flownet_run(&net, flownet_is_over);
	assert_true(is_reset(c));
	assert_true(is_reset(s));
	assert_int_equal(ended(0, FLOWREASON_RESTART), 1);
	net.servers_halt = false;
	c = flownet_call(&net, 2, 1000000, &flownet_rules);
	flownet_run(&net, flownet_is_over);
	assert_int_equal(flownet_answer(&net, c)->heard, 1000000);
}

static void
what_the_session_does_not_take_stays_with_the_caller(void **state)
{
	struct linkopen o = { .dest = net.server, .application = "test" };
	int fd = sock_open_tcp(AF_INET);

	(void)state;
	linksession_go_away(net.end[0].session, 0);
	assert_false(flowset_adopt(net.end[0].set, fd, &o, &flownet_rules));
	assert_int_equal(close(fd), 0);
	assert_int_equal(flowset_count(net.end[0].set), 0);
}

/* ---- what is seen ---- */

static void
take_view(void *arg, const struct flowview *v)
{
	struct flowview *to = arg;

	assert_string_equal(v->open->application, "test");
	*to = *v;
}

static void
a_row_says_how_a_flow_stands(void **state)
{
	struct flowtalk *c = flownet_call(&net, 1, 2000000, &flownet_rules);
	struct flowview v[2] = { { .open = NULL } };

	(void)state;
	net.server_says = 40000000;
	c->halted = true;
	flownet_settle(&net);
	flowset_each(net.end[0].set, take_view, &v[0]);
	flowset_each(net.end[1].set, take_view, &v[1]);
	assert_false(v[0].by_peer);
	assert_true(v[1].by_peer);
	assert_true(v[0].bulk);
	assert_int_equal(v[0].state, FLOW_HALF_LAN);
	assert_int_equal(v[1].state, FLOW_HALF_WAN);
	assert_true(v[0].lan_rtt_us > 0 && v[1].lan_rtt_us > 0);
	assert_true(v[0].age_ns > 0);
	assert_int_equal(v[0].counts.lan_in, 2000000);
	assert_int_equal(flownet_app(&net, 0).open, 1);
	assert_int_equal(flowset_reset(net.end[0].set, "other"), 0);
	assert_int_equal(flowset_reset(net.end[0].set, "test"), 1);
	c->halted = false;
	flownet_talk(c);
	flownet_run(&net, flownet_is_over);
	assert_true(is_reset(c));
	assert_int_equal(ended(0, FLOWREASON_STOPPED), 1);
	assert_int_equal(flownet_app(&net, 0).open, 0);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(what_is_said_is_heard_at_both_ends),
		TEST(what_is_remembered_is_waited_for),
		TEST(each_way_ends_by_itself),
		TEST(a_reset_goes_through_in_both_directions),
		TEST(a_reset_is_seen_by_one_that_stands_still),
		TEST(what_cannot_be_reached_is_a_reset),
		TEST(what_is_not_admitted_is_not_tried),
		TEST(a_destination_that_does_not_answer_is_given_up),
		TEST(a_client_keeps_its_address_where_that_is_allowed),
		TEST(one_that_does_not_read_stops_only_itself),
		TEST(blocks_become_fuller_while_the_link_waits),
		TEST(a_few_octets_go_at_once),
		TEST(what_was_sent_before_costs_next_to_nothing),
		TEST(what_has_no_use_for_the_codec_goes_by),
		TEST(each_rule_counts_by_itself),
		TEST(what_the_far_end_has_lost_is_sent_again),
		TEST(what_the_far_end_has_wrong_is_sent_again),
		TEST(copies_are_made_of_what_is_sure_to_be_there),
		TEST(what_went_as_it_is_is_not_asked_for_again),
		TEST(a_block_is_asked_for_so_often_and_no_more),
		TEST(a_break_of_the_link_is_not_noticed),
		TEST(a_peer_that_begins_anew_ends_streams_with_a_reset),
		TEST(what_the_session_does_not_take_stays_with_the_caller),
		TEST(a_row_says_how_a_flow_stands),
	};

	return cmocka_run_group_tests_name("flowset", tests, NULL, NULL);
}
