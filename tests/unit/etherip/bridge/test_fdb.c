/* tests/unit/etherip/bridge/test_fdb.c - where stations are, how many of them, and what many
 * threads make of it. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "core/base/obj.h"
#include "core/base/rand.h"
#include "etherip/bridge/fdb.h"

#define LAN	1u
#define TUNNEL	2u

static struct fdb *
small(uint32_t limit)
{
	const struct fdb_config c = { limit, 300 };

	return fdb_new(&c);
}

static struct fdb_key
station(uint64_t mac)
{
	return (struct fdb_key){ .mac = mac };
}

static void
a_station_is_where_it_was_seen_last(void **state)
{
	struct fdb *f = small(16);
	struct fdb_key a = station(0x020000000001);
	unsigned was = FDB_NONE;

	(void)state;
	assert_int_equal(fdb_find(f, &a, 1), FDB_NONE);
	assert_int_equal(fdb_learn(f, &a, LAN, 1, &was), FDB_NEW);
	assert_int_equal(was, FDB_NONE);
	assert_int_equal(fdb_find(f, &a, 1), LAN);
	assert_int_equal(fdb_learn(f, &a, LAN, 2, &was), FDB_KNOWN);
	assert_int_equal(fdb_learn(f, &a, TUNNEL, 2, &was), FDB_MOVED);
	assert_int_equal(was, LAN);
	assert_int_equal(fdb_find(f, &a, 2), TUNNEL);
	assert_int_equal(fdb_count(f, FDB_NONE), 1);
	assert_int_equal(fdb_count(f, LAN), 0);
	assert_int_equal(fdb_count(f, TUNNEL), 1);
	fdb_free(&f);
	assert_null(f);
	fdb_free(&f);
}

static void
vlans_are_told_apart(void **state)
{
	struct fdb *f = small(16);
	struct fdb_key a = { 0x020000000001, 10 }, b = { 0x020000000001, 11 };

	(void)state;
	assert_int_equal(fdb_learn(f, &a, LAN, 1, NULL), FDB_NEW);
	assert_int_equal(fdb_find(f, &b, 1), FDB_NONE);
	assert_int_equal(fdb_learn(f, &b, TUNNEL, 1, NULL), FDB_NEW);
	assert_int_equal(fdb_find(f, &a, 1), LAN);
	assert_int_equal(fdb_find(f, &b, 1), TUNNEL);
	fdb_free(&f);
}

static void
silence_is_forgotten(void **state)
{
	struct fdb *f = small(16);
	struct fdb_key a = station(1), b = station(2);

	(void)state;
	(void)fdb_learn(f, &a, LAN, 1, NULL);
	(void)fdb_learn(f, &b, LAN, 1, NULL);
	(void)fdb_learn(f, &b, LAN, 100, NULL);
	assert_int_equal(fdb_find(f, &a, 300), LAN);
	assert_int_equal(fdb_find(f, &a, 301), FDB_NONE);
	/* What comes after that is no move. */
	assert_int_equal(fdb_learn(f, &a, TUNNEL, 301, NULL), FDB_NEW);
	assert_int_equal(fdb_sweep(f, fdb_sets(f), 399), 0);
	assert_int_equal(fdb_sweep(f, fdb_sets(f), 400), 1);
	assert_int_equal(fdb_count(f, FDB_NONE), 1);
	fdb_set_ageing(f, 0);
	assert_int_equal(fdb_find(f, &a, 4000000), TUNNEL);
	fdb_free(&f);
}

