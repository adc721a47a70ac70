/* tests/unit/gtmd/path/test_pathround.c - rounds over the loopback: what is answered is
 * measured and counted, what is silent leads to the next protocol, and no packet
 * leaves before its time. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/io/loop.h"
#include "core/io/sock.h"
#include "gtmd/decide/pathtable.h"
#include "gtmd/path/pathattempt.h"
#include "gtmd/path/pathround.h"

#define BIT(protocol)	(UINT32_C(1) << (protocol))

struct stage {
	struct clock	 clk;
	struct loop	*loop;
	struct pathtable_counts counts;
	struct pathattempt_engine engine;
	struct addr	 host;		/* an address that others hardly use */
	int		 deaf;		/* takes datagrams, answers none; -1 */
	struct pathround_result result;
	unsigned	 done;
};

static int
stage_open(void **state)
{
	static struct stage s;

	s = (struct stage){ .deaf = -1, .host = { AF_INET, { 127,
	    (uint8_t)(64 + getpid() % 128), (uint8_t)(getpid() / 128 % 256),
	    9 } } };
	clock_fake_init(&s.clk, 1000 * CLOCK_S, 0);
	s.loop = loop_new(&s.clk, NULL);
	pathattempt_engine_init(&s.engine, s.loop, &s.counts);
	s.engine.budget.rate = 10000;
	*state = &s;
	return 0;
}

static int
stage_close(void **state)
{
	struct stage *s = *state;

	pathattempt_engine_fini(&s->engine);
	loop_free(&s->loop);
	if (s->deaf != -1)
		(void)close(s->deaf);
	return 0;
}

/* From now on a datagram to the host is silence, not a refusal. */
static void
be_deaf(struct stage *s)
{
	const struct addrport at = { s->host, 33434 };

	s->deaf = sock_open_udp(&at, NULL, NULL);
	assert_true(s->deaf >= 0);
}

static void
on_done(void *arg, const struct pathround_result *r)
{
	struct stage *s = arg;

	s->result = *r;
	s->done++;
}

static struct pathround *
begin(struct stage *s, uint32_t protocols, bool hops)
{
	const struct pathround_config c = {
		.engine = &s->engine, .to = s->host, .protocols = protocols,
		.count_hops = hops, .samples = 4, .hops_samples = 2,
		.hops_timeout_ms = 1000, .hops_len = 64,
		.done = on_done, .arg = s,
	};

	s->done = 0;
	return pathround_start(&c);
}

/* How long the round took, in ms of the fake clock. */
static uint64_t
run(struct stage *s, uint32_t protocols, bool hops)
{
	mono_ns start = loop_now_ns(s->loop);

	(void)begin(s, protocols, hops);
	for (int i = 0; i < 10000 && s->done == 0; i++)
		loop_advance(s->loop, &s->clk, 10 * CLOCK_MS);
	assert_int_equal(s->done, 1);
	return (loop_now_ns(s->loop) - start) / CLOCK_MS;
}

/* A refusal is an answer; on the loopback every packet is there at once. */
static void
each_answer_is_measured(void **state)
{
	static const enum pathsettings_protocol all[] = { PATHSETTINGS_TCP,
	    PATHSETTINGS_UDP, PATHSETTINGS_DNS_DOT, PATHSETTINGS_DNS_REV };
	struct stage *s = *state;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		(void)run(s, BIT(all[i]), true);
		assert_true(s->result.answered);
		assert_int_equal(s->result.protocol, all[i]);
		assert_int_equal(s->result.completion, 100);
		assert_true(s->result.rtt_us >= 1);
		assert_true(s->result.counted);
		assert_int_equal(s->result.hops, 1);
	}
	/* Four samples, and six steps from 64 hops to 1. */
	assert_int_equal(s->counts.sent, 4 * (4 + 6));
	assert_int_equal(s->counts.answered, s->counts.sent);
}

static void
an_echo_is_answered(void **state)
{
	struct stage *s = *state;

	if (geteuid() != 0)
		skip();
	(void)run(s, BIT(PATHSETTINGS_ICMP), true);
	assert_true(s->result.answered);
	assert_int_equal(s->result.completion, 100);
	assert_int_equal(s->result.hops, 1);
	s->host = (struct addr){ AF_INET6, { [15] = 1 } };
	(void)run(s, BIT(PATHSETTINGS_ICMP), true);
	assert_true(s->result.answered);
	assert_int_equal(s->result.hops, 1);
}

static void
silence_leads_to_the_next_protocol(void **state)
{
	struct stage *s = *state;
	uint64_t ms;

	be_deaf(s);
	ms = run(s, BIT(PATHSETTINGS_UDP) | BIT(PATHSETTINGS_DNS_REV), false);
	assert_true(s->result.answered);
	assert_int_equal(s->result.protocol, PATHSETTINGS_DNS_REV);
	assert_int_equal(s->result.completion, 100);
	assert_false(s->result.counted);
	assert_in_range(ms, 4 * PATHROUND_TIMEOUT_MS,
	    4 * PATHROUND_TIMEOUT_MS + 500);
	(void)run(s, BIT(PATHSETTINGS_UDP), true);
	assert_false(s->result.answered);
	assert_int_equal(s->counts.sent, 12);
	assert_int_equal(s->counts.answered, 4);
}

/* Ten packets at four a second. */
static void
packets_keep_to_the_rate(void **state)
{
	struct stage *s = *state;

	s->engine.budget.rate = 4;
	assert_true(run(s, BIT(PATHSETTINGS_UDP), true) >= 9 * 250);
}

static void
after_stop_no_call_comes(void **state)
{
	struct stage *s = *state;
	struct pathround *r;

	be_deaf(s);
	r = begin(s, BIT(PATHSETTINGS_UDP), false);
	loop_advance(s->loop, &s->clk, 100 * CLOCK_MS);
	assert_int_equal(s->counts.sent, 1);
	pathround_stop(&r);
	assert_null(r);
	loop_advance(s->loop, &s->clk, 60 * CLOCK_S);
	assert_int_equal(s->done, 0);
	pathround_stop(&r);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_answer_is_measured,
		    stage_open, stage_close),
		cmocka_unit_test_setup_teardown(an_echo_is_answered,
		    stage_open, stage_close),
		cmocka_unit_test_setup_teardown(
		    silence_leads_to_the_next_protocol, stage_open,
		    stage_close),
		cmocka_unit_test_setup_teardown(packets_keep_to_the_rate,
		    stage_open, stage_close),
		cmocka_unit_test_setup_teardown(after_stop_no_call_comes,
		    stage_open, stage_close),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
