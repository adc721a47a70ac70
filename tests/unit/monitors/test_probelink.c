/* tests/unit/monitors/test_probelink.c - states come from the prober, and stay
 * when it goes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/afar.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "monitors/probestat.h"
#include "monitors/sched_states.h"

static void
a_state_found_there_is_known_here(void **state)
{
	struct watch *up = rig_watch(&afar.rig, 80);
	struct watch *down = rig_watch(&afar.rig, 81);
	char text[200];

	(void)state;
	fakeprobe.outcome[81] = PROBE_DOWN;
	assert_int_equal(watch_state(up), HEALTH_UNKNOWN);
	afar_run(CLOCK_S);
	assert_int_equal(watch_state(up), HEALTH_UP);
	assert_int_equal(watch_state(down), HEALTH_DOWN);
	assert_int_equal(afar.rig.calls, 2);
	assert_non_null(strstr(watch_reason(down, text, sizeof(text)),
	    "Monitor /Common/m"));
	assert_non_null(strstr(watch_reason(up, text, sizeof(text)), ": UP"));
	fakeprobe.outcome[80] = PROBE_DOWN;
	afar_run(40 * CLOCK_S);
	assert_int_equal(watch_state(up), HEALTH_DOWN);
	assert_int_equal(afar.rig.calls, 3);
	watch_close(&up);
	watch_close(&down);
}

/* Nobody hears of it, whatever is going on at the targets meanwhile; then the
 * next one goes on from what was known, and finds what has changed. */
static void
states_outlive_the_prober(void **state)
{
	struct watch *up = rig_watch(&afar.rig, 80);
	struct watch *down = rig_watch(&afar.rig, 81);
	size_t starts;

	(void)state;
	fakeprobe.outcome[81] = PROBE_DOWN;
	afar_run(CLOCK_S);
	assert_int_equal(afar.rig.calls, 2);
	starts = fakeprobe.starts;
	afar_kill();
	afar_run(0);
	assert_null(afar.server);
	assert_int_equal(watch_state(up), HEALTH_UP);
	afar_run(CLOCK_S);		/* restarted within a second */
	assert_non_null(afar.server);
	assert_int_equal(afar.starts, 2);
	assert_int_equal(watch_state(up), HEALTH_UP);
	assert_int_equal(watch_state(down), HEALTH_DOWN);
	/* no storm: each waits for its own turn */
	assert_in_range(fakeprobe.starts - starts, 0, 2);
	fakeprobe.outcome[80] = PROBE_DOWN;
	fakeprobe.outcome[81] = PROBE_UP;
	assert_int_equal(afar.rig.calls, 2);
	afar_run(40 * CLOCK_S);
	assert_int_equal(watch_state(up), HEALTH_DOWN);
	assert_int_equal(watch_state(down), HEALTH_UP);
	assert_int_equal(afar.rig.calls, 4);
	watch_close(&up);
	watch_close(&down);
}

/* What is opened, closed and changed while there is none is so afterwards. */
static void
changes_without_a_prober_are_told_to_the_next(void **state)
{
	struct watch *a = rig_watch(&afar.rig, 80), *b, *c;
	struct sched_stats st;

	(void)state;
	afar_run(CLOCK_S);
	afar_kill();
	afar_run(0);
	b = rig_watch(&afar.rig, 82);
	watch_close(&a);
	rig_change(&afar.rig, "interval", "10");
	c = rig_watch(&afar.rig, 83);
	afar_run(2 * CLOCK_S);
	assert_int_equal(watch_state(b), HEALTH_UP);
	assert_int_equal(watch_state(c), HEALTH_UP);
	sched_stats(afar.rig.sched, &st);
	assert_int_equal(st.instances, 2);
	assert_int_equal(st.restarts, 1);
	watch_close(&b);
	watch_close(&c);
}

/* Two of three misses, then a new prober: the next miss is the third. */
static void
streaks_go_on_over_a_restart(void **state)
{
	struct watch *w;
	char before[300], after[300];

	(void)state;
	rig_change(&afar.rig, "fall", "3");
	rig_change(&afar.rig, "interval", "10");
	w = rig_watch(&afar.rig, 80);
	afar_run(CLOCK_S);
	fakeprobe.outcome[80] = PROBE_DOWN;
	fakeprobe.starts = 0;
	while (fakeprobe.starts < 2)
		afar_run(CLOCK_S);
	assert_int_equal(watch_state(w), HEALTH_UP);
	(void)watch_reason(w, before, sizeof(before));
	afar_kill();
	afar_run(CLOCK_S);
	assert_string_equal(watch_reason(w, after, sizeof(after)), before);
	while (fakeprobe.starts < 3)
		afar_run(CLOCK_S);
	assert_int_equal(watch_state(w), HEALTH_DOWN);
	watch_close(&w);
}

/* History and latency are there to be read, and go on over a restart. */
static void
what_is_seen_can_be_looked_at(void **state)
{
	struct watch *w = rig_watch(&afar.rig, 80);
	char text[SIGHT_HISTORY_MAX];
	struct watch_view v;

	(void)state;
	watch_look(w, &v);
	assert_int_equal(v.sight.results, 0);
	afar_run(70 * CLOCK_S);
	watch_look(w, &v);
	assert_in_range(v.sight.results, 2, 4);
	assert_in_range(v.next_ns, loop_now_ns(afar.rig.loop),
	    loop_now_ns(afar.rig.loop) + 30 * CLOCK_S);
	assert_int_equal(v.state, HEALTH_UP);
	fakeprobe.outcome[80] = PROBE_DOWN;
	afar_kill();
	afar_run(40 * CLOCK_S);
	watch_look(w, &v);
	assert_in_range(v.sight.results, 3, 6);
	(void)sight_history(&v.sight, text);
	assert_memory_equal(text, "11", 2);
	assert_non_null(strchr(text, '0'));
	watch_close(&w);
}

