/* tests/unit/gtmd/migrate/test_migcommand.c - what an operator may say, when, and
 * what he is told when he may not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
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
each_word_is_known(void **state)
{
	enum migcommand_verb v;
	struct err e;

	(void)state;
	migcase_init(&c, migcase_spec(1));
	for (int i = 0; i < MIGCOMMAND_VERBS; i++) {
		assert_int_equal(migcommand_parse(migcommand_name((enum migcommand_verb)i), &v,
		    &e), 0);
		assert_int_equal(v, i);
	}
	assert_int_equal(migcommand_parse("halt", &v, &e), ERR_UNKNOWN);
	assert_non_null(strstr(e.text, "roll-back, advance, skip, retry, close"));
}

/* A letter for each command that is let in. */
static void
expect_allowed(const char *want)
{
	static const char letters[] = "sprabvktc";	/* start pause resume abort back
						 * advance skip retry close */
	char got[MIGCOMMAND_VERBS + 1] = "";
	size_t n = 0;

	for (int v = 0; v < MIGCOMMAND_VERBS; v++)
		if (migcommand_allowed(c.m, (enum migcommand_verb)v))
			got[n++] = letters[v];
	assert_string_equal(got, want);
}

static void
each_phase_lets_in_what_it_can(void **state)
{
	struct migstate *planned = migstate_new(), *m;

	(void)state;
	migcase_init(&c, migcase_spec(1));
	m = c.m;
	c.m = planned;
	expect_allowed("s");
	c.m = m;
	migstate_free(&planned);
	expect_allowed("pab");
	migcase_say(&c, MIGCOMMAND_PAUSE);
	expect_allowed("rab");
	migcase_say(&c, MIGCOMMAND_RESUME);
	migcase_until(&c, MIGSTATE_MOVING);
	expect_allowed("pabv");
	migcase_until(&c, MIGSTATE_DRAINING);
	expect_allowed("pabc");
	migcase_until(&c, MIGSTATE_RELAYING);
	expect_allowed("pabc");
	c.seen.calm_since_ms = 1;
	migcase_until(&c, MIGSTATE_DONE);
	expect_allowed("bc");
	migcase_say(&c, MIGCOMMAND_ROLL_BACK);
	expect_allowed("pa");
	migcase_say(&c, MIGCOMMAND_ABORT);
	expect_allowed("a");		/* by force */
	migcase_until(&c, MIGSTATE_ABORTED);
	expect_allowed("");
}

static void
a_refusal_says_why(void **state)
{
	(void)state;
	migcase_init(&c, migcase_spec(1));
	migcase_refused(&c, MIGCOMMAND_START);
	assert_string_equal(c.last, "start: the migration is preparing");
	migcase_refused(&c, MIGCOMMAND_RESUME);
	assert_string_equal(c.last, "resume: the migration is not paused");
	migcase_say(&c, MIGCOMMAND_PAUSE);
	migcase_refused(&c, MIGCOMMAND_PAUSE);
	assert_non_null(strstr(c.last, "paused already"));
	migcase_say(&c, MIGCOMMAND_RESUME);
	migcase_until(&c, MIGSTATE_DRAINING);
	migcase_refused(&c, MIGCOMMAND_CLOSE);
	assert_non_null(strstr(c.last, "caches may still hold answers"));
	migcase_until(&c, MIGSTATE_RELAYING);
	migcase_refused(&c, MIGCOMMAND_CLOSE);
	assert_string_equal(c.last, "close: late connections at the old site have not been 0 "
	    "or fewer for 60 s (force closes it all the same)");
}

/* A word without effect is no word that is passed over. */
static void
a_command_takes_what_it_looks_at(void **state)
{
	static const bool force[MIGCOMMAND_VERBS] = {
		[MIGCOMMAND_START] = true,
		[MIGCOMMAND_ABORT] = true, [MIGCOMMAND_ADVANCE] = true,
		[MIGCOMMAND_CLOSE] = true,
	};
	char reason[MIGEVENT_TEXT_MAX + 1];
	struct err e;

	(void)state;
	for (int v = 0; v < MIGCOMMAND_VERBS; v++) {
		struct migcommand w = { .verb = (enum migcommand_verb)v,
		    .share = MIGCOMMAND_NO_SHARE, .reason = "why" };

		assert_int_equal(migcommand_check(&w, &e), 0);
		w.force = true;
		assert_int_equal(migcommand_check(&w, &e), force[v] ? 0 : ERR_PARSE);
		w.force = false;
		w.share = 0;
		assert_int_equal(migcommand_check(&w, &e), v == MIGCOMMAND_ADVANCE ? 0 :
		    ERR_PARSE);
		if (v == MIGCOMMAND_PAUSE)
			assert_string_equal(e.text,
			    "share: pause does not take one; advance does");
		w.share = MIGCOMMAND_NO_SHARE;
		w.host = "vm1";
		assert_int_equal(migcommand_check(&w, &e), v == MIGCOMMAND_SKIP ||
		    v == MIGCOMMAND_RETRY ? 0 : ERR_PARSE);
		w.host = NULL;
		memset(reason, 'x', sizeof(reason));
		reason[MIGEVENT_TEXT_MAX] = '\0';
		w.reason = reason;
		assert_int_equal(migcommand_check(&w, &e), ERR_RANGE);
		assert_string_equal(e.text, "reason: 512 octets are outside 0..511");
		reason[MIGEVENT_TEXT_MAX - 1] = '\0';
		assert_int_equal(migcommand_check(&w, &e), 0);
	}
}

