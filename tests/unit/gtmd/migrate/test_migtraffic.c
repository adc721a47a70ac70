/* tests/unit/gtmd/migrate/test_migtraffic.c - who gets how many users: plans,
 * ceilings, rescue, and what pools say.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/obj.h"
#include "gtmd/migrate/migtraffic.h"
#include "tests/unit/gtmd/migrate/migcase.h"

static struct migcase c;
static bool dead[MIGSPEC_HOSTS_MAX];

static void
begin(struct migspec *s)
{
	memset(dead, 0, sizeof(dead));
	migcase_init(&c, s);
	c.seen.traffic.dead = dead;
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

static struct migspec *
spec_of(enum migspec_plan plan, unsigned hosts, uint32_t demand)
{
	struct migspec *s = migcase_spec(hosts);

	s->plan = plan;
	s->demand = demand;
	return s;
}

/* The host goes the rest of its way; commits are for the test to make. */
static void
move(const char *host)
{
	migcase_end(&c, host, MIGEVENT_STORAGE, true);
	migcase_end(&c, host, MIGEVENT_MEMORY, true);
	migcase_end(&c, host, MIGEVENT_ANNOUNCE, true);
	migcase_end(&c, host, MIGEVENT_VERIFY, true);
	migcase_end(&c, host, MIGEVENT_FINISH, true);
}

static void
expect_share(uint32_t want)
{
	migcase_settle(&c);
	if (c.m->settled != c.m->decisions)
		migcase_commit(&c);
	if (c.m->told.share != want)
		fail_msg("share %u, want %u; held: %s", c.m->told.share, want, c.m->held);
}

static void
pools_say_what_was_decided(void **state)
{
	static const struct {
		struct migevent_traffic t;
		struct migtraffic_setting want;
	} cases[] = {
		{ { 0, false, false }, { true, false, 7, 8, 60, 61 } },
		{ { 0, false, true }, { true, false, 7, 8, 15, 15 } },
		{ { 34, false, true }, { true, true, 66, 34, 15, 15 } },
		{ { 100, false, true }, { false, true, 7, 8, 15, 15 } },
		{ { 100, false, false }, { false, true, 7, 8, 60, 61 } },
		{ { 0, true, false }, { true, true, 99, 1, 60, 61 } },
		{ { 100, true, false }, { true, true, 1, 99, 60, 61 } },
		{ { 50, true, false }, { true, true, 50, 50, 60, 61 } },
	};
	struct migspec *s = migcase_spec(1);

	(void)state;
	s->before = (struct migspec_before){ true, false, 7, 8, 60, 61 };
	s->ttl_s = 15;
	for (size_t i = 0; i < OBJ_COUNT(cases); i++) {
		const struct migtraffic_setting *w = &cases[i].want;
		struct migtraffic_setting got;

		migtraffic_setting_of(s, &cases[i].t, &got);
		if (got.from_enabled != w->from_enabled || got.to_enabled != w->to_enabled ||
		    got.from_ratio != w->from_ratio || got.to_ratio != w->to_ratio ||
		    got.from_ttl_s != w->from_ttl_s || got.to_ttl_s != w->to_ttl_s)
			fail_msg("case %zu", i);
	}
	migspec_free(&s);
	migcase_init(&c, migcase_spec(1));
}

/* A pool that was enabled before stays so. */
static void
what_was_enabled_before_stays_enabled(void **state)
{
	struct migspec *s = migcase_spec(1);
	struct migevent_traffic none = { 0 };
	struct migtraffic_setting got;

	(void)state;
	s->before.to_enabled = true;
	migtraffic_setting_of(s, &none, &got);
	assert_true(got.from_enabled && got.to_enabled);
	migspec_free(&s);
	migcase_init(&c, migcase_spec(1));
}

/* The guide: nothing until half of the hosts are there, then everything. */
static void
flip_at_moves_all_users_at_once(void **state)
{
	(void)state;
	begin(spec_of(MIGSPEC_FLIP_AT, 3, 0));
	move("vm1");
	expect_share(0);
	move("vm2");
	expect_share(100);
	move("vm3");
	expect_share(100);
}

static void
follow_goes_with_the_capacity(void **state)
{
	struct migspec *s = spec_of(MIGSPEC_FOLLOW, 3, 0);

	(void)state;
	s->hosts[1].capacity = 2;
	begin(s);
	move("vm1");
	expect_share(25);
	move("vm2");
	expect_share(75);
	move("vm3");
	expect_share(100);
}

/* Each is held for its time, and none is above what has moved. */
static void
steps_are_taken_one_by_one(void **state)
{
	struct migspec *s = spec_of(MIGSPEC_STEPS, 2, 0);
	static const uint32_t steps[] = { 1, 25, 50, 100 };

	(void)state;
	memcpy(s->steps, steps, sizeof(steps));
	s->step_count = 4;
	s->step_hold_s = 30;
	begin(s);
	move("vm1");
	expect_share(1);
	migcase_wait(&c, 29);
	expect_share(1);
	migcase_wait(&c, 1);
	expect_share(25);
	migcase_wait(&c, 30);
	expect_share(50);
	migcase_wait(&c, 300);
	expect_share(50);		/* the other half is not there yet */
	move("vm2");
	expect_share(100);
}

