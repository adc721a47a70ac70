/* tests/unit/monitors/test_instance.c - results become a state, a board entry
 * and a sentence. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/rig.h"

#include "monitors/instance.h"
#include "monitors/recipe.h"

static struct instance *inst;

static int
set_up(void **state)
{
	struct addrport to = { .addr = { .family = AF_INET,
	    .octets = { 10, 0, 0, 1 } }, .port = 80 };

	(void)state;
	rig_open(&rig, 0);
	rig_change(&rig, "rise", "2");
	inst = instance_new(recipe_new(rig.monitor, fakeprobe_types[0], NULL),
	    "/Common/m 10.0.0.1:80", &to, rig.board);
	inst->refs = 1;
	instance_start(inst, HEALTH_UNKNOWN, &rig.clk);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	inst->refs = 0;
	recipe_unref(&inst->recipe);
	instance_free(&inst);
	rig_close(&rig);
	return 0;
}

static void
push(enum probe_outcome outcome, enum probe_code code)
{
	struct probe_result r = { .outcome = outcome, .code = code,
	    .rtt_us = 77 };

	clock_fake_advance(&rig.clk, CLOCK_S);
	instance_push(inst, &r, &rig.clk);
}

static void
each_result_is_on_the_board_each_change_moves_since(void **state)
{
	struct board_entry en;

	(void)state;
	push(PROBE_UP, PROBE_OK);
	en = board_read(rig.board, inst->slot);
	assert_int_equal(en.state, HEALTH_UNKNOWN);	/* rise is 2 */
	assert_int_equal(en.since_s, 1700000000);
	push(PROBE_UP, PROBE_OK);
	en = board_read(rig.board, inst->slot);
	assert_int_equal(en.state, HEALTH_UP);
	assert_int_equal(en.since_s, 1700000002);
	assert_int_equal(inst->rtt_us, 77);
	push(PROBE_SILENT, PROBE_TIMEOUT);
	en = board_read(rig.board, inst->slot);
	assert_int_equal(en.state, HEALTH_UP);
	assert_int_equal(en.last, PROBE_TIMEOUT);
	assert_int_equal(en.since_s, 1700000002);
	clock_fake_advance(&rig.clk, 200 * CLOCK_S);
	instance_expire(inst, &rig.clk);
	en = board_read(rig.board, inst->slot);
	assert_int_equal(en.state, HEALTH_DOWN);
	assert_int_equal(en.since_s, 1700000203);
}

/* The cause of a down stays told while successes gather for a rise. */
static void
cause_outlives_the_first_success_after_it(void **state)
{
	char text[200];

	(void)state;
	push(PROBE_DOWN, PROBE_RESET);
	push(PROBE_UP, PROBE_OK);
	assert_int_equal(inst->health.state, HEALTH_DOWN);
	assert_string_equal(instance_reason(inst, text, sizeof(text)),
	    "Monitor /Common/m : connection reset");
}

static void
abstention_counts_neither_way(void **state)
{
	(void)state;
	push(PROBE_UP, PROBE_OK);
	push(PROBE_ABSTAIN, PROBE_LOCAL);
	push(PROBE_UP, PROBE_OK);
	assert_int_equal(inst->health.state, HEALTH_UP);
	push(PROBE_ABSTAIN, PROBE_LOCAL);
	assert_int_equal(inst->health.bad, 0);
}

static void
remembered_state_is_called_so(void **state)
{
	char text[200];

	(void)state;
	instance_start(inst, HEALTH_DOWN, &rig.clk);
	assert_string_equal(instance_reason(inst, text, sizeof(text)),
	    "Monitor /Common/m : DOWN (last known)");
	assert_int_equal(board_read(rig.board, inst->slot).state, HEALTH_DOWN);
}

/* The penalty stands beside the state, as it is when somebody asks. */
static void
flapping_is_told_with_its_penalty(void **state)
{
	char text[200];

	(void)state;
	inst->recipe->policy.damp = (struct damp_policy){
	    .half_life_ns = 100 * CLOCK_S, .suppress = 1500, .reuse = 600 };
	inst->recipe->policy.rise = 1;
	push(PROBE_UP, PROBE_OK);
	push(PROBE_DOWN, PROBE_RESET);
	assert_string_equal(instance_reason(inst, text, sizeof(text)),
	    "Monitor /Common/m : connection reset, flap penalty 1000");
	push(PROBE_UP, PROBE_OK);
	assert_string_equal(instance_reason(inst, text, sizeof(text)),
	    "Monitor /Common/m : UP, flap penalty 993");
	push(PROBE_DOWN, PROBE_RESET);
	push(PROBE_UP, PROBE_OK);
	assert_int_equal(inst->health.state, HEALTH_DOWN);
	assert_string_equal(instance_reason(inst, text, sizeof(text)),
	    "Monitor /Common/m : UP, held down for flapping, flap penalty "
	    "1973, free at 600");
	clock_fake_advance(&rig.clk, 200 * CLOCK_S);
	push(PROBE_UP, PROBE_OK);
	assert_int_equal(inst->health.state, HEALTH_UP);
	clock_fake_advance(&rig.clk, 2000 * CLOCK_S);
	assert_string_equal(instance_reason(inst, text, sizeof(text)),
	    "Monitor /Common/m : UP");
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(each_result_is_on_the_board_each_change_moves_since),
		T(cause_outlives_the_first_success_after_it),
		T(abstention_counts_neither_way),
		T(remembered_state_is_called_so),
		T(flapping_is_told_with_its_penalty),
	};

	return cmocka_run_group_tests_name("instance", tests, NULL, NULL);
}
