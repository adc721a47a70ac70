/* tests/unit/gtmd/migrate/test_migstep.c - what comes next, and what should be
 * under way.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "gtmd/migrate/migrelay.h"
#include "core/base/obj.h"
#include "tests/unit/gtmd/migrate/migcase.h"

static struct migcase c;

static int
tear_down(void **state)
{
	(void)state;
	migcase_fini(&c);
	return 0;
}

static void
begin(struct migspec *s)
{
	migcase_init(&c, s);
	migcase_settle(&c);
}

static void
expect_phase(enum migstate_phase p)
{
	assert_string_equal(migstate_phase_name(c.m->phase), migstate_phase_name(p));
}

static size_t
wants(void)
{
	static struct migstep_op ops[MIGSTEP_OPS_MAX];

	return migstep_wants(c.m, ops);
}

/* Decided, then committed, then told: and only then it goes on. */
static void
it_waits_until_old_answers_have_left_the_caches(void **state)
{
	struct migspec *s = migcase_spec(1);

	(void)state;
	s->ttl_s = 15;
	s->before.from_ttl_s = 300;
	begin(s);
	assert_true(migcase_wants(&c, "/Common/move/1/commit/1"));
	assert_true(migcase_wants(&c, "/Common/move/1/prepare/1"));
	migcase_end(&c, "", MIGEVENT_PREPARE, true);
	migcase_wait(&c, 600);
	expect_phase(MIGSTATE_PREPARING);
	migcase_commit(&c);
	migcase_wait(&c, 299);
	expect_phase(MIGSTATE_PREPARING);
	migcase_wait(&c, 1);
	expect_phase(MIGSTATE_MOVING);
}

/* What is not ready is asked again, and at last the operator. */
static void
readiness_has_its_time(void **state)
{
	struct migspec *s = migcase_spec(1);

	(void)state;
	s->prepare_timeout_s = 10;
	s->verify_timeout_s = 4;
	begin(s);
	migcase_end(&c, "", MIGEVENT_PREPARE, false);
	assert_int_equal(wants(), 0);
	migcase_wait(&c, 2);
	assert_true(migcase_wants(&c, "/Common/move/1/prepare/2"));
	migcase_wait(&c, 6);		/* no answer to the second */
	assert_true(migcase_wants(&c, "/Common/move/1/prepare/3"));
	migcase_wait(&c, 2);
	assert_true(c.m->paused);
	assert_string_equal(c.m->pause_why, "not ready in 10 s: no answer in 4 s");
	migcase_wait(&c, 100);
	migcase_say(&c, MIGCOMMAND_RESUME);
	migcase_wait(&c, 2);
	migcase_end(&c, "", MIGEVENT_PREPARE, true);
	expect_phase(MIGSTATE_MOVING);
}

/* A record has '?' for what is not UTF-8: the sentence is the same all the same. */
static void
a_reason_that_is_no_text_is_told_once(void **state)
{
	(void)state;
	begin(migcase_spec(1));
	c.seen.verdict = MIGEVENT_HOLD;
	c.seen.verdict_why = "destination: pool /Common/R\xe9mote \x01 has no members";
	assert_int_equal(migcase_next(&c), MIGEVENT_GUARD);
	assert_int_equal(migcase_next(&c), -1);
	c.now_ms += 1000;
	assert_int_equal(migcase_next(&c), -1);
}

/* They are checked a few at a time: 256 of them have the time that 8 of them have, 32
 * times. */
static void
many_hosts_have_time_to_be_checked(void **state)
{
	static const struct { unsigned hosts, times; } cases[] = {
		{ 1, 1 }, { 8, 1 }, { 9, 2 }, { 256, 32 },
	};
	static struct migstep_op ops[MIGSTEP_OPS_MAX];

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(cases); i++) {
		struct migspec *s = migcase_spec(cases[i].hosts);

		s->verify_timeout_s = 100;
		begin(s);
		assert_int_equal(migstep_wants(c.m, ops), 1);
		assert_int_equal(ops[0].deadline_ms - c.now_ms,
		    100000 * cases[i].times);
		if (i + 1 < OBJ_COUNT(cases))
			migcase_fini(&c);
	}
}

