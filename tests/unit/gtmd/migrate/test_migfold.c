/* tests/unit/gtmd/migrate/test_migfold.c - what becomes of a host: its steps in
 * their order, failures, and what pause, roll-back and abort make of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gtmd/migrate/migfold.h"
#include "tests/unit/gtmd/migrate/migcase.h"

static struct migcase c;

static void
begin(uint32_t retries)
{
	struct migspec *s = migcase_spec(1);

	s->retries = retries;
	migcase_init(&c, s);
	migcase_until(&c, MIGSTATE_MOVING);
	migcase_settle(&c);
}

static int
tear_down(void **state)
{
	(void)state;
	migcase_fini(&c);
	return 0;
}

static void
expect(enum migstate_host_phase phase, enum migstate_place place)
{
	assert_string_equal(migstate_host_phase_name(c.m->host[0].phase),
	    migstate_host_phase_name(phase));
	assert_string_equal(migstate_place_name(c.m->host[0].place),
	    migstate_place_name(place));
}

static void
do_steps(enum migevent_step last)
{
	static const enum migevent_step steps[] = { MIGEVENT_STORAGE, MIGEVENT_MEMORY,
	    MIGEVENT_ANNOUNCE, MIGEVENT_VERIFY, MIGEVENT_FINISH };

	for (size_t i = 0; i < 5; i++) {
		migcase_end(&c, "vm1", steps[i], true);
		if (steps[i] == last)
			return;
	}
}

static void
a_host_goes_step_by_step(void **state)
{
	(void)state;
	begin(0);
	expect(MIGSTATE_HOST_STORAGE, MIGSTATE_FROM);
	do_steps(MIGEVENT_STORAGE);
	expect(MIGSTATE_HOST_MEMORY, MIGSTATE_FROM);
	migcase_end(&c, "vm1", MIGEVENT_MEMORY, true);
	expect(MIGSTATE_HOST_ANNOUNCING, MIGSTATE_TO);
	migcase_end(&c, "vm1", MIGEVENT_ANNOUNCE, true);
	expect(MIGSTATE_HOST_VERIFYING, MIGSTATE_TO);
	migcase_end(&c, "vm1", MIGEVENT_VERIFY, true);
	expect(MIGSTATE_HOST_THERE, MIGSTATE_TO);
	assert_true(migcase_wants(&c, "/Common/move/1/vm1/finish/1"));
	migcase_end(&c, "vm1", MIGEVENT_FINISH, true);
	assert_int_equal(c.m->host[0].activity, MIGSTATE_IDLE);
	assert_int_equal(c.m->host[0].octets[0], 5000);
	assert_int_equal(c.m->host[0].wire_octets[0], 500);
}

/* What had begun is cancelled, then it is tried again, after a while. */
static void
a_round_that_fails_is_begun_again(void **state)
{
	(void)state;
	begin(1);
	do_steps(MIGEVENT_STORAGE);
	migcase_end(&c, "vm1", MIGEVENT_MEMORY, false);
	assert_true(migcase_wants(&c, "/Common/move/1/vm1/cancel/1"));
	assert_string_equal(c.m->host[0].why, "it went wrong");
	migcase_end(&c, "vm1", MIGEVENT_CANCEL, true);
	expect(MIGSTATE_HOST_WAITING, MIGSTATE_FROM);
	assert_false(migcase_wants(&c, "/Common/move/1/vm1/storage/2"));
	migcase_wait(&c, 2);
	assert_true(migcase_wants(&c, "/Common/move/1/vm1/storage/2"));
	migcase_end(&c, "vm1", MIGEVENT_STORAGE, false);
	migcase_end(&c, "vm1", MIGEVENT_CANCEL, true);
	expect(MIGSTATE_HOST_FAILED, MIGSTATE_FROM);
	assert_true(c.m->paused);
	migcase_say(&c, MIGCOMMAND_RESUME);
	assert_true(migcase_wants(&c, "/Common/move/1/vm1/storage/3"));
}

