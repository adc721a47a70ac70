/* tests/unit/monitors/test_probe_tcp.c - the tcp probe against peers of all
 * moods. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/bed.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "monitors/probe_tcp.h"

static int
set_up(void **state)
{
	static struct bed b;

	bed_open(&b, &probe_tcp_type);
	b.peer.text = "ready\r\n";
	*state = &b;
	return 0;
}

static void
connecting_is_enough_without_recv(void **state)
{
	struct bed *b = *state;

	b->peer.mood = PEER_HANG;
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_int_equal(b->result.from.octets[0], 127);
	bed_set(b->monitor, "send", "QUIT\\r\\n");
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	loop_poll(b->loop);
	loop_poll(b->loop);
	assert_string_equal(b->peer.heard, "QUIT\r\n");
}

/* Nothing is left of a connection that has served. */
static void
a_verdict_ends_with_a_reset(void **state)
{
	struct bed *b = *state;
	int error = 0;
	socklen_t len = sizeof(error);

	bed_set(b->monitor, "recv", "^ready");
	b->peer.mood = PEER_GREET;
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_int_equal(getsockopt(b->peer.fd, SOL_SOCKET, SO_ERROR, &error,
	    &len), 0);
	assert_int_equal(error, ECONNRESET);
}

static void
recv_waits_for_a_greeting_or_a_reply(void **state)
{
	struct bed *b = *state;

	bed_set(b->monitor, "recv", "^ready");
	b->peer.mood = PEER_GREET;
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	b->peer.mood = PEER_ANSWER;
	bed_set(b->monitor, "send", "ping");
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	b->peer.drip = 1;
	b->peer.text = "busy\r\n";
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_NO_MATCH);
	bed_set(b->monitor, "reverse", "enabled");
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
}

static void
send_reaches_a_peer_that_reads_slowly(void **state)
{
	static char big[16001];
	struct bed *b = *state;

	memset(big, 's', sizeof(big) - 1);
	bed_set(b->monitor, "send", big);
	bed_set(b->monitor, "recv", "ready");
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
}

static void
silence_ends_at_probe_timeout(void **state)
{
	struct bed *b = *state;
	mono_ns start = loop_now_ns(b->loop);

	bed_set(b->monitor, "recv", "ready");
	b->peer.mood = PEER_HANG;
	bed_probe(b, 50 * CLOCK_MS);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
	assert_int_equal(loop_now_ns(b->loop) - start, 5 * CLOCK_S);
}

/* The match is told apart from silence even when only the time ends it. */
static void
what_came_counts_when_time_is_over(void **state)
{
	struct bed *b = *state;

	bed_set(b->monitor, "recv", "y$");
	b->peer.mood = PEER_GREET;
	b->peer.text = "ready";
	bed_probe(b, 50 * CLOCK_MS);
	bed_expect(b, PROBE_UP, PROBE_OK);
}

static void
refused_reset_and_closed_are_told_apart(void **state)
{
	struct bed *b = *state;

	bed_set(b->monitor, "recv", "ready");
	bed_refusals_are_told_apart(b, "ping");
}

static void
endless_reply_is_cut_at_64_kib(void **state)
{
	struct bed *b = *state;

	bed_set(b->monitor, "recv", "hello");
	b->peer.mood = PEER_ENDLESS;
	b->peer.fill = "zzzzzzzzzzzzzzzz";
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_NO_MATCH);
	assert_true(b->peer.poured < 64 * 1024 * 1024);
}

static void
no_way_to_a_host_is_no_route(void **state)
{
	struct bed *b = *state;
	char why[128];

	/* TEST-NET of class E: the kernel refuses to go there. */
	assert_int_equal(addr_parse_port("255.255.255.255:9", &b->peer.at), 0);
	bed_probe(b, 0);
	if (b->result.code != PROBE_UNREACHABLE)
		bed_expect(b, PROBE_DOWN, PROBE_SYSTEM);
	assert_int_not_equal(probe_reason(&b->result, why, sizeof(why))[0],
	    '\0');
}

static void
after_stop_nothing_is_called(void **state)
{
	struct bed *b = *state;

	bed_set(b->monitor, "recv", "ready");
	b->peer.mood = PEER_GREET;
	b->peer.drip = 1;
	bed_stop_is_silent(b);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, bed_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(connecting_is_enough_without_recv),
		T(a_verdict_ends_with_a_reset),
		T(recv_waits_for_a_greeting_or_a_reply),
		T(send_reaches_a_peer_that_reads_slowly),
		T(silence_ends_at_probe_timeout),
		T(what_came_counts_when_time_is_over),
		T(refused_reset_and_closed_are_told_apart),
		T(endless_reply_is_cut_at_64_kib),
		T(no_way_to_a_host_is_no_route),
		T(after_stop_nothing_is_called),
	};

	return cmocka_run_group_tests_name("probe_tcp", tests, NULL, NULL);
}
