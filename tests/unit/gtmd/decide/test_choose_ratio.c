/* tests/unit/gtmd/decide/test_choose_ratio.c - ratio's promise: after any number of picks, every
 * candidate is near its exact share. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/rand.h"
#include "gtmd/decide/choose.h"

#define PICKS	20000

struct rotation {
	struct choose_item *items;
	size_t		 count;
	void		*table;
	choose_pick_fn	*pick;
};

static void
rotation_init(struct rotation *r, const struct choose_item *items, size_t n)
{
	r->items = mem_dup(items, n * sizeof(*items));
	r->count = n;
	r->table = mem_zalloc(1, choose_ratio.room(items, n));
	r->pick = choose_ratio.compile(r->table, items, n);
}

static void
rotation_fini(struct rotation *r)
{
	free(r->items);
	free(r->table);
}

static uint32_t
rotation_pick(const struct rotation *r, uint64_t turn)
{
	struct choose_query q = { .turn = turn };

	return r->pick != NULL ? r->pick(r->table, &q) : 0;
}

/* The largest |count - n * share| of any candidate for any n <= picks. A
 * candidate strays most just before and just after it is picked. */
static double
worst_stray(const struct rotation *r, uint64_t from, unsigned picks)
{
	double *share = mem_zalloc(r->count, sizeof(*share)), worst = 0;
	unsigned *got = mem_zalloc(r->count, sizeof(*got));

	choose_ratio.shares(r->items, r->count, share);
	for (unsigned n = 1; n <= picks; n++) {
		uint32_t i = rotation_pick(r, from + n - 1);
		double before, after;

		assert_true(i < r->count);
		before = (n - 1) * share[i] - got[i];
		after = ++got[i] - n * share[i];
		worst = before > worst ? before : worst;
		worst = after > worst ? after : worst;
	}
	for (size_t i = 0; i < r->count; i++) {
		double owed = picks * share[i] - got[i];

		worst = owed > worst ? owed : worst;
	}
	free(share);
	free(got);
	return worst;
}

static double
stray_of(const struct choose_item *items, size_t n, uint64_t from)
{
	struct rotation r;
	double worst;

	rotation_init(&r, items, n);
	worst = worst_stray(&r, from, PICKS);
	rotation_fini(&r);
	return worst;
}

static void
small_ratios_stay_within_one(void **state)
{
	struct rand rnd;

	(void)state;
	rand_seed_from(&rnd, 20261122);
	for (int round = 0; round < 200; round++) {
		struct choose_item items[40];
		size_t n = 2 + rand_below(&rnd, 39);
		double worst;

		for (size_t i = 0; i < n; i++)
			items[i].ratio = 7 * (1 + rand_below(&rnd, 3));
		worst = stray_of(items, n, 0);
		if (worst > 1.0)
			fail_msg("round %d: %zu candidates stray by %f", round,
			    n, worst);
	}
}

static void
a_whole_period_is_exact(void **state)
{
	static const struct choose_item items[] = { { .ratio = 70 },
	    { .ratio = 20 }, { .ratio = 10 } };
	unsigned got[3] = { 0 };
	struct rotation r;

	(void)state;
	rotation_init(&r, items, 3);
	for (uint64_t turn = 40; turn < 1040; turn++)
		got[rotation_pick(&r, turn)]++;
	assert_int_equal(got[0], 700);
	assert_int_equal(got[1], 200);
	assert_int_equal(got[2], 100);
	rotation_fini(&r);
}

static void
any_ratios_stay_within_a_few(void **state)
{
	struct rand rnd;
	double most = 0;

	(void)state;
	rand_seed_from(&rnd, 15);
	for (int round = 0; round < 120; round++) {
		static struct choose_item items[500];
		size_t n = 2 + rand_below(&rnd, round % 3 == 0 ? 499 : 20);
		uint32_t top = round % 2 == 0 ? 65535 : 300;
		double worst;

		for (size_t i = 0; i < n; i++)
			items[i].ratio = 1 + rand_below(&rnd, top);
		worst = stray_of(items, n, rand_u64(&rnd));
		most = worst > most ? worst : most;
		if (worst > 4.0)
			fail_msg("round %d: %zu candidates stray by %f", round,
			    n, worst);
	}
	print_message("largest stray of %d picks: %.3f\n", PICKS, most);
}

static void
extreme_ratios_stay_within_a_few(void **state)
{
	static const struct choose_item two[] = { { .ratio = 65535 },
	    { .ratio = 1 } };
	static struct choose_item many[500];

	(void)state;
	for (size_t i = 0; i < 500; i++)
		many[i].ratio = i == 250 ? 65535 : 1;
	assert_true(stray_of(two, 2, 0) <= 4.0);
	assert_true(stray_of(many, 500, 0) <= 4.0);
}

static void
every_candidate_gets_its_turn(void **state)
{
	static struct choose_item items[CHOOSE_CANDIDATES_MAX];
	static unsigned got[CHOOSE_CANDIDATES_MAX];
	struct rotation r;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(items); i++)
		items[i].ratio = 65535 - (i & 1);
	rotation_init(&r, items, OBJ_COUNT(items));
	for (uint64_t turn = 0; turn < 4 * OBJ_COUNT(items); turn++)
		got[rotation_pick(&r, turn)]++;
	for (size_t i = 0; i < OBJ_COUNT(items); i++)
		assert_true(got[i] >= 1);
	rotation_fini(&r);
}

static void
zero_is_never_admitted(void **state)
{
	struct choose_item zero = { .ratio = 0 }, one = { .ratio = 1 };

	(void)state;
	assert_false(choose_ratio.admits(&zero));
	assert_true(choose_ratio.admits(&one));
}

static void
a_single_candidate_needs_no_pick(void **state)
{
	static const struct choose_item items[] = { { .ratio = 9 } };
	struct rotation r;

	(void)state;
	rotation_init(&r, items, 1);
	assert_null(r.pick);
	rotation_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_ratios_stay_within_one),
		cmocka_unit_test(a_whole_period_is_exact),
		cmocka_unit_test(any_ratios_stay_within_a_few),
		cmocka_unit_test(extreme_ratios_stay_within_a_few),
		cmocka_unit_test(every_candidate_gets_its_turn),
		cmocka_unit_test(zero_is_never_admitted),
		cmocka_unit_test(a_single_candidate_needs_no_pick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
