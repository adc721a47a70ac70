/* tests/unit/gtmd/decide/test_measures.c - values come, end, and are told of in rounds.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "gtmd/decide/measures.h"

struct fixture {
	struct clock	 clk;
	struct loop	*loop;
	struct measures	*m;
	struct measures_row *a, *b;
	unsigned	 told;
	uint32_t	 changed;	/* of the last one told */
	char		 key[32];
};

static void
on_told(void *arg, const struct measures_row *row, uint32_t changed)
{
	struct fixture *f = arg;

	f->told++;
	f->changed = changed;
	(void)memccpy(f->key, row->key, '\0', sizeof(f->key));
}

static void
open_fixture(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	clock_fake_init(&f->clk, 5 * CLOCK_S, 1700000000);
	f->loop = loop_new(&f->clk, NULL);
	f->m = measures_new(f->loop);
	measures_watch(f->m, on_told, f);
	f->a = measures_row_get(f->m, "/Common/a");
	f->b = measures_row_get(f->m, "/Common/b");
}

static void
close_fixture(struct fixture *f)
{
	measures_row_drop(&f->a);
	measures_row_drop(&f->b);
	measures_free(&f->m);
	loop_free(&f->loop);
}

static void
advance(struct fixture *f, uint64_t ms)
{
	loop_advance(f->loop, &f->clk, ms * CLOCK_MS);
}

static void
the_first_news_come_at_once_later_ones_in_rounds(void **state)
{
	struct fixture f;

	(void)state;
	open_fixture(&f);
	measures_set(f.a, METRIC_CONNECTIONS, 5, 60);
	measures_set(f.a, METRIC_BITS, 6, 60);
	advance(&f, 0);
	assert_int_equal(f.told, 1);
	assert_string_equal(f.key, "/Common/a");
	assert_int_equal(f.changed, 1 << METRIC_CONNECTIONS | 1 << METRIC_BITS);
	for (int i = 0; i < 10; i++) {
		measures_set(f.b, METRIC_PACKETS, (uint64_t)i, 60);
		advance(&f, 10);
	}
	assert_int_equal(f.told, 1);
	advance(&f, 1000 / MEASURES_ROUNDS_S);
	assert_int_equal(f.told, 2);
	assert_string_equal(f.key, "/Common/b");
	close_fixture(&f);
}

static void
the_same_value_again_is_no_news(void **state)
{
	struct fixture f;

	(void)state;
	open_fixture(&f);
	measures_set(f.a, METRIC_SCORE, 5, 60);
	advance(&f, 1000);
	for (int i = 0; i < 100; i++) {
		measures_set(f.a, METRIC_SCORE, 5, 60);
		advance(&f, 1000);
	}
	assert_int_equal(f.told, 1);
	assert_true(metric_is_known(&f.a->now, METRIC_SCORE));
	close_fixture(&f);
}

static void
a_value_ends_at_its_time(void **state)
{
	struct fixture f;

	(void)state;
	open_fixture(&f);
	measures_set(f.a, METRIC_CPU, 5, 10);
	measures_set(f.a, METRIC_MEMORY, 6, 20);
	advance(&f, 9999);
	assert_true(metric_is_known(&f.a->now, METRIC_CPU));
	measures_set(f.a, METRIC_MEMORY, 6, 30);
	advance(&f, 1);
	assert_false(metric_is_known(&f.a->now, METRIC_CPU));
	assert_int_equal(f.changed, 1 << METRIC_CPU);
	assert_int_equal(f.told, 2);
	advance(&f, 29998);
	assert_true(metric_is_known(&f.a->now, METRIC_MEMORY));
	advance(&f, 1);
	assert_false(metric_is_known(&f.a->now, METRIC_MEMORY));
	assert_int_equal(f.told, 3);
	close_fixture(&f);
}

/* A shorter time than that of the value before counts. */
static void
a_shorter_time_counts(void **state)
{
	struct fixture f;

	(void)state;
	open_fixture(&f);
	measures_set(f.a, METRIC_CPU, 5, 1000);
	measures_set(f.a, METRIC_CPU, 5, 2);
	advance(&f, 2000);
	assert_false(metric_is_known(&f.a->now, METRIC_CPU));
	close_fixture(&f);
}

static void
forgetting_is_news_once(void **state)
{
	struct fixture f;

	(void)state;
	open_fixture(&f);
	measures_forget(f.a, METRIC_CPU);
	advance(&f, 1000);
	assert_int_equal(f.told, 0);
	measures_set(f.a, METRIC_CPU, 5, 60);
	advance(&f, 1000);
	measures_forget(f.a, METRIC_CPU);
	advance(&f, 1000);
	assert_int_equal(f.told, 2);
	assert_int_equal(f.a->now.known, 0);
	close_fixture(&f);
}

static void
a_row_lives_while_it_is_used(void **state)
{
	struct measures_row *again;
	struct fixture f;

	(void)state;
	open_fixture(&f);
	again = measures_row_get(f.m, "/Common/a");
	assert_ptr_equal(again, f.a);
	measures_set(f.a, METRIC_CPU, 5, 60);
	measures_row_drop(&f.a);
	assert_null(f.a);
	assert_true(metric_is_known(&again->now, METRIC_CPU));
	measures_row_drop(&again);
	advance(&f, 100000);		/* neither told nor ended: it is gone */
	assert_int_equal(f.told, 0);
	f.a = measures_row_get(f.m, "/Common/a");
	assert_int_equal(f.a->now.known, 0);
	assert_null(measures_row_get(NULL, "x"));
	close_fixture(&f);
}

/* As another process measured it: it ends when it would have there. */
static void
a_value_from_elsewhere_keeps_its_times_and_can_be_told_at_once(void **state)
{
	struct fixture f;

	(void)state;
	open_fixture(&f);
	measures_restore(f.a, METRIC_CONNECTIONS, 9, 4 * CLOCK_S,
	    6 * CLOCK_S);
	assert_int_equal(f.told, 0);
	measures_tell(f.m);
	assert_int_equal(f.told, 1);
	assert_int_equal(f.changed, 1u << METRIC_CONNECTIONS);
	assert_int_equal(f.a->now.v[METRIC_CONNECTIONS], 9);
	assert_int_equal(f.a->at[METRIC_CONNECTIONS], 4 * CLOCK_S);
	advance(&f, 999);
	assert_true(metric_is_known(&f.a->now, METRIC_CONNECTIONS));
	advance(&f, 1);
	assert_false(metric_is_known(&f.a->now, METRIC_CONNECTIONS));
	measures_restore(f.b, METRIC_SCORE, 1, CLOCK_S, 6 * CLOCK_S);
	assert_false(metric_is_known(&f.b->now, METRIC_SCORE));
	close_fixture(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_first_news_come_at_once_later_ones_in_rounds),
		cmocka_unit_test(the_same_value_again_is_no_news),
		cmocka_unit_test(a_value_ends_at_its_time),
		cmocka_unit_test(a_shorter_time_counts),
		cmocka_unit_test(forgetting_is_news_once),
		cmocka_unit_test(a_row_lives_while_it_is_used),
		cmocka_unit_test(
		    a_value_from_elsewhere_keeps_its_times_and_can_be_told_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
