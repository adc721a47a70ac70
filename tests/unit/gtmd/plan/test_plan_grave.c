/* tests/unit/gtmd/plan/test_plan_grave.c - counters' slots are given out again
 * when no reader can hold them, and not before.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"

#include "core/io/rcu.h"
#include "gtmd/count/tally.h"
#include "gtmd/plan/plan_grave.h"

static void
slots_come_back_after_their_readers_have_gone(void **state)
{
	struct graph *g = *state;
	uint32_t first = tally_slots_new(8);

	/* We are a reader that has not yet let go. */
	rcu_register();
	plan_grave_dig(g->plan, first, 8);
	plan_grave_sweep(g->plan);
	assert_false(list_empty(&g->plan->graves));
	assert_int_not_equal(tally_slots_new(8), first);
	rcu_unregister();
	rcu_drain();
	plan_grave_sweep(g->plan);
	assert_true(list_empty(&g->plan->graves));
	assert_int_equal(tally_slots_new(8), first);
}

/* Dug in any order, they come back as one range. */
static void
neighbours_become_one_again(void **state)
{
	struct graph *g = *state;
	uint32_t first = tally_slots_new(12);

	plan_grave_dig(g->plan, first + 8, 4);
	plan_grave_dig(g->plan, first, 4);
	plan_grave_dig(g->plan, first + 4, 4);
	rcu_drain();
	plan_grave_sweep(g->plan);
	assert_int_equal(tally_slots_new(12), first);
}

/* Nobody answers from a plan apart. */
static void
a_plan_apart_has_no_readers(void **state)
{
	struct graph *g = *state;
	uint32_t first = tally_slots_new(8);

	rcu_register();
	g->plan->config.apart = true;
	plan_grave_dig(g->plan, first, 8);
	g->plan->config.apart = false;
	assert_int_equal(tally_slots_new(8), first);
	rcu_unregister();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(slots_come_back_after_their_readers_have_gone),
		TEST(neighbours_become_one_again),
		TEST(a_plan_apart_has_no_readers),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