static void
what_fails_for_good_is_not_tried_again(void **state)
{
	(void)state;
	begin(9);
	migcase_fail_for_good(&c, "vm1", MIGEVENT_STORAGE);
	migcase_end(&c, "vm1", MIGEVENT_CANCEL, true);
	expect(MIGSTATE_HOST_FAILED, MIGSTATE_FROM);
	assert_true(c.m->paused);
	assert_string_equal(c.m->pause_why, "host vm1 failed: it went wrong");
}

/* The driver said that it failed, and it is there all the same. */
static void
a_host_that_cannot_be_cancelled_is_looked_for(void **state)
{
	(void)state;
	begin(3);
	do_steps(MIGEVENT_STORAGE);
	migcase_end(&c, "vm1", MIGEVENT_MEMORY, false);
	migcase_fail_for_good(&c, "vm1", MIGEVENT_CANCEL);
	assert_true(migcase_wants(&c, "/Common/move/1/vm1/locate/1"));
	migcase_end(&c, "vm1", MIGEVENT_LOCATE, true);
	expect(MIGSTATE_HOST_ANNOUNCING, MIGSTATE_TO);
}

/* Nobody can say where it is: that is what stands on record, until it is found. */
static void
a_host_may_be_lost_and_found(void **state)
{
	(void)state;
	begin(3);
	do_steps(MIGEVENT_STORAGE);
	migcase_end(&c, "vm1", MIGEVENT_MEMORY, false);
	for (int i = 0; i < MIGFOLD_TRIES; i++) {
		migcase_end(&c, "vm1", MIGEVENT_CANCEL, false);
		migcase_wait(&c, 60);
	}
	migcase_fail_for_good(&c, "vm1", MIGEVENT_LOCATE);
	expect(MIGSTATE_HOST_FAILED, MIGSTATE_UNKNOWN);
	assert_true(c.m->paused);
	migcase_say(&c, MIGCOMMAND_RESUME);
	assert_true(migcase_wants(&c, "/Common/move/1/vm1/cancel/5"));
	migcase_end(&c, "vm1", MIGEVENT_CANCEL, true);
	expect(MIGSTATE_HOST_WAITING, MIGSTATE_FROM);
}

/* Storage alone: it has never left, whatever becomes of the copy. */
static void
who_has_never_left_is_not_looked_for(void **state)
{
	(void)state;
	begin(3);
	migcase_end(&c, "vm1", MIGEVENT_STORAGE, false);
	migcase_fail_for_good(&c, "vm1", MIGEVENT_CANCEL);
	expect(MIGSTATE_HOST_WAITING, MIGSTATE_FROM);
}

static void
a_host_that_does_not_serve_there_is_announced_again(void **state)
{
	(void)state;
	begin(0);
	do_steps(MIGEVENT_ANNOUNCE);
	migcase_end(&c, "vm1", MIGEVENT_VERIFY, false);
	expect(MIGSTATE_HOST_FAILED, MIGSTATE_TO);
	assert_int_equal(migstate_capacity(c.m, MIGSTATE_TO, NULL), 0);
	migcase_say(&c, MIGCOMMAND_RESUME);
	expect(MIGSTATE_HOST_ANNOUNCING, MIGSTATE_TO);
	assert_true(migcase_wants(&c, "/Common/move/1/vm1/announce/2"));
}

/* What is left behind is worth some tries, and stops nobody. */
static void
clearing_up_is_given_up(void **state)
{
	(void)state;
	begin(0);
	do_steps(MIGEVENT_VERIFY);
	for (int i = 0; i < MIGFOLD_TRIES; i++) {
		expect(MIGSTATE_HOST_THERE, MIGSTATE_TO);
		migcase_end(&c, "vm1", MIGEVENT_FINISH, false);
		migcase_wait(&c, 60);
	}
	assert_int_equal(c.m->host[0].activity, MIGSTATE_IDLE);
	assert_false(c.m->paused);
}

