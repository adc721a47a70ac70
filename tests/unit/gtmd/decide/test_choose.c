/* tests/unit/gtmd/decide/test_choose.c - the table of methods, and the plain ones.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "core/base/rand.h"
#include "gtmd/decide/choose.h"
#include "gtmd/decide/choose_cycle.h"

static void
rows_stand_where_the_configuration_has_them(void **state)
{
	static const struct { enum pool_lb lb; const char *name; } row[] = {
		{ POOL_LB_ROUND_ROBIN, "round-robin" },
		{ POOL_LB_RATIO, "ratio" },
		{ POOL_LB_GLOBAL_AVAILABILITY, "global-availability" },
		{ POOL_LB_RETURN_TO_DNS, "return-to-dns" },
		{ POOL_LB_FALLBACK_IP, "fallback-ip" },
		{ POOL_LB_DROP_PACKET, "drop-packet" },
		{ POOL_LB_NONE, "none" },
		{ POOL_LB_STATIC_PERSISTENCE, "static-persistence" },
		{ POOL_LB_PACKET_RATE, "packet-rate" },
		{ POOL_LB_VS_CAPACITY, "virtual-server-capacity" },
		{ POOL_LB_VS_SCORE, "virtual-server-score" },
		{ POOL_LB_LEAST_CONNECTIONS, "least-connections" },
		{ POOL_LB_KILOBYTES_PER_SECOND, "kilobytes-per-second" },
		{ POOL_LB_CPU, "cpu" },
		{ POOL_LB_QUALITY_OF_SERVICE, "quality-of-service" },
		{ POOL_LB_TOPOLOGY, "topology" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		assert_string_equal(choose_find(row[i].lb)->name, row[i].name);
		assert_string_equal(choose_find_dynamic(row[i].lb)->name,
		    row[i].name);
	}
	assert_ptr_equal(choose_find_dynamic(POOL_LB_RATIO), &choose_ratio);
	assert_ptr_equal(choose_find_cohort(POOL_LB_RATIO, true),
	    &choose_ratio_cohort);
	assert_ptr_equal(choose_find_cohort(POOL_LB_RATIO, false),
	    &choose_ratio);
	assert_ptr_equal(choose_find_cohort(POOL_LB_ROUND_ROBIN, true),
	    &choose_round_robin);
}

/* Without a division, yet the same as with one. */
static void
a_cycle_is_the_remainder(void **state)
{
	struct rand r;

	(void)state;
	rand_seed_from(&r, 7);
	for (int i = 0; i < 200000; i++) {
		uint32_t n = 1 + rand_below(&r, i % 2 == 0 ? 600 : UINT32_MAX);
		uint32_t turn = (uint32_t)rand_u64(&r);
		struct choose_cycle c = choose_cycle_of(n);

		if (choose_cycle_at(&c, turn) != turn % n)
			fail_msg("%u %% %u", turn, n);
	}
}

static void
round_robin_takes_turns(void **state)
{
	static const struct choose_item items[7] = { { .ratio = 0 } };
	struct choose_cycle table;
	choose_pick_fn *pick = choose_round_robin.compile(&table, items, 7);
	double share[7];

	(void)state;
	assert_int_equal(choose_round_robin.room(items, 7), sizeof(table));
	for (uint64_t turn = 0; turn < 100; turn++)
		assert_int_equal(pick(&table,
		    &(struct choose_query){ .turn = turn }), turn % 7);
	choose_round_robin.shares(items, 7, share);
	assert_true(share[6] == 1.0 / 7);
}

static void
global_availability_takes_the_first(void **state)
{
	static const struct choose_item items[2] = { { .ratio = 1 },
	    { .ratio = 9 } };
	double share[2];

	(void)state;
	assert_null(choose_global_availability.compile);
	choose_global_availability.shares(items, 2, share);
	assert_true(share[0] == 1.0 && share[1] == 0.0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_stand_where_the_configuration_has_them),
		cmocka_unit_test(a_cycle_is_the_remainder),
		cmocka_unit_test(round_robin_takes_turns),
		cmocka_unit_test(global_availability_takes_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
