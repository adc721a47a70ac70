/* tests/unit/monitors/test_sched.c - when probes start, how many at once, and
 * what outlives a reload or a restart. Virtual time, scripted probes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/log.h"
#include "monitors/lastknown.h"
#include "monitors/probestat.h"
#include "monitors/sched_states.h"
#include "tests/unit/core/base/tempdir.h"
#include "tests/unit/monitors/rig.h"

static void
first_probe_is_at_once_then_once_per_interval(void **state)
{
	struct watch *w = rig_watch(&rig, 80);

	(void)state;
	assert_int_equal(watch_state(w), HEALTH_UNKNOWN);
	assert_int_equal(fakeprobe.starts, 0);	/* not out of watch_open */
	rig_run(&rig, CLOCK_S);
	assert_int_equal(watch_state(w), HEALTH_UP);
	assert_in_range(fakeprobe.starts, 1, 2);
	fakeprobe.starts = 0;
	rig_run(&rig, 300 * CLOCK_S);
	assert_int_equal(fakeprobe.starts, 10);
	for (size_t i = 1; i < fakeprobe.starts; i++)
		assert_int_equal(fakeprobe.start_ns[i] -
		    fakeprobe.start_ns[i - 1], 30 * CLOCK_S);	/* no jitter */
	watch_close(&w);
}

/* 3,000 instances over 30 s are 100 a second; each second has its share. */
static void
starts_are_spread_over_the_interval(void **state)
{
	enum { COUNT = 3000, SECONDS = 30 };
	static struct watch *w[COUNT];
	size_t per_s[SECONDS] = { 0 };
	mono_ns start;

	(void)state;
	for (uint16_t i = 0; i < COUNT; i++)
		w[i] = rig_watch(&rig, (uint16_t)(1000 + i));
	rig_run(&rig, CLOCK_S);
	start = loop_now_ns(rig.loop);
	fakeprobe.starts = 0;
	rig_run(&rig, SECONDS * CLOCK_S);
	assert_int_equal(fakeprobe.starts, COUNT);
	for (size_t i = 0; i < fakeprobe.starts; i++)
		per_s[(fakeprobe.start_ns[i] - start - 1) / CLOCK_S]++;
	for (size_t i = 0; i < SECONDS; i++) {
		if (per_s[i] < 60 || per_s[i] > 140)
			fail_msg("second %zu has %zu starts", i, per_s[i]);
	}
	for (size_t i = 0; i < COUNT; i++)
		watch_close(&w[i]);
}

static void
in_flight_is_bounded_and_the_queue_is_fair(void **state)
{
	enum { COUNT = 100, LIMIT = 8 };
	struct watch *w[COUNT];
	const struct probestat *p;
	struct sched_stats st;
	size_t types;

	(void)state;
	rig_close(&rig);
	rig_open(&rig, LIMIT);
	fakeprobe.takes_ns = CLOCK_S;
	for (uint16_t i = 0; i < COUNT; i++)
		w[i] = rig_watch(&rig, (uint16_t)(1000 + i));
	rig_run(&rig, 0);
	sched_stats(rig.sched, &st);
	assert_int_equal(st.in_flight, LIMIT);
	assert_int_equal(st.waiting, COUNT - LIMIT);
	rig_run(&rig, 13 * CLOCK_S);
	assert_int_equal(fakeprobe.running_max, LIMIT);
	for (uint16_t i = 0; i < COUNT; i++)	/* first in, first out */
		assert_int_equal(fakeprobe.start_port[i], 1000 + i);
	sched_stats(rig.sched, &st);
	assert_int_equal(st.late_us_max, 12000000);
	p = sched_probestats(rig.sched, &types);
	assert_int_equal(types, 1);
	assert_true(p->started >= COUNT && p->started == st.started);
	assert_int_equal(p->results[PROBE_OK], p->started - st.in_flight);
	assert_int_equal(histogram_count(&p->delay), p->started);
	assert_true(p->delay.n[HISTOGRAM_BOUNDS] > 0);	/* waited over 10 s */
	for (size_t i = 0; i < COUNT; i++)
		watch_close(&w[i]);
	sched_stats(rig.sched, &st);
	assert_int_equal(st.instances + st.in_flight + st.waiting, 0);
}