static void
by_hand_it_is_what_the_operator_says(void **state)
{
	struct migcommand_turn t;
	struct migcommand w = { .verb = MIGCOMMAND_ADVANCE, .share = 20 };
	struct migevent ev;

	(void)state;
	begin(spec_of(MIGSPEC_MANUAL, 2, 0));
	move("vm1");
	expect_share(0);
	t = (struct migcommand_turn){ c.m, &c.seen, c.now_ms };
	assert_int_equal(migcommand_event(&t, &w, &ev, NULL), 0);
	assert_int_equal(migstate_fold(c.m, &ev, NULL), 0);
	expect_share(20);
	w.share = 5;
	assert_int_equal(migcommand_event(&t, &w, &ev, NULL), 0);
	assert_int_equal(migstate_fold(c.m, &ev, NULL), 0);
	expect_share(5);
}

/* Two of three hosts carry 2; a demand of 3 would be too much for them. */
static void
no_site_gets_more_than_it_carries(void **state)
{
	(void)state;
	begin(spec_of(MIGSPEC_FLIP_AT, 3, 3));
	move("vm1");
	move("vm2");
	expect_share(0);
	assert_string_equal(c.m->held, "100 % of a demand of 3 is 3.00, and the live hosts of "
	    "the new site carry 2: too much");
	move("vm3");
	expect_share(100);
	assert_string_equal(c.m->held, "");
}

static void
follow_goes_as_far_as_it_carries(void **state)
{
	struct migspec *s = spec_of(MIGSPEC_FOLLOW, 2, 5);

	(void)state;
	s->hosts[0].capacity = 3;
	begin(s);
	move("vm1");
	expect_share(60);		/* three of four, but a demand of five */
	assert_int_equal(migtraffic_ceiling(c.m, &c.seen.traffic), 60);
}

/* Hosts that die at the new site: their users go back, as far as that goes. */
static void
users_go_back_from_hosts_that_die(void **state)
{
	(void)state;
	begin(spec_of(MIGSPEC_FOLLOW, 4, 4));
	move("vm1");
	migcase_settle(&c);
	expect_share(25);
	move("vm2");
	expect_share(50);
	dead[0] = true;
	expect_share(50);		/* the old site carries two, not three */
	c.m->spec->demand = 3;
	dead[1] = true;
	expect_share(34);		/* as far as it carries: 66 % of 3 is 1.98 */
	dead[0] = dead[1] = false;
	expect_share(50);
	c.m->spec->demand = 2;
	dead[0] = dead[1] = true;
	expect_share(0);
	dead[0] = dead[1] = false;
	expect_share(50);
	dead[0] = dead[1] = true;
	c.seen.traffic.from_live = c.seen.traffic.to_live = 0;
	expect_share(50);		/* nor are they sent to who is dead as well */
}

static void
a_site_without_members_gets_nobody(void **state)
{
	(void)state;
	begin(spec_of(MIGSPEC_FLIP_AT, 2, 0));
	c.seen.traffic.to_live = 0;
	move("vm1");
	expect_share(0);
	assert_string_equal(c.m->held, "the new site's pool has no member that is available");
	c.seen.traffic.to_live = 1;
	expect_share(100);
}

/* Level-triggered: whatever was missed, both pools answer at once. */
static void
a_site_that_dies_is_rescued_by_the_other(void **state)
{
	struct migtraffic_setting set;

	(void)state;
	begin(spec_of(MIGSPEC_FLIP_AT, 2, 0));
	move("vm1");
	expect_share(100);
	c.seen.traffic.to_live = 0;
	migcase_settle(&c);
	assert_string_equal(c.last, "rescue: the new site has no member that is available, the "
	    "old site has 2");
	assert_true(c.m->decided.rescue);
	migtraffic_setting_of(c.m->spec, &c.m->decided, &set);
	assert_true(set.from_enabled && set.to_enabled);
	migcase_commit(&c);
	c.seen.traffic.to_live = 2;
	migcase_wait(&c, 59);
	assert_true(c.m->decided.rescue);
	migcase_wait(&c, 1);
	assert_false(c.m->decided.rescue);
	expect_share(100);
}

/* The old site dies before the flip; a pause holds no rescue. */
static void
the_old_site_is_rescued_too(void **state)
{
	(void)state;
	begin(spec_of(MIGSPEC_FLIP_AT, 2, 0));
	migcase_say(&c, MIGCOMMAND_PAUSE);
	c.seen.traffic.from_live = 0;
	migcase_settle(&c);
	assert_true(c.m->decided.rescue);
	assert_int_equal(c.m->decided.share, 0);
	migcase_commit(&c);
	migcase_say(&c, MIGCOMMAND_RESUME);	/* away from what is dead */
	move("vm1");
	expect_share(100);
	assert_true(c.m->told.rescue);		/* for its minute */
}