static void
a_pinned_station_stays(void **state)
{
	struct fdb *f = small(16);
	struct fdb_key a = station(1), b = station(2);
	unsigned was = FDB_NONE;

	(void)state;
	assert_false(fdb_pin(f, &a, FDB_FROZEN, 0));
	(void)fdb_learn(f, &a, LAN, 1, NULL);
	assert_true(fdb_pin(f, &a, FDB_FROZEN, 0));
	assert_int_equal(fdb_learn(f, &a, TUNNEL, 2, &was), FDB_PINNED);
	assert_int_equal(was, LAN);
	assert_int_equal(fdb_find(f, &a, 2), LAN);
	assert_int_equal(fdb_find(f, &a, 1000), LAN);
	assert_true(fdb_pin(f, &a, 0, FDB_FROZEN));
	assert_int_equal(fdb_learn(f, &a, TUNNEL, 2, &was), FDB_MOVED);
	assert_true(fdb_put(f, &b, LAN, FDB_STATIC, 2));
	assert_int_equal(fdb_find(f, &b, 100000), LAN);
	assert_int_equal(fdb_flush(f, FDB_NONE), 1);
	assert_int_equal(fdb_find(f, &b, 3), LAN);
	assert_true(fdb_put(f, &b, TUNNEL, 0, 3));
	assert_int_equal(fdb_learn(f, &b, LAN, 4, &was), FDB_MOVED);
	assert_int_equal(was, TUNNEL);
	fdb_free(&f);
}

static void
what_is_flushed_is_gone_and_nothing_else(void **state)
{
	struct fdb *f = small(64);

	(void)state;
	for (uint64_t i = 1; i <= 40; i++) {
		struct fdb_key k = station(i);

		(void)fdb_learn(f, &k, i % 2 == 0 ? LAN : TUNNEL, 1, NULL);
	}
	assert_int_equal(fdb_flush(f, TUNNEL), 20);
	for (uint64_t i = 1; i <= 40; i++) {
		struct fdb_key k = station(i);

		assert_int_equal(fdb_find(f, &k, 1),
		    i % 2 == 0 ? LAN : FDB_NONE);
	}
	for (uint64_t i = 2; i <= 40; i += 2) {
		struct fdb_key k = station(i);

		assert_true(fdb_remove(f, &k));
		assert_false(fdb_remove(f, &k));
	}
	assert_int_equal(fdb_count(f, FDB_NONE), 0);
	assert_int_equal(fdb_count(f, LAN), 0);
	fdb_free(&f);
}

static void
a_flood_of_addresses_takes_no_place_from_those_that_are_known(void **state)
{
	struct fdb *f = small(1024);
	struct fdb_key k;
	struct rand r;
	size_t learned = 0;

	(void)state;
	rand_seed_from(&r, 1);
	for (uint64_t i = 1; i <= 100; i++) {
		k = station(i);
		assert_int_equal(fdb_learn(f, &k, LAN, 1, NULL), FDB_NEW);
	}
	for (size_t i = 0; i < 100000; i++) {
		k = station(rand_u64(&r) | UINT64_C(1) << 40);
		learned += fdb_learn(f, &k, TUNNEL, 1, NULL) == FDB_NEW;
	}
	assert_int_equal(learned, 1024 - 100);
	assert_int_equal(fdb_count(f, FDB_NONE), 1024);
	for (uint64_t i = 1; i <= 100; i++) {
		k = station(i);
		assert_int_equal(fdb_learn(f, &k, LAN, 2, NULL), FDB_KNOWN);
	}
	/* There is room again when they are old. */
	assert_int_equal(fdb_sweep(f, fdb_sets(f), 301), 924);
	assert_int_equal(fdb_learn(f, &k, LAN, 301, NULL), FDB_KNOWN);
	k = station(7777);
	assert_int_equal(fdb_learn(f, &k, TUNNEL, 301, NULL), FDB_NEW);
	fdb_free(&f);
}

static void
a_member_has_a_limit_of_its_own(void **state)
{
	struct fdb *f = small(1024);
	struct fdb_key k;

	(void)state;
	fdb_set_member_limit(f, TUNNEL, 10);
	for (uint64_t i = 1; i <= 20; i++) {
		k = station(i);
		assert_int_equal(fdb_learn(f, &k, TUNNEL, 1, NULL),
		    i <= 10 ? FDB_NEW : FDB_FULL);
	}
	k = station(20);
	assert_int_equal(fdb_learn(f, &k, LAN, 1, NULL), FDB_NEW);
	fdb_free(&f);
}

struct listed {
	uint64_t macs;		/* their sum */
	size_t	 count, pinned;
};

