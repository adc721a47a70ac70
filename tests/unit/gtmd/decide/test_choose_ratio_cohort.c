/* tests/unit/gtmd/decide/test_choose_ratio_cohort.c - a changed ratio moves as many
 * clients as it must, and nobody back. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/rand.h"
#include "tests/unit/gtmd/decide/orders.h"

#define CLIENTS		50000
#define FEW		8

static const struct choose_method *const method = &choose_ratio_cohort;

/* Is got of CLIENTS within five standard deviations of this share? */
static void
check_share(unsigned got, double share)
{
	double want = CLIENTS * share, stray = got - want;

	if (stray * stray > 25 * want * (1 - share) + 1)
		fail_msg("%u of %d clients, not %f", got, CLIENTS, want);
}

static void
each_has_its_share(void **state)
{
	struct rand r;

	(void)state;
	rand_seed_from(&r, 31);
	for (int round = 0; round < 20; round++) {
		struct choose_item items[FEW] = { 0 };
		size_t n = 2 + rand_below(&r, FEW - 1);
		unsigned got[FEW] = { 0 };
		double share[FEW];
		struct orders o;

		orders_items(items, n);
		for (size_t i = 0; i < n; i++)
			items[i].ratio = 1 + rand_below(&r,
			    round % 2 == 0 ? 10 : 65535);
		orders_init(&o, method, items, n);
		for (uint32_t i = 0; i < CLIENTS; i++)
			got[orders_ask(&o, i)]++;
		method->shares(items, n, share);
		for (size_t i = 0; i < n; i++)
			check_share(got[i], share[i]);
		orders_fini(&o);
	}
}

/* Of all clients, those between the two shares go to the candidate whose ratio
 * rises; no other client goes anywhere. */
static void
check_change(const struct choose_item *was, const struct choose_item *now,
    size_t n, size_t changed)
{
	double before[FEW], after[FEW];
	struct orders a, b;
	unsigned moved = 0;
	bool rises = now[changed].ratio > was[changed].ratio;

	orders_init(&a, method, was, n);
	orders_init(&b, method, now, n);
	for (uint32_t i = 0; i < CLIENTS; i++) {
		uint32_t x = orders_ask(&a, i), y = orders_ask(&b, i);

		if (x == y)
			continue;
		moved++;
		if ((rises ? y : x) != changed)
			fail_msg("client %u moved from %u to %u", i, x, y);
	}
	method->shares(was, n, before);
	method->shares(now, n, after);
	check_share(moved, rises ? after[changed] - before[changed] :
	    before[changed] - after[changed]);
	orders_fini(&a);
	orders_fini(&b);
}

static void
from_10_to_25_percent_moves_15_and_nobody_back(void **state)
{
	struct choose_item was[2], now[2];

	(void)state;
	orders_items(was, 2);
	orders_items(now, 2);
	was[0].ratio = 10;
	was[1].ratio = 90;
	now[0].ratio = 25;
	now[1].ratio = 75;
	check_change(was, now, 2, 0);
}

static void
any_change_moves_what_it_must_and_no_more(void **state)
{
	struct rand r;

	(void)state;
	rand_seed_from(&r, 32);
	for (int round = 0; round < 30; round++) {
		struct choose_item was[FEW] = { 0 }, now[FEW];
		size_t n = 2 + rand_below(&r, FEW - 1);
		size_t changed = rand_below(&r, (uint32_t)n);

		orders_items(was, n);
		for (size_t i = 0; i < n; i++)
			was[i].ratio = 1 + rand_below(&r, 100);
		for (size_t i = 0; i < n; i++)
			now[i] = was[i];
		now[changed].ratio = 1 + rand_below(&r, 300);
		check_change(was, now, n, changed);
	}
}

/* Up to half and back again: everyone is where they were. */
static void
a_ratio_that_comes_back_brings_its_clients_back(void **state)
{
	struct choose_item items[3];
	uint32_t at[1000];
	struct orders o;

	(void)state;
	orders_items(items, 3);
	for (uint32_t ratio = 1; ratio <= 3; ratio++) {
		items[0].ratio = ratio == 2 ? 50 : 1;
		orders_init(&o, method, items, 3);
		for (uint32_t i = 0; i < 1000; i++) {
			uint32_t is = orders_ask(&o, i);

			if (ratio == 1)
				at[i] = is;
			else if (ratio == 3)
				assert_int_equal(is, at[i]);
		}
		orders_fini(&o);
	}
}

static void
a_member_that_goes_moves_its_own_clients_alone(void **state)
{
	struct choose_item items[4];
	struct orders all, left;

	(void)state;
	orders_items(items, 4);
	for (size_t i = 0; i < 4; i++)
		items[i].ratio = (uint32_t)(3 * i + 1);
	orders_init(&all, method, items, 4);
	orders_init(&left, method, items, 3);
	for (uint32_t i = 0; i < CLIENTS; i++) {
		uint32_t was = orders_ask(&all, i);

		if (was != 3)
			assert_int_equal(orders_ask(&left, i), was);
	}
	orders_fini(&all);
	orders_fini(&left);
}

static void
weights_are_the_ratios_or_the_one(void **state)
{
	struct choose_item items[3];
	uint64_t weight[3];
	struct orders o;

	(void)state;
	orders_items(items, 3);
	items[0].ratio = 65535;
	items[1].ratio = 49;
	items[2].ratio = 3;
	orders_init(&o, method, items, 3);
	assert_int_equal(orders_weights(&o, 0, weight), 65587);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(weight[i], items[i].ratio);
	for (uint32_t i = 1; i < 100; i++) {
		assert_int_equal(orders_weights(&o, i, weight), 1);
		assert_int_equal(weight[orders_ask(&o, i)], 1);
	}
	orders_fini(&o);
}

static void
zero_is_never_admitted(void **state)
{
	struct choose_item zero = { .ratio = 0 }, one = { .ratio = 1 };

	(void)state;
	assert_false(method->admits(&zero));
	assert_true(method->admits(&one));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_has_its_share),
		cmocka_unit_test(from_10_to_25_percent_moves_15_and_nobody_back),
		cmocka_unit_test(any_change_moves_what_it_must_and_no_more),
		cmocka_unit_test(a_ratio_that_comes_back_brings_its_clients_back),
		cmocka_unit_test(a_member_that_goes_moves_its_own_clients_alone),
		cmocka_unit_test(weights_are_the_ratios_or_the_one),
		cmocka_unit_test(zero_is_never_admitted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
