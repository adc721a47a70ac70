/* tests/unit/gtmd/decide/test_ledger.c - until when an answer may be cached, by whom,
 * and what many threads make of it. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>

#include "core/base/addr.h"
#include "core/base/rand.h"
#include "gtmd/decide/ledger.h"
#include "gtmd/decide/ledgerlate.h"

#define THREADS	4
#define ROUNDS	100000
#define WIDE	7
#define OLD	80	/* slots of two pools */
#define NEW	96
#define METHODS	8

static struct ledger_client
client_of(const char *address)
{
	static const struct addr_prefix none;
	struct sockaddr_storage ss;
	struct ledger_client c;
	struct addr a;

	assert_int_equal(addr_parse(address, &a), 0);
	(void)addr_to_sockaddr(&a, 53, &ss);
	ledger_client((const struct sockaddr *)&ss, &none, &c);
	return c;
}

static struct ledger_client
subnet_of(const char *prefix)
{
	struct addr_prefix p;
	struct ledger_client c;

	assert_int_equal(addr_parse_prefix(prefix, &p), 0);
	ledger_client(NULL, &p, &c);
	return c;
}

static void
note(struct ledger *l, const char *address, uint32_t slot, uint32_t ttl_s,
    uint32_t now_s)
{
	ledger_note(l, &(struct ledger_answer){ WIDE, client_of(address), slot,
	    ttl_s }, now_s);
}

static uint32_t
expires(const struct ledger *l, uint32_t slot)
{
	struct ledger_told t;

	ledger_told(l, WIDE, slot, METHODS, &t);
	return t.expires_s;
}

struct seen {
	struct ledger_row last;
	size_t	 count;
	uint64_t answers;
};

static void
on_row(void *arg, const struct ledger_row *r)
{
	struct seen *s = arg;

	s->last = *r;
	s->count++;
	s->answers += r->count;
}

static struct seen
look(const struct ledger *l, uint64_t wide)
{
	struct seen s = { .count = 0 };

	ledger_each(l, wide, on_row, &s);
	return s;
}

static void
all_wide_ips_are_walked_at_once(void **state)
{
	struct ledger *l = ledger_new(64, 100);
	struct ledger_answer other = { WIDE + 1, client_of("192.0.2.9"), OLD, 5 };

	(void)state;
	note(l, "192.0.2.1", OLD, 15, 110);
	note(l, "192.0.2.2", OLD, 15, 110);
	ledger_note(l, &other, 110);
	assert_int_equal(look(l, WIDE).count, 2);
	assert_int_equal(look(l, WIDE + 1).last.wide, WIDE + 1);
	assert_int_equal(look(l, WIDE + 1).count, 1);
	assert_int_equal(look(l, 0).count, 3);
	ledger_free(&l);
}

static void
the_last_answer_says_how_long(void **state)
{
	struct ledger *l = ledger_new(64, 100);
	struct ledger_told t;

	(void)state;
	assert_int_equal(expires(l, OLD), 0);
	note(l, "192.0.2.1", OLD + 2, 15, 110);
	note(l, "192.0.2.2", OLD, 15, 120);
	note(l, "192.0.2.1", NEW, 15, 200);
	assert_int_equal(expires(l, OLD), 136);
	assert_int_equal(expires(l, NEW), 216);
	/* A lower TTL later takes nothing back. */
	note(l, "192.0.2.3", OLD, 5, 121);
	ledger_told(l, WIDE, OLD, METHODS, &t);
	assert_int_equal(t.expires_s, 136);
	assert_int_equal(t.last_s, 120);
	ledger_free(&l);
	assert_null(l);
	ledger_free(&l);
}

/* What an earlier process told up to its end may be cached, too. */
static void
a_start_proves_nothing_of_before(void **state)
{
	struct ledger *l = ledger_new(64, 100);
	struct ledger_told t;

	(void)state;
	ledger_told(l, WIDE, OLD, METHODS, &t);
	assert_int_equal(ledger_until(l, &t, 30), 131);
	note(l, "192.0.2.1", OLD, 30, 105);
	ledger_told(l, WIDE, OLD, METHODS, &t);
	assert_int_equal(ledger_until(l, &t, 30), 136);
	ledger_free(&l);
}

static void
a_client_has_one_row(void **state)
{
	struct ledger *l = ledger_new(64, 0);
	struct seen s;

	(void)state;
	note(l, "192.0.2.1", OLD, 15, 100);
	note(l, "192.0.2.1", OLD, 15, 103);
	note(l, "192.0.2.1", NEW, 10, 150);
	s = look(l, WIDE);
	assert_int_equal(s.count, 1);
	assert_int_equal(s.last.count, 3);
	assert_int_equal(s.last.slot, NEW);
	assert_int_equal(s.last.ttl_s, 10);
	assert_int_equal(s.last.first_s, 100);
	assert_int_equal(s.last.last_s, 150);
	assert_int_equal(s.last.expires_s, 161);
	assert_int_equal(s.last.gap_s, 47);
	assert_int_equal(look(l, WIDE + 1).count, 0);
	ledger_free(&l);
}

