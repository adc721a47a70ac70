/* tests/unit/monitors/test_suspect.c - a scheduler that doubts itself: what would
 * go down waits for the controls. Virtual time, scripted probes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/rig.h"

#include <sys/socket.h>

#include "core/base/err.h"
#include "monitors/probe.h"
#include "monitors/suspect.h"

#define CONTROL	1000		/* port of the first control */

static struct watch *control[3], *target[4];
static unsigned doubts;

static void
on_doubt(void *arg)
{
	(void)arg;
	doubts++;
}

static struct watch *
open_control(uint16_t port)
{
	struct addrport to = { .addr = { .family = AF_INET,
	    .octets = { 10, 0, 0, 1 } }, .port = port };

	return watch_open_control(rig.sched, rig.monitor, &to, NULL);
}

/* Interval 5 s, down at the first failure or after 16 s of silence. */
static int
set_up(void **state)
{
	struct sched_config c = { .types = fakeprobe_types,
	    .doubt = on_doubt };
	struct err e;

	(void)state;
	rig_open(&rig, 0);
	sched_free(&rig.sched);
	c.loop = rig.loop;
	c.board = rig.board;
	rig.sched = sched_new(&c, &e);
	assert_non_null(rig.sched);
	rig_change(&rig, "interval", "5");
	rig_change(&rig, "timeout", "16");
	doubts = 0;
	for (uint16_t i = 0; i < OBJ_COUNT(control); i++)
		control[i] = open_control((uint16_t)(CONTROL + i));
	for (uint16_t i = 0; i < OBJ_COUNT(target); i++)
		target[i] = rig_watch(&rig, (uint16_t)(80 + i));
	rig_run(&rig, 20 * CLOCK_S);
	for (size_t i = 0; i < OBJ_COUNT(target); i++)
		assert_int_equal(watch_state(target[i]), HEALTH_UP);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(control); i++)
		watch_close(&control[i]);
	for (size_t i = 0; i < OBJ_COUNT(target); i++)
		watch_close(&target[i]);
	rig_close(&rig);
	return 0;
}

static void
controls_end(enum probe_outcome outcome)
{
	for (size_t i = 0; i < OBJ_COUNT(control); i++)
		fakeprobe.outcome[CONTROL + i] = outcome;
}

static void
targets_end(size_t count, enum probe_outcome outcome)
{
	for (size_t i = 0; i < count; i++)
		fakeprobe.outcome[80 + i] = outcome;
}

static size_t
down(void)
{
	size_t n = 0;

	for (size_t i = 0; i < OBJ_COUNT(target); i++)
		n += watch_state(target[i]) == HEALTH_DOWN;
	return n;
}

static struct suspect_view
view(void)
{
	struct sched_stats st;

	sched_stats(rig.sched, &st);
	return st.doubt;
}

/* The controls are asked for it, not waited for till their turn. */
static void
what_fails_alone_goes_down_within_a_probe_of_the_controls(void **state)
{
	mono_ns start;

	(void)state;
	targets_end(1, PROBE_DOWN);
	start = clock_mono(&rig.clk);
	while (down() == 0) {
		rig_run(&rig, 10 * CLOCK_MS);
		assert_true(clock_mono(&rig.clk) - start < 6 * CLOCK_S);
	}
	assert_true(clock_mono(&rig.clk) - start <= 5 * CLOCK_S +
	    20 * CLOCK_MS);
	assert_int_equal(watch_state(target[0]), HEALTH_DOWN);
	assert_false(view().doubting);
	assert_int_equal(view().withheld, 0);
}

static void
when_the_controls_fail_too_nothing_goes_down(void **state)
{
	struct watch_view v;

	(void)state;
	controls_end(PROBE_DOWN);
	targets_end(4, PROBE_DOWN);
	rig_run(&rig, 300 * CLOCK_S);
	assert_int_equal(down(), 0);
	assert_true(view().doubting);
	assert_int_equal(view().controls, 3);
	assert_int_equal(view().silent, 3);
	assert_in_range(view().withheld, 4 * 55, 4 * 61);
	watch_look(target[0], &v);
	assert_true(v.sight.abstained > 50);
	assert_int_equal(v.sight.last.code, PROBE_REFUSED);
	assert_in_range(doubts, 1, 5);		/* not with each result */
}

