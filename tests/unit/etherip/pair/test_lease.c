/* tests/unit/etherip/pair/test_lease.c - two units in virtual time: clocks that go apart, words
 * that are lost and late, a link that is cut one way or both, units that stand still or start
 * anew. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/pair/lease.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <string.h>

#include "core/base/rand.h"

#define MS	CLOCK_MS
#define TERM	500u		/* ms */
#define TERM_NS	(TERM * MS)
#define FLIGHT	256		/* words under way, more than there ever are */

struct letter {
	mono_ns	 at;		/* when it arrives; 0: there is none */
	int	 to;
	struct lease_word word;
};

struct unit {
	struct lease	 lease;
	struct lease_config config;
	int32_t		 ppm;		/* how its clock goes */
	mono_ns		 offset;
	bool		 dead, wall_is_back;
	mono_ns		 stalled_until;	/* does nothing before that; of the world */
	bool		 active;	/* as it was told */
	unsigned	 takeovers;
};

struct world {
	struct unit	 unit[2];
	struct letter	 flight[FLIGHT];
	size_t		 flying;	/* of those; the first that have been used */
	mono_ns		 now;
	struct rand	 rand;
	unsigned	 loss;		/* of 100 */
	dur_ns		 delay_max;
	bool		 cut[2];	/* what goes to that unit is lost */
	bool		 living;	/* some word gets through all the time */
	mono_ns		 through_at;	/* the last that was let through, sent */
	bool		 strict;	/* never two */
};

/* ---- the world ---- */

static mono_ns
own_time(const struct unit *u, mono_ns now)
{
	return (mono_ns)((int64_t)now + (int64_t)now / 1000000 * u->ppm) +
	    u->offset;
}

/* Is it active in what it does? Also when it stands still: then until it said it would be
 * good for. */
static bool
acts(const struct world *w, int i)
{
	const struct unit *u = &w->unit[i];

	return !u->dead && u->active &&
	    own_time(u, w->now) < lease_good_until(&u->lease);
}

static void
check(const struct world *w)
{
	if (!w->strict || !acts(w, 0) || !acts(w, 1))
		return;
	fail_msg("two are active at %" PRIu64 " ms: %s, %s", w->now / MS,
	    lease_why_text(w->unit[0].lease.why),
	    lease_why_text(w->unit[1].lease.why));
}

static bool
is_lost(struct world *w, int to)
{
	if (w->cut[to])
		return true;
	if (rand_below(&w->rand, 100) >= w->loss)
		return false;
	return !w->living || w->now - w->through_at < TERM_NS / 8;
}

static void
post(struct world *w, int from)
{
	struct unit *u = &w->unit[from];
	struct letter l = { .to = !from };

	lease_fill(&u->lease, &l.word, own_time(u, w->now));
	if (is_lost(w, l.to))
		return;
	w->through_at = w->now;
	l.at = w->now + 1 + rand_u64(&w->rand) % w->delay_max;
	for (size_t i = 0; i < FLIGHT; i++)
		if (w->flight[i].at == 0) {
			w->flight[i] = l;
			w->flying = i < w->flying ? w->flying : i + 1;
			return;
		}
	fail_msg("too many words");
}

static void
act(struct world *w, int i, unsigned what)
{
	struct unit *u = &w->unit[i];

	if ((what & LEASE_ROLE) != 0) {
		assert_int_equal(u->active, !lease_is_active(&u->lease));
		u->active = lease_is_active(&u->lease);
		u->takeovers += u->active;
	}
	assert_int_equal(u->active, lease_is_active(&u->lease));
	check(w);
	if ((what & LEASE_SEND) != 0)
		post(w, i);
}

static bool
can(const struct world *w, int i)
{
	return !w->unit[i].dead && w->unit[i].stalled_until <= w->now;
}

static void
deliver(struct world *w)
{
	while (w->flying > 0 && w->flight[w->flying - 1].at == 0)
		w->flying--;
	for (size_t i = 0; i < w->flying; i++) {
		struct letter *l = &w->flight[i], one;
		struct unit *u = &w->unit[l->to];

		if (l->at == 0 || l->at > w->now)
			continue;
		one = *l;
		if (u->dead)
			l->at = 0;
		if (!can(w, one.to))
			continue;
		l->at = 0;
		act(w, one.to, lease_take(&u->lease, &one.word,
		    own_time(u, w->now)));
	}
}

