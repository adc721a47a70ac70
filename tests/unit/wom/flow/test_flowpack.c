/* tests/unit/wom/flow/test_flowpack.c - with helpers as without: what comes out, in which
 * order, and what ends. SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "tests/unit/wom/flow/flownet.h"
#include "wom/flow/flow.h"

#define MIB		((size_t)1 << 20)
#define MUCH		UINT64_C(12000000)

static struct flownet net;
static unsigned seen;		/* the most blocks of end 0 that helpers had at once */

static const struct flow_rules bulk = { .dedup = true, .compress = true,
    .adaptive = true, .level = 1, .bulk = true };

static int
begin(void **state)
{
	(void)state;
	seen = 0;
	flownet_crew = packcrew_new(2, NULL);
	flownet_init(&net, 1, 16 * MIB, 16 * MIB);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	flownet_fini(&net);
	packcrew_free(&flownet_crew);
	return 0;
}

static unsigned
packing(const struct flowset *fs)
{
	unsigned n = 0;

	for (unsigned i = 0; i < fs->pack.slots; i++)
		n += fs->pack.slot[i].taken;
	return n;
}

static bool
is_over(struct flownet *n)
{
	unsigned now = packing(n->end[0].set);

	seen = now > seen ? now : seen;
	return flownet_is_over(n);
}

static bool
is_packing(struct flownet *n)
{
	return packing(n->end[0].set) > 0;
}

static bool
is_idle(struct flownet *n)
{
	return packing(n->end[0].set) == 0 && flowset_count(n->end[0].set) == 0;
}

static void
a_bulk_stream_comes_out_as_it_went_in(void **state)
{
	struct flowtalk *c = flownet_call(&net, 1, MUCH, &bulk);
	struct flow_counts a;

	(void)state;
	net.server_says = MUCH / 2;
	flownet_run(&net, is_over);
	assert_int_equal(flownet_answer(&net, c)->heard, MUCH);
	assert_int_equal(c->heard, MUCH / 2);
	assert_int_equal(c->error, 0);
	assert_true(seen > 0);
	a = flownet_counts(&net, 0);
	assert_int_equal(a.lan_in, a.dedup + a.delta + a.zero + a.literal +
	    a.bypassed);
	assert_true(a.packed < a.literal);
	assert_int_equal(a.wan_out, flownet_counts(&net, 1).wan_in);
	assert_int_equal(encoder_counts(net.end[0].site.encoder)->packed,
	    a.packed);
	/* Nothing is kept for later. */
	flownet_run(&net, is_idle);
	assert_int_equal(net.end[0].set->pack.held, 0);
}

/* A keystroke is not worth two threads' hearing of each other. */
static void
what_is_not_bulk_needs_no_helper(void **state)
{
	(void)state;
	(void)flownet_call(&net, 1, 20000, &flownet_rules);
	net.server_says = 3000;
	flownet_run(&net, is_over);
	assert_int_equal(seen, 0);
	for (unsigned i = 0; i < FLOWPACK_SLOTS; i++)
		assert_null(net.end[0].set->pack.slot[i].encoded);
}

static void
streams_share_helpers_and_keep_their_orders(void **state)
{
	struct flowtalk *c[12];

	(void)state;
	net.server_says = 700000;
	for (uint64_t i = 0; i < 12; i++)
		c[i] = flownet_call(&net, i + 1, 1500000 + i, i % 3 == 0 ?
		    &flownet_rules : &bulk);
	flownet_run(&net, is_over);
	for (uint64_t i = 0; i < 12; i++) {
		assert_int_equal(flownet_answer(&net, c[i])->heard, 1500000 + i);
		assert_int_equal(c[i]->heard, 700000);
	}
}

/* The program goes away while its blocks are packed: they go nowhere. */
static void
a_flow_may_end_while_helpers_have_its_blocks(void **state)
{
	struct flowtalk *c = flownet_call(&net, 1, 4 * MUCH, &bulk), *other;

	(void)state;
	flownet_run(&net, is_packing);
	flownet_hang_up(c);
	flownet_run(&net, is_idle);
	other = flownet_call(&net, 2, MUCH, &bulk);
	flownet_run(&net, flownet_is_over);
	assert_int_equal(flownet_answer(&net, other)->heard, MUCH);
}

static bool
break_while_packing(struct flownet *n)
{
	if (packing(n->end[0].set) > 0) {
		flownet_break(n);
		flownet_dial(n);
	}
	return linksession_counts(n->end[0].session)->breaks >= 20 ||
	    flownet_is_over(n);
}

static void
breaks_change_nothing(void **state)
{
	struct flowtalk *c = flownet_call(&net, 1, 4 * MUCH, &bulk);

	(void)state;
	flownet_run(&net, break_while_packing);
	assert_true(linksession_counts(net.end[0].session)->breaks > 0);
	flownet_run(&net, flownet_is_over);
	assert_int_equal(c->error, 0);
	assert_int_equal(flownet_answer(&net, c)->heard, 4 * MUCH);
}

/* The peer has begun anew: nobody waits for what helpers have. */
static void
a_new_life_of_the_peer_is_no_place_for_old_blocks(void **state)
{
	struct flowtalk *c = flownet_call(&net, 1, 4 * MUCH, &bulk), *other;

	(void)state;
	flownet_run(&net, is_packing);
	flownet_restart(&net, 1, 99);
	flownet_run(&net, flownet_is_over);
	flownet_run(&net, is_idle);
	assert_int_not_equal(c->error, 0);
	other = flownet_call(&net, 2, MUCH, &bulk);
	flownet_run(&net, flownet_is_over);
	assert_int_equal(flownet_answer(&net, other)->heard, MUCH);
}

/* flownet_fini frees the sets while helpers are at it. */
static void
a_set_may_end_while_helpers_have_blocks(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 4; i++)
		(void)flownet_call(&net, i + 1, 4 * MUCH, &bulk);
	flownet_run(&net, is_packing);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_bulk_stream_comes_out_as_it_went_in),
		TEST(what_is_not_bulk_needs_no_helper),
		TEST(streams_share_helpers_and_keep_their_orders),
		TEST(a_flow_may_end_while_helpers_have_its_blocks),
		TEST(breaks_change_nothing),
		TEST(a_new_life_of_the_peer_is_no_place_for_old_blocks),
		TEST(a_set_may_end_while_helpers_have_blocks),
	};

	return cmocka_run_group_tests_name("flowpack", tests, NULL, NULL);
}