/* 0.1 s, 0.2 s, … 10 s between births; a long life makes it 0.1 s again. */
static void
a_crash_loop_is_slowed_down(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 12; i++) {
		unsigned starts = afar.starts;

		afar_kill();
		afar_run(0);
		for (unsigned k = 0; afar.starts == starts && k < 300; k++)
			afar_run(50 * CLOCK_MS);
	}
	assert_int_equal(afar.starts, 13);
	afar_kill();
	afar_run(9 * CLOCK_S);
	assert_int_equal(afar.starts, 13);
	afar_run(2 * CLOCK_S);
	assert_int_equal(afar.starts, 14);
	afar_run(11 * CLOCK_S);
	afar_kill();
	afar_run(CLOCK_S);
	assert_int_equal(afar.starts, 15);
}

static void
a_prober_that_cannot_start_is_tried_again(void **state)
{
	struct watch *w = rig_watch(&afar.rig, 80);

	(void)state;
	afar_run(CLOCK_S);
	afar.refuses = true;
	afar_kill();
	afar_run(5 * CLOCK_S);
	assert_in_range(afar.starts, 3, 8);
	assert_int_equal(watch_state(w), HEALTH_UP);
	afar.refuses = false;
	afar_run(11 * CLOCK_S);
	assert_non_null(afar.server);
	assert_int_equal(watch_state(w), HEALTH_UP);
	watch_close(&w);
}

static void
nonsense_ends_it(void **state)
{
	struct watch *w = rig_watch(&afar.rig, 80);

	(void)state;
	afar_run(CLOCK_S);
	assert_int_equal(write(afar.end, "\0\0\0\1\1", 5), 5);
	afar_run(CLOCK_S);
	assert_int_equal(afar.starts, 2);
	assert_int_equal(watch_state(w), HEALTH_UP);
	watch_close(&w);
}

/* It reads nothing and says nothing, but it lives. */
static void
silence_ends_it(void **state)
{
	struct watch *w = rig_watch(&afar.rig, 80);

	(void)state;
	afar_run(CLOCK_S);
	afar.idle = true;
	afar_kill();
	afar_run(CLOCK_S);
	assert_int_equal(afar.starts, 2);
	afar.idle = false;
	afar_run(10 * CLOCK_S);
	assert_int_equal(afar.starts, 2);
	afar_run(8 * CLOCK_S);
	assert_int_equal(afar.starts, 3);
	assert_int_equal(watch_state(w), HEALTH_UP);
	watch_close(&w);
}

/* As of one prober that never ended. */
static void
counters_go_on_over_a_restart(void **state)
{
	struct watch *w = rig_watch(&afar.rig, 80);
	const struct probestat *rows;
	struct sched_stats st;
	uint64_t before;
	size_t n;

	(void)state;
	afar_run(70 * CLOCK_S);
	sched_stats(afar.rig.sched, &st);
	before = st.started;
	assert_in_range(before, 2, 4);
	rows = sched_probestats(afar.rig.sched, &n);
	assert_int_equal(n, 1);
	assert_ptr_equal(rows[0].monitor, &monitor_tcp_type);
	assert_int_equal(rows[0].results[PROBE_OK], before);
	afar_kill();
	afar_run(70 * CLOCK_S);
	sched_stats(afar.rig.sched, &st);
	assert_in_range(st.started, before + 2, before + 4);
	assert_int_equal(rows[0].started, st.started);
	assert_int_equal(rows[0].results[PROBE_OK], st.started);
	watch_close(&w);
}

/* What another process knows (--replace) is the prober's knowledge, too. */
static void
what_is_recalled_is_told(void **state)
{
	struct addrport to = { .addr = { .family = AF_INET,
	    .octets = { 10, 0, 0, 1 } }, .port = 80 };
	struct watch *w = rig_watch(&afar.rig, 80);

	(void)state;
	afar_run(CLOCK_S);
	sched_states_recall(afar.rig.sched, "/Common/m", &to, HEALTH_DOWN);
	afar_run(50 * CLOCK_MS);
	assert_int_equal(watch_state(w), HEALTH_DOWN);
	afar_run(40 * CLOCK_S);		/* found to be up */
	assert_int_equal(watch_state(w), HEALTH_UP);
	assert_int_equal(afar.rig.calls, 3);
	watch_close(&w);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, afar_set_up, afar_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_state_found_there_is_known_here),
		TEST(states_outlive_the_prober),
		TEST(changes_without_a_prober_are_told_to_the_next),
		TEST(streaks_go_on_over_a_restart),
		TEST(what_is_seen_can_be_looked_at),
		TEST(a_crash_loop_is_slowed_down),
		TEST(a_prober_that_cannot_start_is_tried_again),
		TEST(nonsense_ends_it),
		TEST(silence_ends_it),
		TEST(counters_go_on_over_a_restart),
		TEST(what_is_recalled_is_told),
	};

	return cmocka_run_group_tests_name("probelink", tests, NULL, NULL);
}