/* Steps of a millisecond, within which everything that is due happens. */
static void
run(struct world *w, dur_ns span)
{
	for (mono_ns end = w->now + span; w->now < end;) {
		w->now += MS;
		deliver(w);
		for (int i = 0; i < 2; i++) {
			struct unit *u = &w->unit[i];
			mono_ns own = own_time(u, w->now);

			if (can(w, i) && lease_due(&u->lease) <= own)
				act(w, i, lease_tick(&u->lease, own));
		}
		check(w);
	}
}

static void
boot(struct world *w, int i)
{
	struct unit *u = &w->unit[i];

	u->config.boot = rand_u64(&w->rand) | 1;
	u->config.seq = u->wall_is_back ? 5 : w->now / 1000;
	u->dead = u->active = false;
	u->stalled_until = 0;
	lease_init(&u->lease, &u->config, own_time(u, w->now));
	act(w, i, lease_tick(&u->lease, own_time(u, w->now)));
}

static void
order(struct world *w, int i, enum lease_command c)
{
	struct unit *u = &w->unit[i];

	act(w, i, lease_command(&u->lease, c, own_time(u, w->now)));
}

/* Two units of the same will, that have not started. */
static struct world
make(uint64_t seed)
{
	struct world w = { .now = CLOCK_S, .delay_max = 20 * MS,
	    .strict = true };

	rand_seed_from(&w.rand, seed);
	for (uint64_t i = 0; i < 2; i++) {
		w.unit[i].dead = true;
		w.unit[i].offset = i * 77 * CLOCK_S;
		w.unit[i].config = (struct lease_config){ .id = 1 + i,
		    .level = LEASE_WILLING, .term_ms = TERM };
	}
	return w;
}

static struct world
start(uint64_t seed)
{
	struct world w = make(seed);

	boot(&w, 0);
	boot(&w, 1);
	return w;
}

/* Which one is active; -1: none, 2: both. */
static int
active(const struct world *w)
{
	bool a = acts(w, 0), b = acts(w, 1);

	return a && b ? 2 : a ? 0 : b ? 1 : -1;
}

/* ---- one rule each ---- */

static void
of_two_that_start_one_is_active(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct world w = start(seed);

		run(&w, 200 * MS);
		assert_int_equal(active(&w), 1);
		assert_int_equal(w.unit[1].lease.why, LEASE_WHY_GRANTED);
		run(&w, 20 * CLOCK_S);
		assert_int_equal(active(&w), 1);
		assert_int_equal(w.unit[0].takeovers + w.unit[1].takeovers, 1);
	}
}

static void
one_alone_is_active_after_two_terms(void **state)
{
	struct world w = make(1);

	(void)state;
	boot(&w, 0);
	run(&w, 1000 * MS);
	assert_int_equal(active(&w), -1);
	run(&w, 100 * MS);
	assert_int_equal(active(&w), 0);
	/* Who comes later does not take it away, whoever it is. */
	boot(&w, 1);
	run(&w, 20 * CLOCK_S);
	assert_int_equal(active(&w), 0);
	assert_int_equal(w.unit[0].takeovers, 1);
	assert_int_equal(w.unit[1].takeovers, 0);
}

static void
a_dead_one_is_replaced_within_a_term_and_a_bit(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct world w = start(seed);

		run(&w, 5 * CLOCK_S + seed * 7 * MS);
		assert_int_equal(active(&w), 1);
		w.unit[1].dead = true;
		run(&w, TERM_NS / 2);
		assert_int_equal(active(&w), -1);
		run(&w, TERM_NS / 2 + TERM_NS / 16 + w.delay_max + 2 * MS);
		assert_int_equal(active(&w), 0);
		boot(&w, 1);
		run(&w, 20 * CLOCK_S);
		assert_int_equal(active(&w), 0);
	}
}

/* Which is no failure of the active one's. */
static void
a_standby_that_dies_is_not_missed(void **state)
{
	struct world w = start(1);

	(void)state;
	run(&w, 5 * CLOCK_S);
	w.unit[0].dead = true;
	for (int i = 0; i < 3000; i++) {
		run(&w, MS);
		assert_int_equal(active(&w), 1);
	}
	boot(&w, 0);
	for (int i = 0; i < 3000; i++) {
		run(&w, MS);
		assert_int_equal(active(&w), 1);
	}
}

