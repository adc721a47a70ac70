/* tests/unit/core/base/test_ptrset.c - a set has what was added, through growth
 * and removals. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/ptrset.h"
#include "core/base/rand.h"

#define THINGS	300

static int thing[THINGS];	/* addresses to put in */

static void
one_member_needs_no_memory(void **state)
{
	struct ptrset s = { .room = 0 };
	size_t at = 0;

	(void)state;
	assert_false(ptrset_has(&s, &thing[0]));
	assert_null(ptrset_next(&s, &at));
	assert_true(ptrset_add(&s, &thing[0]));
	assert_false(ptrset_add(&s, &thing[0]));
	assert_int_equal(s.count, 1);
	assert_int_equal(s.room, 0);
	assert_true(ptrset_has(&s, &thing[0]));
	assert_false(ptrset_has(&s, &thing[1]));
	assert_false(ptrset_remove(&s, &thing[1]));
	assert_true(ptrset_remove(&s, &thing[0]));
	assert_int_equal(s.count, 0);
	/* Another may take its place. */
	assert_true(ptrset_add(&s, &thing[1]));
	assert_int_equal(s.room, 0);
	ptrset_fini(&s);
	assert_int_equal(s.count, 0);
}

static void
walk_visits_each_once(void **state)
{
	(void)state;
	for (unsigned count = 0; count <= 40; count++) {
		struct ptrset s = { .room = 0 };
		unsigned seen[THINGS] = { 0 };
		size_t at = 0;
		const int *p;

		for (unsigned i = 0; i < count; i++)
			assert_true(ptrset_add(&s, &thing[i]));
		while ((p = ptrset_next(&s, &at)) != NULL)
			seen[p - thing]++;
		for (unsigned i = 0; i < THINGS; i++)
			assert_int_equal(seen[i], i < count);
		ptrset_fini(&s);
	}
}

/* 200,000 random steps beside a plain array that says what must be there. */
static void
random_steps_agree_with_an_array(void **state)
{
	struct ptrset s = { .room = 0 };
	bool want[THINGS] = { false };
	uint32_t count = 0;
	struct rand r;

	(void)state;
	rand_seed_from(&r, 2026);
	for (int step = 0; step < 200000; step++) {
		/* Now few, now many. */
		unsigned i = rand_below(&r, step / 1000 % 2 ? 3 : THINGS);

		switch (rand_below(&r, 3)) {
		case 0:
			assert_int_equal(ptrset_add(&s, &thing[i]), !want[i]);
			count += !want[i];
			want[i] = true;
			break;
		case 1:
			assert_int_equal(ptrset_remove(&s, &thing[i]),
			    want[i]);
			count -= want[i];
			want[i] = false;
			break;
		default:
			assert_int_equal(ptrset_has(&s, &thing[i]), want[i]);
		}
		assert_int_equal(s.count, count);
	}
	ptrset_fini(&s);
}

/* Members that come and go must not make the table grow without end, nor fill
 * it with tombstones until a search no longer ends. */
static void
tombstones_do_not_pile_up(void **state)
{
	struct ptrset s = { .room = 0 };

	(void)state;
	(void)ptrset_add(&s, &thing[0]);
	for (unsigned i = 0; i < 100000; i++) {
		unsigned which = 1 + i % (THINGS - 1);

		assert_true(ptrset_add(&s, &thing[which]));
		assert_true(ptrset_remove(&s, &thing[which]));
		assert_true(s.used < s.room);
	}
	assert_true(s.room <= 16);
	ptrset_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_member_needs_no_memory),
		cmocka_unit_test(walk_visits_each_once),
		cmocka_unit_test(random_steps_agree_with_an_array),
		cmocka_unit_test(tombstones_do_not_pile_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