static void
clients_are_shown_as_networks(void **state)
{
	static const char *const want[] = {
		"192.0.2.1/32", "2001:db8::/64", "198.51.100.0/24", "2001:db8::/56"
	};
	const struct ledger_client c[] = {
		client_of("192.0.2.1"), client_of("2001:db8::77"),
		subnet_of("198.51.100.0/24"), subnet_of("2001:db8::/56"),
	};
	char text[ADDR_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct addr_prefix p;

		ledger_network(&c[i], &p);
		assert_string_equal(addr_format_prefix(&p, text), want[i]);
		assert_int_equal(c[i].subnet, i >= 2);
	}
}

/* Eight rows: who has nothing any more makes room first, then who has it for the
 * shortest time, and that is told. The pool's word stays true. */
static void
a_full_ledger_forgets_clients_and_no_pool(void **state)
{
	struct ledger *l = ledger_new(8, 0);
	struct ledger_sums sums;
	char address[32];
	struct seen s;

	(void)state;
	for (int i = 0; i < 8; i++) {
		(void)snprintf(address, sizeof(address), "192.0.2.%d", i);
		note(l, address, OLD, i == 3 ? 5 : 100 - (uint32_t)i, 100);
	}
	note(l, "198.51.100.1", OLD, 50, 106);
	ledger_sum(l, &sums);
	assert_int_equal(sums.forgotten, 0);
	note(l, "198.51.100.2", OLD, 500, 106);
	ledger_sum(l, &sums);
	assert_int_equal(sums.forgotten, 1);
	assert_true(sums.whole);
	s = look(l, WIDE);
	assert_int_equal(s.count, 8);
	for (int i = 0; i < 64; i++) {
		(void)snprintf(address, sizeof(address), "203.0.113.%d", i);
		note(l, address, NEW, 1000, 107);
	}
	assert_int_equal(expires(l, OLD), 607);
	assert_int_equal(look(l, WIDE).count, 8);
	ledger_free(&l);
}

/* More pools than there are places: nothing is proven any more, and it says so. */
static void
no_room_for_a_pool_is_told(void **state)
{
	struct ledger *l = ledger_new(8, 0);
	struct ledger_sums sums;

	(void)state;
	for (uint32_t i = 0; i < LEDGER_POOLS; i++)
		note(l, "192.0.2.1", i, 1, 1);
	for (uint32_t i = 0; i < LEDGER_POOLS; i++)
		note(l, "192.0.2.1", LEDGER_POOLS + i, 1, 1);
	ledger_sum(l, &sums);
	assert_false(sums.whole);
	ledger_free(&l);
}

static void
an_endless_ttl_stays_in_range(void **state)
{
	struct ledger *l = ledger_new(8, 0);

	(void)state;
	note(l, "192.0.2.1", OLD, UINT32_MAX, 10);
	assert_int_equal(expires(l, OLD), UINT32_MAX);
	ledger_free(&l);
}

static enum ledgerlate
late(const struct ledger *l, const char *prefix, uint32_t when_s)
{
	const struct ledgerlate_visit v = { WIDE, OLD, METHODS, when_s };
	struct addr_prefix p;

	assert_int_equal(addr_parse_prefix(prefix, &p), 0);
	return ledgerlate_judge(l, &v, &p);
}

static void
a_late_visit_is_explained_or_not(void **state)
{
	struct ledger *l = ledger_new(64, 0);

	(void)state;
	note(l, "192.0.2.1", OLD, 15, 100);
	note(l, "198.51.100.1", OLD, 100, 100);
	assert_int_equal(late(l, "192.0.2.0/24", 110), LEDGERLATE_CACHED);
	assert_int_equal(late(l, "192.0.2.1/32", 115), LEDGERLATE_CACHED);
	assert_int_equal(late(l, "192.0.2.0/24", 116), LEDGERLATE_EXPIRED);
	assert_int_equal(late(l, "203.0.113.0/24", 116), LEDGERLATE_UNKNOWN);
	assert_int_equal(late(l, "2001:db8::/56", 116), LEDGERLATE_UNKNOWN);
	/* Nobody at all has it any more: known or not. */
	assert_int_equal(late(l, "203.0.113.0/24", 201), LEDGERLATE_EXPIRED);
	/* It was sent elsewhere since. */
	note(l, "192.0.2.1", NEW, 900, 112);
	assert_int_equal(late(l, "192.0.2.1/32", 113), LEDGERLATE_EXPIRED);
	assert_string_equal(ledgerlate_word(LEDGERLATE_EXPIRED), "expired");
	ledger_free(&l);
}

/* ---- threads ---- */