/* Half of 2,000 targets hang for 5 s each time: the others start on time. */
static void
a_thousand_hanging_targets_delay_nobody(void **state)
{
	enum { COUNT = 2000 };
	static struct watch *w[COUNT];
	struct sched_stats st;

	(void)state;
	rig_close(&rig);
	rig_open(&rig, 2048);
	fakeprobe.hangs_from = 2000;
	for (uint16_t i = 0; i < COUNT; i++) {
		w[i] = rig_watch(&rig, (uint16_t)(1000 + i));
		if (1000 + i >= fakeprobe.hangs_from)
			fakeprobe.outcome[1000 + i] = PROBE_SILENT;
	}
	rig_run(&rig, 300 * CLOCK_S);
	sched_stats(rig.sched, &st);
	assert_true(st.late_us_max < 1000000);
	for (size_t i = 0; i < COUNT; i++) {
		assert_int_equal(watch_state(w[i]),
		    i < 1000 ? HEALTH_UP : HEALTH_DOWN);
		watch_close(&w[i]);
	}
}

/* How many lines of event there are in a log of its own. */
static unsigned
count_lines(int fd, const char *event)
{
	char text[8192] = { 0 };
	unsigned n = 0;

	assert_true(pread(fd, text, sizeof(text) - 1, 0) >= 0);
	for (const char *at = text; (at = strstr(at, event)) != NULL; at++)
		n++;
	return n;
}

/* Two places for a hundred that hang: who asked for that is told, once a
 * minute. */
static void
starts_that_are_late_are_told(void **state)
{
	enum { COUNT = 100 };
	static struct watch *w[COUNT];
	int fd = memfd_create("log", MFD_CLOEXEC);

	(void)state;
	rig_close(&rig);
	rig_open(&rig, 2);
	log_setup(&(struct log_config){ fd, LOG_WARNING, LOG_FORM_BARE });
	fakeprobe.hangs_from = 1000;
	for (uint16_t i = 0; i < COUNT; i++)
		w[i] = rig_watch(&rig, (uint16_t)(1000 + i));
	rig_run(&rig, CLOCK_S / 2);
	assert_int_equal(count_lines(fd, " late "), 0);
	rig_run(&rig, 59 * CLOCK_S);
	assert_int_equal(count_lines(fd, " late "), 1);
	assert_int_equal(count_lines(fd, " under-way=2 most=2"), 1);
	rig_run(&rig, 60 * CLOCK_S);
	assert_int_equal(count_lines(fd, " late "), 2);
	for (size_t i = 0; i < COUNT; i++)
		watch_close(&w[i]);
	log_setup(&(struct log_config){ STDERR_FILENO, LOG_ERROR,
	    LOG_FORM_BARE });
	close(fd);
}

/* A probe that outlasts its interval is not joined by a second one. */
static void
one_probe_of_an_instance_at_a_time(void **state)
{
	struct watch *w = rig_watch(&rig, 80);

	(void)state;
	fakeprobe.takes_ns = 70 * CLOCK_S;
	rig_run(&rig, 600 * CLOCK_S);
	assert_int_equal(fakeprobe.running_max, 1);
	assert_true(fakeprobe.starts >= 6);
	watch_close(&w);		/* with a probe in flight */
}

static void
same_monitor_and_destination_share_one_instance(void **state)
{
	struct watch *a = rig_watch(&rig, 80), *b = rig_watch(&rig, 80);
	struct watch *c = rig_watch(&rig, 81);
	struct sched_stats st;

	(void)state;
	sched_stats(rig.sched, &st);
	assert_int_equal(st.instances, 2);
	assert_int_equal(fakeprobe.specs, 1);	/* compiled once for all */
	assert_int_equal(watch_slot(a), watch_slot(b));
	rig_run(&rig, CLOCK_MS);
	assert_int_equal(fakeprobe.starts, 2);
	assert_int_equal(rig.calls, 3);
	watch_close(&a);
	rig_run(&rig, 30 * CLOCK_S);
	assert_int_equal(watch_state(b), HEALTH_UP);
	watch_close(&b);
	watch_close(&c);
}