static void
who_is_preferred_takes_it_back_when_things_have_settled(void **state)
{
	struct world w = make(1);

	(void)state;
	w.unit[0].config.level = LEASE_PREFERRED;
	boot(&w, 1);
	run(&w, 5 * CLOCK_S);
	boot(&w, 0);
	run(&w, 7 * TERM_NS);
	assert_int_equal(active(&w), 1);
	run(&w, 2 * TERM_NS);
	assert_int_equal(active(&w), 0);
	assert_int_equal(w.unit[1].lease.why, LEASE_WHY_YIELDED);
	run(&w, 20 * CLOCK_S);
	assert_int_equal(active(&w), 0);
}

static void
commands_move_it_there_and_it_stays(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 20; seed++) {
		struct world w = make(seed);

		w.unit[1].config.level = LEASE_PREFERRED;
		boot(&w, 0);
		boot(&w, 1);
		run(&w, 10 * CLOCK_S);
		assert_int_equal(active(&w), 1);
		order(&w, 1, LEASE_GO_STANDBY);
		run(&w, 150 * MS);
		assert_int_equal(active(&w), 0);
		run(&w, 20 * CLOCK_S);
		assert_int_equal(active(&w), 0);
		order(&w, 1, LEASE_GO_ACTIVE);
		run(&w, 150 * MS);
		assert_int_equal(active(&w), 1);
		order(&w, 0, LEASE_GO_ACTIVE);
		run(&w, 20 * CLOCK_S);
		assert_int_equal(active(&w), 0);
	}
}

static void
offline_is_until_further_notice(void **state)
{
	struct world w = start(1);

	(void)state;
	run(&w, 5 * CLOCK_S);
	order(&w, 1, LEASE_GO_OFFLINE);
	run(&w, 150 * MS);
	assert_int_equal(active(&w), 0);
	w.unit[0].dead = true;
	run(&w, 20 * CLOCK_S);
	assert_int_equal(active(&w), -1);
	order(&w, 1, LEASE_GO_STANDBY);
	run(&w, 20 * CLOCK_S);
	assert_int_equal(active(&w), 1);
}

/* Nobody is there to take over. */
static void
standby_by_command_alone_is_for_a_while(void **state)
{
	struct world w = make(1);

	(void)state;
	boot(&w, 0);
	run(&w, 5 * CLOCK_S);
	order(&w, 0, LEASE_GO_STANDBY);
	run(&w, CLOCK_S);
	assert_int_equal(active(&w), -1);
	run(&w, 2 * CLOCK_S);
	assert_int_equal(active(&w), 0);
}

static void
who_is_not_heard_gives_up_before_the_other_begins(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct world w = start(seed);

		run(&w, 5 * CLOCK_S + seed * 7 * MS);
		assert_int_equal(active(&w), 1);
		w.cut[0] = true;
		run(&w, TERM_NS + TERM_NS / 8);
		assert_int_equal(active(&w), 0);
		assert_int_equal(w.unit[0].lease.why, LEASE_WHY_SILENCE);
		run(&w, 20 * CLOCK_S);
		assert_int_equal(active(&w), 0);
		w.cut[0] = false;
		run(&w, 20 * CLOCK_S);
		assert_int_equal(active(&w), 0);
	}
}

static void
who_hears_nothing_and_is_heard_stays_active(void **state)
{
	struct world w = start(1);

	(void)state;
	run(&w, 5 * CLOCK_S);
	w.cut[1] = true;
	for (int i = 0; i < 20000; i++) {
		run(&w, MS);
		assert_int_equal(active(&w), 1);
	}
	w.cut[1] = false;
	run(&w, 5 * CLOCK_S);
	assert_int_equal(w.unit[1].takeovers, 1);
}

/* What cannot be helped, and how it ends. */
static void
two_behind_a_cut_are_one_again_with_the_first_words(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct world w = start(seed);

		run(&w, 5 * CLOCK_S);
		w.strict = false;
		w.cut[0] = w.cut[1] = true;
		run(&w, 5 * CLOCK_S + seed * MS);
		assert_int_equal(active(&w), 2);
		w.cut[0] = w.cut[1] = false;
		run(&w, TERM_NS / 8 + w.delay_max + 2 * MS);
		assert_int_equal(active(&w), 1);
		w.strict = true;
		run(&w, 20 * CLOCK_S);
		assert_int_equal(active(&w), 1);
	}
	/* Heard one way only, he who is heard stays. */
	for (int deaf = 0; deaf < 2; deaf++) {
		struct world w = start(3);

		run(&w, 5 * CLOCK_S);
		w.strict = false;
		w.cut[0] = w.cut[1] = true;
		run(&w, 5 * CLOCK_S);
		w.cut[!deaf] = false;
		run(&w, TERM_NS);
		w.strict = true;
		run(&w, 5 * CLOCK_S);
		assert_int_equal(active(&w), deaf);
	}
}

