/* tests/unit/gtmd/decide/test_decision_log.c - what an answer leaves behind, and how
 * it comes from thread to thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/wire/wbuf.h"
#include "gtmd/count/tally.h"
#include "gtmd/decide/choose.h"
#include "gtmd/decide/decision_log.h"
#include "gtmd/decide/decision_spec.h"
#include "gtmd/topology/asker.h"

/* ---- the ring ---- */

static void
write_one(struct decision_log *l, uint64_t wide)
{
	struct decision_log_record *r = decision_log_place(l, 1);

	if (r == NULL)
		return;
	*r = (struct decision_log_record){ .wide = wide };
	decision_log_put(l);
}

struct seen {
	struct decision_log_record v[4 * DECISION_LOG_RING];
	size_t		 count;
};

static void
on_record(void *arg, const struct decision_log_record *r)
{
	struct seen *s = arg;

	assert_true(s->count < sizeof(s->v) / sizeof(s->v[0]));
	s->v[s->count++] = *r;
}

static void
records_come_in_their_order_each_thread_in_its_turn(void **state)
{
	static const uint64_t want[] = { 1, 11, 2, 3, 12 };
	struct decision_log *a = decision_log_open(), *b = decision_log_open();
	static struct seen s;

	(void)state;
	s.count = 0;
	for (uint64_t i = 1; i <= 3; i++)
		write_one(a, i);
	write_one(b, 11);
	write_one(b, 12);
	assert_int_equal(decision_log_drain(3, on_record, &s), 3);
	assert_int_equal(decision_log_drain(100, on_record, &s), 2);
	assert_int_equal(decision_log_drain(100, on_record, &s), 0);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(s.v[i].wide, want[i]);
	decision_log_close(&a);
	decision_log_close(&b);
	assert_null(a);
}

static void
what_has_no_room_or_no_reader_is_counted(void **state)
{
	uint64_t before = decision_log_dropped();
	struct decision_log *l = decision_log_open();
	static struct seen s;

	(void)state;
	s.count = 0;
	for (uint64_t i = 0; i < DECISION_LOG_RING + 7; i++)
		write_one(l, i);
	assert_int_equal(decision_log_dropped() - before, 7);
	assert_int_equal(decision_log_drain(10, on_record, &s), 10);
	assert_int_equal(s.v[9].wide, 9);
	write_one(l, 1000);
	assert_int_equal(decision_log_dropped() - before, 7);
	decision_log_close(&l);
	assert_int_equal(decision_log_dropped() - before,
	    7 + DECISION_LOG_RING - 9);
}

/* One of n, and not in step with whoever takes turns. */
static void
a_sample_takes_its_share_and_keeps_no_step(void **state)
{
	struct decision_log *l = decision_log_open();
	unsigned even = 0, odd = 0;

	(void)state;
	for (unsigned i = 0; i < 80000; i++) {
		if (decision_log_place(l, 8) == NULL)
			continue;
		if (i % 2 == 0)
			even++;
		else
			odd++;
	}
	/* 5,000 each are due; 7 standard deviations are below 500. */
	assert_in_range(even, 4500, 5500);
	assert_in_range(odd, 4500, 5500);
	decision_log_close(&l);
}

#define THROUGH	100000

static void *
writer(void *arg)
{
	for (uint64_t i = 1; i <= THROUGH; i++)
		write_one(arg, i);
	return NULL;
}

/* Whatever comes is whole, and later than what came before. */
static void
on_later(void *arg, const struct decision_log_record *r)
{
	uint64_t *last = arg;

	assert_true(r->wide > *last && r->wide <= THROUGH);
	assert_int_equal(r->when, 0);
	*last = r->wide;
}

static void
a_reader_beside_the_writer_loses_none_unseen(void **state)
{
	uint64_t before = decision_log_dropped(), got = 0, last = 0;
	struct decision_log *l = decision_log_open();
	pthread_t t;

	(void)state;
	assert_int_equal(pthread_create(&t, NULL, writer, l), 0);
	while (got + (decision_log_dropped() - before) < THROUGH)
		got += decision_log_drain(64, on_later, &last);
	assert_int_equal(pthread_join(t, NULL), 0);
	assert_int_equal(decision_log_drain(64, on_later, &last), 0);
	decision_log_close(&l);
	assert_int_equal(got + (decision_log_dropped() - before), THROUGH);
}

/* ---- what a decision writes ---- */

enum { WIDE_SLOT = 0, POOL_SLOT = 10, MEMBER_SLOT = 30, KEY = 77, MADE = 5 };

struct setup {
	struct decision_spec spec;
	struct decision_spec_pool pool;
	struct decision_spec_member member;
	struct clock	 clock;
	struct decision_log *log;
	uint64_t	 cells[64];
};

static void
open_setup(struct setup *s)
{
	memset(s, 0, sizeof(*s));
	clock_fake_init(&s->clock, CLOCK_S, 1700000000);
	s->log = decision_log_open();
	s->member = (struct decision_spec_member){ .enabled = true,
	    .available = true, .ratio = 1, .slot = MEMBER_SLOT, .key = 9,
	    .addr = { AF_INET, { 192, 0, 2, 1 } } };
	s->pool = (struct decision_spec_pool){ .enabled = true, .verify = true,
	    .ratio = 1, .preferred = &choose_round_robin,
	    .alternate = choose_find(POOL_LB_NONE),
	    .fallback = choose_find(POOL_LB_NONE), .ttl_s = 15,
	    .max_answers = 1, .slot = POOL_SLOT, .key = 8,
	    .members = &s->member, .member_count = 1 };
	s->spec = (struct decision_spec){ .mode = &choose_round_robin,
	    .slot = WIDE_SLOT, .key = KEY, .made = MADE, .pools = &s->pool,
	    .pool_count = 1, .log_one_of = 1 };
}