/* An equal object is the same monitor, whatever commit it comes from. */
static void
equal_monitor_shares_changed_monitor_keeps_the_state(void **state)
{
	struct watch *old = rig_watch(&rig, 80), *new;
	struct sched_stats st;

	(void)state;
	rig_run(&rig, CLOCK_S);
	assert_int_equal(watch_state(old), HEALTH_UP);
	rig_change(&rig, NULL, NULL);
	new = rig_watch(&rig, 80);
	sched_stats(rig.sched, &st);
	assert_int_equal(st.instances, 1);
	watch_close(&new);

	rig_change(&rig, "interval", "10");
	fakeprobe.starts = 0;
	new = rig_watch(&rig, 80);
	sched_stats(rig.sched, &st);
	assert_int_equal(st.instances, 2);
	assert_int_equal(watch_state(new), HEALTH_UP);
	watch_close(&old);
	rig_run(&rig, 100 * CLOCK_S);
	assert_int_equal(watch_state(new), HEALTH_UP);
	assert_int_equal(rig.calls, 1);		/* just the first up */
	assert_int_equal(fakeprobe.starts, 10);
	watch_close(&new);
}

/* A closed instance is forgotten: what comes back later is checked anew. */
static void
reopened_later_is_unknown(void **state)
{
	struct watch *w = rig_watch(&rig, 80);

	(void)state;
	rig_run(&rig, CLOCK_S);
	watch_close(&w);
	w = rig_watch(&rig, 80);
	assert_int_equal(watch_state(w), HEALTH_UNKNOWN);
	watch_close(&w);
}

static void
refusal_is_down_at_once_silence_after_timeout(void **state)
{
	struct watch *a = rig_watch(&rig, 80), *b = rig_watch(&rig, 81);
	mono_ns last_good = 0;
	char text[200];

	(void)state;
	rig_run(&rig, 60 * CLOCK_S);
	for (size_t i = 0; i < fakeprobe.starts; i++) {
		if (fakeprobe.start_port[i] == 81)
			last_good = fakeprobe.start_ns[i] + fakeprobe.takes_ns;
	}
	fakeprobe.outcome[80] = PROBE_DOWN;
	fakeprobe.outcome[81] = PROBE_SILENT;
	rig_run(&rig, 30 * CLOCK_S);
	assert_int_equal(watch_state(a), HEALTH_DOWN);
	assert_string_equal(watch_reason(a, text, sizeof(text)),
	    "Monitor /Common/m from 127.0.0.1 : connection refused");
	/* To the nanosecond, though no probe ends just then. */
	rig_run(&rig, last_good + 120 * CLOCK_S - 1 - loop_now_ns(rig.loop));
	assert_int_equal(watch_state(b), HEALTH_UP);
	rig_run(&rig, 1);
	assert_int_equal(watch_state(b), HEALTH_DOWN);
	assert_string_equal(watch_reason(b, text, sizeof(text)),
	    "Monitor /Common/m from 127.0.0.1 : timed out");
	fakeprobe.outcome[81] = PROBE_UP;
	rig_run(&rig, 30 * CLOCK_S);
	assert_int_equal(watch_state(b), HEALTH_UP);
	watch_close(&a);
	watch_close(&b);
}

/* Stopped for an hour (a debugger, a frozen host): no storm of downs. */
static void
a_gap_of_our_own_marks_nothing_down(void **state)
{
	struct watch *w = rig_watch(&rig, 80);

	(void)state;
	rig_run(&rig, CLOCK_S);
	clock_fake_advance(&rig.clk, 3600 * CLOCK_S);
	rig_run(&rig, 60 * CLOCK_S);
	assert_int_equal(watch_state(w), HEALTH_UP);
	assert_int_equal(rig.calls, 1);
	watch_close(&w);
}

static void
abstention_changes_nothing(void **state)
{
	struct watch *w = rig_watch(&rig, 80), *n;
	char text[200];

	(void)state;
	rig_run(&rig, CLOCK_S);
	fakeprobe.outcome[80] = fakeprobe.outcome[81] = PROBE_ABSTAIN;
	n = rig_watch(&rig, 81);
	rig_run(&rig, 1000 * CLOCK_S);
	assert_int_equal(watch_state(w), HEALTH_UP);
	assert_int_equal(watch_state(n), HEALTH_UNKNOWN);
	assert_string_equal(watch_reason(n, text, sizeof(text)),
	    "Monitor /Common/m from 127.0.0.1 : cannot probe");
	watch_close(&w);
	watch_close(&n);
}

