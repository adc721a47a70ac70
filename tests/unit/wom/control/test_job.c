/* tests/unit/wom/control/test_job.c - which streams a job counts, to which octet, and when it
 * says that it will be done. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "wom/control/job.h"
#include "wom/control/jobclients.h"
#include "wom/peer/peerview.h"

#define PEER	"/Common/site-b"
#define START	(100 * CLOCK_S)

/* Streams that a view tells of. */
struct stage {
	struct linkopen	 open[4];
	struct flowview	 flows[4];
	struct flowended ended[4];
	struct peerview	 view;
};

static struct linkopen
to_port(uint16_t port)
{
	struct linkopen o = { .application = "/Common/vmotion" };

	(void)addr_parse_port("192.0.2.7:1", &o.dest);
	(void)addr_parse_port("10.0.0.9:40000", &o.source);
	o.dest.port = port;
	return o;
}

/* One that is open, of an age, and has carried so many octets. */
static void
show_open(struct stage *s, uint64_t id, uint16_t port, dur_ns age,
    uint64_t octets)
{
	size_t i = s->view.flow_count++;

	s->open[i] = to_port(port);
	s->flows[i] = (struct flowview){ .id = id, .open = &s->open[i],
	    .age_ns = age, .counts.lan_in = octets };
	s->view.flow_total = s->view.flow_count;
	s->view.flows = s->flows;
}

static void
show_ended(struct stage *s, uint64_t serial, uint64_t id, mono_ns since,
    uint64_t octets)
{
	struct flowended *e = &s->ended[s->view.ended_count++];

	*e = (struct flowended){ .serial = serial, .id = id, .since = since,
	    .open = to_port(8000), .counts.lan_in = octets };
	s->view.ended = s->ended;
}

static struct job *
vmotion(uint64_t expected)
{
	struct job_filter f = { .port = 8000 };

	(void)snprintf(f.peer, sizeof(f.peer), PEER);
	return job_new("vm1-memory", &f, expected, START);
}

static void
a_filter_is_all_that_is_set(void **state)
{
	struct linkopen o = to_port(8000);
	struct job_filter f = { .port = 0 };

	(void)state;
	assert_true(job_matches(&f, PEER, &o));
	f.port = 8000;
	assert_true(job_matches(&f, PEER, &o));
	f.port = 8001;
	assert_false(job_matches(&f, PEER, &o));
	f.port = 0;
	assert_int_equal(addr_parse_prefix("192.0.2.0/24", &f.destination), 0);
	assert_int_equal(addr_parse_prefix("10.0.0.9", &f.source), 0);
	assert_true(job_matches(&f, PEER, &o));
	o.source.addr.octets[3] = 8;
	assert_false(job_matches(&f, PEER, &o));
	o = to_port(8000);
	(void)snprintf(f.application, sizeof(f.application), "/Common/nfc");
	assert_false(job_matches(&f, PEER, &o));
	(void)snprintf(f.application, sizeof(f.application),
	    "/Common/vmotion");
	(void)snprintf(f.peer, sizeof(f.peer), "/Common/site-c");
	assert_false(job_matches(&f, PEER, &o));
}

/* A view of this moment. */
static void
look(struct job *j, struct stage *s, mono_ns now)
{
	s->view.made = now;
	job_look(j, PEER, &s->view, now);
}

/* What was carried before the job was made is another's. */
static void
it_counts_from_its_making_on(void **state)
{
	struct stage s = { 0 };
	struct job *j = vmotion(0);
	struct job_state st;

	(void)state;
	show_open(&s, 1, 8000, 50 * CLOCK_S, 700);	/* long before */
	show_open(&s, 2, 8000, 0, 100);			/* just now */
	show_open(&s, 3, 902, 0, 5000);			/* not its own */
	look(j, &s, START + CLOCK_S);
	job_state(j, START + CLOCK_S, &st);
	assert_int_equal(st.octets, 100);
	assert_int_equal(st.streams, 2);
	s.flows[0].counts.lan_in = 1000;
	s.flows[1].counts.lan_in = 400;
	look(j, &s, START + 2 * CLOCK_S);
	job_state(j, START + 2 * CLOCK_S, &st);
	assert_int_equal(st.octets, 300 + 400);
	job_free(&j);
	assert_null(j);
	job_free(&j);
}

/* Views come late: how old a stream is goes by when its view was made. */
static void
a_late_view_makes_nothing_younger(void **state)
{
	struct stage s = { 0 };
	struct job *j = vmotion(0);
	struct job_state st;

	(void)state;
	show_open(&s, 1, 8000, CLOCK_S, 700);
	s.view.made = START + CLOCK_S / 2;
	job_look(j, PEER, &s.view, START + 5 * CLOCK_S);
	job_state(j, START + 5 * CLOCK_S, &st);
	assert_int_equal(st.octets, 0);
	job_free(&j);
}