/* Silence, too: deadlines come and go. */
static void
silence_of_all_is_no_fall(void **state)
{
	(void)state;
	controls_end(PROBE_SILENT);
	targets_end(4, PROBE_SILENT);
	rig_run(&rig, 300 * CLOCK_S);
	assert_int_equal(down(), 0);
	assert_true(view().doubting);
}

static void
doubt_ends_by_itself_and_what_was_missed_is_forgiven(void **state)
{
	(void)state;
	controls_end(PROBE_SILENT);
	targets_end(4, PROBE_SILENT);
	rig_run(&rig, 100 * CLOCK_S);
	controls_end(PROBE_UP);
	rig_run(&rig, 2 * CLOCK_S);
	assert_false(view().doubting);
	rig_run(&rig, 11 * CLOCK_S);	/* they have all their time again */
	assert_int_equal(down(), 0);
	targets_end(3, PROBE_UP);
	rig_run(&rig, 20 * CLOCK_S);
	assert_int_equal(down(), 1);	/* and this one is really down */
	assert_int_equal(watch_state(target[3]), HEALTH_DOWN);
}

static void
what_is_well_comes_up_while_in_doubt(void **state)
{
	(void)state;
	targets_end(1, PROBE_DOWN);
	rig_run(&rig, 6 * CLOCK_S);
	assert_int_equal(down(), 1);
	controls_end(PROBE_DOWN);
	targets_end(4, PROBE_DOWN);
	rig_run(&rig, 20 * CLOCK_S);
	assert_true(view().doubting);
	fakeprobe.outcome[80] = PROBE_UP;
	rig_run(&rig, 6 * CLOCK_S);
	assert_int_equal(down(), 0);
}

/* Their server is gone, the way is not: most targets show it. */
static void
controls_that_are_gone_hold_nobody_for_long(void **state)
{
	(void)state;
	controls_end(PROBE_DOWN);
	targets_end(1, PROBE_DOWN);
	rig_run(&rig, 15 * CLOCK_S);
	assert_int_equal(down(), 1);
	assert_false(view().doubting);
	assert_int_equal(view().silent, 3);
	targets_end(2, PROBE_DOWN);
	rig_run(&rig, 6 * CLOCK_S);	/* nothing to wait for any more */
	assert_int_equal(down(), 2);
}

static void
without_controls_all_is_believed(void **state)
{
	(void)state;
	controls_end(PROBE_DOWN);
	targets_end(4, PROBE_DOWN);
	rig_run(&rig, 10 * CLOCK_S);
	assert_int_equal(down(), 0);
	for (size_t i = 0; i < OBJ_COUNT(control); i++)
		watch_close(&control[i]);
	assert_false(view().doubting);
	assert_int_equal(view().controls, 0);
	rig_run(&rig, 6 * CLOCK_S);
	assert_int_equal(down(), 4);
}

static void
who_waits_may_leave(void **state)
{
	(void)state;
	fakeprobe.hangs_from = CONTROL;
	targets_end(4, PROBE_DOWN);
	rig_run(&rig, 4 * CLOCK_S);	/* some are parked by now */
	for (size_t i = 0; i < OBJ_COUNT(target); i++)
		watch_close(&target[i]);
	rig_run(&rig, 20 * CLOCK_S);
	for (uint16_t i = 0; i < OBJ_COUNT(target); i++)
		target[i] = rig_watch(&rig, (uint16_t)(80 + i));
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(what_fails_alone_goes_down_within_a_probe_of_the_controls),
		T(when_the_controls_fail_too_nothing_goes_down),
		T(silence_of_all_is_no_fall),
		T(doubt_ends_by_itself_and_what_was_missed_is_forgiven),
		T(what_is_well_comes_up_while_in_doubt),
		T(controls_that_are_gone_hold_nobody_for_long),
		T(without_controls_all_is_believed),
		T(who_waits_may_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
