/* tests/unit/etherip/live/test_echopeer.c - echoes over the real ICMP of a network of our own, in
 * virtual time. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/live/echopeer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/base/err.h"
#include "core/io/loop.h"
#include "tests/unit/etherip/live/ownnet.h"

static struct clock hand;
static struct loop *loop;
static struct echopeer_table *table;
static struct echopeer *peers[2];
static unsigned changes;
static bool free_it;

static void
on_changed(void *arg, struct echopeer *p)
{
	(void)arg;
	(void)p;
	changes++;
	if (free_it)
		echopeer_free(&peers[0]);
}

static void
start(int i, const char *local, const char *remote)
{
	struct echopeer_config c = { .interval_ms = 1000, .multiplier = 3,
	    .changed = on_changed };

	assert_int_equal(addr_parse(local, &c.local), 0);
	assert_int_equal(addr_parse(remote, &c.remote), 0);
	peers[i] = echopeer_new(table, &c);
}

static void
pass(dur_ns span)
{
	loop_advance(loop, &hand, span);
	loop_poll(loop);
}

/* Nothing that comes to this address is answered, or all is again. */
static void
mute(const char *address, bool on)
{
	char line[96];

	(void)snprintf(line, sizeof(line), "ip route %s blackhole %s/32",
	    on ? "add" : "del", address);
	ownnet_ip(line);
}

static int
set_up(void **state)
{
	struct err e;

	(void)state;
	clock_fake_init(&hand, CLOCK_S, 1);
	loop = loop_new(&hand, &e);
	assert_non_null(loop);
	table = echopeer_table_new(loop);
	memset(peers, 0, sizeof(peers));
	changes = 0;
	free_it = false;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++)
		echopeer_free(&peers[i]);
	echopeer_table_free(&table);
	loop_free(&loop);
	return 0;
}

static void
who_answers_is_up_at_once(void **state)
{
	(void)state;
	ownnet_need();
	start(0, "127.0.0.1", "127.0.0.2");
	assert_int_equal(echopeer_verdict(peers[0]), ECHOPEER_UNKNOWN);
	pass(CLOCK_MS);
	assert_int_equal(echopeer_verdict(peers[0]), ECHOPEER_UP);
	pass(10 * CLOCK_S);
	assert_int_equal(echopeer_counts(peers[0])->sent, 11);
	assert_int_equal(echopeer_counts(peers[0])->received, 11);
	assert_int_equal(changes, 1);
}

static void
ipv6_is_asked_likewise(void **state)
{
	(void)state;
	ownnet_need();
	ownnet_address("fd00::1");
	ownnet_address("fd00::2");
	start(0, "fd00::1", "fd00::2");
	pass(CLOCK_MS);
	assert_int_equal(echopeer_verdict(peers[0]), ECHOPEER_UP);
}

static void
three_missed_are_down_and_two_are_up(void **state)
{
	(void)state;
	ownnet_need();
	ownnet_ip("ip addr add 10.9.0.2/32 dev lo");
	start(0, "127.0.0.1", "10.9.0.2");
	pass(500 * CLOCK_MS);
	assert_int_equal(echopeer_verdict(peers[0]), ECHOPEER_UP);
	ownnet_ip("ip addr del 10.9.0.2/32 dev lo");
	mute("10.9.0.2", true);
	/* Asked at 1, 2, 3 s in vain, which is known at 4. */
	pass(3400 * CLOCK_MS);
	assert_int_equal(echopeer_verdict(peers[0]), ECHOPEER_UP);
	pass(200 * CLOCK_MS);
	assert_int_equal(echopeer_verdict(peers[0]), ECHOPEER_DOWN);
	assert_int_not_equal(echopeer_counts(peers[0])->sys_errno, 0);
	mute("10.9.0.2", false);
	ownnet_ip("ip addr add 10.9.0.2/32 dev lo");
	pass(CLOCK_S);
	assert_int_equal(echopeer_verdict(peers[0]), ECHOPEER_DOWN);
	pass(CLOCK_S);
	assert_int_equal(echopeer_verdict(peers[0]), ECHOPEER_UP);
	assert_int_equal(changes, 3);
	ownnet_ip("ip addr del 10.9.0.2/32 dev lo");
}

static void
who_never_answers_is_known_to_be_down(void **state)
{
	(void)state;
	ownnet_need();
	mute("10.9.0.3", true);
	start(0, "127.0.0.1", "10.9.0.3");
	pass(2900 * CLOCK_MS);
	assert_int_equal(echopeer_verdict(peers[0]), ECHOPEER_UNKNOWN);
	pass(200 * CLOCK_MS);
	assert_int_equal(echopeer_verdict(peers[0]), ECHOPEER_DOWN);
	assert_int_equal(changes, 1);
	mute("10.9.0.3", false);
}

/* Two tunnels to two peers, one of which is gone: its silence is its own. */
static void
peers_are_told_apart(void **state)
{
	(void)state;
	ownnet_need();
	mute("10.9.0.3", true);
	start(0, "127.0.0.1", "127.0.0.2");
	start(1, "127.0.0.1", "10.9.0.3");
	pass(5 * CLOCK_S);
	assert_int_equal(echopeer_verdict(peers[0]), ECHOPEER_UP);
	assert_int_equal(echopeer_verdict(peers[1]), ECHOPEER_DOWN);
	mute("10.9.0.3", false);
}

/* Our end's address is asked from; without it nothing is sent. */
static void
echoes_come_from_our_end(void **state)
{
	(void)state;
	ownnet_need();
	start(0, "10.9.0.7", "127.0.0.2");
	pass(5 * CLOCK_S);
	assert_int_equal(echopeer_verdict(peers[0]), ECHOPEER_DOWN);
	assert_int_equal(echopeer_counts(peers[0])->sent, 0);
	assert_int_equal(echopeer_counts(peers[0])->unsent, 6);
	ownnet_ip("ip addr add 10.9.0.7/32 dev lo");
	pass(2 * CLOCK_S);
	assert_int_equal(echopeer_verdict(peers[0]), ECHOPEER_UP);
	ownnet_ip("ip addr del 10.9.0.7/32 dev lo");
}

static void
another_pace_counts_from_now_on(void **state)
{
	(void)state;
	ownnet_need();
	start(0, "127.0.0.1", "127.0.0.2");
	pass(CLOCK_S + 1);
	echopeer_retime(peers[0], 100, 2);
	pass(CLOCK_S);
	assert_int_equal(echopeer_counts(peers[0])->sent, 12);
	assert_int_equal(changes, 1);
}

static void
who_is_told_may_end_it(void **state)
{
	(void)state;
	ownnet_need();
	free_it = true;
	start(0, "127.0.0.1", "127.0.0.2");
	pass(2 * CLOCK_S);
	assert_null(peers[0]);
	mute("10.9.0.3", true);
	start(0, "127.0.0.1", "10.9.0.3");
	pass(5 * CLOCK_S);
	assert_null(peers[0]);
	assert_int_equal(changes, 2);
	mute("10.9.0.3", false);
}

int
main(void)
{
#define ROW(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ROW(who_answers_is_up_at_once),
		ROW(ipv6_is_asked_likewise),
		ROW(three_missed_are_down_and_two_are_up),
		ROW(who_never_answers_is_known_to_be_down),
		ROW(peers_are_told_apart),
		ROW(echoes_come_from_our_end),
		ROW(another_pace_counts_from_now_on),
		ROW(who_is_told_may_end_it),
	};

	return cmocka_run_group_tests_name("echopeer", tests, ownnet_make,
	    NULL);
}
