/* tests/unit/gtmd/decide/test_choose_static_persistence.c - who loses a candidate
 * moves, and nobody else. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/rand.h"
#include "tests/unit/gtmd/decide/orders.h"

#define CLIENTS		20000
#define MANY		64

static const struct choose_method *const method = &choose_static_persistence;

/* The candidates without number gone. */
static size_t
without(const struct choose_item *all, size_t count, size_t gone,
    struct choose_item *out)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (i != gone)
			out[n++] = all[i];
	return n;
}

static void
check_removal(size_t count, size_t gone)
{
	struct choose_item all[MANY] = { 0 }, left[MANY];
	struct orders before, after;
	unsigned moved = 0;

	orders_items(all, count);
	orders_init(&before, method, all, count);
	orders_init(&after, method, left, without(all, count, gone, left));
	for (uint32_t i = 0; i < CLIENTS; i++) {
		uint32_t was = orders_ask(&before, 0x0a000000 + i);
		uint32_t is = orders_ask(&after, 0x0a000000 + i);

		if (was == gone)
			moved++;
		else if (left[is].key != all[was].key)
			fail_msg("%zu without %zu: client %u moved from %u",
			    count, gone, i, was);
	}
	assert_true(moved > 0);
	orders_fini(&before);
	orders_fini(&after);
}

/* Over the border between scoring and the written table too. */
static void
a_member_that_goes_moves_its_own_clients_alone(void **state)
{
	static const size_t counts[] = { 2, 3, 16, 17, 18, MANY };
	struct rand r;

	(void)state;
	rand_seed_from(&r, 4);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		check_removal(counts[i], 0);
		check_removal(counts[i], rand_below(&r,
		    (uint32_t)counts[i]));
	}
}

/* The order of the members in the pool is no part of it. */
static void
the_choice_is_by_name_not_by_place(void **state)
{
	struct choose_item one[5], other[5];
	struct orders a, b;

	(void)state;
	orders_items(one, 5);
	for (size_t i = 0; i < 5; i++)
		other[i] = one[4 - i];
	orders_init(&a, method, one, 5);
	orders_init(&b, method, other, 5);
	for (uint32_t i = 0; i < CLIENTS; i++)
		assert_int_equal(orders_ask(&a, i), 4 - orders_ask(&b, i));
	orders_fini(&a);
	orders_fini(&b);
}

static void
a_client_is_a_network(void **state)
{
	struct choose_item items[5];
	struct orders o;

	(void)state;
	orders_items(items, 5);
	for (size_t i = 0; i < 5; i++)
		items[i].net = (struct clientnet_len){ 24, 56 };
	orders_init(&o, method, items, 5);
	for (uint32_t net = 0; net < 400; net++) {
		uint32_t first = orders_ask(&o, net << 8);

		for (uint32_t host = 1; host < 256; host += 17)
			assert_int_equal(orders_ask(&o, net << 8 | host),
			    first);
	}
	orders_fini(&o);
}

/* What explain says is what a census of clients finds. */
static void
weights_are_exact(void **state)
{
	static const size_t counts[] = { 2, 7, 16, 17, MANY };
	uint64_t weight[MANY];
	unsigned got[MANY];

	(void)state;
	for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
		struct choose_item items[MANY] = { 0 };
		uint64_t total, sum = 0;
		struct orders o;

		memset(got, 0, sizeof(got));
		orders_items(items, counts[c]);
		orders_init(&o, method, items, counts[c]);
		for (uint32_t i = 0; i < 200000; i++)
			got[orders_ask(&o, i * 2654435761u)]++;
		total = orders_weights(&o, 0, weight);
		for (size_t i = 0; i < counts[c]; i++) {
			double want = 200000.0 * (double)weight[i] /
			    (double)total, stray = got[i] - want;

			sum += weight[i];
			/* five standard deviations */
			if (stray * stray > 25 * want)
				fail_msg("%zu: %zu got %u, not %f", counts[c],
				    i, got[i], want);
		}
		assert_int_equal(sum, total);
		orders_fini(&o);
	}
}

static void
a_known_client_has_its_one(void **state)
{
	struct choose_item items[3];
	uint64_t weight[3];
	struct orders o;

	(void)state;
	orders_items(items, 3);
	orders_init(&o, method, items, 3);
	for (uint32_t i = 1; i < 100; i++) {
		assert_int_equal(orders_weights(&o, i, weight), 1);
		assert_int_equal(weight[orders_ask(&o, i)], 1);
		assert_int_equal(weight[0] + weight[1] + weight[2], 1);
	}
	orders_fini(&o);
}

/* Random keys, few candidates: within a tenth of the fair share. */
static void
clients_are_spread_evenly(void **state)
{
	struct rand r;

	(void)state;
	rand_seed_from(&r, 8);
	for (int round = 0; round < 50; round++) {
		struct choose_item items[4];
		uint64_t weight[4];
		struct orders o;

		orders_items(items, 4);
		for (size_t i = 0; i < 4; i++)
			items[i].key = rand_u64(&r);
		orders_init(&o, method, items, 4);
		assert_int_equal(orders_weights(&o, 0, weight), 4096);
		/* 1024, and five times sqrt(4096 / 4 * 3 / 4) */
		for (size_t i = 0; i < 4; i++)
			assert_in_range(weight[i], 1024 - 139, 1024 + 139);
		orders_fini(&o);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_member_that_goes_moves_its_own_clients_alone),
		cmocka_unit_test(the_choice_is_by_name_not_by_place),
		cmocka_unit_test(a_client_is_a_network),
		cmocka_unit_test(weights_are_exact),
		cmocka_unit_test(a_known_client_has_its_one),
		cmocka_unit_test(clients_are_spread_evenly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