struct worker {
	struct ledger	*l;
	struct rand	 rand;
	uint32_t	 latest;
	unsigned	 number;
	unsigned	*writing;	/* how many yet do */
	pthread_barrier_t *start;	/* together */
};

static void *
write_much(void *arg)
{
	struct worker *w = arg;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		uint32_t now_s = 1000 + i / 100;
		struct ledger_answer a = {
			.wide = WIDE, .slot = OLD + w->number,
			.ttl_s = w->number,
			.client = { { 0, UINT64_C(0xffff00000000) |
			    rand_below(&w->rand, 16) }, 32, false },
		};

		ledger_note(w->l, &a, now_s);
		if (now_s + a.ttl_s + 1 > w->latest)
			w->latest = now_s + a.ttl_s + 1;
	}
	__atomic_fetch_sub(w->writing, 1, __ATOMIC_RELEASE);
	return NULL;
}

/* A row is one answer's, not half of another's: what write_much writes. */
static void
on_whole_row(void *arg, const struct ledger_row *r)
{
	(void)arg;
	if (r->slot != OLD + r->ttl_s)
		fail_msg("slot %u with a ttl of %u", r->slot - OLD, r->ttl_s);
}

/* All write the same few rows: no answer that was noted is lost but those that
 * are told of, none is counted twice, who reads sees whole rows, and the pool's word is
 * the latest. */
static void
many_write_at_the_same_time(void **state)
{
	struct ledger *l = ledger_new(256, 0);
	struct worker w[THREADS] = { { .l = l } };
	pthread_t threads[THREADS];
	unsigned writing = THREADS;
	struct ledger_sums sums;
	uint32_t latest = 0;
	struct seen s;

	(void)state;
	for (unsigned i = 0; i < THREADS; i++) {
		w[i] = (struct worker){ .l = l, .number = i,
		    .writing = &writing };
		rand_seed(&w[i].rand);
		assert_int_equal(pthread_create(&threads[i], NULL, write_much,
		    &w[i]), 0);
	}
	while (__atomic_load_n(&writing, __ATOMIC_ACQUIRE) > 0)
		ledger_each(l, WIDE, on_whole_row, NULL);
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		if (w[i].latest > latest)
			latest = w[i].latest;
	}
	s = look(l, WIDE);
	ledger_sum(l, &sums);
	assert_int_equal(s.count, 16);
	assert_int_equal(s.answers + sums.missed, THREADS * ROUNDS);
	assert_int_equal(sums.forgotten, 0);
	assert_int_equal(expires(l, OLD), latest);
	ledger_free(&l);
}

#define NEWCOMERS	4096
#define ROOM		(8 * NEWCOMERS)	/* so that nobody has to go */

static struct ledger_answer
answer_to(uint32_t client, unsigned writer)
{
	return (struct ledger_answer){
		.wide = WIDE, .slot = OLD + writer, .ttl_s = writer,
		.client = { { 0, UINT64_C(0xffff00000000) | client }, 32, false },
	};
}

static void *
write_newcomers(void *arg)
{
	struct worker *w = arg;

	(void)pthread_barrier_wait(w->start);
	for (uint32_t i = 0; i < NEWCOMERS; i++) {
		struct ledger_answer a = answer_to(i, w->number);

		ledger_note(w->l, &a, 1000);
	}
	return NULL;
}

/* All write the same clients for the first time, at the same time. */
static void
newcomers_get_one_row_whoever_writes_it(void **state)
{
	struct ledger *l = ledger_new(ROOM, 0);
	struct worker w[THREADS];
	pthread_t threads[THREADS];
	pthread_barrier_t start;
	struct ledger_sums sums;
	struct seen s;

	(void)state;
	assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
	for (unsigned i = 0; i < THREADS; i++) {
		w[i] = (struct worker){ .l = l, .number = i, .start = &start };
		assert_int_equal(pthread_create(&threads[i], NULL,
		    write_newcomers, &w[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	(void)pthread_barrier_destroy(&start);
	s = look(l, WIDE);
	ledger_sum(l, &sums);
	assert_int_equal(s.count, NEWCOMERS);
	assert_int_equal(s.answers + sums.missed, THREADS * NEWCOMERS);
	ledger_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_wide_ips_are_walked_at_once),
		cmocka_unit_test(the_last_answer_says_how_long),
		cmocka_unit_test(a_start_proves_nothing_of_before),
		cmocka_unit_test(a_client_has_one_row),
		cmocka_unit_test(clients_are_shown_as_networks),
		cmocka_unit_test(a_full_ledger_forgets_clients_and_no_pool),
		cmocka_unit_test(no_room_for_a_pool_is_told),
		cmocka_unit_test(an_endless_ttl_stays_in_range),
		cmocka_unit_test(a_late_visit_is_explained_or_not),
		cmocka_unit_test(many_write_at_the_same_time),
		cmocka_unit_test(newcomers_get_one_row_whoever_writes_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
