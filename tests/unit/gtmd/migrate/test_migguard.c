/* tests/unit/gtmd/migrate/test_migguard.c - what is measured says go on, hold or
 * roll back, with its arithmetic.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "gtmd/migrate/migguard.h"
#include "gtmd/migrate/migslo.h"
#include "gtmd/migrate/migspec.h"
#include "core/base/obj.h"
#include "tests/unit/gtmd/migrate/migcase.h"

#define T0	MIGCASE_START_MS	/* a Tuesday, 22:13:20 UTC */
#define T1	(T0 + MIGGUARD_HOLDS_MS)

static struct migguard *
guard_of(struct migspec *s)
{
	struct migguard *g = migguard_new(s);

	migspec_free(&s);
	return g;
}

static void
expect(struct migguard *g, int64_t now_ms, enum migevent_verdict want, const char *words)
{
	struct migguard_answer a;

	migguard_ask(g, now_ms, &a);
	if (a.verdict != want || strstr(a.text, words) == NULL)
		fail_msg("%s: \"%s\"", migevent_verdict_name(a.verdict), a.text);
	if (want == MIGEVENT_FINE)
		assert_string_equal(a.text, "");
}

static struct migspec *
slo_spec(uint32_t errors_max, uint32_t p95_max_ms)
{
	struct migspec *s = migcase_spec(1);

	s->slo_url = mem_strdup("http://10.133.39.51/");
	s->slo_errors_max = errors_max;
	s->slo_p95_max_ms = p95_max_ms;
	s->slo_window_s = 10;
	return s;
}

static void
failed_requests_are_a_breach_above_their_share(void **state)
{
	struct migguard *g = guard_of(slo_spec(100, 0));

	(void)state;
	for (int i = 0; i < 9; i++)
		migguard_slo(g, T0 + i, true, 10);
	migguard_slo(g, T0 + 9, false, 0);
	expect(g, T0 + 9, MIGEVENT_FINE, "");		/* 100 of 1000 may */
	migguard_slo(g, T0 + 10, false, 0);
	expect(g, T0 + 10, MIGEVENT_BREACH, "2 of 11 requests of the last 10 s failed, 181 of "
	    "1000; 100 may");
	expect(g, T0 + 10010, MIGEVENT_FINE, "");	/* all have left the window */
	migguard_free(&g);
}

static void
a_few_samples_judge_nothing(void **state)
{
	struct migguard *g = guard_of(slo_spec(0, 0));

	(void)state;
	for (int i = 0; i < MIGSLO_SAMPLES_MIN - 1; i++)
		migguard_slo(g, T0, false, 0);
	expect(g, T0, MIGEVENT_FINE, "");
	migguard_slo(g, T0, false, 0);
	expect(g, T0, MIGEVENT_BREACH, "5 of 5");
	migguard_free(&g);
}

static void
one_failure_alone_is_no_breach(void **state)
{
	struct migguard *g = guard_of(slo_spec(0, 0));

	(void)state;
	for (int i = 0; i < 10; i++)
		migguard_slo(g, T0, true, 1);
	migguard_slo(g, T0, false, 0);
	expect(g, T0, MIGEVENT_FINE, "");
	migguard_slo(g, T0, false, 0);
	expect(g, T0, MIGEVENT_BREACH, "2 of 12");
	migguard_free(&g);
}

static void
the_95th_percentile_is_of_answers(void **state)
{
	struct migguard *g = guard_of(slo_spec(1000, 95));
	int32_t errors, p95;

	(void)state;
	for (uint32_t i = 1; i <= 100; i++)
		migguard_slo(g, T0, true, 101 - i);
	expect(g, T0, MIGEVENT_FINE, "");
	migguard_window(g, T0, &errors, &p95);
	assert_int_equal(errors, 0);
	assert_int_equal(p95, 95);
	migguard_slo(g, T0, false, 100000);
	migguard_slo(g, T0, true, 200);
	expect(g, T0, MIGEVENT_BREACH, "95 % of 101 answers of the last 10 s took up to 96 ms; "
	    "95 ms may be");
	migguard_window(g, T0 + 60000, &errors, &p95);
	assert_int_equal(errors, MIGEVENT_UNKNOWN);
	assert_int_equal(p95, MIGEVENT_UNKNOWN);
	migguard_free(&g);
}

/* They would count for as long as it was set back. */
static void
samples_of_a_clock_that_was_set_back_go(void **state)
{
	struct migguard *g = guard_of(slo_spec(0, 0));

	(void)state;
	for (int i = 0; i < MIGSLO_SAMPLES_MIN; i++)
		migguard_slo(g, T0 + 1000, false, 0);
	expect(g, T0 + 1000, MIGEVENT_BREACH, "5 of 5");
	expect(g, T0, MIGEVENT_FINE, "");
	for (int i = 0; i < MIGSLO_SAMPLES_MIN; i++)
		migguard_slo(g, T0, true, 1);
	expect(g, T0 + 1000, MIGEVENT_FINE, "");
	migguard_free(&g);
}