/* A site that is made ready all week is asked once a minute, not each two seconds. */
static void
who_waits_long_does_not_fill_a_disk(void **state)
{
	struct migspec *s = migcase_spec(1);

	(void)state;
	s->prepare_timeout_s = 7 * 86400;
	begin(s);
	for (int i = 0; i < 6 * 3600; i++) {
		if (wants() > 0)
			migcase_end(&c, "", MIGEVENT_PREPARE, false);
		migcase_wait(&c, 1);
	}
	assert_false(c.m->paused);
	assert_in_range(c.m->check_attempts, 300, 700);
	migcase_say(&c, MIGCOMMAND_PAUSE);
	migcase_say(&c, MIGCOMMAND_RESUME);
	assert_int_equal(wants(), 1);
	migcase_end(&c, "", MIGEVENT_PREPARE, false);
	migcase_wait(&c, 2);
	assert_int_equal(wants(), 1);
}

static void
as_many_hosts_move_as_may(void **state)
{
	struct migspec *s = migcase_spec(4);

	(void)state;
	s->concurrency = 2;
	s->hosts[0].order = 9;
	begin(s);
	migcase_end(&c, "", MIGEVENT_PREPARE, true);
	assert_int_equal(wants(), 2);
	assert_true(migcase_wants(&c, "/Common/move/1/vm2/storage/1"));
	assert_true(migcase_wants(&c, "/Common/move/1/vm3/storage/1"));
}

/* A step that does not end has failed; what is left of it is cancelled. */
static void
steps_have_their_time(void **state)
{
	struct migspec *s = migcase_spec(1);

	(void)state;
	s->storage_timeout_s = 100;
	begin(s);
	migcase_end(&c, "", MIGEVENT_PREPARE, true);
	migcase_wait(&c, 99);
	assert_true(migcase_wants(&c, "/Common/move/1/vm1/storage/1"));
	migcase_wait(&c, 1);
	assert_string_equal(c.m->host[0].why, "storage of vm1: not done in 100 s");
	assert_true(migcase_wants(&c, "/Common/move/1/vm1/cancel/1"));
}

static void
a_failed_host_stops_or_turns_all(void **state)
{
	struct migspec *s = migcase_spec(2);

	(void)state;
	s->retries = 0;
	s->on_failure = MIGSPEC_ROLL_BACK;
	begin(s);
	migcase_end(&c, "", MIGEVENT_PREPARE, true);
	migcase_end(&c, "vm1", MIGEVENT_STORAGE, false);
	migcase_end(&c, "vm1", MIGEVENT_CANCEL, true);
	assert_string_equal(c.m->end_why, "host vm1 failed: it went wrong");
	migcase_until(&c, MIGSTATE_ROLLED_BACK);
}

/* A guard that holds lets nothing new begin, and what runs go on to its end. */
static void
guards_hold(void **state)
{
	(void)state;
	begin(migcase_spec(2));
	migcase_end(&c, "", MIGEVENT_PREPARE, true);
	c.seen.verdict = MIGEVENT_HOLD;
	c.seen.verdict_why = "lag";
	migcase_end(&c, "vm1", MIGEVENT_STORAGE, true);
	assert_string_equal(c.m->guard_why, "lag");
	migcase_wait(&c, 100);
	assert_int_equal(wants(), 0);
	c.seen.verdict_why = "a site is down, 3 of 4";	/* another reason */
	assert_int_equal(migcase_next(&c), MIGEVENT_GUARD);
	assert_string_equal(c.m->guard_why, c.seen.verdict_why);
	c.seen.verdict_why = "a site is down, 12 of 40";	/* and another number */
	assert_int_equal(migcase_next(&c), -1);
	c.seen.verdict = MIGEVENT_FINE;
	migcase_settle(&c);
	assert_true(migcase_wants(&c, "/Common/move/1/vm1/memory/1"));
	c.seen.verdict = MIGEVENT_HOLD;
	migcase_end(&c, "vm1", MIGEVENT_MEMORY, true);
	assert_true(migcase_wants(&c, "/Common/move/1/vm1/announce/1"));
}

