/* tests/unit/etherip/live/test_liveness.c - one face for three ways to ask, in a network of our
 * own and in virtual time. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/live/liveness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/err.h"
#include "core/io/loop.h"
#include "tests/unit/etherip/live/ownnet.h"

static struct clock hand;
static struct loop *loop;
static struct liveness_table *tables[2];
static struct liveness *ends[2];
static enum liveness_verdict told[2];
static unsigned calls[2];

static void
on_verdict(void *arg, struct liveness *l, enum liveness_verdict v)
{
	size_t i = (size_t)((enum liveness_verdict *)arg - told);

	assert_ptr_equal(l, ends[i]);
	told[i] = v;
	calls[i]++;
}

static struct liveness_config
config(enum liveness_kind kind, const char *local, const char *remote)
{
	struct liveness_config c = { .kind = kind, .interval_ms = 300,
	    .multiplier = 3 };

	assert_int_equal(addr_parse(local, &c.local), 0);
	assert_int_equal(addr_parse(remote, &c.remote), 0);
	return c;
}

static void
start(int i, const struct liveness_config *c)
{
	struct err e;

	ends[i] = liveness_new(tables[i], c, on_verdict, &told[i], &e);
	if (ends[i] == NULL)
		fail_msg("%s", e.text);
}

static void
start_bfd(void)
{
	struct liveness_config c = config(LIVENESS_BFD, "127.0.0.1",
	    "127.0.0.2");

	start(0, &c);
	c = config(LIVENESS_BFD, "127.0.0.2", "127.0.0.1");
	start(1, &c);
}

static void
pass(dur_ns span)
{
	loop_advance(loop, &hand, span);
	loop_poll(loop);
}

static const struct liveness_status *
status(int i)
{
	static struct liveness_status s;

	liveness_status(ends[i], &s);
	return &s;
}

static int
set_up(void **state)
{
	struct err e;

	(void)state;
	clock_fake_init(&hand, CLOCK_S, 1);
	loop = loop_new(&hand, &e);
	assert_non_null(loop);
	for (int i = 0; i < 2; i++) {
		tables[i] = liveness_table_new(loop);
		ends[i] = NULL;
		told[i] = LIVENESS_UNKNOWN;
		calls[i] = 0;
	}
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		liveness_free(&ends[i]);
		liveness_table_free(&tables[i]);
	}
	loop_free(&loop);
	return 0;
}

static void
who_is_not_asked_is_up(void **state)
{
	struct liveness_config c = config(LIVENESS_NONE, "127.0.0.1",
	    "127.0.0.2");

	(void)state;
	start(0, &c);
	pass(10 * CLOCK_S);
	assert_int_equal(liveness_verdict(ends[0]), LIVENESS_UP);
	assert_int_equal(calls[0], 0);
	assert_string_equal(status(0)->reason, "nobody asks the other end");
	liveness_admin(ends[0], true);
	assert_int_equal(told[0], LIVENESS_DOWN);
	assert_string_equal(status(0)->reason, "down by command");
	liveness_admin(ends[0], false);
	assert_int_equal(told[0], LIVENESS_UP);
}

static void
bfd_comes_up_and_says_why_it_went_down(void **state)
{
	(void)state;
	ownnet_need();
	start_bfd();
	assert_int_equal(status(0)->verdict, LIVENESS_UNKNOWN);
	assert_string_equal(status(0)->reason, "bfd down: no packet has come");
	pass(3 * CLOCK_S);
	assert_int_equal(told[0], LIVENESS_UP);
	assert_int_equal(calls[0], 1);
	pass(3 * CLOCK_S);
	assert_int_equal(calls[0], 1);
	assert_int_equal(status(0)->detect_ms, 900);
	assert_string_equal(status(0)->reason, "bfd up: packets come and go");
	liveness_free(&ends[1]);
	pass(CLOCK_S);
	assert_int_equal(told[0], LIVENESS_DOWN);
	assert_int_equal(status(0)->flaps, 1);
	assert_true(status(0)->since > 6 * CLOCK_S);
	assert_string_equal(status(0)->reason,
	    "bfd down: packets stopped coming");
}

/* What a restart is to leave alone, and for how long. */
static void
nothing_is_known_for_four_seconds_at_most(void **state)
{
	static const enum liveness_kind kinds[] = { LIVENESS_BFD,
	    LIVENESS_ICMP };

	(void)state;
	ownnet_need();
	ownnet_ip("ip route add blackhole 10.9.0.9/32");
	for (int i = 0; i < 2; i++) {
		struct liveness_config c = config(kinds[i], "127.0.0.1",
		    "10.9.0.9");

		c.interval_ms = 3000;
		start(i, &c);
	}
	pass(LIVENESS_FIRST_MS * CLOCK_MS - 1);
	assert_int_equal(calls[0] + calls[1], 0);
	pass(1);
	assert_int_equal(told[0], LIVENESS_DOWN);
	assert_int_equal(told[1], LIVENESS_DOWN);
	assert_int_equal(status(0)->flaps, 0);
	assert_non_null(strstr(status(0)->reason, "cannot send: "));
	ownnet_ip("ip route del blackhole 10.9.0.9/32");
}

