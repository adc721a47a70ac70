/* tests/unit/gtmd/decide/test_pathtable.c - what is known of paths, how long, who asked,
 * and what many threads see of it. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>

#include "gtmd/decide/pathtable.h"
#include "gtmd/decide/pathwant.h"

#define HOME	7
#define ALL	(PATHTABLE_RTT | PATHTABLE_COMPLETION | PATHTABLE_HOPS)

static struct pathtable_record
record_of(uint64_t datacenter, uint64_t client, uint32_t asked_s)
{
	return (struct pathtable_record){ .key = { datacenter, { 0, client } },
	    .figures = { ALL, 12500, 75, 9 }, .until_s = 200,
	    .hops_until_s = 300, .made_s = 100, .asked_s = asked_s };
}

static struct pathtable_figures
ask(struct pathtable *t, const struct pathtable_record *r, uint32_t now_s)
{
	struct pathtable_ask q = { .key = r->key, .now_s = now_s,
	    .needs = PATHTABLE_RTT };
	struct pathtable_figures f;

	pathtable_ask(t, &q, &f);
	return f;
}

static void
each_figure_is_in_force_for_its_time(void **state)
{
	struct pathtable *t = pathtable_new(64);
	struct pathtable_record r = record_of(HOME, 1, 100);
	struct pathtable_figures f;

	(void)state;
	assert_int_equal(ask(t, &r, 100).known, 0);
	pathtable_put(t, &r);
	f = ask(t, &r, 199);
	assert_int_equal(f.known, ALL);
	assert_int_equal(f.rtt_us, 12500);
	assert_int_equal(f.completion, 75);
	assert_int_equal(f.hops, 9);
	assert_int_equal(ask(t, &r, 200).known, PATHTABLE_HOPS);
	assert_int_equal(ask(t, &r, 300).known, 0);
	pathtable_set_old(t, true);
	assert_int_equal(ask(t, &r, 300).known, ALL);
	pathtable_remove(t, &r.key);
	assert_int_equal(ask(t, &r, 100).known, 0);
	pathtable_free(&t);
	assert_null(t);
	pathtable_free(&t);
}

/* One set of four: the fifth takes the place of who asked the longest ago, and
 * its own before all; whoever asks is remembered. */
static void
a_full_set_forgets_who_was_quiet(void **state)
{
	struct pathtable *t = pathtable_new(4);
	struct pathtable_record r[6], got;

	(void)state;
	for (uint32_t i = 0; i < 6; i++)
		r[i] = record_of(HOME, i + 1, 100 + i);
	for (int i = 0; i < 4; i++)
		pathtable_put(t, &r[i]);
	(void)ask(t, &r[0], 150);
	pathtable_put(t, &r[4]);
	assert_false(pathtable_find(t, &r[1].key, &got));
	assert_true(pathtable_find(t, &r[0].key, &got));
	assert_int_equal(got.asked_s, 150);
	/* A put does not take that away. */
	pathtable_put(t, &r[0]);
	assert_true(pathtable_find(t, &r[0].key, &got));
	assert_int_equal(got.asked_s, 150);
	pathtable_put(t, &r[5]);
	assert_false(pathtable_find(t, &r[2].key, &got));
	pathtable_free(&t);
}

static void
on_want(void *arg, const struct clientnet *who, uint32_t needs, bool proven)
{
	uint64_t *sum = arg;

	*sum = *sum * 1000 + who->low * 100 + needs * 10 + proven;
}

static uint64_t
wanted(struct pathtable *t)
{
	uint64_t sum = 0;

	pathwant_take(pathtable_want(t), on_want, &sum);
	return sum;
}

/* Only paths from home are our business, and only what is needed and lacks. */
static void
who_is_not_known_is_noted(void **state)
{
	struct pathtable *t = pathtable_new(64);
	struct pathtable_record home = record_of(HOME, 3, 1);
	struct pathtable_record away = record_of(HOME + 1, 4, 1);
	struct pathtable_ask q = { .key = home.key, .now_s = 100,
	    .needs = PATHTABLE_HOPS, .proven = true, .peeks = true };
	struct pathtable_figures f;

	(void)state;
	(void)ask(t, &home, 100);
	assert_int_equal(wanted(t), 0);
	pathtable_set_home(t, HOME);
	(void)ask(t, &away, 100);
	pathtable_ask(t, &q, &f);
	assert_int_equal(wanted(t), 0);
	(void)ask(t, &home, 100);
	assert_int_equal(wanted(t), 310);
	assert_int_equal(wanted(t), 0);
	pathtable_put(t, &home);
	(void)ask(t, &home, 100);
	assert_int_equal(wanted(t), 0);
	(void)ask(t, &home, 200);
	q.peeks = false;
	q.now_s = 300;
	pathtable_ask(t, &q, &f);
	assert_int_equal(wanted(t), 300 + (PATHTABLE_RTT | PATHTABLE_HOPS) * 10 +
	    1);
	pathtable_free(&t);
}

/* ---- threads ---- */

struct readers {
	struct pathtable *table;
	atomic_bool	 end;
	atomic_uint	 torn, seen;
};

/* rtt, hops and completion of a record are always of one writing. */
static void *
read_on(void *arg)
{
	struct readers *r = arg;
	struct pathtable_record k = record_of(HOME, 1, 1);

	while (!atomic_load(&r->end)) {
		struct pathtable_figures f = ask(r->table, &k, 100);

		if (f.known == 0)
			continue;
		atomic_fetch_add(&r->seen, 1);
		if (f.hops != f.rtt_us % 200 || f.completion != f.rtt_us % 100)
			atomic_fetch_add(&r->torn, 1);
	}
	return NULL;
}

static void
a_record_is_read_whole(void **state)
{
	struct readers r = { .table = pathtable_new(4) };
	struct pathtable_record k = record_of(HOME, 1, 1);
	pthread_t threads[3];

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_on,
		    &r), 0);
	for (uint32_t i = 1; i < 100000 || atomic_load(&r.seen) == 0; i++) {
		k.figures = (struct pathtable_figures){ ALL, i, i % 100,
		    i % 200 };
		pathtable_put(r.table, &k);
	}
	atomic_store(&r.end, true);
	for (int i = 0; i < 3; i++)
		(void)pthread_join(threads[i], NULL);
	assert_int_equal(atomic_load(&r.torn), 0);
	pathtable_free(&r.table);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_figure_is_in_force_for_its_time),
		cmocka_unit_test(a_full_set_forgets_who_was_quiet),
		cmocka_unit_test(who_is_not_known_is_noted),
		cmocka_unit_test(a_record_is_read_whole),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