/* More samples than are kept: the latest count. */
static void
the_latest_samples_are_kept(void **state)
{
	struct migguard *g = guard_of(slo_spec(0, 0));

	(void)state;
	for (int i = 0; i < MIGSLO_FAILURES_MIN; i++)
		migguard_slo(g, T0, false, 0);
	for (int i = 0; i < MIGSLO_SAMPLES_MAX - MIGSLO_FAILURES_MIN; i++)
		migguard_slo(g, T0, true, 1);
	expect(g, T0, MIGEVENT_BREACH, "2 of 4096");
	migguard_slo(g, T0, true, 1);
	expect(g, T0, MIGEVENT_FINE, "");
	migguard_free(&g);
}

static struct migguard *
guard_by_monitors(uint32_t errors_max, uint32_t p95_max_ms)
{
	struct migspec *s = slo_spec(errors_max, p95_max_ms);

	free(s->slo_url);
	s->slo_url = NULL;
	s->slo_monitors = true;
	s->from_pool = mem_strdup("/Common/Local_pool");
	s->to_pool = mem_strdup("/Common/Remote_pool");
	return guard_of(s);
}

/* At the old site it holds: going home would make it worse. */
static void
probes_of_the_new_site_are_a_breach_and_those_of_the_old_one_hold(void **state)
{
	struct migguard *g = guard_by_monitors(100, 50);

	(void)state;
	for (int i = 0; i < 8; i++)
		for (int site = 0; site < 2; site++)
			migguard_probe(g, site != 0, T1 + i, i < 6, 10);
	expect(g, T1 + 7, MIGEVENT_BREACH, "monitors of /Common/Remote_pool: 2 of 8 probes "
	    "of the last 10 s failed, 250 of 1000; 100 may");
	migguard_left(g, true);
	expect(g, T1 + 7, MIGEVENT_HOLD, "monitors of /Common/Local_pool: 2 of 8 probes");
	migguard_left(g, false);
	expect(g, T1 + 8 + MIGGUARD_HOLDS_MS, MIGEVENT_FINE, "");
	for (int i = 0; i < MIGSLO_SAMPLES_MIN; i++)
		migguard_probe(g, true, T1, true, 51);
	expect(g, T1, MIGEVENT_BREACH, "monitors of /Common/Remote_pool: 95 % of 5 answers "
	    "of the last 10 s took up to 51 ms; 50 ms may be");
	migguard_free(&g);
}

/* Of a monitor that asks every 30 s a window of 10 s would never have five. */
static void
probes_that_are_rare_are_judged_by_the_latest(void **state)
{
	struct migguard *g = guard_by_monitors(100, 0);
	int32_t errors, p95;

	(void)state;
	for (int i = 0; i < 10; i++)
		migguard_probe(g, true, T0 + i * 30000, i < 8, 7);
	expect(g, T0 + 270000, MIGEVENT_BREACH, "2 of 5 probes of the last 120 s failed");
	migguard_window(g, T0 + 270000, &errors, &p95);
	assert_int_equal(errors, 400);
	assert_int_equal(p95, 7);
	migguard_free(&g);
}

static void
monitors_are_not_judged_unless_it_is_wanted(void **state)
{
	struct migguard *g = guard_of(slo_spec(0, 0));

	(void)state;
	for (int i = 0; i < MIGSLO_SAMPLES_MIN; i++)
		migguard_probe(g, true, T0, false, 0);
	migguard_left(g, true);
	expect(g, T0, MIGEVENT_FINE, "");
	migguard_free(&g);
}

static void
lag_holds_and_so_does_none_to_be_read(void **state)
{
	struct migspec *s = migcase_spec(1);
	struct migguard *g;

	(void)state;
	s->lag_url = mem_strdup("http://10.133.63.9/lag");
	s->lag_max = 10;
	s->slo_interval_ms = 1000;
	g = guard_of(s);
	expect(g, T1 - 1, MIGEVENT_HOLD, "nothing to be read");
	migguard_lag(g, T1, true, 10);		/* the first: nothing has held before */
	expect(g, T1, MIGEVENT_FINE, "");
	expect(g, T1 + 5000, MIGEVENT_FINE, "");
	expect(g, T1 + 5001, MIGEVENT_HOLD, "nothing to be read");
	migguard_lag(g, T1 + 5002, true, 10.5);
	expect(g, T1 + 5002, MIGEVENT_HOLD, "replication lags 10.5 behind; 10 may be");
	migguard_lag(g, T1 + 5002, true, (double)NAN);
	expect(g, T1 + 5002, MIGEVENT_HOLD, "lags");
	migguard_lag(g, T1 + 5003, false, 0);
	expect(g, T1 + 5003, MIGEVENT_HOLD, "nothing to be read");
	migguard_free(&g);
}