static int
say(struct migcommand *w, struct err *e)
{
	struct migcommand_turn t = { c.m, &c.seen, c.now_ms };
	struct migevent ev;
	int rc = migcommand_event(&t, w, &ev, e);

	if (rc == 0)
		assert_int_equal(migstate_fold(c.m, &ev, e), 0);
	return rc;
}

static void
force_closes_what_still_relays(void **state)
{
	struct migcommand w = { .verb = MIGCOMMAND_CLOSE, .user = "root", .force = true };

	(void)state;
	migcase_init(&c, migcase_spec(1));
	migcase_until(&c, MIGSTATE_DRAINING);
	assert_int_equal(say(&w, NULL), 0);
	migcase_until(&c, MIGSTATE_CLOSED);
}

/* By force only where nobody could be reached. */
static void
an_end_waits_for_the_relay_to_be_shut(void **state)
{
	struct migcommand w = { .verb = MIGCOMMAND_CLOSE, .user = "root", .force = true };
	struct migspec *s = migcase_spec(1);

	(void)state;
	s->relay_application = mem_strdup("/Common/late");
	migcase_init(&c, s);
	c.seen.calm_since_ms = 1;
	c.seen.relay = MIGSTEP_RELAY_DONE;
	migcase_until(&c, MIGSTATE_DONE);
	migcase_settle(&c);
	c.seen.relay = MIGSTEP_RELAY_ASKED;
	assert_int_equal(say(&w, NULL), 0);
	migcase_wait(&c, 100);
	assert_int_equal(c.m->phase, MIGSTATE_DONE);
	c.seen.relay = MIGSTEP_RELAY_FAILED;
	migcase_settle(&c);
	assert_int_equal(c.m->phase, MIGSTATE_CLOSED);
	assert_int_equal(c.m->relay, MIGSTATE_RELAY_OPEN);
}

/* Whoever was patient, and waits for a relay that nobody answers for. */
static void
an_end_that_waits_may_be_forced(void **state)
{
	static const enum migcommand_verb verbs[] = { MIGCOMMAND_CLOSE, MIGCOMMAND_ABORT };

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(verbs); i++) {
		struct migcommand w = { .verb = verbs[i], .user = "root" };
		struct migspec *s = migcase_spec(1);
		struct err e;

		s->relay_application = mem_strdup("/Common/late");
		migcase_init(&c, s);
		c.seen.relay = MIGSTEP_RELAY_DONE;
		c.seen.calm_since_ms = i == 0 ? 1 : 0;
		migcase_until(&c, i == 0 ? MIGSTATE_DONE : MIGSTATE_RELAYING);
		migcase_settle(&c);
		c.seen.relay = MIGSTEP_RELAY_FAILED;
		assert_int_equal(say(&w, &e), 0);
		migcase_wait(&c, 100);
		assert_true(migstate_under_way(c.m));
		assert_true(migcommand_allowed(c.m, verbs[i]));
		assert_int_equal(say(&w, &e), ERR_CONFLICT);
		assert_non_null(strstr(e.text, "force does it all the same"));
		w.force = true;
		assert_int_equal(say(&w, &e), 0);
		migcase_until(&c, i == 0 ? MIGSTATE_CLOSED : MIGSTATE_ABORTED);
		assert_int_equal(c.m->relay, MIGSTATE_RELAY_OPEN);
		if (i == 0)
			migcase_fini(&c);
	}
}

static void
a_run_that_cannot_be_is_not_started(void **state)
{
	struct migspec *s = migcase_spec(1);
	struct migcommand w = { .verb = MIGCOMMAND_START, .spec = &s };
	struct err e;

	(void)state;
	migcase_init(&c, migcase_spec(1));
	migstate_free(&c.m);
	c.m = migstate_new();
	s->before.from_enabled = false;
	assert_int_equal(say(&w, &e), ERR_CONFLICT);
	assert_non_null(s);
	assert_int_equal(c.m->phase, MIGSTATE_PLANNED);
	migspec_free(&s);
}

