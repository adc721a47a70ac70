/* tests/unit/gtmd/migrate/test_migskip.c - a host that is left where it is while the
 * others move, and one that is tried anew.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "gtmd/migrate/migskip.h"
#include "tests/unit/gtmd/migrate/migcase.h"

static struct migcase c;

/* Three hosts, moving; vm1 is at its storage. */
static void
begin(void)
{
	migcase_init(&c, migcase_spec(3));
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
expect(size_t host, enum migstate_host_phase phase, enum migstate_place place)
{
	assert_string_equal(migstate_host_phase_name(c.m->host[host].phase),
	    migstate_host_phase_name(phase));
	assert_string_equal(migstate_place_name(c.m->host[host].place),
	    migstate_place_name(place));
}

static void
fail_for_good(const char *host)
{
	migcase_fail_for_good(&c, host, MIGEVENT_STORAGE);
	migcase_end(&c, host, MIGEVENT_CANCEL, true);
}

static void
move(const char *host)
{
	static const enum migevent_step steps[] = { MIGEVENT_STORAGE, MIGEVENT_MEMORY,
	    MIGEVENT_ANNOUNCE, MIGEVENT_VERIFY, MIGEVENT_FINISH };

	for (size_t i = 0; i < 5; i++)
		migcase_end(&c, host, steps[i], true);
}

static void
the_rest_goes_on_without_a_host_that_failed_for_good(void **state)
{
	(void)state;
	begin();
	fail_for_good("vm1");
	assert_true(c.m->paused);
	migcase_say_of(&c, MIGCOMMAND_SKIP, "vm1");
	assert_false(c.m->paused);
	expect(0, MIGSTATE_HOST_SKIPPED, MIGSTATE_FROM);
	assert_string_equal(c.m->host[0].skip_why, "it went wrong");
	c.seen.calm_since_ms = 1;
	migcase_until(&c, MIGSTATE_DONE);
	assert_int_equal(c.m->told.share, 100);
	expect(0, MIGSTATE_HOST_SKIPPED, MIGSTATE_FROM);
	expect(2, MIGSTATE_HOST_THERE, MIGSTATE_TO);
	migcase_say(&c, MIGCOMMAND_CLOSE);
	migcase_until(&c, MIGSTATE_CLOSED);
}

/* flip-at 50: one of the two that are left is half; of three it would not be. */
static void
the_plans_per_cent_are_of_the_hosts_that_are_left(void **state)
{
	(void)state;
	begin();
	migcase_say(&c, MIGCOMMAND_PAUSE);
	migcase_say_of(&c, MIGCOMMAND_SKIP, "vm3");
	migcase_say(&c, MIGCOMMAND_RESUME);
	assert_int_equal(migstate_whole(c.m), 2);
	assert_int_equal(c.m->decided.share, 0);
	move("vm1");
	assert_int_equal(c.m->decided.share, 100);
}

/* What carries users there carries them there; the plan's part is another thing. */
static void
a_skipped_host_carries_what_it_carried(void **state)
{
	(void)state;
	begin();
	migcase_say_of(&c, MIGCOMMAND_SKIP, "vm3");
	assert_int_equal(migstate_capacity(c.m, MIGSTATE_FROM, NULL), 3);
	assert_int_equal(migstate_part(c.m, MIGSTATE_FROM, NULL), 2);
	assert_int_equal(migstate_capacity(c.m, MIGSTATE_TO, NULL), 0);
}

static void
who_is_half_way_is_given_up_first(void **state)
{
	(void)state;
	begin();
	migcase_say_of(&c, MIGCOMMAND_SKIP, "vm1");
	expect(0, MIGSTATE_HOST_STORAGE, MIGSTATE_FROM);
	assert_true(migcase_wants(&c, "/Common/move/1/vm1/cancel/1"));
	migcase_end(&c, "vm1", MIGEVENT_CANCEL, true);
	expect(0, MIGSTATE_HOST_SKIPPED, MIGSTATE_FROM);
	assert_true(migcase_wants(&c, "/Common/move/1/vm2/storage/1"));
}

/* It had moved when it was to be given up: then it has moved. */
static void
who_turns_out_to_have_moved_is_one_of_the_plan(void **state)
{
	(void)state;
	begin();
	migcase_end(&c, "vm1", MIGEVENT_STORAGE, true);
	migcase_say_of(&c, MIGCOMMAND_SKIP, "vm1");
	migcase_fail_for_good(&c, "vm1", MIGEVENT_CANCEL);
	migcase_end(&c, "vm1", MIGEVENT_LOCATE, true);
	expect(0, MIGSTATE_HOST_ANNOUNCING, MIGSTATE_TO);
	assert_string_equal(c.m->host[0].skip_why, "");
	assert_false(c.m->host[0].skipping);
}

/* It is at the new site, and was never seen to work there. */
static void
who_does_not_work_where_it_is_carries_nothing(void **state)
{
	(void)state;
	begin();
	migcase_end(&c, "vm1", MIGEVENT_STORAGE, true);
	migcase_end(&c, "vm1", MIGEVENT_MEMORY, true);
	migcase_end(&c, "vm1", MIGEVENT_ANNOUNCE, true);
	migcase_fail_for_good(&c, "vm1", MIGEVENT_VERIFY);
	migcase_say_of(&c, MIGCOMMAND_SKIP, "vm1");
	expect(0, MIGSTATE_HOST_SKIPPED, MIGSTATE_TO);
	assert_int_equal(migstate_capacity(c.m, MIGSTATE_TO, NULL), 0);
	assert_int_equal(migstate_capacity(c.m, MIGSTATE_FROM, NULL), 2);
	migcase_say_of(&c, MIGCOMMAND_RETRY, "vm1");
	expect(0, MIGSTATE_HOST_ANNOUNCING, MIGSTATE_TO);
}

static void
an_operators_own_pause_stays(void **state)
{
	(void)state;
	begin();
	migcase_say(&c, MIGCOMMAND_PAUSE);
	fail_for_good("vm1");
	migcase_say_of(&c, MIGCOMMAND_SKIP, "vm1");
	assert_true(c.m->paused);
}

static void
a_pause_by_failure_lasts_until_no_host_has_failed(void **state)
{
	struct migspec *s = migcase_spec(3);

	(void)state;
	s->concurrency = 2;
	migcase_init(&c, s);
	migcase_until(&c, MIGSTATE_MOVING);
	migcase_settle(&c);
	fail_for_good("vm1");
	fail_for_good("vm2");
	migcase_say_of(&c, MIGCOMMAND_SKIP, "vm1");
	assert_true(c.m->paused);
	migcase_say_of(&c, MIGCOMMAND_RETRY, "vm2");
	assert_false(c.m->paused);
	assert_true(migcase_wants(&c, "/Common/move/1/vm2/storage/2"));
	assert_false(migcase_wants(&c, "/Common/move/1/vm1/storage/2"));
}

static void
who_is_tried_anew_is_one_of_the_plan_again(void **state)
{
	(void)state;
	begin();
	migcase_say_of(&c, MIGCOMMAND_SKIP, "vm2");
	migcase_say_of(&c, MIGCOMMAND_RETRY, "vm2");
	expect(1, MIGSTATE_HOST_WAITING, MIGSTATE_FROM);
	assert_int_equal(migstate_whole(c.m), 3);
	migcase_until(&c, MIGSTATE_DRAINING);
	expect(1, MIGSTATE_HOST_THERE, MIGSTATE_TO);
}

/* The wait before another round is not waited for, and rounds count from one. */
static void
who_waits_for_another_round_is_tried_at_once(void **state)
{
	(void)state;
	begin();
	migcase_end(&c, "vm1", MIGEVENT_STORAGE, false);
	migcase_end(&c, "vm1", MIGEVENT_CANCEL, true);
	assert_true(c.m->host[0].not_before_ms > c.now_ms);
	migcase_say_of(&c, MIGCOMMAND_RETRY, "vm1");
	assert_int_equal(c.m->host[0].fails, 0);
	assert_true(c.m->host[0].not_before_ms <= c.now_ms);
}

static void
rolling_back_leaves_it_where_it_is(void **state)
{
	(void)state;
	begin();
	move("vm1");
	migcase_end(&c, "vm2", MIGEVENT_STORAGE, true);
	migcase_end(&c, "vm2", MIGEVENT_MEMORY, true);
	migcase_end(&c, "vm2", MIGEVENT_ANNOUNCE, true);
	migcase_fail_for_good(&c, "vm2", MIGEVENT_VERIFY);
	migcase_say_of(&c, MIGCOMMAND_SKIP, "vm2");
	migcase_say(&c, MIGCOMMAND_ROLL_BACK);
	migcase_until(&c, MIGSTATE_ROLLED_BACK);
	expect(0, MIGSTATE_HOST_WAITING, MIGSTATE_FROM);
	expect(1, MIGSTATE_HOST_SKIPPED, MIGSTATE_TO);
	expect(2, MIGSTATE_HOST_WAITING, MIGSTATE_FROM);
}

/* It goes the way that all go in now. */
static void
who_is_tried_anew_while_all_go_home_goes_home(void **state)
{
	(void)state;
	rolling_back_leaves_it_where_it_is(state);
	migcase_fini(&c);
	begin();
	move("vm1");
	migcase_end(&c, "vm2", MIGEVENT_STORAGE, true);
	migcase_end(&c, "vm2", MIGEVENT_MEMORY, true);
	migcase_fail_for_good(&c, "vm2", MIGEVENT_ANNOUNCE);
	migcase_say_of(&c, MIGCOMMAND_SKIP, "vm2");
	migcase_say(&c, MIGCOMMAND_ROLL_BACK);
	migcase_say_of(&c, MIGCOMMAND_RETRY, "vm2");
	assert_true(migcase_wants(&c, "/Common/move/1/vm2/finish/1"));
	migcase_until(&c, MIGSTATE_ROLLED_BACK);
	expect(1, MIGSTATE_HOST_WAITING, MIGSTATE_FROM);
}

static void
a_host_that_will_not_come_home_may_stay_there(void **state)
{
	(void)state;
	begin();
	move("vm1");
	move("vm2");
	migcase_say(&c, MIGCOMMAND_ROLL_BACK);
	migcase_end(&c, "vm3", MIGEVENT_CANCEL, true);
	fail_for_good("vm2");
	assert_true(c.m->paused);
	migcase_say_of(&c, MIGCOMMAND_SKIP, "vm2");
	migcase_until(&c, MIGSTATE_ROLLED_BACK);
	expect(0, MIGSTATE_HOST_WAITING, MIGSTATE_FROM);
	expect(1, MIGSTATE_HOST_SKIPPED, MIGSTATE_TO);
	assert_int_equal(migstate_capacity(c.m, MIGSTATE_TO, NULL), 1);
}

static void
what_cannot_be_is_refused_with_a_sentence(void **state)
{
	(void)state;
	begin();
	migcase_refused(&c, MIGCOMMAND_SKIP);
	assert_string_equal(c.last, "skip: a host must be given");
	migcase_refused_of(&c, MIGCOMMAND_SKIP, "vm9");
	assert_string_equal(c.last, "skip: vm9 is no host of this migration");
	migcase_refused_of(&c, MIGCOMMAND_RETRY, "vm1");
	assert_string_equal(c.last, "retry: host vm1 has neither failed nor been skipped");
	migcase_say_of(&c, MIGCOMMAND_SKIP, "vm2");
	migcase_refused_of(&c, MIGCOMMAND_SKIP, "vm2");
	assert_string_equal(c.last, "skip: host vm2 is skipped already");
	migcase_say_of(&c, MIGCOMMAND_SKIP, "vm3");
	migcase_refused_of(&c, MIGCOMMAND_SKIP, "vm1");
	assert_string_equal(c.last, "skip: host vm1 is the last one of the plan: roll-back or "
	    "abort gives all of it up");
	migcase_end(&c, "vm1", MIGEVENT_STORAGE, true);
	migcase_say_of(&c, MIGCOMMAND_RETRY, "vm2");
	migcase_end(&c, "vm1", MIGEVENT_MEMORY, true);
	migcase_refused_of(&c, MIGCOMMAND_SKIP, "vm1");
	assert_string_equal(c.last, "skip: host vm1 has moved already, and is in its step "
	    "announce");
	migcase_until(&c, MIGSTATE_DRAINING);
	migcase_refused_of(&c, MIGCOMMAND_RETRY, "vm3");
	assert_string_equal(c.last, "retry: host vm3: the migration is draining");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(the_rest_goes_on_without_a_host_that_failed_for_good,
		    tear_down),
		cmocka_unit_test_teardown(the_plans_per_cent_are_of_the_hosts_that_are_left,
		    tear_down),
		cmocka_unit_test_teardown(a_skipped_host_carries_what_it_carried, tear_down),
		cmocka_unit_test_teardown(who_is_half_way_is_given_up_first, tear_down),
		cmocka_unit_test_teardown(who_turns_out_to_have_moved_is_one_of_the_plan,
		    tear_down),
		cmocka_unit_test_teardown(who_does_not_work_where_it_is_carries_nothing,
		    tear_down),
		cmocka_unit_test_teardown(an_operators_own_pause_stays, tear_down),
		cmocka_unit_test_teardown(a_pause_by_failure_lasts_until_no_host_has_failed,
		    tear_down),
		cmocka_unit_test_teardown(who_is_tried_anew_is_one_of_the_plan_again,
		    tear_down),
		cmocka_unit_test_teardown(who_waits_for_another_round_is_tried_at_once,
		    tear_down),
		cmocka_unit_test_teardown(rolling_back_leaves_it_where_it_is, tear_down),
		cmocka_unit_test_teardown(who_is_tried_anew_while_all_go_home_goes_home,
		    tear_down),
		cmocka_unit_test_teardown(a_host_that_will_not_come_home_may_stay_there,
		    tear_down),
		cmocka_unit_test_teardown(what_cannot_be_is_refused_with_a_sentence, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
