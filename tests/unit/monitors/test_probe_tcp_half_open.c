/* tests/unit/monitors/test_probe_tcp_half_open.c - a port that takes connections,
 * one that refuses, and one whose queue is full. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/bed.h"

#include <sys/socket.h>
#include <unistd.h>

#include "core/io/sock.h"
#include "monitors/probe_tcp_half_open.h"

static int
set_up(void **state)
{
	static struct bed b;

	bed_open(&b, &probe_tcp_half_open_type);
	*state = &b;
	return 0;
}

/* The reset goes out in place of the last ACK: nobody accepts anything. */
static void
the_listener_never_sees_a_connection(void **state)
{
	struct bed *b = *state;

	for (int i = 0; i < 20; i++) {
		bed_probe(b, 0);
		bed_expect(b, PROBE_UP, PROBE_OK);
		assert_int_equal(b->result.from.octets[0], 127);
	}
	for (int i = 0; i < 20; i++)
		loop_poll(b->loop);
	assert_int_equal(b->peer.accepted, 0);
}

static void
a_closed_port_is_refused(void **state)
{
	struct bed *b = *state;

	peer_close_door(&b->peer);
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_REFUSED);
}

/* A listener whose queue is full drops SYNs: each attempt has its second. */
static void
silence_ends_after_all_attempts(void **state)
{
	struct bed *b = *state;
	struct sockaddr_storage ss;
	struct addrport at;
	int fd = socket(AF_INET, SOCK_STREAM, 0), full[8];
	socklen_t len;
	mono_ns start;

	assert_int_equal(addr_parse_port("127.0.0.1:0", &at), 0);
	len = addr_to_sockaddr(&at.addr, 0, &ss);
	assert_int_equal(bind(fd, (struct sockaddr *)&ss, len), 0);
	assert_int_equal(listen(fd, 0), 0);
	sock_local(fd, &b->peer.at);
	for (size_t i = 0; i < 8; i++)
		full[i] = sock_connect_tcp(&b->peer.at);
	start = loop_now_ns(b->loop);
	bed_probe(b, 50 * CLOCK_MS);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
	assert_int_equal(loop_now_ns(b->loop) - start, 3 * CLOCK_S);
	bed_set(b->monitor, "probe-attempts", "50");
	bed_probe(b, 50 * CLOCK_MS);		/* probe-timeout comes first */
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
	assert_int_equal(loop_now_ns(b->loop) - start, 8 * CLOCK_S);
	for (size_t i = 0; i < 8; i++)
		(void)close(full[i]);
	(void)close(fd);
}

static void
after_stop_nothing_is_called(void **state)
{
	struct bed *b = *state;
	void *spec = b->type->spec_new(b->monitor);
	struct probe_job job = bed_job(b, spec, CLOCK_S);
	struct probe *p = b->type->start(&job);

	b->type->stop(&p);
	assert_null(p);
	loop_advance(b->loop, &b->clk, 5 * CLOCK_S);
	assert_int_equal(b->done, 0);
	b->type->spec_free(&spec);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, bed_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(the_listener_never_sees_a_connection),
		T(a_closed_port_is_refused),
		T(silence_ends_after_all_attempts),
		T(after_stop_nothing_is_called),
	};

	return cmocka_run_group_tests_name("probe_tcp_half_open", tests, NULL,
	    NULL);
}