/* The share by hand: bounds, liveness, ceilings, and what force is for. */
static void
a_share_is_refused_with_its_arithmetic(void **state)
{
	static const struct {
		int32_t		 share;
		bool		 force;
		int		 want;
		const char	*word;
	} cases[] = {
		{ 101, true, ERR_RANGE, "outside 0..100" },
		{ -2, true, ERR_RANGE, "outside 0..100" },
		{ MIGCOMMAND_NO_SHARE, false, ERR_CONFLICT, "a share must be given" },
		{ 0, false, ERR_CONFLICT, "is 0 % now" },
		{ 30, false, ERR_CONFLICT, "30 % of a demand of 3 is 0.90, and the live hosts "
		    "of the new site carry 0: too much (force does it all the same)" },
		{ 30, true, 0, "" },
	};
	struct migspec *s = migcase_spec(3);
	struct err e;

	(void)state;
	s->plan = MIGSPEC_MANUAL;
	s->demand = 3;
	migcase_init(&c, s);
	migcase_until(&c, MIGSTATE_MOVING);
	for (size_t i = 0; i < OBJ_COUNT(cases); i++) {
		struct migcommand w = { .verb = MIGCOMMAND_ADVANCE, .share = cases[i].share,
		    .force = cases[i].force };
		int rc = say(&w, &e);

		if (rc != cases[i].want || (rc != 0 && strstr(e.text, cases[i].word) == NULL))
			fail_msg("share %d: %d, \"%s\"", cases[i].share, rc, e.text);
	}
	migcase_settle(&c);
	migcase_commit(&c);
	assert_int_equal(c.m->told.share, 30);
}

static void
nobody_is_sent_where_nobody_answers(void **state)
{
	struct migcommand w = { .verb = MIGCOMMAND_ADVANCE, .force = true,
	    .share = MIGCOMMAND_NO_SHARE };
	struct err e;

	(void)state;
	migcase_init(&c, migcase_spec(2));
	migcase_until(&c, MIGSTATE_MOVING);
	c.seen.traffic.to_live = 0;
	assert_int_equal(say(&w, &e), ERR_CONFLICT);
	assert_non_null(strstr(e.text, "the new site's pool has no member"));
	c.seen.traffic.to_live = 1;
	c.seen.verdict = MIGEVENT_HOLD;
	c.seen.verdict_why = "lag";
	assert_int_equal(say(&w, &e), ERR_CONFLICT);
	assert_string_equal(e.text, "advance: a guard holds: lag");
	c.seen.verdict = MIGEVENT_FINE;
	assert_int_equal(say(&w, &e), 0);
	migcase_settle(&c);
	assert_int_equal(c.m->decided.share, 100);
	w.share = 50;
	assert_int_equal(say(&w, &e), ERR_CONFLICT);
	assert_non_null(strstr(e.text, "goes down by hand with the plan manual alone"));
}

static void
the_next_step_needs_no_waiting(void **state)
{
	struct migcommand w = { .verb = MIGCOMMAND_ADVANCE, .share = MIGCOMMAND_NO_SHARE };
	struct migspec *s = migcase_spec(1);
	struct err e;

	(void)state;
	s->plan = MIGSPEC_STEPS;
	s->steps[0] = 10;
	s->steps[1] = 100;
	s->step_count = 2;
	migcase_init(&c, s);
	migcase_until(&c, MIGSTATE_MOVING);
	assert_int_equal(say(&w, &e), 0);
	migcase_settle(&c);
	migcase_commit(&c);
	assert_int_equal(c.m->told.share, 10);
	assert_int_equal(say(&w, &e), 0);
	migcase_settle(&c);
	migcase_commit(&c);
	assert_int_equal(c.m->told.share, 100);
	assert_int_equal(say(&w, &e), ERR_CONFLICT);
	assert_string_equal(e.text, "advance: there is no step behind 100 %");
}

#define TEST(name)	cmocka_unit_test_teardown(name, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_word_is_known),
		TEST(each_phase_lets_in_what_it_can),
		TEST(a_refusal_says_why),
		cmocka_unit_test(a_command_takes_what_it_looks_at),
		TEST(force_closes_what_still_relays),
		TEST(an_end_waits_for_the_relay_to_be_shut),
		TEST(an_end_that_waits_may_be_forced),
		TEST(a_run_that_cannot_be_is_not_started),
		TEST(a_share_is_refused_with_its_arithmetic),
		TEST(nobody_is_sent_where_nobody_answers),
		TEST(the_next_step_needs_no_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