static void
a_breach_rolls_back_by_itself(void **state)
{
	(void)state;
	begin(migcase_spec(2));
	migcase_end(&c, "", MIGEVENT_PREPARE, true);
	c.seen.verdict = MIGEVENT_BREACH;
	c.seen.verdict_why = "slo-url: 9 of 10 failed";
	migcase_settle(&c);
	expect_phase(MIGSTATE_ROLLING_BACK);
	assert_string_equal(c.m->end_why, "a guard: slo-url: 9 of 10 failed");
	migcase_until(&c, MIGSTATE_ROLLED_BACK);	/* which no guard holds */
}

/* Paused, nothing new begins; what runs comes to its end. */
static void
a_pause_lets_what_runs_end(void **state)
{
	(void)state;
	begin(migcase_spec(2));
	migcase_end(&c, "", MIGEVENT_PREPARE, true);
	migcase_say(&c, MIGCOMMAND_PAUSE);
	migcase_end(&c, "vm1", MIGEVENT_STORAGE, true);
	assert_int_equal(wants(), 0);
	migcase_say(&c, MIGCOMMAND_RESUME);
	migcase_end(&c, "vm1", MIGEVENT_MEMORY, true);
	migcase_say(&c, MIGCOMMAND_PAUSE);
	migcase_end(&c, "vm1", MIGEVENT_ANNOUNCE, true);
	migcase_end(&c, "vm1", MIGEVENT_VERIFY, true);
	assert_int_equal(c.m->told.share, 0);
	assert_int_equal(c.m->decisions, 0);
}

/* Caches: by what the ledger knows, by TTL, or by the operator's patience. */
static void
draining_ends_when_caches_have_run_out(void **state)
{
	struct migspec *s = migcase_spec(1);
	int64_t at_ms;

	(void)state;
	s->before.from_ttl_s = 60;
	begin(s);
	migcase_until(&c, MIGSTATE_DRAINING);
	at_ms = c.m->told_at_ms;
	c.now_ms = at_ms + 59999;
	migcase_settle(&c);
	expect_phase(MIGSTATE_DRAINING);
	c.seen.caches_until_ms = at_ms + 59000;
	migcase_settle(&c);
	expect_phase(MIGSTATE_RELAYING);
	assert_string_equal(c.last, "no cache holds an answer for the old site any more");
}

static void
draining_has_its_time(void **state)
{
	struct migspec *s = migcase_spec(1);

	(void)state;
	s->before.from_ttl_s = 86400;
	s->drain_timeout_s = 600;
	begin(s);
	migcase_until(&c, MIGSTATE_DRAINING);
	migcase_wait(&c, 600);
	expect_phase(MIGSTATE_RELAYING);
	assert_string_equal(c.last, "time is up: answers may still be in caches");
}

static void
relaying_ends_when_it_has_been_calm(void **state)
{
	(void)state;
	begin(migcase_spec(1));
	migcase_until(&c, MIGSTATE_RELAYING);
	migcase_wait(&c, 10000);
	expect_phase(MIGSTATE_RELAYING);
	c.seen.calm_since_ms = c.now_ms;
	migcase_wait(&c, 59);
	expect_phase(MIGSTATE_RELAYING);
	migcase_wait(&c, 1);
	expect_phase(MIGSTATE_DONE);
}

/* The record does not claim what nobody has seen. */
static void
where_nobody_counts_time_says_so(void **state)
{
	(void)state;
	begin(migcase_spec(1));
	c.seen.late_counted = false;
	migcase_until(&c, MIGSTATE_RELAYING);
	migcase_wait(&c, 58);
	expect_phase(MIGSTATE_RELAYING);
	migcase_wait(&c, 2);
	expect_phase(MIGSTATE_DONE);
	assert_string_equal(c.last, "nobody counts late connections; they have had 60 s");
}

/* What nobody carries yet is not few. */
static void
relaying_waits_for_the_relay_to_be_open(void **state)
{
	struct migspec *s = migcase_spec(1);

	(void)state;
	s->relay_application = mem_strdup("/Common/late");
	begin(s);
	c.seen.calm_since_ms = 1;
	migcase_until(&c, MIGSTATE_RELAYING);
	migcase_settle(&c);
	assert_int_equal(c.m->relay, MIGSTATE_RELAY_BEGUN);
	c.seen.relay = MIGSTEP_RELAY_FAILED;
	migcase_wait(&c, 1000);
	expect_phase(MIGSTATE_RELAYING);
	c.seen.relay = MIGSTEP_RELAY_DONE;
	migcase_settle(&c);
	assert_int_equal(c.m->relay, MIGSTATE_RELAY_OPEN);
	migcase_wait(&c, 59);
	expect_phase(MIGSTATE_RELAYING);
	migcase_wait(&c, 1);
	expect_phase(MIGSTATE_DONE);
}

