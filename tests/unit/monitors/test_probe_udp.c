/* tests/unit/monitors/test_probe_udp.c - the udp probe against peers that answer,
 * keep silent, or are not there. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/bed.h"

#include <string.h>

#include "monitors/probe_udp.h"
#include "tests/unit/monitors/echoer.h"

static struct echoer echoer;

static int
set_up(void **state)
{
	static struct bed b;

	bed_open(&b, &probe_udp_type);
	echoer_open(&echoer, b.loop);
	b.peer.at = echoer.at;
	echoer.answer = echoer_say_text;
	echoer.text = "ready";
	*state = &b;
	return 0;
}

static int
tear_down(void **state)
{
	echoer_close(&echoer);
	return bed_tear_down(state);
}

static void
any_answer_is_up_without_recv(void **state)
{
	struct bed *b = *state;
	mono_ns start = loop_now_ns(b->loop);

	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_int_equal(loop_now_ns(b->loop), start);
	assert_int_equal(b->result.from.octets[0], 127);
	assert_int_equal(echoer.heard_len, strlen("default send string"));
	assert_memory_equal(echoer.heard, "default send string",
	    echoer.heard_len);
}

/* F5's rule: three attempts of a second, and nobody said no. */
static void
silence_is_up_without_recv_once_all_attempts_are_spent(void **state)
{
	struct bed *b = *state;
	mono_ns start = loop_now_ns(b->loop);

	echoer.answer = NULL;
	bed_probe(b, 50 * CLOCK_MS);
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_int_equal(loop_now_ns(b->loop) - start, 3 * CLOCK_S);
	assert_int_equal(echoer.heard_count, 3);
	bed_set(b->monitor, "probe-attempts", "9");
	bed_probe(b, 50 * CLOCK_MS);		/* probe-timeout, 5 s, is first */
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_int_equal(loop_now_ns(b->loop) - start, 8 * CLOCK_S);
}

static void
silence_is_silence_with_recv(void **state)
{
	struct bed *b = *state;

	echoer.answer = NULL;
	bed_set(b->monitor, "recv", "ready");
	bed_probe(b, 50 * CLOCK_MS);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
	bed_set(b->monitor, "probe-attempts", "9");
	bed_probe(b, 50 * CLOCK_MS);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
}

static void
one_lost_datagram_is_asked_again(void **state)
{
	struct bed *b = *state;
	mono_ns start = loop_now_ns(b->loop);

	echoer.deaf = 1;
	bed_set(b->monitor, "recv", "ready");
	bed_probe(b, 50 * CLOCK_MS);
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_int_equal(echoer.heard_count, 2);
	assert_true(loop_now_ns(b->loop) - start < 2 * CLOCK_S);
}

static void
recv_and_reverse_judge_the_answer(void **state)
{
	struct bed *b = *state;

	bed_set(b->monitor, "recv", "^ready$");
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	bed_set(b->monitor, "reverse", "enabled");
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_MATCH);
	echoer.text = "steady";
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	bed_set(b->monitor, "reverse", "disabled");
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_NO_MATCH);
}

static void
nobody_at_the_port_is_refused(void **state)
{
	struct bed *b = *state;

	echoer_close(&echoer);
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_REFUSED);
}

/* The socket is connected: the kernel drops what others send to its port. */
static void
who_was_not_asked_is_not_heard(void **state)
{
	struct bed *b = *state;
	void *spec = b->type->spec_new(b->monitor);
	struct probe_job job = bed_job(b, spec, 5 * CLOCK_S);
	struct probe *p;
	struct echoer other;

	echoer.answer = NULL;
	bed_set(b->monitor, "recv", "ready");
	b->type->spec_free(&spec);
	spec = b->type->spec_new(b->monitor);
	job.spec = spec;
	p = b->type->start(&job);
	assert_non_null(p);
	loop_advance(b->loop, &b->clk, 0);
	assert_int_equal(echoer.heard_count, 1);
	echoer_open(&other, b->loop);
	for (unsigned port = 1024; port < 65536; port++) {
		struct addrport to = { .addr = other.at.addr,
		    .port = (uint16_t)port };
		struct sockaddr_storage ss;
		socklen_t len = addr_to_sockaddr(&to.addr, to.port, &ss);

		(void)!sendto(other.fd, "ready", 5, MSG_DONTWAIT,
		    (struct sockaddr *)&ss, len);
	}
	loop_advance(b->loop, &b->clk, 0);
	assert_int_equal(b->done, 0);
	loop_advance(b->loop, &b->clk, 3 * CLOCK_S);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
	echoer_close(&other);
	b->type->spec_free(&spec);
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

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(any_answer_is_up_without_recv),
		T(silence_is_up_without_recv_once_all_attempts_are_spent),
		T(silence_is_silence_with_recv),
		T(one_lost_datagram_is_asked_again),
		T(recv_and_reverse_judge_the_answer),
		T(nobody_at_the_port_is_refused),
		T(who_was_not_asked_is_not_heard),
		T(after_stop_nothing_is_called),
	};

	return cmocka_run_group_tests_name("probe_udp", tests, NULL, NULL);
}