static void
list(void *arg, const struct fdb_station *s)
{
	struct listed *l = arg;

	l->count++;
	l->macs += s->key.mac;
	l->pinned += s->pins != 0;
	assert_int_equal(s->key.vlan, 5);
	assert_int_equal(s->seen_s, 9);
}

/* Room for far more: where each goes is by chance, and a set may be full. */
static void
all_are_listed_once(void **state)
{
	struct fdb *f = small(16384);
	struct listed l = { 0, 0, 0 };

	(void)state;
	for (uint64_t i = 1; i <= 200; i++) {
		struct fdb_key k = { i, 5 };

		(void)fdb_learn(f, &k, LAN, 9, NULL);
		if (i % 10 == 0)
			assert_true(fdb_pin(f, &k, FDB_DAMPED, 0));
	}
	fdb_each(f, 9, list, &l);
	assert_int_equal(l.count, 200);
	assert_int_equal(l.macs, 200 * 201 / 2);
	assert_int_equal(l.pinned, 20);
	l = (struct listed){ 0, 0, 0 };
	fdb_each(f, 309, list, &l);
	assert_int_equal(l.count, 20);
	fdb_free(&f);
}

/* ---- many threads ---- */

#define THREADS	4
#define ROUNDS	100000
#define STATIONS 64

struct crowd {
	struct fdb	*f;
	unsigned	 number;
	_Atomic bool	*done;
};

/* Station i is behind member i % 8 whoever looks; what is found must be that. */
static void *
learner(void *arg)
{
	struct crowd *c = arg;
	struct rand r;

	rand_seed_from(&r, c->number);
	for (size_t i = 0; i < ROUNDS; i++) {
		uint64_t which = rand_below(&r, STATIONS);
		struct fdb_key k = station(which + 1);
		unsigned at = fdb_find(c->f, &k, 1);

		assert_true(at == FDB_NONE || at == which % 8);
		(void)fdb_learn(c->f, &k, (unsigned)(which % 8), 1, NULL);
	}
	return NULL;
}

static void *
remover(void *arg)
{
	struct crowd *c = arg;
	struct rand r;

	rand_seed_from(&r, 99);
	while (!atomic_load(c->done)) {
		struct fdb_key k = station(1 + rand_below(&r, STATIONS));

		(void)fdb_remove(c->f, &k);
		if (rand_below(&r, 100) == 0)
			(void)fdb_flush(c->f, rand_below(&r, 8));
	}
	return NULL;
}

static void
threads_never_see_a_station_where_it_never_was(void **state)
{
	struct fdb *f = small(STATIONS);
	_Atomic bool done = false;
	struct crowd crowd[THREADS + 1];
	pthread_t threads[THREADS], other;

	(void)state;
	for (unsigned i = 0; i <= THREADS; i++)
		crowd[i] = (struct crowd){ f, i, &done };
	assert_int_equal(pthread_create(&other, NULL, remover,
	    &crowd[THREADS]), 0);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, learner,
		    &crowd[i]), 0);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	atomic_store(&done, true);
	assert_int_equal(pthread_join(other, NULL), 0);
	/* What is counted is what is there. */
	while (fdb_flush(f, FDB_NONE) > 0)
		;
	assert_int_equal(fdb_count(f, FDB_NONE), 0);
	for (unsigned m = 0; m < 8; m++)
		assert_int_equal(fdb_count(f, m), 0);
	fdb_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_station_is_where_it_was_seen_last),
		cmocka_unit_test(vlans_are_told_apart),
		cmocka_unit_test(silence_is_forgotten),
		cmocka_unit_test(a_pinned_station_stays),
		cmocka_unit_test(what_is_flushed_is_gone_and_nothing_else),
		cmocka_unit_test(
		    a_flood_of_addresses_takes_no_place_from_those_that_are_known),
		cmocka_unit_test(a_member_has_a_limit_of_its_own),
		cmocka_unit_test(all_are_listed_once),
		cmocka_unit_test(threads_never_see_a_station_where_it_never_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