static struct {
	char		  name[64];
	struct addrport	  to;
	enum health_state state;
} kept[2];
static size_t kept_count;

static void
keep(void *arg, const char *monitor, const struct addrport *to,
    enum health_state state)
{
	(void)arg;
	assert_true(kept_count < OBJ_COUNT(kept));
	(void)snprintf(kept[kept_count].name, sizeof(kept[0].name), "%s",
	    monitor);
	kept[kept_count].to = *to;
	kept[kept_count++].state = state;
}

/* What sched_states_each tells is what sched_states_seed takes: a restart keeps states. */
static void
states_survive_a_restart(void **state)
{
	struct watch *up = rig_watch(&rig, 80), *down = rig_watch(&rig, 81);
	char text[200];

	(void)state;
	fakeprobe.outcome[81] = PROBE_DOWN;
	rig_run(&rig, CLOCK_S);
	sched_states_each(rig.sched, keep, NULL);
	assert_int_equal(kept_count, 2);
	watch_close(&up);
	watch_close(&down);
	rig_close(&rig);

	rig_open(&rig, 0);
	for (size_t i = 0; i < kept_count; i++)
		sched_states_seed(rig.sched, kept[i].name, &kept[i].to,
		    kept[i].state);
	fakeprobe.outcome[80] = PROBE_SILENT;
	up = rig_watch(&rig, 80);
	down = rig_watch(&rig, 81);
	assert_int_equal(watch_state(up), HEALTH_UP);
	assert_int_equal(watch_state(down), HEALTH_DOWN);
	assert_string_equal(watch_reason(up, text, sizeof(text)),
	    "Monitor /Common/m : UP (last known)");
	rig_run(&rig, 30 * CLOCK_S);
	assert_int_equal(watch_state(up), HEALTH_UP);
	assert_int_equal(watch_state(down), HEALTH_UP);	/* probed since */
	watch_close(&up);
	watch_close(&down);
}

/* A scheduler, and a file of states that is its own. */
static struct lastknown *
open_kept(const char *path)
{
	struct lastknown *l = lastknown_new(path);

	rig_open(&rig, 0);
	lastknown_own(l);
	sched_states_keep(rig.sched, l);
	return l;
}

/* As at an end that nobody announces: watches close behind the file's back. */
static void
close_kept(struct lastknown **l, struct watch **w, size_t count)
{
	sched_states_keep(rig.sched, NULL);
	lastknown_free(l);
	for (size_t i = 0; i < count; i++)
		watch_close(&w[i]);
	rig_close(&rig);
}

static void
states_are_kept_where_they_change(void **state)
{
	struct tempdir dir;
	struct lastknown *l;
	struct watch *w[2];
	real_s since;

	(void)state;
	rig_close(&rig);
	tempdir_make(&dir);
	l = open_kept(tempdir_file(&dir, "states"));
	w[0] = rig_watch(&rig, 80);
	w[1] = rig_watch(&rig, 81);
	fakeprobe.outcome[81] = PROBE_DOWN;
	rig_run(&rig, 20 * CLOCK_S);
	since = watch_since(w[1]);
	close_kept(&l, w, 2);

	l = open_kept(tempdir_file(&dir, "states"));
	clock_fake_advance(&rig.clk, 100 * CLOCK_S);
	w[0] = rig_watch(&rig, 80);
	w[1] = rig_watch(&rig, 81);
	assert_int_equal(watch_state(w[0]), HEALTH_UP);
	assert_int_equal(watch_state(w[1]), HEALTH_DOWN);
	assert_int_equal(watch_since(w[1]), since);
	watch_close(&w[0]);		/* gone for good, so forgotten */
	w[0] = rig_watch(&rig, 80);
	assert_int_equal(watch_state(w[0]), HEALTH_UP);	/* not settled yet */
	lastknown_settle(l);
	watch_close(&w[0]);
	w[0] = rig_watch(&rig, 80);
	assert_int_equal(watch_state(w[0]), HEALTH_UNKNOWN);
	close_kept(&l, w, 2);
	tempdir_remove(&dir);
	rig_open(&rig, 0);
}

