/* tests/unit/monitors/test_watch.c - who is told of what, and when.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/rig.h"

static void
change_is_told_once_and_is_on_the_board_by_then(void **state)
{
	struct watch *w = rig_watch(&rig, 80);
	struct board_entry en;

	(void)state;
	rig_run(&rig, 100 * CLOCK_S);
	assert_int_equal(rig.calls, 1);
	en = board_read(rig.board, watch_slot(w));
	assert_int_equal(en.state, HEALTH_UP);
	assert_int_equal(en.since_s, 1700000000);
	fakeprobe.outcome[80] = PROBE_DOWN;
	rig_run(&rig, 100 * CLOCK_S);
	assert_int_equal(rig.calls, 2);
	en = board_read(rig.board, watch_slot(w));
	assert_int_equal(en.state, HEALTH_DOWN);
	assert_int_equal(en.last, PROBE_REFUSED);
	assert_in_range(en.since_s, 1700000100, 1700000131);
	watch_close(&w);
	assert_null(w);
	watch_close(&w);		/* NULL is harmless */
}

/* ---- watches that close and open watches ---- */

static struct watch *many[5];
static unsigned told[5];

/* The first one told closes itself and all others but the last. */
static void
on_close_others(struct watch *w, void *arg)
{
	size_t self = *(size_t *)arg;

	assert_ptr_equal(w, many[self]);
	told[self]++;
	for (size_t i = 0; i < 4; i++)
		watch_close(&many[i]);
}

static void
closing_any_watch_in_a_callback_is_safe(void **state)
{
	static size_t index[] = { 0, 1, 2, 3, 4 };
	struct addrport to = { .addr = { .family = AF_INET,
	    .octets = { 10, 0, 0, 1 } }, .port = 80 };

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(many); i++)
		many[i] = watch_open(rig.sched, rig.monitor, &to,
		    on_close_others, &index[i]);
	rig_run(&rig, CLOCK_S);
	assert_int_equal(told[0], 1);
	assert_int_equal(told[1] + told[2] + told[3], 0);
	assert_int_equal(told[4], 1);
	assert_int_equal(watch_state(many[4]), HEALTH_UP);
	watch_close(&many[4]);
}

static void
on_close_last(struct watch *w, void *arg)
{
	(void)w;
	watch_close(arg);
}

/* The instance ends under its own probe's result. */
static void
closing_the_last_watch_in_its_callback_ends_the_instance(void **state)
{
	struct addrport to = { .addr = { .family = AF_INET,
	    .octets = { 10, 0, 0, 1 } }, .port = 80 };
	struct watch *w;
	struct sched_stats st;

	(void)state;
	w = watch_open(rig.sched, rig.monitor, &to, on_close_last, &w);
	rig_run(&rig, CLOCK_S);
	assert_null(w);
	sched_stats(rig.sched, &st);
	assert_int_equal(st.instances, 0);
	rig_run(&rig, 100 * CLOCK_S);
	assert_int_equal(fakeprobe.starts, 1);
}

static struct watch *opened;

static void
on_open_another(struct watch *w, void *arg)
{
	struct rig *r = arg;

	(void)w;
	if (opened == NULL)
		opened = rig_watch(r, 80);
}

/* One opened in a callback knows the new state and is not told of it. */
static void
opening_in_a_callback_sees_the_new_state(void **state)
{
	struct addrport to = { .addr = { .family = AF_INET,
	    .octets = { 10, 0, 0, 1 } }, .port = 80 };
	struct watch *w;

	(void)state;
	w = watch_open(rig.sched, rig.monitor, &to, on_open_another, &rig);
	rig_run(&rig, CLOCK_S);
	assert_non_null(opened);
	assert_int_equal(watch_state(opened), HEALTH_UP);
	assert_int_equal(rig.calls, 0);
	watch_close(&opened);
	watch_close(&w);
}

/* ---- where probes go, and the words ---- */

