/* tests/unit/gtmd/topology/test_topology_classes.c - sets of atoms and their numbers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/base/rand.h"
#include "gtmd/topology/topology_classes.h"

#define SETS	4096u	/* of 12 atoms */

static uint32_t
put(struct topology_classes *c, uint32_t bits, uint32_t kind, bool *made)
{
	struct topology_list flips = { .v = NULL };
	uint32_t number;

	for (uint32_t i = 0; i < 12; i++)
		if (bits >> i & 1)
			topology_list_add(&flips, i);
	number = topology_classes_put(c, &flips, kind, made);
	free(flips.v);
	return number;
}

static void
equal_flips_of_a_kind_are_one_class(void **state)
{
	struct topology_classes c = { .v = NULL };
	bool made;

	(void)state;
	assert_int_equal(put(&c, 0, 0, &made), 0);
	assert_true(made);
	assert_int_equal(put(&c, 5, 0, &made), 1);
	assert_int_equal(put(&c, 5, 1, &made), 2);
	assert_true(made);
	assert_int_equal(put(&c, 5, 0, &made), 1);
	assert_false(made);
	topology_classes_fini(&c);
	assert_int_equal(c.count, 0);
}

/* Beside an array that says which number a set has, if any. */
static void
numbers_of_classes_that_went_are_given_again(void **state)
{
	static uint32_t number[SETS];	/* + 1 */
	struct topology_classes c = { .v = NULL };
	size_t live = 0, most = 0;
	struct rand r;

	(void)state;
	rand_seed_from(&r, 11);
	for (int step = 0; step < 20000; step++) {
		uint32_t set = rand_below(&r, step % 4000 < 2000 ? SETS : 64);
		bool made;
		uint32_t n;

		if (number[set] != 0 && rand_below(&r, 2) == 0) {
			topology_classes_remove(&c, number[set] - 1);
			number[set] = 0;
			live--;
			continue;
		}
		n = put(&c, set, 0, &made);
		assert_int_equal(made, number[set] == 0);
		if (!made)
			assert_int_equal(n, number[set] - 1);
		assert_true(c.v[n].live);
		live += made;
		most = live > most ? live : most;
		number[set] = n + 1;
		assert_int_equal(c.count - c.spare.count, live);
		assert_true(c.count <= most);
	}
	topology_classes_fini(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_flips_of_a_kind_are_one_class),
		cmocka_unit_test(numbers_of_classes_that_went_are_given_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