static void
a_restart_may_begin_with_nothing_known(void **state)
{
	struct tempdir dir;
	struct lastknown *l;
	struct watch *w;

	(void)state;
	rig_close(&rig);
	tempdir_make(&dir);
	l = open_kept(tempdir_file(&dir, "states"));
	w = rig_watch(&rig, 80);
	rig_run(&rig, CLOCK_S);
	close_kept(&l, &w, 1);
	l = open_kept(tempdir_file(&dir, "states"));
	sched_states_forget(rig.sched);
	w = rig_watch(&rig, 80);
	assert_int_equal(watch_state(w), HEALTH_UNKNOWN);
	close_kept(&l, &w, 1);
	l = open_kept(tempdir_file(&dir, "states"));
	w = rig_watch(&rig, 80);	/* nor does the next one */
	assert_int_equal(watch_state(w), HEALTH_UNKNOWN);
	close_kept(&l, &w, 1);
	tempdir_remove(&dir);
	rig_open(&rig, 0);
}

static void
over_a_restart_a_changed_monitor_inherits_nothing(void **state)
{
	struct tempdir dir;
	struct lastknown *l;
	struct watch *w;

	(void)state;
	rig_close(&rig);
	tempdir_make(&dir);
	l = open_kept(tempdir_file(&dir, "states"));
	w = rig_watch(&rig, 80);
	rig_run(&rig, CLOCK_S);
	assert_int_equal(watch_state(w), HEALTH_UP);
	close_kept(&l, &w, 1);
	l = open_kept(tempdir_file(&dir, "states"));
	rig_change(&rig, "send", "something else");
	w = rig_watch(&rig, 80);
	assert_int_equal(watch_state(w), HEALTH_UNKNOWN);
	close_kept(&l, &w, 1);
	tempdir_remove(&dir);
	rig_open(&rig, 0);
}

/* Ten years later no certificate is valid, whoever set the clock. */
static void
a_clock_that_leaps_judges_no_certificate(void **state)
{
	struct watch *w = rig_watch(&rig, 80);
	size_t starts;

	(void)state;
	rig_run(&rig, 60 * CLOCK_S);
	starts = fakeprobe.starts;
	rig.clk.fake_real += INT64_C(10) * 365 * 86400;
	fakeprobe.code = PROBE_EXPIRED;
	fakeprobe.outcome[80] = PROBE_DOWN;
	rig_run(&rig, 300 * CLOCK_S);
	assert_int_equal(watch_state(w), HEALTH_UP);
	assert_int_equal(fakeprobe.starts, starts + 10);	/* no storm */
	rig.clk.fake_real -= INT64_C(10) * 365 * 86400;
	rig_run(&rig, 30 * CLOCK_S);
	assert_int_equal(watch_state(w), HEALTH_DOWN);	/* really expired */
	watch_close(&w);
}

static void
port_any_cannot_be_asked(void **state)
{
	struct watch *w = rig_watch(&rig, 0);
	char text[200];

	(void)state;
	rig_run(&rig, 1000 * CLOCK_S);
	assert_int_equal(fakeprobe.starts, 0);
	assert_int_equal(watch_state(w), HEALTH_UNKNOWN);
	assert_string_equal(watch_reason(w, text, sizeof(text)),
	    "Monitor /Common/m : no port to probe");
	watch_close(&w);
}

/* All ports of a gateway are one, and what is asked lies behind it. The families
 * differ, so that nothing of this host's routing is touched. */
static void
a_transparent_probe_goes_to_the_destination_through_the_target(void **state)
{
	struct watch *w, *any;
	struct sched_stats st;
	struct watch_view v;
	char text[ADDR_TEXT_MAX];

	(void)state;
	rig_change(&rig, "transparent", "enabled");
	rig_change(&rig, "destination", "2001:db8::9.443");
	w = rig_watch(&rig, 80);
	any = rig_watch(&rig, 0);
	rig_run(&rig, CLOCK_S);
	sched_stats(rig.sched, &st);
	assert_int_equal(st.instances, 1);
	assert_int_equal(fakeprobe.starts, 1);
	assert_string_equal(addr_format_port(&fakeprobe.last.to, text),
	    "2001:db8::9.443");
	assert_int_equal(fakeprobe.last.fault, EAFNOSUPPORT);
	assert_int_equal(fakeprobe.last.mark, 0);
	watch_look(any, &v);
	assert_string_equal(addr_format(&v.to.addr, text), "10.0.0.1");
	watch_close(&w);
	watch_close(&any);
	/* And a plain one goes plainly. */
	rig_change(&rig, "transparent", "disabled");
	w = rig_watch(&rig, 80);
	rig_run(&rig, CLOCK_S);
	assert_int_equal(fakeprobe.starts, 2);
	assert_int_equal(fakeprobe.last.fault, 0);
	watch_close(&w);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, rig_set_up, rig_tear_down)

