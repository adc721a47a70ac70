/* tests/unit/wom/flow/test_flowpace.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "wom/flow/flowpace.h"

#define BLOCK	(UINT32_C(256) << 10)

/* A link, a processor, and what zstd makes of octets at each level. */
struct world {
	struct flowpace	pace;
	mono_ns	now;
	dur_ns	cpu;
	uint64_t link_ps;	/* that an octet takes */
	mono_ns	link_free;	/* when it is done with the last block */
	unsigned helpers;	/* 0 or 1 */
	uint64_t search_ps;	/* that an octet takes before it is packed */
	mono_ns	helper_free;
	bool	lan_is_slow;
	bool	packs;		/* more at higher levels */
};

static uint64_t
cost_ps(int level)
{
	return level < 1 ? (uint64_t)(3000 + 300 * level) :
	    3000u * (uint64_t)level;
}

static uint32_t
became(const struct world *w, int level)
{
	return w->packs ? BLOCK / 2 - (uint32_t)level * (BLOCK / 40) :
	    BLOCK - BLOCK / 32;
}

/* What a block takes on the processors: a helper has two under way at most. */
static void
work(struct world *w, struct flowpace_block *b, int level)
{
	dur_ns packs = BLOCK * cost_ps(level) / 1000,
	    here = BLOCK * w->search_ps / 1000;

	b->spent = here + packs;
	if (w->helpers > 0 && w->helper_free <= w->now + packs) {
		b->elsewhere = packs;
		if (w->helper_free < w->now)
			w->helper_free = w->now;
		w->helper_free += packs;
	} else {
		here += packs;
	}
	w->now += here;
	w->cpu += here;
}

/* A second or so of blocks, as fast as they go: up to four may wait for the link. */
static int
live(struct world *w)
{
	for (mono_ns until = w->now + CLOCK_S; w->now < until;) {
		int level = flowpace_level(&w->pace);
		struct flowpace_block b = { .octets = BLOCK, .tried = BLOCK,
		    .became = became(w, level),
		    .pressed = !w->lan_is_slow };
		dur_ns takes = b.became * w->link_ps / 1000;

		if (w->link_free > w->now + 4 * takes)
			b.waited = w->link_free - (w->now + 4 * takes);
		w->now += b.waited;
		work(w, &b, level);
		flowpace_block(&w->pace, &b, w->now, w->cpu);
		if (w->link_free < w->now)
			w->link_free = w->now;
		w->link_free += takes;
		if (w->lan_is_slow)
			w->now += 20 * CLOCK_MS;
	}
	return flowpace_level(&w->pace);
}

static struct world
world(uint64_t mbit, int level, bool packs)
{
	struct world w = { .now = CLOCK_S, .link_ps = 8000000 / mbit,
	    .packs = packs };

	flowpace_init(&w.pace, level, 0);
	for (int i = 0; i < 20; i++)
		(void)live(&w);
	return w;
}

static void
it_begins_with_the_level_that_is_wished(void **state)
{
	static const struct { int wish, level; } step[] = {
		{ -7, -5 }, { -4, -5 }, { 0, -1 }, { 1, 1 }, { 3, 3 },
		{ 9, 9 }, { 19, 9 },
	};
	struct flowpace p;

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		flowpace_init(&p, step[i].wish, 0);
		assert_int_equal(flowpace_level(&p), step[i].level);
	}
}

static void
a_slow_link_is_worth_a_high_level(void **state)
{
	struct world w = world(45, 1, true);

	(void)state;
	assert_in_range(flowpace_level(&w.pace), 5, 9);
	assert_false(flowpace_is_hurried(&w.pace));
}

static void
a_fast_one_is_worth_a_low_level(void **state)
{
	struct world w = world(10000, 6, true);

	(void)state;
	assert_int_equal(flowpace_level(&w.pace), -5);
	assert_true(flowpace_is_hurried(&w.pace));
}

/* There is nothing to gain by either. */
static void
what_waits_for_the_lan_stays_as_it_is(void **state)
{
	struct world w = { .now = CLOCK_S, .link_ps = 800, .packs = true,
	    .lan_is_slow = true };

	(void)state;
	flowpace_init(&w.pace, 3, 0);
	for (int i = 0; i < 20; i++)
		assert_int_equal(live(&w), 3);
	assert_false(flowpace_is_hurried(&w.pace));
}

