/* tests/unit/gtmd/decide/test_persist.c - what is remembered, how long, and what many
 * threads make of it. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <unistd.h>
#include <sys/mman.h>
#include <string.h>
#include <fcntl.h>

#include <pthread.h>
#include <stdbool.h>

#include "core/base/rand.h"
#include "core/base/err.h"
#include "gtmd/decide/persist.h"

#define THREADS	4
#define ROUNDS	200000

static struct persist_key
key_of(uint64_t wide, uint64_t client)
{
	return (struct persist_key){ wide, { 0, client } };
}

static void
a_record_lives_for_its_time(void **state)
{
	struct persist *p = persist_new(64);
	struct persist_key k = key_of(7, 1);

	(void)state;
	assert_int_equal(persist_find(p, &k, 100), 0);
	persist_put(p, &k, 42, 100, 10);
	assert_int_equal(persist_find(p, &k, 100), 42);
	assert_int_equal(persist_find(p, &k, 109), 42);
	assert_int_equal(persist_find(p, &k, 110), 0);
	persist_put(p, &k, 43, 110, UINT32_MAX);
	assert_int_equal(persist_find(p, &k, UINT32_MAX - 1), 43);
	persist_put(p, &k, 44, 120, 0);
	assert_int_equal(persist_find(p, &k, 120), 0);
	persist_free(&p);
	assert_null(p);
	persist_free(&p);
}

static void
wide_ips_and_clients_are_told_apart(void **state)
{
	struct persist *p = persist_new(64);
	struct persist_key a = key_of(7, 1), b = key_of(8, 1), c = key_of(7, 2);
	struct persist_key d = a;

	(void)state;
	d.net.high = 1;
	persist_put(p, &a, 42, 1, 10);
	assert_int_equal(persist_find(p, &a, 1), 42);
	assert_int_equal(persist_find(p, &b, 1), 0);
	assert_int_equal(persist_find(p, &c, 1), 0);
	assert_int_equal(persist_find(p, &d, 1), 0);
	persist_free(&p);
}

/* One set of four: the fifth takes the oldest one's place, but that of an
 * expired one sooner, and its own before all. */
static void
a_full_set_forgets_the_oldest(void **state)
{
	struct persist *p = persist_new(4);
	struct persist_key k[7];

	(void)state;
	for (uint32_t i = 0; i < 7; i++)
		k[i] = key_of(1, i);
	for (uint32_t i = 0; i < 4; i++)
		persist_put(p, &k[i], 10 + i, 50 - i, i == 1 ? 60 : 1000);
	persist_put(p, &k[4], 14, 60, 1000);
	assert_int_equal(persist_find(p, &k[3], 60), 0);
	assert_int_equal(persist_find(p, &k[0], 60), 10);
	persist_put(p, &k[0], 99, 61, 1000);
	assert_int_equal(persist_find(p, &k[0], 61), 99);
	assert_int_equal(persist_find(p, &k[2], 61), 12);
	/* 1 has expired, though 2 is older */
	persist_put(p, &k[5], 15, 200, 1000);
	assert_int_equal(persist_find(p, &k[2], 200), 12);
	assert_int_equal(persist_find(p, &k[5], 200), 15);
	persist_free(&p);
}

static void
count_one(void *arg, const struct persist_record *r)
{
	unsigned *n = arg;

	assert_int_equal(r->target, 100 + r->key.net.low);
	assert_int_equal(r->born_s, 5);
	(*n)++;
}

static void
all_are_told_and_all_forgotten(void **state)
{
	struct persist *p = persist_new(1024);
	unsigned told = 0;

	(void)state;
	for (uint64_t i = 0; i < 20; i++) {
		struct persist_key k = key_of(3, i);

		persist_put(p, &k, 100 + i, 5, i < 5 ? 10 : 100);
	}
	persist_each(p, 50, count_one, &told);
	assert_int_equal(told, 15);
	assert_int_equal(persist_clear(p), 20);
	told = 0;
	persist_each(p, 6, count_one, &told);
	assert_int_equal(told, 0);
	assert_int_equal(persist_clear(p), 0);
	persist_free(&p);
}

struct writer {
	struct persist	*p;
	uint64_t	 seed;
	unsigned	 found, torn;
};

/* What is put says of itself for whom it is. */
static void *
write_and_read(void *arg)
{
	struct writer *w = arg;
	struct rand r;

	rand_seed_from(&r, w->seed);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		struct persist_key k = key_of(1 + rand_below(&r, 3),
		    rand_below(&r, 16));
		uint64_t mine = k.wide << 32 | k.net.low << 8, got;

		got = persist_find(w->p, &k, 10);
		w->found += got != 0;
		w->torn += got != 0 && (got & ~UINT64_C(255)) != mine;
		if (i % 3 == 0)
			persist_put(w->p, &k, mine | (w->seed & 255), 10, 1);
	}
	return NULL;
}

static void
no_thread_ever_reads_half_a_record(void **state)
{
	struct persist *p = persist_new(32);
	struct writer w[THREADS];
	pthread_t t[THREADS];

	(void)state;
	for (unsigned i = 0; i < THREADS; i++) {
		w[i] = (struct writer){ .p = p, .seed = i + 1 };
		assert_int_equal(pthread_create(&t[i], NULL, write_and_read,
		    &w[i]), 0);
	}
	(void)persist_clear(p);
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(t[i], NULL), 0);
		assert_int_equal(w[i].torn, 0);
		assert_true(w[i].found > ROUNDS / 10);
	}
	persist_free(&p);
}

/* A second process has the same memory: both see what either puts. */
static void
who_adopts_the_table_shares_it(void **state)
{
	struct persist *p = persist_new(64), *q;
	struct persist_key a = { 7, { 1, 2 } }, b = { 7, { 3, 4 } };
	struct err e = { 0 };

	(void)state;
	persist_put(p, &a, 5, 10, 60);
	q = persist_adopt(dup(persist_fd(p)), 64, &e);
	assert_non_null(q);
	assert_int_equal(persist_find(q, &a, 11), 5);
	persist_put(q, &b, 6, 11, 60);
	assert_int_equal(persist_find(p, &b, 12), 6);
	persist_free(&p);
	assert_int_equal(persist_find(q, &a, 12), 5);
	assert_int_equal(persist_clear(q), 2);
	persist_free(&q);
}

static void
what_is_no_table_of_that_size_is_refused(void **state)
{
	struct persist *p = persist_new(64);
	int bare = memfd_create("bare", MFD_CLOEXEC);
	struct err e = { 0 };

	(void)state;
	assert_null(persist_adopt(dup(persist_fd(p)), 128, &e));
	assert_non_null(strstr(e.text, "no table of 128 records"));
	assert_null(persist_adopt(open("/dev/null", O_RDWR | O_CLOEXEC), 64,
	    &e));
	assert_null(persist_adopt(-1, 64, &e));
	/* Right in size, but its owner could cut it short. */
	assert_int_equal(ftruncate(bare, lseek(persist_fd(p), 0, SEEK_END)),
	    0);
	assert_null(persist_adopt(bare, 64, &e));
	assert_int_equal(ftruncate(persist_fd(p), 0), -1);
	persist_free(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_lives_for_its_time),
		cmocka_unit_test(wide_ips_and_clients_are_told_apart),
		cmocka_unit_test(a_full_set_forgets_the_oldest),
		cmocka_unit_test(all_are_told_and_all_forgotten),
		cmocka_unit_test(no_thread_ever_reads_half_a_record),
		cmocka_unit_test(who_adopts_the_table_shares_it),
		cmocka_unit_test(what_is_no_table_of_that_size_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
