/* tests/unit/gtmd/migrate/test_migrun.c - whole migrations in virtual time,
 * through faults that a seed draws: whatever happens, and wherever the engine is
 * killed, what migworld.h asserts holds, and the migration comes to an end.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "core/base/obj.h"
#include "tests/unit/gtmd/migrate/migworld.h"

#ifdef __SANITIZE_ADDRESS__
#define RUNS		500	/* each is seven times as long */
#else
#define RUNS		1500
#endif
#define FOUL_TURNS	400
#define FAIR_TURNS	20000

static const struct migworld_weather foul[] = {
	{ .fail = 0 },
	{ .crash = 200, .skew = 50 },
	{ .fail = 150, .lost = 200, .crash = 50, .word = 10, .hand = 10 },
	{ .fail = 300, .hang = 100, .hopeless = 100, .lost = 300, .crash = 100, .refuse = 300,
	  .die = 30, .guard = 20, .word = 30, .hand = 20 },
	{ .die = 100, .skew = 10, .refuse = 100, .crash = 50, .word = 50 },
	{ .guard = 100, .word = 100, .hang = 50, .crash = 300 },
};

struct account {
	unsigned	 ends[MIGSTATE_ABORTED + 1];
	unsigned	 kinds[MIGEVENT_KIND_COUNT];
	unsigned long	 records, crashes, rescues, unknown, skipped, hands;
};

/* In fair weather an operator does what is asked of him. */
static void
help(struct migworld *w)
{
	const struct migstate *m = w->m;

	if (m->paused)
		(void)migworld_say(w, MIGCOMMAND_RESUME, MIGCOMMAND_NO_SHARE, false);
	else if (m->phase == MIGSTATE_DONE && !m->closing)
		(void)migworld_say(w, MIGCOMMAND_CLOSE, MIGCOMMAND_NO_SHARE, false);
	else if (m->phase == MIGSTATE_MOVING && !m->aborting && migstate_busy(m) == 0 &&
	    migstate_away(m, MIGSTATE_TO) == 0 && m->decided.share < 100 &&
	    migworld_say(w, MIGCOMMAND_ADVANCE, 100, false) != 0)
		(void)migworld_say(w, MIGCOMMAND_ADVANCE, 100, true);
}

static void
clear_up(struct migworld *w)
{
	w->weather = (struct migworld_weather){ 0 };
	/* What is left may stay dead. */
	w->to_live = migstate_goes_back(w->m) || w->m->aborting ? migworld_draw(w, 3) : 2;
	w->from_live = 2;
	w->verdict = MIGEVENT_FINE;
	w->calm = true;
	for (size_t i = 0; i < MIGWORLD_HOSTS; i++)
		w->dead[i] = false;
}

static void
note(struct account *a, const struct migworld *w)
{
	a->ends[w->m->phase]++;
	a->records += w->line_count;
	a->crashes += w->crashes;
	a->rescues += w->rescues;
	a->hands += w->hands;
	a->skipped += migstate_skipped(w->m);
	for (size_t i = 0; i < MIGEVENT_KIND_COUNT; i++)
		a->kinds[i] += w->kinds[i];
	for (size_t i = 0; i < w->spec->host_count; i++)
		a->unknown += w->m->host[i].place == MIGSTATE_UNKNOWN;
}

static void
run(uint64_t seed, struct account *a)
{
	struct migworld w;

	migworld_init(&w, seed);
	w.weather = foul[seed % OBJ_COUNT(foul)];
	for (unsigned i = 0; i < FOUL_TURNS && !migstate_final(w.m); i++) {
		w.calm = migworld_draw(&w, 5) != 0;
		migworld_turn(&w, 50 + migworld_draw(&w, 4000));
	}
	clear_up(&w);
	for (unsigned i = 0; i < FAIR_TURNS && !migstate_final(w.m); i++) {
		migworld_turn(&w, 1000);
		help(&w);
	}
	if (!migstate_final(w.m))
		fail_msg("seed %llu: still %s, held \"%s\"; the last record: %s",
		    (unsigned long long)seed, migstate_phase_name(w.m->phase), w.m->held,
		    w.lines[w.line_count - 1]);
	migworld_turn(&w, 1000);
	migworld_check_end(&w);
	note(a, &w);
	migworld_fini(&w);
}

static void
each_run_ends_and_nothing_is_lost_on_the_way(void **state)
{
	static struct account a;
	const char *one = getenv("MIGRUN_SEED");

	(void)state;
	if (one != NULL) {
		run(strtoull(one, NULL, 10), &a);
		return;
	}
	for (uint64_t seed = 1; seed <= RUNS; seed++)
		run(seed, &a);
	printf("# %u closed, %u rolled back, %u aborted; %lu records, %lu crashes, "
	    "%lu rescues, %lu hosts lost, %lu skipped, %lu hands\n", a.ends[MIGSTATE_CLOSED],
	    a.ends[MIGSTATE_ROLLED_BACK], a.ends[MIGSTATE_ABORTED], a.records, a.crashes,
	    a.rescues, a.unknown, a.skipped, a.hands);
	/* Runs that never got anywhere would prove nothing. */
	assert_true(a.ends[MIGSTATE_CLOSED] > RUNS / 10);
	assert_true(a.ends[MIGSTATE_ROLLED_BACK] > RUNS / 20);
	assert_true(a.ends[MIGSTATE_ABORTED] > RUNS / 50);
	assert_true(a.rescues > RUNS / 20 && a.crashes > RUNS);
	assert_true(a.skipped > RUNS / 20 && a.hands > RUNS);
	for (int k = 0; k < MIGEVENT_SAMPLE; k++)
		if (a.kinds[k] == 0)
			fail_msg("no run had an event %s", migevent_name((enum migevent_kind)k));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_run_ends_and_nothing_is_lost_on_the_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
