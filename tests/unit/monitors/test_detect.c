/* tests/unit/monitors/test_detect.c - how long it takes from the last success to
 * down, and from the first one to up: every time and count of a monitor, to the
 * millisecond. Virtual time, scripted probes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/rig.h"

#define PROPS_MAX	6
#define TAKES_MS	1	/* a probe that is answered */
#define PATIENCE_MS	200000

enum ending { REFUSES, HANGS };

struct row {
	const char	*set[PROPS_MAX];	/* property, value, … */
	enum ending	 ending;
	unsigned	 want_ms;	/* from the start of the last success */
};

static struct watch *
open_up(const struct row *r, uint16_t port)
{
	struct watch *w;

	rig_close(&rig);
	rig_open(&rig, 0);
	for (size_t i = 0; i < PROPS_MAX && r->set[i] != NULL; i += 2)
		rig_change(&rig, r->set[i], r->set[i + 1]);
	w = rig_watch(&rig, port);
	while (fakeprobe.starts < 8)	/* the first is out of phase */
		rig_run(&rig, TAKES_MS * CLOCK_MS);
	rig_run(&rig, 2 * TAKES_MS * CLOCK_MS);
	assert_int_equal(watch_state(w), HEALTH_UP);
	return w;
}

/* Milliseconds from start_ns until w is in state, rounded down. */
static unsigned
wait_for(const struct watch *w, enum health_state state, mono_ns start_ns)
{
	for (unsigned i = 0; i < PATIENCE_MS; i++) {
		if (watch_state(w) == state)
			return (unsigned)((loop_now_ns(rig.loop) - start_ns) /
			    CLOCK_MS);
		rig_run(&rig, CLOCK_MS);
	}
	return 0;
}

static void
play(const struct row *r, size_t number)
{
	const uint16_t port = 80;
	struct watch *w = open_up(r, port);
	mono_ns last = fakeprobe.start_ns[fakeprobe.starts - 1];
	unsigned took;

	if (r->ending == HANGS)
		fakeprobe.hangs_from = port;
	fakeprobe.outcome[port] = r->ending == HANGS ? PROBE_SILENT :
	    PROBE_DOWN;
	took = wait_for(w, HEALTH_DOWN, last);
	/* Phases are in nanoseconds, steps are of a millisecond. */
	if (took < r->want_ms || took > r->want_ms + 1)
		fail_msg("row %zu: down after %u ms, want %u", number, took,
		    r->want_ms);
	watch_close(&w);
}

static void
down_comes_when_the_times_say_so(void **state)
{
	static const struct row rows[] = {
		/* F5: a refusal at once, silence after timeout. */
		{ { NULL }, REFUSES, 30000 + TAKES_MS },
		{ { NULL }, HANGS, 120000 + TAKES_MS },
		{ { "interval", "5", "timeout", "16" }, REFUSES,
		    5000 + TAKES_MS },
		{ { "interval", "5", "timeout", "16" }, HANGS,
		    16000 + TAKES_MS },
		{ { "timeout", "31", "probe-timeout", "1" }, HANGS,
		    31000 + TAKES_MS },
		/* No miss is known before the probe's own time is over. */
		{ { "interval", "1", "timeout", "3", "probe-timeout", "5" },
		    HANGS, 6000 },
		/* A refusal that counts as silence. */
		{ { "interval", "5", "timeout", "16", "ignore-down-response",
		    "enabled" }, REFUSES, 16000 + TAKES_MS },
		/* fall: interval * fall, and the time of the last probe. */
		{ { "interval", "2", "fall", "3" }, REFUSES, 6000 + TAKES_MS },
		{ { "interval", "5", "probe-timeout", "2", "fall", "2" },
		    HANGS, 12000 },
		{ { "interval", "1", "probe-timeout", "1", "fall", "1" },
		    HANGS, 2000 },
		{ { "interval", "5", "fall", "200", "timeout", "12" },
		    REFUSES, 12000 + TAKES_MS },
		/* Milliseconds. */
		{ { "interval-ms", "100", "fall", "3", "probe-timeout-ms",
		    "90" }, HANGS, 390 },
		/* What takes its whole interval, or more, starts again when
		 * it has ended. */
		{ { "interval-ms", "100", "fall", "2", "probe-timeout-ms",
		    "100" }, HANGS, 300 },
		{ { "interval-ms", "100", "fall", "3", "probe-timeout-ms",
		    "130" }, HANGS, 490 },
		{ { "interval-ms", "50", "probe-timeout-ms", "50", "timeout-ms",
		    "175" }, HANGS, 175 + TAKES_MS },
		{ { "interval-ms", "250" }, REFUSES, 250 + TAKES_MS },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++)
		play(&rows[i], i);
}

static void
up_comes_after_rise_successes_in_a_row(void **state)
{
	static const struct { const char *interval, *rise; unsigned want_ms; }
	    rows[] = {
		{ "1000", "1", 1000 + TAKES_MS },
		{ "1000", "3", 3000 + TAKES_MS },
		{ "100", "5", 500 + TAKES_MS },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		const struct row r = { { "interval-ms", rows[i].interval,
		    "rise", rows[i].rise }, REFUSES, 0 };
		struct watch *w = open_up(&r, 80);
		unsigned took;

		fakeprobe.outcome[80] = PROBE_DOWN;
		(void)wait_for(w, HEALTH_DOWN, 0);
		fakeprobe.outcome[80] = PROBE_UP;
		took = wait_for(w, HEALTH_UP,
		    fakeprobe.start_ns[fakeprobe.starts - 1]);
		if (took < rows[i].want_ms || took > rows[i].want_ms + 1)
			fail_msg("row %zu: up after %u ms, want %u", i, took,
			    rows[i].want_ms);
		watch_close(&w);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(down_comes_when_the_times_say_so,
		    rig_set_up, rig_tear_down),
		cmocka_unit_test_setup_teardown(
		    up_comes_after_rise_successes_in_a_row, rig_set_up,
		    rig_tear_down),
	};

	return cmocka_run_group_tests_name("detect", tests, NULL, NULL);
}