static void
who_goes_home_shuts_the_relay(void **state)
{
	struct migspec *s = migcase_spec(1);

	(void)state;
	s->relay_application = mem_strdup("/Common/late");
	begin(s);
	c.seen.relay = MIGSTEP_RELAY_DONE;
	migcase_until(&c, MIGSTATE_RELAYING);
	migcase_settle(&c);
	assert_true(migrelay_wanted(c.m));
	migcase_say(&c, MIGCOMMAND_ROLL_BACK);
	assert_false(migrelay_wanted(c.m));
	migcase_until(&c, MIGSTATE_ROLLED_BACK);
	assert_int_equal(c.m->relay, MIGSTATE_RELAY_SHUT);
}

/* Who still comes to the old site is not carried to a dead one. */
static void
nothing_is_relayed_while_the_new_site_needs_rescue(void **state)
{
	struct migspec *s = migcase_spec(1);

	(void)state;
	s->relay_application = mem_strdup("/Common/late");
	begin(s);
	c.seen.relay = MIGSTEP_RELAY_DONE;
	migcase_until(&c, MIGSTATE_RELAYING);
	migcase_settle(&c);
	assert_int_equal(c.m->relay, MIGSTATE_RELAY_OPEN);
	c.seen.traffic.to_live = 0;
	migcase_settle(&c);
	assert_true(c.m->decided.rescue);
	assert_int_equal(c.m->relay, MIGSTATE_RELAY_SHUT);
	migcase_commit(&c);
	c.seen.traffic.to_live = 1;
	migcase_wait(&c, 61);
	migcase_commit(&c);
	assert_false(c.m->told.rescue);
	migcase_settle(&c);
	assert_int_equal(c.m->relay, MIGSTATE_RELAY_OPEN);
	expect_phase(MIGSTATE_RELAYING);
}

/* The TTL goes back as soon as all is done; closed is for the operator to say. */
static void
done_is_closed_by_a_word(void **state)
{
	struct migspec *s = migcase_spec(1);

	(void)state;
	s->ttl_s = 5;
	begin(s);
	c.seen.calm_since_ms = 1;
	migcase_until(&c, MIGSTATE_DONE);
	migcase_settle(&c);
	assert_false(c.m->decided.low_ttl);
	migcase_say(&c, MIGCOMMAND_CLOSE);
	expect_phase(MIGSTATE_DONE);		/* the commit is not made yet */
	migcase_commit(&c);
	expect_phase(MIGSTATE_CLOSED);
	assert_int_equal(wants(), 0);
	assert_int_equal(migcase_next(&c), -1);
}

static void
done_may_still_be_rolled_back(void **state)
{
	(void)state;
	begin(migcase_spec(3));
	c.seen.calm_since_ms = 1;
	migcase_until(&c, MIGSTATE_DONE);
	migcase_say(&c, MIGCOMMAND_ROLL_BACK);
	assert_true(migcase_wants(&c, "/Common/move/1/vm3/back-storage/1"));
	migcase_until(&c, MIGSTATE_ROLLED_BACK);
	assert_int_equal(migstate_at(c.m, MIGSTATE_FROM), 3);
}

/* Users who were sent to the new site have answers yet that say so. */
static void
rolled_back_is_when_caches_have_run_out(void **state)
{
	struct migspec *s = migcase_spec(1);

	(void)state;
	s->before.to_ttl_s = 100;
	begin(s);
	migcase_until(&c, MIGSTATE_DRAINING);
	migcase_say(&c, MIGCOMMAND_ROLL_BACK);
	while (c.m->told.share != 0) {
		migcase_settle(&c);
		if (c.m->settled != c.m->decisions)
			migcase_commit(&c);
		else
			for (int step = MIGEVENT_STORAGE; step <= MIGEVENT_FINISH; step++)
				migcase_end(&c, "vm1", (enum migevent_step)step, true);
	}
	c.now_ms = c.m->told_at_ms + 99999;
	migcase_settle(&c);
	expect_phase(MIGSTATE_ROLLING_BACK);
	c.now_ms++;
	migcase_settle(&c);
	expect_phase(MIGSTATE_ROLLED_BACK);
}