static void
who_stood_still_asks_first(void **state)
{
	struct world w = start(1);

	(void)state;
	run(&w, 5 * CLOCK_S);
	w.unit[1].stalled_until = w.now + 3 * CLOCK_S;
	run(&w, 2 * CLOCK_S);
	assert_int_equal(active(&w), 0);
	run(&w, 5 * CLOCK_S);
	assert_int_equal(active(&w), 0);
	assert_false(w.unit[1].active);
	/* A short pause is none. */
	w.unit[0].stalled_until = w.now + TERM_NS / 3;
	run(&w, 5 * CLOCK_S);
	assert_int_equal(w.unit[0].takeovers, 1);
	assert_int_equal(active(&w), 0);
}

static void
a_wall_clock_that_went_back_is_made_up_for(void **state)
{
	struct world w = start(1);

	(void)state;
	run(&w, 60 * CLOCK_S);
	w.unit[0].wall_is_back = true;
	w.unit[0].dead = true;
	run(&w, CLOCK_S);
	boot(&w, 0);
	run(&w, CLOCK_S);
	assert_true(w.unit[0].lease.seq > 1000);
	w.unit[1].dead = true;
	run(&w, 2 * CLOCK_S);
	assert_int_equal(active(&w), 0);
}

/* Recorded and sent again: to us, who know better, and to us, who have just started and
 * cannot know; those may only hold us back. */
static void
old_words_do_no_good(void **state)
{
	struct world w = start(1);
	struct lease_word old[2];
	uint64_t was;

	(void)state;
	run(&w, 200 * MS);
	lease_fill(&w.unit[0].lease, &old[0], own_time(&w.unit[0], w.now));
	run(&w, 5 * CLOCK_S);
	lease_fill(&w.unit[1].lease, &old[1], own_time(&w.unit[1], w.now));
	assert_int_equal(old[0].state, LEASE_STANDBY);
	assert_int_equal(old[1].state, LEASE_ACTIVE);
	run(&w, CLOCK_S);
	was = w.unit[0].lease.old_words;
	for (int i = 0; i < 2; i++)
		assert_int_equal(lease_take(&w.unit[i].lease, &old[!i],
		    own_time(&w.unit[i], w.now)), 0);
	assert_int_equal(w.unit[0].lease.old_words, was + 1);
	assert_int_equal(active(&w), 1);
	/* Unit 0 starts again, hears nothing but what 1 once said as standby with a
	 * grant: it does not believe itself granted. */
	w = make(2);
	boot(&w, 1);
	old[0].granting = true;
	old[0].level = LEASE_NEVER;
	for (int i = 0; i < 100; i++) {
		old[0].seq++;
		act(&w, 1, lease_take(&w.unit[1].lease, &old[0],
		    own_time(&w.unit[1], w.now)));
		run(&w, 5 * MS);
		assert_int_equal(w.unit[1].lease.state, LEASE_STANDBY);
	}
}

/* A word that does not name our life gives nothing back, and gets nothing. */
static void
words_of_another_life_only_hold_back(void **state)
{
	struct world w = make(1);
	struct lease *l = &w.unit[0].lease;
	struct lease_word theirs = { .state = LEASE_ACTIVE,
	    .level = LEASE_PREFERRED, .seq = 10, .boot = 99, .echo = 1,
	    .id = 2, .term_ms = TERM }, ours;
	mono_ns now = CLOCK_S, bound;

	(void)state;
	w.unit[0].config.boot = 7;
	lease_init(l, &w.unit[0].config, now);
	(void)lease_take(l, &theirs, now);
	bound = l->granted_until;
	assert_int_equal(bound, now + TERM_NS + TERM_NS / 16);
	theirs.state = LEASE_STANDBY;
	theirs.seq++;
	(void)lease_take(l, &theirs, now);
	assert_int_equal(l->granted_until, bound);
	theirs.state = LEASE_CLAIM;
	theirs.seq++;
	(void)lease_take(l, &theirs, now);
	lease_fill(l, &ours, now);
	assert_false(ours.granting);
	/* And one that does. */
	theirs.echo = 7;
	theirs.seq++;
	(void)lease_take(l, &theirs, now);
	lease_fill(l, &ours, now);
	assert_true(ours.granting);
	theirs.state = LEASE_STANDBY;
	theirs.seq++;
	(void)lease_take(l, &theirs, now);
	assert_int_equal(l->granted_until, 0);
}

