/* tests/unit/etherip/bfd/test_bfdsession.c - two ends in virtual time, with a wire between that
 * takes its time, loses packets and is cut. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "etherip/bfd/bfdsession.h"

#define MS	CLOCK_MS
#define FLIGHT	64		/* packets under way, more than there ever are */

struct letter {
	mono_ns	 at;		/* when it arrives; 0: there is none */
	int	 to;
	uint8_t	 octets[BFDPACKET_OCTETS];
};

struct net {
	struct bfdsession end[2];
	struct letter	 flight[FLIGHT];
	dur_ns		 delay;
	unsigned	 loss;		/* of 100 */
	bool		 cut[2];	/* what goes to that end is lost */
	struct rand	 rand;
	mono_ns		 now;
	unsigned	 sent[2], changes[2];
};

static const struct bfdsession_times fast = { 50000, 50000, 3 };
static const struct bfdsession_times slow = { 300000, 300000, 3 };

static void
start(struct net *n, const struct bfdsession_times *a,
    const struct bfdsession_times *b)
{
	memset(n, 0, sizeof(*n));
	n->now = CLOCK_S;
	n->delay = 10 * MS;
	rand_seed_from(&n->rand, 5);
	bfdsession_init(&n->end[0], a, 11, n->now);
	bfdsession_init(&n->end[1], b, 22, n->now);
	rand_seed_from(&n->end[0].rand, 6);
	rand_seed_from(&n->end[1].rand, 7);
}

static void
post(struct net *n, int from, bool final)
{
	int to = !from;
	struct bfdpacket p;

	n->sent[from]++;
	bfdsession_fill(&n->end[from], final, &p);
	assert_false(p.poll && p.final);
	assert_int_equal(p.mine, n->end[from].mine);
	if (n->cut[to] || rand_below(&n->rand, 100) < n->loss)
		return;
	for (size_t i = 0; i < FLIGHT; i++) {
		struct letter *l = &n->flight[i];

		if (l->at != 0)
			continue;
		l->at = n->now + n->delay;
		l->to = to;
		bfdpacket_write(&p, l->octets);
		return;
	}
	fail();
}

static void
act(struct net *n, int end, unsigned what)
{
	if ((what & BFDSESSION_STATE) != 0)
		n->changes[end]++;
	if ((what & BFDSESSION_FINAL) != 0)
		post(n, end, true);
	if ((what & BFDSESSION_SEND) != 0)
		post(n, end, false);
}

static void
deliver(struct net *n, struct letter *l)
{
	struct bfdpacket p;
	int to = l->to;

	assert_int_equal(bfdpacket_read(&p, l->octets, sizeof(l->octets)),
	    BFDPACKET_GOOD);
	l->at = 0;
	act(n, to, bfdsession_take(&n->end[to], &p, n->now));
}

static mono_ns
next_of(const struct net *n)
{
	mono_ns a = bfdsession_due(&n->end[0]), b = bfdsession_due(&n->end[1]);
	mono_ns next = a < b ? a : b;

	for (size_t i = 0; i < FLIGHT; i++)
		if (n->flight[i].at != 0 && n->flight[i].at < next)
			next = n->flight[i].at;
	return next;
}

static void
run(struct net *n, dur_ns span)
{
	mono_ns end = n->now + span;

	while (next_of(n) <= end) {
		n->now = next_of(n) > n->now ? next_of(n) : n->now;
		for (size_t i = 0; i < FLIGHT; i++)
			if (n->flight[i].at != 0 && n->flight[i].at <= n->now)
				deliver(n, &n->flight[i]);
		for (int i = 0; i < 2; i++)
			if (bfdsession_due(&n->end[i]) <= n->now)
				act(n, i, bfdsession_tick(&n->end[i], n->now));
	}
	n->now = end;
}

static bool
both(const struct net *n, enum bfdpacket_state s)
{
	return n->end[0].state == s && n->end[1].state == s;
}

static void
two_ends_meet_and_keep_their_pace(void **state)
{
	struct net n;
	unsigned was;

	(void)state;
	start(&n, &fast, &slow);
	run(&n, 3 * CLOCK_S);
	assert_true(both(&n, BFDPACKET_UP));
	assert_int_equal(n.end[0].diag, BFDPACKET_DIAG_NONE);
	assert_false(n.end[0].polling);
	/* The slower one's wish counts both ways; jitter takes up to a quarter. */
	assert_int_equal(bfdsession_patience(&n.end[0]), 900 * MS);
	assert_int_equal(bfdsession_patience(&n.end[1]), 900 * MS);
	was = n.sent[0];
	run(&n, 30 * CLOCK_S);
	assert_in_range(n.sent[0] - was, 100, 134);
	assert_int_equal(n.changes[0], n.changes[1]);
}

static void
silence_is_noticed_in_time(void **state)
{
	struct net n;
	mono_ns cut;

	(void)state;
	start(&n, &fast, &fast);
	run(&n, 3 * CLOCK_S);
	assert_true(both(&n, BFDPACKET_UP));
	n.cut[0] = n.cut[1] = true;
	cut = n.now;
	while (n.end[0].state == BFDPACKET_UP ||
	    n.end[1].state == BFDPACKET_UP)
		run(&n, MS);
	assert_true(n.now - cut <= 3 * 50 * MS + n.delay + MS);
	assert_int_equal(n.end[0].diag, BFDPACKET_DIAG_SILENCE);
	assert_int_equal(n.end[0].yours, 0);
	/* While it is down it asks once a second. */
	n.sent[0] = 0;
	run(&n, 30 * CLOCK_S);
	assert_in_range(n.sent[0], 30, 41);
	n.cut[0] = n.cut[1] = false;
	run(&n, 3 * CLOCK_S);
	assert_true(both(&n, BFDPACKET_UP));
}

