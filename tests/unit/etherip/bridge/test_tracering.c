/* tests/unit/etherip/bridge/test_tracering.c - the frames of one station and no others, whole,
 * however many threads note them. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>

#include "etherip/bridge/tracering.h"

#define MAC	UINT64_C(0x0201d7010203)
#define OTHER	UINT64_C(0x0201d7040506)

static void
one_station_is_wanted(void **state)
{
	struct tracering *t = tracering_new();
	const struct fdb_key mac = { MAC, 0 }, other = { OTHER, 0 };
	const struct fdb_key tagged = { MAC, 7 };
	struct fdb_key k;

	(void)state;
	assert_false(tracering_wants(t, &mac, OTHER));
	assert_false(tracering_wants(t, &mac, 0));
	tracering_watch(t, &mac);
	assert_true(tracering_wants(t, &mac, OTHER));
	assert_true(tracering_wants(t, &other, MAC));
	assert_false(tracering_wants(t, &other, OTHER));
	assert_false(tracering_wants(t, &tagged, OTHER));
	tracering_watch(t, &tagged);
	assert_true(tracering_wants(t, &tagged, OTHER));
	assert_true(tracering_watched(t, &k));
	assert_true(fdb_key_equal(&k, &tagged));
	tracering_watch(t, NULL);
	assert_false(tracering_watched(t, &k));
	tracering_free(&t);
	assert_null(t);
	tracering_free(&t);
}

struct seen {
	uint64_t count, wrong, first, last;
};

static void
see(void *arg, const struct tracering_record *r)
{
	struct seen *s = arg;

	if (s->count++ == 0)
		s->first = r->at;
	s->last = r->at;
	s->wrong += r->len != (uint32_t)r->at || r->to != r->at << 1 ||
	    r->src != MAC || r->dst != OTHER || r->type != 0x86dd ||
	    r->vlan != 7 || r->from != 63 || r->why != 200;
}

static struct tracering_record
record(uint64_t at)
{
	return (struct tracering_record){ .at = at, .src = MAC, .dst = OTHER,
	    .type = 0x86dd, .vlan = 7, .len = (uint32_t)at, .from = 63,
	    .why = 200, .to = at << 1 };
}

static void
the_latest_are_told_in_order(void **state)
{
	struct tracering *t = tracering_new();
	const struct fdb_key mac = { MAC, 0 };
	struct seen s = { 0 };

	(void)state;
	assert_int_equal(tracering_each(t, see, &s), 0);
	assert_int_equal(s.count, 0);
	for (uint64_t i = 1; i <= TRACERING_MAX + 10; i++) {
		struct tracering_record r = record(i);

		tracering_note(t, &r);
	}
	assert_int_equal(tracering_each(t, see, &s), 0);
	assert_int_equal(s.count, TRACERING_MAX);
	assert_int_equal(s.first, 11);
	assert_int_equal(s.last, TRACERING_MAX + 10);
	assert_int_equal(s.wrong, 0);
	tracering_watch(t, NULL);	/* what was noted stays to be read */
	s = (struct seen){ 0 };
	(void)tracering_each(t, see, &s);
	assert_int_equal(s.count, TRACERING_MAX);
	tracering_watch(t, &mac);
	s = (struct seen){ 0 };
	(void)tracering_each(t, see, &s);
	assert_int_equal(s.count, 0);
	tracering_free(&t);
}

static void *
noter(void *arg)
{
	for (uint64_t i = 1; i <= 50000; i++) {
		struct tracering_record r = record(i);

		tracering_note(arg, &r);
	}
	return NULL;
}

static void
threads_make_no_mixture(void **state)
{
	struct tracering *t = tracering_new();
	pthread_t threads[2];
	struct seen s = { 0 };

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, noter, t),
		    0);
	for (int i = 0; i < 200; i++)
		(void)tracering_each(t, see, &s);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(s.wrong, 0);
	tracering_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_station_is_wanted),
		cmocka_unit_test(the_latest_are_told_in_order),
		cmocka_unit_test(threads_make_no_mixture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