/* Asks once; the records that this left. */
static size_t
ask(struct setup *s, bool peeks, struct seen *seen)
{
	struct decision *d = decision_compile(&s->spec);
	struct tally tally = { s->cells };
	struct sockaddr_storage from;
	const struct addr resolver = { AF_INET, { 198, 51, 100, 7 } };
	struct asker asker = { .clock = &s->clock, .log = s->log,
	    .peeks = peeks, .from = (const struct sockaddr *)&from,
	    .client = { { AF_INET, { 203, 0, 113 } }, 24 } };
	struct decision_ask a = { &tally, &asker, 0xc00c };
	struct decision_out out;
	uint8_t octets[512];
	struct wbuf w;

	(void)addr_to_sockaddr(&resolver, 53, &from);
	wbuf_init(&w, octets, sizeof(octets));
	decision_answer(d, &a, &w, &out);
	decision_compile_free(&d);
	seen->count = 0;
	return decision_log_drain(10, on_record, seen);
}

static void
an_answer_says_who_asked_and_which_member_it_was(void **state)
{
	static struct setup s;
	static struct seen seen;
	char text[ADDR_TEXT_MAX];

	(void)state;
	open_setup(&s);
	assert_int_equal(ask(&s, false, &seen), 1);
	assert_int_equal(seen.v[0].when, 1700000000);
	assert_int_equal(seen.v[0].wide, KEY);
	assert_int_equal(seen.v[0].made, MADE);
	assert_string_equal(addr_format(&seen.v[0].resolver, text),
	    "198.51.100.7");
	assert_string_equal(addr_format_prefix(&seen.v[0].subnet, text),
	    "203.0.113.0/24");
	assert_int_equal(seen.v[0].pool, POOL_SLOT + DECISION_PREFERRED);
	assert_int_equal(seen.v[0].member, MEMBER_SLOT + DECISION_PREFERRED);
	assert_int_equal(seen.v[0].count, 1);
	assert_int_equal(seen.v[0].action, DECISION_ANSWER);
	decision_log_close(&s.log);
}

static void
who_peeks_and_who_is_not_logged_leaves_nothing(void **state)
{
	static struct setup s;
	static struct seen seen;

	(void)state;
	open_setup(&s);
	assert_int_equal(ask(&s, true, &seen), 0);
	s.spec.log_one_of = 0;
	assert_int_equal(ask(&s, false, &seen), 0);
	s.spec.log_one_of = 1;
	decision_log_close(&s.log);	/* a thread without */
	assert_int_equal(ask(&s, false, &seen), 0);
}

static void
what_is_no_answer_says_what_it_was(void **state)
{
	static struct setup s;
	static struct seen seen;

	(void)state;
	open_setup(&s);
	s.member.available = false;
	assert_int_equal(ask(&s, false, &seen), 1);
	assert_int_equal(seen.v[0].action, DECISION_NODATA);
	assert_int_equal(seen.v[0].pool, DECISION_LOG_NOBODY);
	assert_int_equal(seen.v[0].member, DECISION_LOG_NOBODY);
	s.spec.failure_rcode_response = true;
	s.spec.failure_rcode = 3;
	assert_int_equal(ask(&s, false, &seen), 1);
	assert_int_equal(seen.v[0].action, DECISION_RCODE);
	assert_int_equal(seen.v[0].rcode, 3);
	s.spec.failure_rcode_response = false;
	s.pool.fallback = choose_find(POOL_LB_RETURN_TO_DNS);
	assert_int_equal(ask(&s, false, &seen), 1);
	assert_int_equal(seen.v[0].action, DECISION_ZONE);
	assert_int_equal(seen.v[0].pool, POOL_SLOT + DECISION_RETURNED);
	s.pool.fallback = choose_find(POOL_LB_DROP_PACKET);
	assert_int_equal(ask(&s, false, &seen), 1);
	assert_int_equal(seen.v[0].pool, POOL_SLOT + DECISION_DROPPED);
	s.pool.fallback = choose_find(POOL_LB_FALLBACK_IP);
	s.pool.fallback_ip = (struct addr){ AF_INET, { 192, 0, 2, 9 } };
	assert_int_equal(ask(&s, false, &seen), 1);
	assert_int_equal(seen.v[0].action, DECISION_ANSWER);
	assert_int_equal(seen.v[0].pool, POOL_SLOT + DECISION_FALLBACK);
	assert_int_equal(seen.v[0].member, POOL_SLOT + DECISION_FALLBACK_IP);
	decision_log_close(&s.log);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    records_come_in_their_order_each_thread_in_its_turn),
		cmocka_unit_test(what_has_no_room_or_no_reader_is_counted),
		cmocka_unit_test(a_sample_takes_its_share_and_keeps_no_step),
		cmocka_unit_test(a_reader_beside_the_writer_loses_none_unseen),
		cmocka_unit_test(
		    an_answer_says_who_asked_and_which_member_it_was),
		cmocka_unit_test(
		    who_peeks_and_who_is_not_logged_leaves_nothing),
		cmocka_unit_test(what_is_no_answer_says_what_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
