/* tests/unit/monitors/test_recipe.c - SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/monitors/rig.h"

#include "monitors/recipe.h"

static void
times_and_counts_come_from_the_monitor(void **state)
{
	struct recipe *r, *again;

	(void)state;
	rig_open(&rig, 0);
	rig_change(&rig, "interval", "7");
	rig_change(&rig, "timeout", "22");
	rig_change(&rig, "probe-timeout", "3");
	rig_change(&rig, "rise", "255");
	rig_change(&rig, "fall", "4");
	rig_change(&rig, "ignore-down-response", "enabled");
	r = recipe_new(rig.monitor, fakeprobe_types[0], NULL);
	assert_int_equal(r->interval_ns, 7 * CLOCK_S);
	assert_int_equal(r->probe_timeout_ns, 3 * CLOCK_S);
	assert_int_equal(r->policy.timeout_ns, 22 * CLOCK_S);
	assert_int_equal(r->policy.rise, 255);
	assert_int_equal(r->policy.fall, 4);
	assert_true(r->policy.ignore_down);

	assert_int_equal(r->policy.damp.half_life_ns, 0);
	recipe_unref(&r);

	rig_change(&rig, "interval-ms", "250");
	rig_change(&rig, "timeout-ms", "900");
	rig_change(&rig, "probe-timeout-ms", "100");
	rig_change(&rig, "flap-half-life", "120");
	rig_change(&rig, "flap-suppress", "3000");
	rig_change(&rig, "flap-reuse", "1000");
	r = recipe_new(rig.monitor, fakeprobe_types[0], NULL);
	assert_int_equal(r->interval_ns, 250 * CLOCK_MS);
	assert_int_equal(r->probe_timeout_ns, 100 * CLOCK_MS);
	assert_int_equal(r->policy.timeout_ns, 900 * CLOCK_MS);
	assert_int_equal(r->policy.damp.half_life_ns, 120 * CLOCK_S);
	assert_int_equal(r->policy.damp.suppress, 3000);
	assert_int_equal(r->policy.damp.reuse, 1000);

	/* It holds its monitor, and lives until its last reference goes. */
	assert_int_equal(rig.monitor->obj.refs, 2);
	again = recipe_ref(r);
	recipe_unref(&r);
	assert_null(r);
	assert_int_equal(fakeprobe.specs, 1);
	recipe_unref(&again);
	assert_int_equal(fakeprobe.specs, 0);
	assert_int_equal(rig.monitor->obj.refs, 1);
	rig_close(&rig);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_and_counts_come_from_the_monitor),
	};

	return cmocka_run_group_tests_name("recipe", tests, NULL, NULL);
}