/* Thirty seconds without a CPU: what was asked before is not believed, what
 * is found afterwards is. */
static void
standing_still_takes_nobody_down(void **state)
{
	struct watch *w[20];

	(void)state;
	rig_change(&rig, "fall", "1");
	rig_change(&rig, "timeout", "16");
	rig_change(&rig, "interval", "5");
	for (uint16_t k = 0; k < 20; k++)
		w[k] = rig_watch(&rig, (uint16_t)(100 + k));
	rig_run(&rig, 10 * CLOCK_S);
	assert_int_equal(rig.calls, 20);
	fakeprobe.hangs_from = 100;	/* all under way when it happens */
	for (uint16_t k = 0; k < 20; k++)
		fakeprobe.outcome[100 + k] = PROBE_SILENT;
	rig_run(&rig, 4900 * CLOCK_MS);
	assert_true(fakeprobe.running > 0);
	assert_int_equal(rig.calls, 20);
	clock_fake_advance(&rig.clk, 30 * CLOCK_S);
	rig_run(&rig, 0);
	fakeprobe.hangs_from = 0;
	for (uint16_t k = 0; k < 20; k++)
		fakeprobe.outcome[100 + k] = PROBE_UP;
	rig_run(&rig, 10 * CLOCK_S);
	assert_int_equal(rig.calls, 20);
	for (uint16_t k = 0; k < 20; k++) {
		assert_int_equal(watch_state(w[k]), HEALTH_UP);
		fakeprobe.outcome[100 + k] = PROBE_SILENT;
	}
	rig_run(&rig, 11 * CLOCK_S);
	assert_int_equal(rig.calls, 40);
	for (uint16_t k = 0; k < 20; k++)
		watch_close(&w[k]);
}

/* Ten years back and forth: nothing goes by the wall clock. */
static void
a_wall_clock_that_jumps_is_no_news(void **state)
{
	const real_s years = INT64_C(10) * 365 * 86400;
	struct watch *w = rig_watch(&rig, 100);
	size_t starts;

	(void)state;
	rig_run(&rig, 60 * CLOCK_S);
	assert_int_equal(rig.calls, 1);
	starts = fakeprobe.starts;
	rig.clk.fake_real += years;
	rig_run(&rig, 300 * CLOCK_S);
	rig.clk.fake_real -= 2 * years;
	rig_run(&rig, 300 * CLOCK_S);
	assert_int_equal(rig.calls, 1);
	assert_int_equal(watch_state(w), HEALTH_UP);
	assert_int_equal(fakeprobe.starts - starts, 20);
	watch_close(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(first_probe_is_at_once_then_once_per_interval),
		T(starts_are_spread_over_the_interval),
		T(in_flight_is_bounded_and_the_queue_is_fair),
		T(a_thousand_hanging_targets_delay_nobody),
		T(starts_that_are_late_are_told),
		T(one_probe_of_an_instance_at_a_time),
		T(same_monitor_and_destination_share_one_instance),
		T(equal_monitor_shares_changed_monitor_keeps_the_state),
		T(reopened_later_is_unknown),
		T(refusal_is_down_at_once_silence_after_timeout),
		T(a_gap_of_our_own_marks_nothing_down),
		T(abstention_changes_nothing),
		T(standing_still_takes_nobody_down),
		T(a_wall_clock_that_jumps_is_no_news),
		T(a_clock_that_leaps_judges_no_certificate),
		T(states_survive_a_restart),
		T(states_are_kept_where_they_change),
		T(a_restart_may_begin_with_nothing_known),
		T(over_a_restart_a_changed_monitor_inherits_nothing),
		T(port_any_cannot_be_asked),
		T(a_transparent_probe_goes_to_the_destination_through_the_target),
	};

	return cmocka_run_group_tests_name("sched", tests, NULL, NULL);
}