/* Where both are dead, or nobody knows, nothing is changed. */
static void
nothing_changes_where_nothing_is_known(void **state)
{
	(void)state;
	begin(spec_of(MIGSPEC_FLIP_AT, 2, 0));
	move("vm1");
	expect_share(100);
	c.seen.traffic.to_live = c.seen.traffic.from_live = 0;
	migcase_settle(&c);
	assert_false(c.m->decided.rescue);
	c.seen.traffic.from_live = 2;
	c.seen.traffic.known = false;
	migcase_settle(&c);
	assert_false(c.m->decided.rescue);
	migcase_say(&c, MIGCOMMAND_ROLL_BACK);	/* which would send users home */
	assert_int_equal(c.m->decided.share, 100);
	c.seen.traffic.known = true;
	migcase_settle(&c);
	assert_int_equal(c.m->decided.share, 0);
}

/* The new site is dead, and stays so: users go home all the same, and so does the
 * word that both pools are needed. */
static void
a_dead_site_can_be_left(void **state)
{
	(void)state;
	begin(spec_of(MIGSPEC_FLIP_AT, 2, 0));
	move("vm1");
	expect_share(100);
	c.seen.traffic.to_live = 0;
	migcase_settle(&c);
	migcase_commit(&c);
	assert_true(c.m->told.rescue);
	migcase_say(&c, MIGCOMMAND_ROLL_BACK);
	migcase_until(&c, MIGSTATE_ROLLED_BACK);
	assert_int_equal(c.m->told.share, 0);
	assert_false(c.m->told.rescue);
}

static void
a_guard_holds_what_would_be_more(void **state)
{
	(void)state;
	begin(spec_of(MIGSPEC_FOLLOW, 2, 0));
	migcase_end(&c, "vm1", MIGEVENT_STORAGE, true);
	migcase_end(&c, "vm1", MIGEVENT_MEMORY, true);
	migcase_end(&c, "vm1", MIGEVENT_ANNOUNCE, true);
	c.seen.verdict = MIGEVENT_HOLD;
	migcase_end(&c, "vm1", MIGEVENT_VERIFY, true);
	expect_share(0);
	assert_string_equal(c.m->held, "a guard holds");
	c.seen.verdict = MIGEVENT_FINE;
	expect_share(50);
}

static void
who_goes_home_takes_users_along(void **state)
{
	(void)state;
	begin(spec_of(MIGSPEC_FOLLOW, 2, 2));
	move("vm1");
	expect_share(50);
	migcase_say(&c, MIGCOMMAND_ROLL_BACK);
	migcase_end(&c, "vm2", MIGEVENT_CANCEL, true);
	expect_share(50);
	migcase_until(&c, MIGSTATE_ROLLED_BACK);
	assert_int_equal(c.m->told.share, 0);
}

/* Users return before the hosts when half of the capacity is at home. */
static void
flip_at_flips_back(void **state)
{
	(void)state;
	begin(spec_of(MIGSPEC_FLIP_AT, 2, 0));
	move("vm1");
	expect_share(100);
	migcase_say(&c, MIGCOMMAND_ROLL_BACK);
	expect_share(0);
}

/* Aborted, all is as it was, unless that would leave users with nobody. */
static void
aborting_puts_pools_back(void **state)
{
	(void)state;
	begin(spec_of(MIGSPEC_FLIP_AT, 2, 0));
	move("vm1");
	expect_share(100);
	migcase_say(&c, MIGCOMMAND_ABORT);
	migcase_until(&c, MIGSTATE_ABORTED);
	assert_int_equal(c.m->told.share, 0);
	migcase_fini(&c);
	begin(spec_of(MIGSPEC_FLIP_AT, 2, 0));
	move("vm1");
	expect_share(100);
	c.seen.traffic.from_live = 0;
	migcase_say(&c, MIGCOMMAND_ABORT);
	migcase_until(&c, MIGSTATE_ABORTED);
	assert_int_equal(c.m->told.share, 100);
	assert_string_equal(c.last, "pools stay as they are: the old site's pool has no member "
	    "that is available");
}

#define TEST(name)	cmocka_unit_test_teardown(name, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(pools_say_what_was_decided),
		TEST(what_was_enabled_before_stays_enabled),
		TEST(flip_at_moves_all_users_at_once),
		TEST(follow_goes_with_the_capacity),
		TEST(steps_are_taken_one_by_one),
		TEST(by_hand_it_is_what_the_operator_says),
		TEST(no_site_gets_more_than_it_carries),
		TEST(follow_goes_as_far_as_it_carries),
		TEST(users_go_back_from_hosts_that_die),
		TEST(a_site_without_members_gets_nobody),
		TEST(a_site_that_dies_is_rescued_by_the_other),
		TEST(the_old_site_is_rescued_too),
		TEST(nothing_changes_where_nothing_is_known),
		TEST(a_dead_site_can_be_left),
		TEST(a_guard_holds_what_would_be_more),
		TEST(who_goes_home_takes_users_along),
		TEST(flip_at_flips_back),
		TEST(aborting_puts_pools_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