static void
rolling_back_gives_up_what_is_half_way(void **state)
{
	(void)state;
	begin(3);
	do_steps(MIGEVENT_STORAGE);
	migcase_say(&c, MIGCOMMAND_ROLL_BACK);
	assert_true(migcase_wants(&c, "/Common/move/1/vm1/cancel/1"));
	assert_false(migcase_wants(&c, "/Common/move/1/vm1/memory/1"));
	migcase_end(&c, "vm1", MIGEVENT_CANCEL, true);
	expect(MIGSTATE_HOST_WAITING, MIGSTATE_FROM);
	migcase_until(&c, MIGSTATE_ROLLED_BACK);
}

/* In the moment of change: it is found at the new site, and goes home. */
static void
rolling_back_takes_home_what_has_slipped_over(void **state)
{
	(void)state;
	begin(3);
	do_steps(MIGEVENT_STORAGE);
	migcase_say(&c, MIGCOMMAND_ROLL_BACK);
	migcase_fail_for_good(&c, "vm1", MIGEVENT_CANCEL);
	migcase_end(&c, "vm1", MIGEVENT_LOCATE, true);
	expect(MIGSTATE_HOST_THERE, MIGSTATE_TO);
	migcase_end(&c, "vm1", MIGEVENT_FINISH, true);
	assert_true(migcase_wants(&c, "/Common/move/1/vm1/back-storage/1"));
	migcase_until(&c, MIGSTATE_ROLLED_BACK);
	expect(MIGSTATE_HOST_WAITING, MIGSTATE_FROM);
}

/* Its old place is cleared first, so that it can come back there. */
static void
rolling_back_turns_who_is_being_announced(void **state)
{
	(void)state;
	begin(3);
	do_steps(MIGEVENT_MEMORY);
	migcase_say(&c, MIGCOMMAND_ROLL_BACK);
	expect(MIGSTATE_HOST_THERE, MIGSTATE_TO);
	assert_false(migcase_wants(&c, "/Common/move/1/vm1/announce/1"));
	assert_true(migcase_wants(&c, "/Common/move/1/vm1/finish/1"));
	migcase_until(&c, MIGSTATE_ROLLED_BACK);
}

static void
aborting_gives_up_what_is_half_way_and_ends_what_has_moved(void **state)
{
	(void)state;
	begin(3);
	do_steps(MIGEVENT_MEMORY);
	migcase_say(&c, MIGCOMMAND_ABORT);
	assert_true(migcase_wants(&c, "/Common/move/1/vm1/announce/1"));
	migcase_until(&c, MIGSTATE_ABORTED);
	expect(MIGSTATE_HOST_THERE, MIGSTATE_TO);
	migcase_fini(&c);
	begin(3);
	migcase_say(&c, MIGCOMMAND_ABORT);
	assert_true(migcase_wants(&c, "/Common/move/1/vm1/cancel/1"));
	migcase_until(&c, MIGSTATE_ABORTED);
	expect(MIGSTATE_HOST_WAITING, MIGSTATE_FROM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_host_goes_step_by_step, tear_down),
		cmocka_unit_test_teardown(a_round_that_fails_is_begun_again, tear_down),
		cmocka_unit_test_teardown(what_fails_for_good_is_not_tried_again, tear_down),
		cmocka_unit_test_teardown(a_host_that_cannot_be_cancelled_is_looked_for,
		    tear_down),
		cmocka_unit_test_teardown(a_host_may_be_lost_and_found, tear_down),
		cmocka_unit_test_teardown(who_has_never_left_is_not_looked_for, tear_down),
		cmocka_unit_test_teardown(a_host_that_does_not_serve_there_is_announced_again,
		    tear_down),
		cmocka_unit_test_teardown(clearing_up_is_given_up, tear_down),
		cmocka_unit_test_teardown(rolling_back_gives_up_what_is_half_way, tear_down),
		cmocka_unit_test_teardown(rolling_back_takes_home_what_has_slipped_over,
		    tear_down),
		cmocka_unit_test_teardown(rolling_back_turns_who_is_being_announced,
		    tear_down),
		cmocka_unit_test_teardown(
		    aborting_gives_up_what_is_half_way_and_ends_what_has_moved, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