static void
what_is_copied_says_nothing_of_levels(void **state)
{
	struct world w = { .now = CLOCK_S };
	struct flowpace_block b = { .octets = BLOCK, .tried = BLOCK / 10,
	    .became = BLOCK / 10, .pressed = true,
	    .waited = 5 * CLOCK_MS };

	(void)state;
	flowpace_init(&w.pace, 3, 0);
	for (int i = 0; i < 1000; i++)
		flowpace_block(&w.pace, &b, w.now += 10 * CLOCK_MS, w.cpu);
	assert_int_equal(flowpace_level(&w.pace), 3);
}

/* Searching is what takes the time; with less to do a helper would only wait. */
static void
a_helper_with_time_left_is_no_reason_for_less(void **state)
{
	struct world w = { .now = CLOCK_S, .link_ps = 1, .packs = true,
	    .helpers = 1, .search_ps = 10000 };

	(void)state;
	flowpace_init(&w.pace, 1, 1);
	for (int i = 0; i < 20; i++)
		(void)live(&w);
	assert_int_equal(flowpace_level(&w.pace), 1);
	assert_true(flowpace_is_hurried(&w.pace));
	/* One that is behind is. */
	flowpace_init(&w.pace, 9, 1);
	for (int i = 0; i < 20; i++)
		(void)live(&w);
	assert_in_range(flowpace_level(&w.pace), 1, 3);
}

/* Two processors have time for more than one has. */
static void
a_helper_is_worth_a_higher_level(void **state)
{
	struct world w = { .now = CLOCK_S, .link_ps = 8000000 / 200,
	    .packs = true, .search_ps = 2000 }, v = w;

	(void)state;
	v.helpers = 1;
	flowpace_init(&w.pace, 1, 0);
	flowpace_init(&v.pace, 1, 1);
	for (int i = 0; i < 20; i++) {
		(void)live(&w);
		(void)live(&v);
	}
	assert_true(flowpace_level(&v.pace) > flowpace_level(&w.pace));
	assert_in_range(flowpace_level(&v.pace), 2, 8);
}

/* Neither up and down nor beyond what a processor gives. */
static void
between_them_it_settles(void **state)
{
	struct world w = world(400, 1, true);
	int low = 100, high = -100;

	(void)state;
	for (int i = 0; i < 20; i++) {
		int level = live(&w);

		low = level < low ? level : low;
		high = level > high ? level : high;
	}
	assert_true(low >= 1 && high <= 4);
	assert_true(high - low <= 1);
}

static void
what_does_not_pack_is_not_tried_harder(void **state)
{
	struct world w = world(45, 1, false);

	(void)state;
	assert_int_equal(flowpace_level(&w.pace), 1);
}

/* One keystroke an hour says nothing of link and processor. */
static void
what_was_long_ago_does_not_count(void **state)
{
	struct world w = world(10000, 1, true);
	struct flowpace_block b = { .octets = 100 };

	(void)state;
	assert_true(flowpace_is_hurried(&w.pace));
	flowpace_block(&w.pace, &b, w.now + 10 * CLOCK_S, w.cpu);
	assert_false(flowpace_is_hurried(&w.pace));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_begins_with_the_level_that_is_wished),
		cmocka_unit_test(a_slow_link_is_worth_a_high_level),
		cmocka_unit_test(a_fast_one_is_worth_a_low_level),
		cmocka_unit_test(what_waits_for_the_lan_stays_as_it_is),
		cmocka_unit_test(what_is_copied_says_nothing_of_levels),
		cmocka_unit_test(a_helper_with_time_left_is_no_reason_for_less),
		cmocka_unit_test(a_helper_is_worth_a_higher_level),
		cmocka_unit_test(between_them_it_settles),
		cmocka_unit_test(what_does_not_pack_is_not_tried_harder),
		cmocka_unit_test(what_was_long_ago_does_not_count),
	};

	return cmocka_run_group_tests_name("flowpace", tests, NULL, NULL);
}
