/* tests/unit/monitors/test_doubt.c - whose fault it is that nobody answers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitors/doubt.h"

#define MOST	5

static struct doubt d;
static struct doubt_control control[MOST];
static struct doubt_target target[MOST];
static bool ask;

static int
set_up(void **state)
{
	(void)state;
	d = (struct doubt){ 0 };
	for (size_t i = 0; i < MOST; i++) {
		control[i] = (struct doubt_control){ 0 };
		target[i] = (struct doubt_target){ 0 };
	}
	return 0;
}

static void
controls(size_t n)
{
	while (n-- > 0)
		doubt_add_control(&d);
}

/* The controls are lost with a fall; so many targets stand. */
static void
lose_all(size_t n, size_t targets)
{
	controls(n);
	assert_int_equal(doubt_fall(&d, &ask), DOUBT_WAIT);
	for (size_t i = 0; i < n; i++)
		(void)doubt_control(&d, &control[i], false);
	assert_int_equal(d.sight, DOUBT_LOST);
	for (size_t i = 0; i < targets; i++)
		doubt_stand(&d, &target[i]);
}

static void
without_controls_a_fall_is_believed(void **state)
{
	(void)state;
	assert_int_equal(doubt_fall(&d, &ask), DOUBT_BELIEVE);
	assert_false(ask);
}

static void
a_fall_waits_for_half_of_the_controls(void **state)
{
	static const struct { size_t controls, good; } row[] = {
		{ 1, 1 }, { 2, 1 }, { 3, 2 }, { 4, 2 }, { 5, 3 },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		(void)set_up(state);
		controls(row[i].controls);
		assert_int_equal(doubt_fall(&d, &ask), DOUBT_WAIT);
		assert_true(ask);
		assert_int_equal(doubt_fall(&d, &ask), DOUBT_WAIT);
		assert_false(ask);		/* they are being asked */
		for (size_t k = 0; k + 1 < row[i].good; k++)
			assert_false(doubt_control(&d, &control[k], true));
		assert_true(d.asking);
		assert_true(doubt_control(&d, &control[row[i].good - 1],
		    true));
		assert_false(d.asking);
		assert_int_equal(d.sight, DOUBT_CLEAR);
	}
}

static void
more_than_half_that_fail_are_lost_sight(void **state)
{
	static const struct { size_t controls, bad; } row[] = {
		{ 1, 1 }, { 2, 2 }, { 3, 2 }, { 4, 3 }, { 5, 3 },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		(void)set_up(state);
		controls(row[i].controls);
		assert_int_equal(doubt_fall(&d, &ask), DOUBT_WAIT);
		for (size_t k = 0; k + 1 < row[i].bad; k++)
			assert_false(doubt_control(&d, &control[k], false));
		assert_true(doubt_control(&d, &control[row[i].bad - 1],
		    false));
		assert_int_equal(d.sight, DOUBT_LOST);
		assert_int_equal(doubt_fall(&d, &ask), DOUBT_WITHHOLD);
	}
}

/* An answer from before the fall proves nothing about now. */
static void
each_fall_wants_an_answer_after_it(void **state)
{
	(void)state;
	controls(1);
	(void)doubt_control(&d, &control[0], true);
	assert_int_equal(doubt_fall(&d, &ask), DOUBT_WAIT);
	assert_true(ask);
	assert_true(doubt_control(&d, &control[0], true));
	assert_int_equal(doubt_fall(&d, &ask), DOUBT_WAIT);
	assert_true(ask);
}

static void
half_of_the_controls_back_is_sight(void **state)
{
	(void)state;
	lose_all(3, 2);
	assert_false(doubt_control(&d, &control[0], true));
	assert_int_equal(doubt_fall(&d, &ask), DOUBT_WITHHOLD);
	assert_true(doubt_control(&d, &control[1], true));
	assert_int_equal(d.sight, DOUBT_CLEAR);
	assert_int_equal(doubt_fall(&d, &ask), DOUBT_WAIT);
}

static void
controls_that_are_lost_alone_do_not_count(void **state)
{
	(void)state;
	lose_all(2, 3);
	assert_false(doubt_target(&d, &target[0], false));
	assert_false(doubt_target(&d, &target[1], true));
	assert_false(doubt_target(&d, &target[1], true));	/* the same one */
	assert_true(doubt_target(&d, &target[2], true));
	assert_int_equal(d.sight, DOUBT_ALONE);
	assert_int_equal(doubt_fall(&d, &ask), DOUBT_BELIEVE);
	assert_true(doubt_control(&d, &control[0], true));	/* again */
	assert_int_equal(doubt_fall(&d, &ask), DOUBT_WAIT);
}

/* Half of them is not most: one site of two is out of sight with the controls. */
static void
as_many_ill_as_well_is_still_lost(void **state)
{
	(void)state;
	lose_all(2, 2);
	assert_false(doubt_target(&d, &target[0], true));
	assert_false(doubt_target(&d, &target[1], false));
	assert_int_equal(doubt_fall(&d, &ask), DOUBT_WITHHOLD);
	assert_true(doubt_target(&d, &target[1], true));	/* it is back */
}

static void
targets_that_leave_or_come_do_not_count(void **state)
{
	(void)state;
	lose_all(1, 3);
	assert_false(doubt_target(&d, &target[0], true));
	assert_false(doubt_target(&d, &target[1], false));
	assert_false(doubt_target(&d, &target[4], true));	/* came since */
	doubt_drop_target(&d, &target[1]);
	doubt_drop_target(&d, &target[4]);
	assert_true(doubt_target(&d, &target[2], true));
}

static void
without_the_last_control_nothing_is_doubted(void **state)
{
	(void)state;
	lose_all(2, 2);
	assert_true(doubt_drop_control(&d, &control[0]) ||
	    d.sight == DOUBT_LOST);
	(void)doubt_drop_control(&d, &control[1]);
	assert_int_equal(d.sight, DOUBT_CLEAR);
	assert_int_equal(doubt_fall(&d, &ask), DOUBT_BELIEVE);
}

/* One that goes while it is being waited for keeps nobody waiting. */
static void
a_control_that_goes_ends_the_waiting(void **state)
{
	(void)state;
	controls(3);
	assert_int_equal(doubt_fall(&d, &ask), DOUBT_WAIT);
	assert_false(doubt_control(&d, &control[0], true));
	assert_true(doubt_drop_control(&d, &control[1]));
	assert_false(d.asking);
	assert_int_equal(d.sight, DOUBT_CLEAR);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		T(without_controls_a_fall_is_believed),
		T(a_fall_waits_for_half_of_the_controls),
		T(more_than_half_that_fail_are_lost_sight),
		T(each_fall_wants_an_answer_after_it),
		T(half_of_the_controls_back_is_sight),
		T(controls_that_are_lost_alone_do_not_count),
		T(as_many_ill_as_well_is_still_lost),
		T(targets_that_leave_or_come_do_not_count),
		T(without_the_last_control_nothing_is_doubted),
		T(a_control_that_goes_ends_the_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