/* What is deaf in one direction is down in both. */
static void
one_way_is_no_way(void **state)
{
	struct net n;

	(void)state;
	start(&n, &fast, &fast);
	run(&n, 3 * CLOCK_S);
	n.cut[0] = true;
	run(&n, CLOCK_S);
	assert_int_equal(n.end[0].state, BFDPACKET_DOWN);
	assert_int_equal(n.end[0].diag, BFDPACKET_DIAG_SILENCE);
	assert_int_not_equal(n.end[1].state, BFDPACKET_UP);
	run(&n, 10 * CLOCK_S);
	assert_int_not_equal(n.end[1].state, BFDPACKET_UP);
	assert_int_equal(n.end[0].state, BFDPACKET_DOWN);
}

static void
loss_below_the_multiplier_changes_nothing(void **state)
{
	struct net n;

	(void)state;
	start(&n, &fast, &fast);
	n.end[0].times.multiplier = n.end[1].times.multiplier = 10;
	n.loss = 20;
	run(&n, 10 * CLOCK_S);
	assert_true(both(&n, BFDPACKET_UP));
	n.changes[0] = n.changes[1] = 0;
	run(&n, 600 * CLOCK_S);
	assert_int_equal(n.changes[0] + n.changes[1], 0);
}

static void
times_change_by_a_poll_without_a_flap(void **state)
{
	struct net n;

	(void)state;
	start(&n, &fast, &fast);
	run(&n, 3 * CLOCK_S);
	n.changes[0] = n.changes[1] = 0;
	bfdsession_retime(&n.end[0], &slow, n.now);
	assert_true(n.end[0].polling);
	/* Less often only when the other end knows. */
	assert_int_equal(n.end[0].tx_used_us, fast.min_tx_us);
	run(&n, 3 * CLOCK_S);
	assert_false(n.end[0].polling);
	assert_int_equal(n.end[0].tx_used_us, slow.min_tx_us);
	assert_int_equal(bfdsession_patience(&n.end[1]), 900 * MS);
	bfdsession_retime(&n.end[0], &fast, n.now);
	assert_int_equal(n.end[0].rx_used_us, slow.min_rx_us);
	run(&n, 3 * CLOCK_S);
	assert_int_equal(n.end[0].rx_used_us, fast.min_rx_us);
	assert_int_equal(bfdsession_patience(&n.end[1]), 150 * MS);
	assert_int_equal(n.changes[0] + n.changes[1], 0);
	assert_true(both(&n, BFDPACKET_UP));
}

static void
by_command_it_is_down_at_once_at_both_ends(void **state)
{
	struct bfdpacket p;
	struct net n;

	(void)state;
	start(&n, &slow, &slow);
	run(&n, 3 * CLOCK_S);
	act(&n, 0, bfdsession_admin(&n.end[0], true, n.now));
	/* Some do not listen, being up, to who does not know their number. */
	bfdsession_fill(&n.end[0], false, &p);
	assert_int_equal(p.yours, n.end[1].mine);
	run(&n, n.delay + MS);
	assert_int_equal(n.end[0].state, BFDPACKET_ADMINDOWN);
	assert_int_equal(n.end[1].state, BFDPACKET_DOWN);
	assert_int_equal(n.end[1].diag, BFDPACKET_DIAG_NEIGHBOR);
	run(&n, 20 * CLOCK_S);
	assert_int_equal(n.end[1].state, BFDPACKET_DOWN);
	act(&n, 0, bfdsession_admin(&n.end[0], false, n.now));
	run(&n, 4 * CLOCK_S);
	assert_true(both(&n, BFDPACKET_UP));
}

static void
another_sessions_packet_does_nothing(void **state)
{
	struct net n;
	struct bfdpacket p;
	struct bfdsession was;

	(void)state;
	start(&n, &fast, &fast);
	run(&n, 3 * CLOCK_S);
	bfdsession_fill(&n.end[1], false, &p);
	p.yours = 99;
	p.state = BFDPACKET_DOWN;
	was = n.end[0];
	assert_int_equal(bfdsession_take(&n.end[0], &p, n.now), 0);
	assert_memory_equal(&was, &n.end[0], sizeof(was));
}

/* A peer that wants no packets gets none, and one that wants silence neither. */
static void
who_wants_nothing_gets_nothing(void **state)
{
	struct net n;
	struct bfdpacket p;

	(void)state;
	start(&n, &fast, &fast);
	run(&n, 3 * CLOCK_S);
	n.cut[0] = n.cut[1] = true;
	bfdsession_fill(&n.end[1], false, &p);
	p.min_tx_us = 60000000;
	p.demand = true;
	(void)bfdsession_take(&n.end[0], &p, n.now);
	n.sent[0] = 0;
	run(&n, 10 * CLOCK_S);
	assert_int_equal(n.sent[0], 0);
	p.demand = false;
	p.min_rx_us = 0;
	(void)bfdsession_take(&n.end[0], &p, n.now);
	run(&n, 10 * CLOCK_S);
	assert_int_equal(n.sent[0], 0);
	p.poll = true;
	act(&n, 0, bfdsession_take(&n.end[0], &p, n.now));
	assert_int_equal(n.sent[0], 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_ends_meet_and_keep_their_pace),
		cmocka_unit_test(silence_is_noticed_in_time),
		cmocka_unit_test(one_way_is_no_way),
		cmocka_unit_test(loss_below_the_multiplier_changes_nothing),
		cmocka_unit_test(times_change_by_a_poll_without_a_flap),
		cmocka_unit_test(by_command_it_is_down_at_once_at_both_ends),
		cmocka_unit_test(another_sessions_packet_does_nothing),
		cmocka_unit_test(who_wants_nothing_gets_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
