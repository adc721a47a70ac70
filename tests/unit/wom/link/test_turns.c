/* tests/unit/wom/link/test_turns.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "wom/link/turns.h"

#define QUANTUM	1000

static bool
all_are(struct turns_flow *f, const void *arg)
{
	(void)f;
	(void)arg;
	return true;
}

static bool
this_is_not(struct turns_flow *f, const void *arg)
{
	return f != arg;
}

/* Frames differ in length, shares do not. */
static void
flows_share_by_octets(void **state)
{
	static const uint32_t frame[] = { 100, 900, 1500 };
	uint64_t sent[3] = { 0 };
	struct turns_flow f[3];
	struct turns t;

	(void)state;
	turns_init(&t, QUANTUM);
	for (int i = 0; i < 3; i++) {
		turns_flow_init(&f[i], true);
		turns_add(&t, &f[i]);
	}
	for (int n = 0; n < 3000; n++) {
		struct turns_flow *g = turns_next(&t, all_are, NULL);

		assert_non_null(g);
		sent[g - f] += frame[g - f];
		turns_charge(&t, g, frame[g - f], true);
	}
	for (int i = 1; i < 3; i++)
		assert_in_range(sent[i], sent[0] - 3000, sent[0] + 3000);
}

static void
who_has_little_to_say_says_it_first(void **state)
{
	struct turns_flow bulk[20], small;
	struct turns t;

	(void)state;
	turns_init(&t, QUANTUM);
	for (size_t i = 0; i < OBJ_COUNT(bulk); i++) {
		turns_flow_init(&bulk[i], true);
		turns_add(&t, &bulk[i]);
	}
	turns_flow_init(&small, false);
	for (int n = 0; n < 10; n++) {
		struct turns_flow *g;

		turns_add(&t, &small);
		assert_ptr_equal(turns_next(&t, all_are, NULL), &small);
		turns_charge(&t, &small, 50, false);
		/* It comes again when the others have had their turn. */
		for (size_t i = 0; i < 2 * OBJ_COUNT(bulk); i++) {
			g = turns_next(&t, all_are, NULL);
			assert_ptr_not_equal(g, &small);
			turns_charge(&t, g, QUANTUM, true);
		}
		assert_false(small.waits);
	}
}

/* New flows all the time do not keep an old one from its turn. */
static void
nobody_starves(void **state)
{
	struct turns_flow bulk, small[5];
	int turns_of_bulk = 0;
	struct turns t;

	(void)state;
	turns_init(&t, QUANTUM);
	turns_flow_init(&bulk, true);
	turns_add(&t, &bulk);
	for (int i = 0; i < 5; i++)
		turns_flow_init(&small[i], false);
	for (int n = 0; n < 6000; n++) {
		struct turns_flow *g;

		for (int i = 0; i < 5; i++)
			turns_add(&t, &small[i]);
		g = turns_next(&t, all_are, NULL);
		turns_of_bulk += g == &bulk;
		turns_charge(&t, g, QUANTUM, g == &bulk);
	}
	assert_in_range(turns_of_bulk, 900, 3100);
}

static void
who_is_not_ready_keeps_its_place(void **state)
{
	struct turns_flow a, b;
	struct turns t;

	(void)state;
	turns_init(&t, QUANTUM);
	turns_flow_init(&a, true);
	turns_flow_init(&b, true);
	turns_add(&t, &a);
	turns_add(&t, &b);
	assert_ptr_equal(turns_next(&t, this_is_not, &a), &b);
	assert_ptr_equal(turns_next(&t, all_are, NULL), &a);
	turns_remove(&b);
	assert_null(turns_next(&t, this_is_not, &a));
	assert_ptr_equal(turns_next(&t, all_are, NULL), &a);
	turns_charge(&t, &a, 1, false);
	assert_null(turns_next(&t, all_are, NULL));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(flows_share_by_octets),
		cmocka_unit_test(who_has_little_to_say_says_it_first),
		cmocka_unit_test(nobody_starves),
		cmocka_unit_test(who_is_not_ready_keeps_its_place),
	};

	return cmocka_run_group_tests_name("turns", tests, NULL, NULL);
}