/* Its daemon was restarted: frames go on. */
static void
who_starts_again_is_not_cut_off(void **state)
{
	struct liveness_config c = config(LIVENESS_BFD, "127.0.0.2",
	    "127.0.0.1");

	(void)state;
	ownnet_need();
	start_bfd();
	pass(3 * CLOCK_S);
	assert_int_equal(told[0], LIVENESS_UP);
	for (int i = 0; i < 3; i++) {
		liveness_free(&ends[1]);
		pass(500 * CLOCK_MS);
		start(1, &c);
		pass(50 * CLOCK_MS);
		assert_non_null(strstr(status(0)->reason,
		    "the other end has started anew"));
		pass(3500 * CLOCK_MS);
		assert_int_equal(liveness_verdict(ends[1]), LIVENESS_UP);
	}
	assert_int_equal(calls[0], 1);
	assert_string_equal(status(0)->reason, "bfd up: packets come and go");
	/* Who does, and is gone again, is down after the time of silence. */
	liveness_free(&ends[1]);
	start(1, &c);
	pass(100 * CLOCK_MS);
	liveness_free(&ends[1]);
	pass(4100 * CLOCK_MS);
	assert_int_equal(told[0], LIVENESS_DOWN);
	assert_int_equal(calls[0], 2);
}

static void
a_command_counts_in_both_ways(void **state)
{
	struct liveness_config c = config(LIVENESS_ICMP, "127.0.0.1",
	    "127.0.0.2");

	(void)state;
	ownnet_need();
	start_bfd();
	pass(3 * CLOCK_S);
	liveness_admin(ends[0], true);
	pass(CLOCK_MS);
	assert_int_equal(told[0], LIVENESS_DOWN);
	assert_int_equal(told[1], LIVENESS_DOWN);
	assert_string_equal(status(1)->reason,
	    "bfd down: the other end is down by command");
	liveness_admin(ends[0], false);
	pass(3 * CLOCK_S);
	assert_int_equal(told[1], LIVENESS_UP);
	liveness_free(&ends[0]);
	start(0, &c);
	pass(CLOCK_S);
	assert_int_equal(told[0], LIVENESS_UP);
	liveness_admin(ends[0], true);
	pass(5 * CLOCK_S);
	assert_int_equal(told[0], LIVENESS_DOWN);
	liveness_admin(ends[0], false);
	assert_int_equal(told[0], LIVENESS_UP);
}

static void
other_times_are_no_flap_and_other_ends_a_new_one(void **state)
{
	struct liveness_config c;
	unsigned was;

	(void)state;
	ownnet_need();
	start_bfd();
	pass(3 * CLOCK_S);
	was = calls[0] + calls[1];
	c = config(LIVENESS_BFD, "127.0.0.1", "127.0.0.2");
	assert_true(liveness_set(ends[0], &c));
	c.interval_ms = 500;
	assert_true(liveness_set(ends[0], &c));
	pass(5 * CLOCK_S);
	assert_int_equal(status(0)->detect_ms, 1500);
	assert_int_equal(calls[0] + calls[1], was);
	c.padded = true;
	assert_true(liveness_set(ends[0], &c));
	pass(5 * CLOCK_S);
	c.datagram = 1400;
	assert_true(liveness_set(ends[0], &c));
	pass(5 * CLOCK_S);
	assert_int_equal(calls[0] + calls[1], was);
	assert_int_equal(status(0)->unsent, 0);
	c.far = true;
	assert_false(liveness_set(ends[0], &c));
	c = config(LIVENESS_BFD, "127.0.0.1", "127.0.0.3");
	assert_false(liveness_set(ends[0], &c));
	c = config(LIVENESS_ICMP, "127.0.0.1", "127.0.0.2");
	assert_false(liveness_set(ends[0], &c));
}

static void
a_second_session_with_a_peer_is_refused(void **state)
{
	struct liveness_config c = config(LIVENESS_BFD, "127.0.0.1",
	    "127.0.0.2");
	struct err e;

	(void)state;
	ownnet_need();
	start(0, &c);
	assert_null(liveness_new(tables[0], &c, on_verdict, told, &e));
	assert_int_equal(e.code, ERR_EXISTS);
}

int
main(void)
{
#define ROW(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ROW(who_is_not_asked_is_up),
		ROW(bfd_comes_up_and_says_why_it_went_down),
		ROW(nothing_is_known_for_four_seconds_at_most),
		ROW(who_starts_again_is_not_cut_off),
		ROW(a_command_counts_in_both_ways),
		ROW(other_times_are_no_flap_and_other_ends_a_new_one),
		ROW(a_second_session_with_a_peer_is_refused),
	};

	return cmocka_run_group_tests_name("liveness", tests, ownnet_make,
	    NULL);
}