static void
destination_stands_in_for_the_virtual_server(void **state)
{
	struct watch *a, *b;

	(void)state;
	rig_change(&rig, "destination", "*:8080");
	a = rig_watch(&rig, 80);
	b = rig_watch(&rig, 443);
	assert_int_equal(watch_slot(a), watch_slot(b));	/* one target */
	rig_run(&rig, CLOCK_MS);
	assert_int_equal(fakeprobe.starts, 1);
	assert_int_equal(fakeprobe.start_port[0], 8080);
	watch_close(&a);
	watch_close(&b);
}

static void
reason_says_checking_up_or_why_not(void **state)
{
	struct watch *w = rig_watch(&rig, 80);
	char text[200];

	(void)state;
	assert_string_equal(watch_reason(w, text, sizeof(text)), "Checking");
	fakeprobe.outcome[80] = PROBE_SILENT;
	rig_run(&rig, CLOCK_S);
	assert_string_equal(watch_reason(w, text, sizeof(text)), "Checking");
	fakeprobe.outcome[80] = PROBE_UP;
	rig_run(&rig, 60 * CLOCK_S);
	assert_string_equal(watch_reason(w, text, sizeof(text)),
	    "Monitor /Common/m from 127.0.0.1 : UP");
	fakeprobe.outcome[80] = PROBE_SILENT;	/* one miss says nothing yet */
	rig_run(&rig, 60 * CLOCK_S);
	assert_string_equal(watch_reason(w, text, sizeof(text)),
	    "Monitor /Common/m from 127.0.0.1 : UP");
	fakeprobe.outcome[80] = PROBE_DOWN;
	rig_run(&rig, 60 * CLOCK_S);
	assert_string_equal(watch_reason(w, text, sizeof(text)),
	    "Monitor /Common/m from 127.0.0.1 : connection refused");
	watch_close(&w);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, rig_set_up, rig_tear_down)

static void
a_look_shows_the_newest_result_and_the_next_start(void **state)
{
	struct watch *w = rig_watch(&rig, 80);
	struct watch_view v;

	(void)state;
	watch_look(w, &v);
	assert_int_equal(v.state, HEALTH_UNKNOWN);
	assert_int_equal(v.sight.results, 0);
	rig_run(&rig, 100 * CLOCK_S);
	fakeprobe.outcome[80] = PROBE_DOWN;
	rig_run(&rig, 30 * CLOCK_S);
	watch_look(w, &v);
	assert_string_equal(v.monitor->obj.name, "/Common/m");
	assert_int_equal(v.to.port, 80);
	assert_int_equal(v.state, HEALTH_DOWN);
	assert_int_equal(v.since_s, watch_since(w));
	assert_int_equal(v.sight.last.code, PROBE_REFUSED);
	assert_int_equal(v.sight.results, fakeprobe.starts);
	assert_int_equal(v.sight.history & 3, 2);
	assert_int_equal(sight_latency_us(&v.sight), 1234);
	assert_false(v.probing);
	assert_in_range(v.next_ns, clock_mono(&rig.clk) + 1,
	    clock_mono(&rig.clk) + 30 * CLOCK_S);
	fakeprobe.hangs_from = 80;
	rig_run(&rig, v.next_ns - clock_mono(&rig.clk));
	watch_look(w, &v);
	assert_true(v.probing);
	watch_close(&w);
}

/* Nothing can be asked without a port: no probe is due. */
static void
what_has_no_port_has_no_next_start(void **state)
{
	struct watch *w = rig_watch(&rig, 0);
	struct watch_view v;

	(void)state;
	watch_look(w, &v);
	assert_int_equal(v.next_ns, 0);
	watch_close(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(change_is_told_once_and_is_on_the_board_by_then),
		T(closing_any_watch_in_a_callback_is_safe),
		T(closing_the_last_watch_in_its_callback_ends_the_instance),
		T(opening_in_a_callback_sees_the_new_state),
		T(destination_stands_in_for_the_virtual_server),
		T(reason_says_checking_up_or_why_not),
		T(a_look_shows_the_newest_result_and_the_next_start),
		T(what_has_no_port_has_no_next_start),
	};

	return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
