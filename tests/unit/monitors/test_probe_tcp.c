/* tests/unit/monitors/test_probe_tcp.c - the tcp probe against peers of all
 * moods. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/bed.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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

/* The descriptor that the system gives next, once the peer has heard the end. */
static int
next_fd(struct bed *b)
{
	int fd;

	for (int i = 0; i < 3; i++)
		loop_poll(b->loop);
	fd = dup(STDERR_FILENO);
	close(fd);
	return fd;
}

/* What served one probe serves the next, wherever that goes; what failed, or
 * was stopped, is closed. */
static void
a_socket_serves_many_probes(void **state)
{
	struct bed *b = *state;
	struct probe_job job;
	struct probe *p;
	void *spec;
	int kept, none = next_fd(b);

	b->peer.mood = PEER_HANG;
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	kept = next_fd(b);
	assert_true(kept > none);
	for (int i = 0; i < 10; i++) {
		bed_probe(b, 0);
		bed_expect(b, PROBE_UP, PROBE_OK);
		assert_int_equal(b->result.from.octets[0], 127);
	}
	assert_int_equal(next_fd(b), kept);
	assert_int_equal(b->done, 11);		/* its end was no news */

	spec = b->type->spec_new(b->monitor);
	job = bed_job(b, spec, CLOCK_S);
	p = b->type->start(&job);
	b->type->stop(&p);
	b->type->spec_free(&spec);
	assert_int_equal(next_fd(b), none);

	bed_probe(b, 0);
	peer_close_door(&b->peer);
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_REFUSED);
	assert_true(next_fd(b) <= none);		/* the door's is free, too */
}

/* The other family takes another socket. */
static void
families_do_not_share_a_socket(void **state)
{
	struct bed *b = *state;
	const struct addrport four = b->peer.at;
	struct addrport six;

	b->peer.mood = PEER_HANG;
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_int_equal(addr_parse_port("[::1]:9", &six), 0);
	b->peer.at = six;
	bed_probe(b, 0);
	if (b->result.code != PROBE_LOCAL && b->result.code !=
	    PROBE_UNREACHABLE)		/* a host without IPv6 */
		bed_expect(b, PROBE_DOWN, PROBE_REFUSED);
	b->peer.at = four;
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
}

/* With and without something to say, in turn, on the same socket: a server sees
 * a connection either way. */
static void
who_speaks_may_change(void **state)
{
	struct bed *b = *state;

	b->peer.mood = PEER_ANSWER;
	for (int i = 0; i < 6; i++) {
		bed_set(b->monitor, "send", i % 2 == 0 ? "ping" : "none");
		bed_set(b->monitor, "recv", i % 2 == 0 ? "^ready" : "none");
		bed_probe(b, 0);
		bed_expect(b, PROBE_UP, PROBE_OK);
		loop_poll(b->loop);
	}
	assert_true(b->peer.accepted >= 3);
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
		T(a_socket_serves_many_probes),
		T(families_do_not_share_a_socket),
		T(who_speaks_may_change),
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