static void
equal_units_and_a_longer_term_need_no_restart(void **state)
{
	struct world w = start(1);
	struct lease_config c;

	(void)state;
	run(&w, 5 * CLOCK_S);
	for (int i = 0; i < 2; i++) {
		c = w.unit[i].config;
		c.term_ms = 3000;
		act(&w, i, lease_reconfigure(&w.unit[i].lease, &c,
		    own_time(&w.unit[i], w.now)));
	}
	run(&w, 20 * CLOCK_S);
	assert_int_equal(active(&w), 1);
	assert_int_equal(w.unit[1].takeovers, 1);
	w.unit[1].dead = true;
	run(&w, 2500 * MS);
	assert_int_equal(active(&w), -1);
	run(&w, 1000 * MS);
	assert_int_equal(active(&w), 0);
}

/* ---- all at once ---- */

/* Something happens to somebody; words get through in one direction at least. */
static void
disturb(struct world *w)
{
	int i = (int)rand_below(&w->rand, 2);
	struct unit *u = &w->unit[i];

	switch (rand_below(&w->rand, 10)) {
	case 0:
		u->dead = true;
		break;
	case 1:
	case 2:
		if (u->dead)
			boot(w, i);
		break;
	case 3:
		u->stalled_until = w->now + rand_below(&w->rand, 2000) * MS;
		break;
	case 4:
	case 5:
		w->cut[i] = true;
		w->cut[!i] = false;
		break;
	case 6:
		w->cut[0] = w->cut[1] = false;
		break;
	case 7:
		w->loss = rand_below(&w->rand, 90);
		break;
	case 8:
		if (can(w, i))
			order(w, i, (enum lease_command)
			    rand_below(&w->rand, 3));
		break;
	default:
		break;
	}
}

static void
wake_all(struct world *w)
{
	w->loss = 0;
	w->cut[0] = w->cut[1] = false;
	for (int i = 0; i < 2; i++) {
		w->unit[i].stalled_until = 0;
		if (w->unit[i].dead)
			boot(w, i);
		if (w->unit[i].lease.state == LEASE_OFFLINE)
			order(w, i, LEASE_GO_STANDBY);
	}
}

static void
never_two_whatever_happens(void **state)
{
	uint64_t takeovers = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 1000; seed++) {
		struct world w = make(seed);

		w.living = true;
		w.delay_max = TERM_NS / 8;
		for (int i = 0; i < 2; i++) {
			w.unit[i].ppm = (int32_t)rand_below(&w.rand, 20001) -
			    10000;
			w.unit[i].config.level = LEASE_RATHER_NOT +
			    rand_below(&w.rand, 3);
			boot(&w, i);
		}
		for (int i = 0; i < 60; i++) {
			disturb(&w);
			run(&w, rand_below(&w.rand, 1500) * MS);
		}
		wake_all(&w);
		run(&w, 12 * CLOCK_S);
		assert_in_range(active(&w), 0, 1);
		takeovers += w.unit[0].takeovers + w.unit[1].takeovers;
	}
	/* Something did happen. */
	assert_true(takeovers > 10000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_two_that_start_one_is_active),
		cmocka_unit_test(one_alone_is_active_after_two_terms),
		cmocka_unit_test(a_dead_one_is_replaced_within_a_term_and_a_bit),
		cmocka_unit_test(a_standby_that_dies_is_not_missed),
		cmocka_unit_test(
		    who_is_preferred_takes_it_back_when_things_have_settled),
		cmocka_unit_test(commands_move_it_there_and_it_stays),
		cmocka_unit_test(offline_is_until_further_notice),
		cmocka_unit_test(standby_by_command_alone_is_for_a_while),
		cmocka_unit_test(
		    who_is_not_heard_gives_up_before_the_other_begins),
		cmocka_unit_test(who_hears_nothing_and_is_heard_stays_active),
		cmocka_unit_test(
		    two_behind_a_cut_are_one_again_with_the_first_words),
		cmocka_unit_test(who_stood_still_asks_first),
		cmocka_unit_test(a_wall_clock_that_went_back_is_made_up_for),
		cmocka_unit_test(old_words_do_no_good),
		cmocka_unit_test(words_of_another_life_only_hold_back),
		cmocka_unit_test(equal_units_and_a_longer_term_need_no_restart),
		cmocka_unit_test(never_two_whatever_happens),
	};

	return cmocka_run_group_tests_name("lease", tests, NULL, NULL);
}
