/* tests/unit/gtmd/decide/test_choose_best.c - the best, turn by turn, or all in exact
 * proportion. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/decide/choose_best.h"

static void
the_best_is_it_without_a_pick(void **state)
{
	static const struct choose_item items[] = { { .score = 9 },
	    { .score = 8 }, { .score = 8 } };
	uint64_t table[16];
	double share[3];

	(void)state;
	assert_true(choose_best_room(items, 3) <= sizeof(table));
	assert_null(choose_best_compile(table, items, 3));
	choose_best_shares(items, 3, share);
	assert_true(share[0] == 1.0 && share[1] == 0.0 && share[2] == 0.0);
}

static void
those_that_are_equal_take_turns(void **state)
{
	static const struct choose_item items[] = { { .score = 5 },
	    { .score = 5 }, { .score = 5 }, { .score = 0 } };
	uint64_t table[16], weight[4];
	choose_pick_fn *pick = choose_best_compile(table, items, 4);
	const struct choose_weigh w = { table, pick, 4, NULL };
	double share[4];

	(void)state;
	for (uint64_t turn = 0; turn < 30; turn++)
		assert_int_equal(pick(table,
		    &(struct choose_query){ .turn = turn }), turn % 3);
	choose_best_shares(items, 4, share);
	assert_int_equal(choose_best_weights(&w, weight), 3);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(weight[i], i < 3);
		assert_true(share[i] == (i < 3 ? 1.0 / 3 : 0.0));
	}
}

/* Other ties first, then the next best, whoever begins. */
static void
the_order_goes_on_with_the_ties(void **state)
{
	static const struct choose_item items[] = { { .score = 5 },
	    { .score = 5 }, { .score = 4 }, { .score = 0 } };
	static const uint32_t want[2][4] = { { 0, 1, 2, 3 }, { 1, 0, 2, 3 } };
	uint64_t table[16];
	const struct choose_weigh w = { table,
	    choose_best_compile(table, items, 4), 4, NULL };
	struct choose_order o;

	(void)state;
	assert_true(choose_best_room(items, 4) <= sizeof(table));
	choose_best_order(&w, &o);
	assert_int_equal(o.ties, 2);
	assert_int_equal(o.usable, 4);
	for (uint32_t from = 0; from < 2; from++)
		for (uint32_t n = 0; n < 4; n++)
			assert_int_equal(choose_order_at(&o,
			    choose_order_tie(&o, from), n), want[from][n]);
}

static void
what_is_not_measured_is_no_candidate(void **state)
{
	const struct choose_item none = { .score = CHOOSE_UNMEASURED };
	const struct choose_item zero = { .score = 0 }, one = { .score = 1 };

	(void)state;
	assert_false(choose_best_admits(&none));
	assert_true(choose_best_admits(&zero));
	assert_false(choose_best_spread_admits(&none));
	assert_false(choose_best_spread_admits(&zero));
	assert_true(choose_best_spread_admits(&one));
}

/* Picks of each candidate in so many turns. */
static void
count(const struct choose_item *items, size_t n, uint64_t turns, unsigned *got)
{
	void *table = mem_zalloc(1, choose_best_spread_room(items, n));
	choose_pick_fn *pick = choose_best_spread_compile(table, items, n);

	for (size_t i = 0; i < n; i++)
		got[i] = 0;
	for (uint64_t turn = 0; turn < turns; turn++)
		got[pick == NULL ? 0 : pick(table,
		    &(struct choose_query){ .turn = turn })]++;
	free(table);
}

static void
shares_are_as_the_scores(void **state)
{
	static const struct choose_item items[] = { { .score = 60000000000 },
	    { .score = 30000000000 }, { .score = 10000000000 } };
	unsigned got[3];
	double share[3];

	(void)state;
	choose_best_spread_shares(items, 3, share);
	assert_true(share[0] == 0.6 && share[1] == 0.3 && share[2] == 0.1);
	count(items, 3, 1000, got);
	assert_int_equal(got[0], 600);
	assert_int_equal(got[1], 300);
	assert_int_equal(got[2], 100);
}

/* No common divisor: rounded to a 65,535th, and nobody is left out. */
static void
great_scores_are_rounded(void **state)
{
	static const struct choose_item items[] = {
	    { .score = UINT64_MAX - 1 }, { .score = UINT64_MAX / 2 },
	    { .score = 1 } };
	double share[3];

	(void)state;
	choose_best_spread_shares(items, 3, share);
	assert_true(share[0] > 0.6666 && share[0] < 0.6667);
	assert_true(share[1] > 0.3333 && share[1] < 0.3334);
	assert_true(share[2] > 0 && share[2] < 0.0001);
}

static void
one_candidate_needs_no_pick(void **state)
{
	static const struct choose_item one = { .score = 7 };
	unsigned got;

	(void)state;
	count(&one, 1, 5, &got);
	assert_int_equal(got, 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_best_is_it_without_a_pick),
		cmocka_unit_test(those_that_are_equal_take_turns),
		cmocka_unit_test(the_order_goes_on_with_the_ties),
		cmocka_unit_test(what_is_not_measured_is_no_candidate),
		cmocka_unit_test(shares_are_as_the_scores),
		cmocka_unit_test(great_scores_are_rounded),
		cmocka_unit_test(one_candidate_needs_no_pick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