static void
streams_that_end_keep_their_last_octets(void **state)
{
	struct stage s = { 0 };
	struct job *j = vmotion(0);
	struct job_state st;

	(void)state;
	show_open(&s, 1, 8000, 0, 100);
	look(j, &s, START + CLOCK_S);
	s = (struct stage){ 0 };
	/* It went on after we had looked; another came and went between. */
	show_ended(&s, 1, 1, START, 900);
	show_ended(&s, 2, 2, START + CLOCK_S, 50);
	show_ended(&s, 3, 3, START - CLOCK_S, 77);
	for (int i = 0; i < 3; i++)
		look(j, &s, START + 2 * CLOCK_S);
	job_state(j, START + 2 * CLOCK_S, &st);
	assert_int_equal(st.octets, 950);
	assert_int_equal(st.streams, 0);
	assert_int_equal(st.ended, 2);
	job_free(&j);
}

/* Nobody knows whose they were, so it is told to all. */
static void
what_could_not_be_counted_is_told(void **state)
{
	struct stage s = { .view.ended_missed = 5 };
	struct job *j = vmotion(0);
	struct job_state st;

	(void)state;
	look(j, &s, START - 1);		/* of before */
	job_state(j, START, &st);
	assert_int_equal(st.missed, 0);
	look(j, &s, START + CLOCK_S);
	s.view.ended_missed = 0;
	look(j, &s, START + 2 * CLOCK_S);
	job_state(j, START + 2 * CLOCK_S, &st);
	assert_int_equal(st.missed, 5);
	assert_int_equal(st.ended, 0);
	job_free(&j);
}

/* One that is neither open nor among those that ended has ended, with what was seen of it. */
static void
a_stream_that_is_gone_is_not_open(void **state)
{
	struct stage s = { 0 };
	struct job *j = vmotion(0);
	struct job_state st;

	(void)state;
	show_open(&s, 1, 8000, 0, 100);
	look(j, &s, START + CLOCK_S);
	s = (struct stage){ 0 };
	job_look(j, "/Common/site-c", &s.view, START + CLOCK_S);
	job_state(j, START + CLOCK_S, &st);
	assert_int_equal(st.streams, 1);
	look(j, &s, START + CLOCK_S);
	job_state(j, START + CLOCK_S, &st);
	assert_int_equal(st.streams, 0);
	assert_int_equal(st.ended, 1);
	assert_int_equal(st.octets, 100);
	job_free(&j);
}

/* 10,000 octets each half second, 100,000 in all: the end is known. */
static void
the_end_follows_from_the_rate(void **state)
{
	struct stage s = { 0 };
	struct job *j = vmotion(100000);
	struct job_state st;
	mono_ns now = START;

	(void)state;
	job_state(j, now, &st);
	assert_false(st.ends);
	show_open(&s, 1, 8000, 0, 0);
	for (int i = 1; i <= 5; i++) {
		now += CLOCK_S / 2;
		s.flows[0].counts.lan_in = (uint64_t)i * 10000;
		look(j, &s, now);
	}
	job_state(j, now, &st);
	assert_true(st.ends);
	assert_in_range(st.rate_bps, 159000, 161000);
	assert_in_range(st.left_ns, 2480 * CLOCK_MS, 2520 * CLOCK_MS);
	/* Nothing moves any more: nobody knows. */
	for (int i = 0; i < 20; i++)
		look(j, &s, now += CLOCK_S / 2);
	job_state(j, now, &st);
	assert_int_equal(st.rate_bps, 0);
	assert_false(st.ends);
	s.flows[0].counts.lan_in = 100000;
	look(j, &s, now);
	job_state(j, now, &st);
	assert_true(st.ends);
	assert_int_equal(st.left_ns, 0);
	job_free(&j);
}

/* Octets of a stream go to its client once, whether it was seen open or not. */
static void
clients_are_told_apart(void **state)
{
	struct stage s = { 0 };
	struct job *j = vmotion(0);
	struct jobclients_row top[4];
	struct job_state st;

	(void)state;
	show_open(&s, 1, 8000, 0, 100);
	show_open(&s, 2, 8000, 0, 50);
	assert_int_equal(addr_parse("192.0.2.9", &s.flows[0].client), 0);
	assert_int_equal(addr_parse("198.51.100.9", &s.flows[1].client), 0);
	look(j, &s, START + CLOCK_S);
	s.flows[0].counts.lan_in = 300;
	look(j, &s, START + 2 * CLOCK_S);
	s.view.flow_count = s.view.flow_total = 1;
	show_ended(&s, 1, 2, START, 60);
	show_ended(&s, 2, 3, START + CLOCK_S, 7);
	assert_int_equal(addr_parse("192.0.2.10", &s.ended[1].client), 0);
	look(j, &s, START + 3 * CLOCK_S);
	job_state(j, START + 3 * CLOCK_S, &st);
	assert_int_equal(jobclients_top(st.clients, top, 4), 2);
	assert_int_equal(top[0].connections, 2);
	assert_int_equal(top[0].octets, 307);
	assert_int_equal(top[1].connections, 1);
	assert_int_equal(top[1].octets, 60);
	job_free(&j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_filter_is_all_that_is_set),
		cmocka_unit_test(it_counts_from_its_making_on),
		cmocka_unit_test(a_late_view_makes_nothing_younger),
		cmocka_unit_test(streams_that_end_keep_their_last_octets),
		cmocka_unit_test(what_could_not_be_counted_is_told),
		cmocka_unit_test(a_stream_that_is_gone_is_not_open),
		cmocka_unit_test(the_end_follows_from_the_rate),
		cmocka_unit_test(clients_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