static void
an_end_that_comes_late_is_of_no_interest(void **state)
{
	struct migstep_op op = { .kind = MIGSTEP_HOST, .host = 0, .step = MIGEVENT_STORAGE,
	    .attempt = 1 };
	struct migstep_op old = { .kind = MIGSTEP_COMMIT, .attempt = 1 };
	struct migstep_end ok = { .ok = true };
	struct migevent ev;

	(void)state;
	begin(migcase_spec(1));
	assert_false(migstep_ended(c.m, &op, &ok, c.now_ms, &ev));
	migcase_end(&c, "", MIGEVENT_PREPARE, true);
	assert_true(migstep_ended(c.m, &op, &ok, c.now_ms, &ev));
	op.back = true;
	assert_false(migstep_ended(c.m, &op, &ok, c.now_ms, &ev));
	op.back = false;
	op.attempt = 2;
	assert_false(migstep_ended(c.m, &op, &ok, c.now_ms, &ev));
	assert_false(migstep_ended(c.m, &old, &ok, c.now_ms, &ev));
}

/* What users were told by an earlier decision settles no later one. */
static void
a_commit_is_of_its_own_decision(void **state)
{
	struct migstep_op op = { .kind = MIGSTEP_COMMIT, .host = MIGEVENT_NO_HOST };
	struct migstep_end ok = { .ok = true };
	struct migevent ev;

	(void)state;
	begin(migcase_spec(2));
	migcase_until(&c, MIGSTATE_MOVING);
	migcase_settle(&c);
	c.seen.traffic.from_live = 0;
	migcase_settle(&c);
	assert_true(c.m->decided.rescue && c.m->settled + 1 == c.m->decisions);
	op.attempt = c.m->decisions - 1;
	assert_false(migstep_ended(c.m, &op, &ok, c.now_ms, &ev));
	op.attempt = c.m->decisions;
	assert_true(migstep_ended(c.m, &op, &ok, c.now_ms, &ev));
	assert_int_equal(ev.decision, c.m->decisions);
}

/* As many hosts as there may be, as many at once as may. */
static void
the_greatest_migration_runs_too(void **state)
{
	struct migspec *s = migcase_spec(MIGSPEC_HOSTS_MAX);

	(void)state;
	s->concurrency = MIGSPEC_CONCURRENCY_MAX;
	s->plan = MIGSPEC_FOLLOW;
	begin(s);
	migcase_end(&c, "", MIGEVENT_PREPARE, true);
	assert_int_equal(wants(), MIGSPEC_CONCURRENCY_MAX);
	c.seen.calm_since_ms = 1;
	migcase_until(&c, MIGSTATE_DONE);
	assert_int_equal(migstate_capacity(c.m, MIGSTATE_TO, NULL), MIGSPEC_HOSTS_MAX);
	migcase_say(&c, MIGCOMMAND_ROLL_BACK);
	migcase_until(&c, MIGSTATE_ROLLED_BACK);
	assert_int_equal(migstate_capacity(c.m, MIGSTATE_FROM, NULL), MIGSPEC_HOSTS_MAX);
}

static void
samples_come_ever_more_rarely(void **state)
{
	unsigned count = 0;
	int64_t last = 0;

	(void)state;
	begin(migcase_spec(1));
	for (int64_t t = 0; t < INT64_C(30) * 86400; t++)
		if (migstep_sample_due(c.m, last, MIGCASE_START_MS + t * 1000)) {
			last = MIGCASE_START_MS + t * 1000;
			count++;
		}
	assert_true(count > 3000 && count < 5000);
}

#define TEST(name)	cmocka_unit_test_teardown(name, tear_down)