/* Looked at often it is not older for that. */
static void
a_page_of_the_lag_may_take_its_time(void **state)
{
	static const struct { uint32_t interval_ms; int64_t lasts; } k[] = {
		{ 100, 5000 }, { 1000, 5000 }, { 60000, 300000 },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(k); i++) {
		struct migspec *s = migcase_spec(1);
		struct migguard *g;

		s->lag_url = mem_strdup("http://10.133.63.9/lag");
		s->lag_max = 10;
		s->slo_interval_ms = k[i].interval_ms;
		g = guard_of(s);
		migguard_lag(g, T1, true, 10);
		expect(g, T1 + k[i].lasts, MIGEVENT_FINE, "");
		expect(g, T1 + k[i].lasts + 1, MIGEVENT_HOLD, "nothing to be read");
		migguard_free(&g);
	}
}

static void
the_destination_holds_unless_it_is_not_asked(void **state)
{
	struct migspec *s = migcase_spec(1);
	struct migguard *g;

	(void)state;
	g = migguard_new(s);
	expect(g, T0, MIGEVENT_FINE, "");
	migguard_destination(g, false, "tunnel eip is down");
	expect(g, T0, MIGEVENT_HOLD, "destination: tunnel eip is down");
	migguard_destination(g, true, NULL);
	expect(g, T1 - 1, MIGEVENT_HOLD, "destination: tunnel eip is down");
	expect(g, T1, MIGEVENT_FINE, "");
	migguard_free(&g);
	s->guard_destination = false;
	g = guard_of(s);
	migguard_destination(g, false, "tunnel eip is down");
	expect(g, T0, MIGEVENT_FINE, "");
	migguard_free(&g);
}

static void
nothing_new_begins_in_a_freeze_window(void **state)
{
	struct migspec *s = migcase_spec(1);
	struct migguard *g;

	(void)state;
	s->freeze_windows = mem_zalloc(1, sizeof(char *));
	s->freeze_windows[0] = mem_strdup("Tue 22:00-23:00");
	s->freeze_count = 1;
	g = guard_of(s);
	expect(g, T0, MIGEVENT_HOLD, "freeze window Tue 22:00-23:00 (UTC)");
	expect(g, T0 + 3600000, MIGEVENT_FINE, "");
	/* The clock was set back: it is in the window again. */
	migguard_ahead(g, 3600000);
	expect(g, T0 + 3600000, MIGEVENT_HOLD, "freeze window Tue 22:00-23:00 (UTC)");
	migguard_free(&g);
	migguard_free(&g);
}

/* A breach is told before what only holds. */
/* A page that comes and goes beside a window that stays is one reason. */
static void
what_holds_goes_on_to_be_the_reason(void **state)
{
	struct migspec *s = migcase_spec(1);
	struct migguard *g;

	(void)state;
	s->freeze_windows = mem_zalloc(1, sizeof(char *));
	s->freeze_windows[s->freeze_count++] = mem_strdup("Mon-Sun 00:00-24:00");
	g = guard_of(s);
	expect(g, T0, MIGEVENT_HOLD, "freeze window");
	migguard_destination(g, false, "down");
	expect(g, T0 + 1, MIGEVENT_HOLD, "freeze window");
	migguard_free(&g);
}

static void
the_worst_comes_first(void **state)
{
	struct migguard *g = guard_of(slo_spec(0, 0));

	(void)state;
	migguard_destination(g, false, "down");
	for (int i = 0; i < 9; i++)
		migguard_slo(g, T0, false, 0);
	expect(g, T0, MIGEVENT_BREACH, "slo-url");
	migguard_free(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failed_requests_are_a_breach_above_their_share),
		cmocka_unit_test(a_few_samples_judge_nothing),
		cmocka_unit_test(one_failure_alone_is_no_breach),
		cmocka_unit_test(the_95th_percentile_is_of_answers),
		cmocka_unit_test(samples_of_a_clock_that_was_set_back_go),
		cmocka_unit_test(the_latest_samples_are_kept),
		cmocka_unit_test(
		    probes_of_the_new_site_are_a_breach_and_those_of_the_old_one_hold),
		cmocka_unit_test(probes_that_are_rare_are_judged_by_the_latest),
		cmocka_unit_test(monitors_are_not_judged_unless_it_is_wanted),
		cmocka_unit_test(lag_holds_and_so_does_none_to_be_read),
		cmocka_unit_test(a_page_of_the_lag_may_take_its_time),
		cmocka_unit_test(the_destination_holds_unless_it_is_not_asked),
		cmocka_unit_test(nothing_new_begins_in_a_freeze_window),
		cmocka_unit_test(what_holds_goes_on_to_be_the_reason),
		cmocka_unit_test(the_worst_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