/* What was told is set again as it was, by one commit under its own number. */
static void
what_others_have_changed_is_put_right(void **state)
{
	int64_t told_at;

	(void)state;
	begin(migcase_spec(2));
	migcase_until(&c, MIGSTATE_DRAINING);
	told_at = c.m->told_at_ms;
	c.now_ms += 5000;
	c.seen.differs = "pool p is enabled, not disabled";
	assert_int_equal(migcase_next(&c), MIGEVENT_CORRECTED);
	assert_string_equal(c.last, c.seen.differs);
	assert_string_equal(c.m->corrected, c.seen.differs);
	migcase_settle(&c);
	assert_int_equal(c.m->corrections, 1);
	assert_false(migstate_settled(c.m));
	assert_true(migcase_wants(&c, "/Common/move/1/commit/1"));
	c.seen.differs = NULL;
	migcase_commit(&c);
	assert_true(migstate_settled(c.m));
	/* Caches may have what others told: they run out from here. */
	assert_true(c.m->told_at_ms > told_at);
	assert_int_equal(migcase_next(&c), -1);
}

/* Both on record, and one commit. */
static void
what_is_put_right_goes_with_what_is_decided(void **state)
{
	(void)state;
	begin(migcase_spec(1));
	migcase_until(&c, MIGSTATE_MOVING);
	migcase_settle(&c);
	migcase_end(&c, "vm1", MIGEVENT_STORAGE, true);
	migcase_end(&c, "vm1", MIGEVENT_MEMORY, true);
	migcase_end(&c, "vm1", MIGEVENT_ANNOUNCE, true);
	c.seen.differs = "ratio of pool p is 3, not 1";
	migcase_end(&c, "vm1", MIGEVENT_VERIFY, true);
	assert_int_equal(c.m->corrections, 1);
	assert_int_equal(c.m->decisions, 1);
	assert_int_equal(c.m->settled, 0);
	assert_int_equal(migcase_next(&c), -1);	/* not looked at until it is set */
	c.seen.differs = NULL;
	migcase_commit(&c);
	assert_int_equal(c.m->told.share, 100);
	assert_true(migstate_settled(c.m));
}

static void
who_has_paused_it_has_the_pools_in_hand(void **state)
{
	(void)state;
	begin(migcase_spec(1));
	migcase_until(&c, MIGSTATE_DRAINING);
	migcase_say(&c, MIGCOMMAND_PAUSE);
	c.seen.differs = "pool p is enabled, not disabled";
	c.seen.traffic.to_live = 0;
	c.now_ms += 1000;
	assert_int_equal(migcase_next(&c), -1);	/* not even a rescue */
	c.seen.differs = NULL;
	assert_int_equal(migcase_next(&c), MIGEVENT_DECIDED);
	migcase_commit(&c);
	c.seen.differs = "pool p is enabled, not disabled";
	migcase_say(&c, MIGCOMMAND_RESUME);
	assert_int_equal(c.m->corrections, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_waits_until_old_answers_have_left_the_caches),
		TEST(readiness_has_its_time),
		TEST(a_reason_that_is_no_text_is_told_once),
		TEST(many_hosts_have_time_to_be_checked),
		TEST(who_waits_long_does_not_fill_a_disk),
		TEST(as_many_hosts_move_as_may),
		TEST(steps_have_their_time),
		TEST(a_failed_host_stops_or_turns_all),
		TEST(guards_hold),
		TEST(a_breach_rolls_back_by_itself),
		TEST(a_pause_lets_what_runs_end),
		TEST(draining_ends_when_caches_have_run_out),
		TEST(draining_has_its_time),
		TEST(relaying_ends_when_it_has_been_calm),
		TEST(relaying_waits_for_the_relay_to_be_open),
		TEST(who_goes_home_shuts_the_relay),
		TEST(nothing_is_relayed_while_the_new_site_needs_rescue),
		TEST(where_nobody_counts_time_says_so),
		TEST(done_is_closed_by_a_word),
		TEST(done_may_still_be_rolled_back),
		TEST(rolled_back_is_when_caches_have_run_out),
		TEST(an_end_that_comes_late_is_of_no_interest),
		TEST(a_commit_is_of_its_own_decision),
		TEST(the_greatest_migration_runs_too),
		TEST(samples_come_ever_more_rarely),
		cmocka_unit_test_teardown(what_others_have_changed_is_put_right, tear_down),
		cmocka_unit_test_teardown(what_is_put_right_goes_with_what_is_decided,
		    tear_down),
		cmocka_unit_test_teardown(who_has_paused_it_has_the_pools_in_hand, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
