/* tests/unit/monitors/test_health.c - F5's rules for a state, and ours.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "monitors/health.h"

#define UP	HEALTH_SUCCESS
#define NO	HEALTH_FAILURE
#define SILENT	HEALTH_SILENCE
#define TICK	(-1)		/* time passes, nothing is heard */

/* One thing that happens, and the state after it. */
struct step {
	unsigned	  at_s;
	int		  what;
	enum health_state want;
};

static const struct health_policy f5 = { .timeout_ns = 120 * CLOCK_S,
    .rise = 1 };

static void
play(const struct health_policy *p, enum health_state first,
    const struct step *s, size_t count)
{
	struct health h;
	enum health_state was;
	bool changed;

	health_init(&h, first, 0);
	for (size_t i = 0; i < count; i++) {
		mono_ns now = s[i].at_s * CLOCK_S;

		was = h.state;
		if (s[i].what == TICK)
			changed = health_expire(&h, p, now);
		else
			changed = health_push(&h, p,
			    (enum health_outcome)s[i].what, now);
		if (h.state != s[i].want || changed != (h.state != was))
			fail_msg("step %zu: state %s, want %s", i,
			    health_name(h.state), health_name(s[i].want));
	}
}

#define PLAY(p, first, s)	play(p, first, s, OBJ_COUNT(s))

static void
success_is_up_and_refusal_is_down_at_once(void **state)
{
	static const struct step s[] = {
		{ 0, UP, HEALTH_UP }, { 30, NO, HEALTH_DOWN },
		{ 60, NO, HEALTH_DOWN }, { 90, UP, HEALTH_UP },
	};

	(void)state;
	PLAY(&f5, HEALTH_UNKNOWN, s);
}

static void
refusal_of_an_unknown_is_down_at_once(void **state)
{
	static const struct step s[] = { { 0, NO, HEALTH_DOWN } };

	(void)state;
	PLAY(&f5, HEALTH_UNKNOWN, s);
}

static void
silence_is_down_only_after_timeout(void **state)
{
	static const struct step s[] = {
		{ 10, UP, HEALTH_UP }, { 45, SILENT, HEALTH_UP },
		{ 75, SILENT, HEALTH_UP }, { 105, SILENT, HEALTH_UP },
		{ 129, TICK, HEALTH_UP }, { 130, TICK, HEALTH_DOWN },
		{ 135, SILENT, HEALTH_DOWN }, { 160, UP, HEALTH_UP },
	};

	(void)state;
	PLAY(&f5, HEALTH_UNKNOWN, s);
}

static void
success_in_between_starts_the_timeout_anew(void **state)
{
	static const struct step s[] = {
		{ 0, UP, HEALTH_UP }, { 35, SILENT, HEALTH_UP },
		{ 60, UP, HEALTH_UP }, { 95, SILENT, HEALTH_UP },
		{ 121, TICK, HEALTH_UP }, { 179, TICK, HEALTH_UP },
		{ 180, TICK, HEALTH_DOWN },
	};

	(void)state;
	PLAY(&f5, HEALTH_UNKNOWN, s);
}

/* An unknown that was never heard is down after timeout, too. */
static void
silence_from_the_start_is_down_after_timeout(void **state)
{
	static const struct step s[] = {
		{ 5, SILENT, HEALTH_UNKNOWN }, { 35, SILENT, HEALTH_UNKNOWN },
		{ 119, TICK, HEALTH_UNKNOWN }, { 120, TICK, HEALTH_DOWN },
	};

	(void)state;
	PLAY(&f5, HEALTH_UNKNOWN, s);
}

/* Nobody asked, so nobody failed to answer: a late miss decides. */
static void
time_alone_takes_nothing_down(void **state)
{
	static const struct step s[] = {
		{ 0, UP, HEALTH_UP }, { 500, TICK, HEALTH_UP },
		{ 505, SILENT, HEALTH_DOWN },
	};

	(void)state;
	PLAY(&f5, HEALTH_UNKNOWN, s);
}

static void
ignore_down_response_takes_refusal_for_silence(void **state)
{
	static const struct health_policy p = { .timeout_ns = 120 * CLOCK_S,
	    .rise = 1, .ignore_down = true };
	static const struct step s[] = {
		{ 0, UP, HEALTH_UP }, { 30, NO, HEALTH_UP },
		{ 60, NO, HEALTH_UP }, { 119, NO, HEALTH_UP },
		{ 120, NO, HEALTH_DOWN },
	};

	(void)state;
	PLAY(&p, HEALTH_UNKNOWN, s);
}

/* rise 2, fall 3: one lost probe must never move traffic. */
static void
flap_is_absorbed(void **state)
{
	static const struct health_policy p = { .timeout_ns = 120 * CLOCK_S,
	    .rise = 2, .fall = 3 };
	static const struct step s[] = {
		{ 1, UP, HEALTH_UNKNOWN }, { 2, UP, HEALTH_UP },
		{ 3, NO, HEALTH_UP }, { 4, UP, HEALTH_UP },
		{ 5, NO, HEALTH_UP }, { 6, SILENT, HEALTH_UP },
		{ 7, NO, HEALTH_DOWN }, { 8, UP, HEALTH_DOWN },
		{ 9, NO, HEALTH_DOWN }, { 10, UP, HEALTH_DOWN },
		{ 11, UP, HEALTH_UP },
	};

	(void)state;
	PLAY(&p, HEALTH_UNKNOWN, s);
}

/* fall counts silence, so a silent death is seen long before timeout. */
static void
fall_is_faster_than_timeout(void **state)
{
	static const struct health_policy p = { .timeout_ns = 120 * CLOCK_S,
	    .rise = 1, .fall = 2, .ignore_down = true };
	static const struct step s[] = {
		{ 0, UP, HEALTH_UP }, { 2, SILENT, HEALTH_UP },
		{ 3, NO, HEALTH_DOWN },
	};

	(void)state;
	PLAY(&p, HEALTH_UNKNOWN, s);
}

/* A large fall does not undo timeout. */
static void
timeout_is_the_limit_of_fall(void **state)
{
	static const struct health_policy p = { .timeout_ns = 10 * CLOCK_S,
	    .rise = 1, .fall = 200 };
	static const struct step s[] = {
		{ 0, UP, HEALTH_UP }, { 5, NO, HEALTH_UP },
		{ 10, TICK, HEALTH_DOWN },
	};

	(void)state;
	PLAY(&p, HEALTH_UNKNOWN, s);
}

static void
remembered_state_holds_until_there_is_news(void **state)
{
	static const struct step s[] = {
		{ 5, SILENT, HEALTH_UP }, { 119, SILENT, HEALTH_UP },
		{ 120, TICK, HEALTH_DOWN },
	};

	(void)state;
	PLAY(&f5, HEALTH_UP, s);
}

static void
counters_stop_instead_of_wrapping(void **state)
{
	static const struct health_policy p = { .timeout_ns = CLOCK_S,
	    .rise = 255, .fall = 255 };
	struct health h;

	(void)state;
	health_init(&h, HEALTH_UNKNOWN, 0);
	for (int i = 0; i < 1000; i++)
		health_push(&h, &p, HEALTH_SUCCESS, 0);
	assert_int_equal(h.state, HEALTH_UP);
	assert_int_equal(h.good, 255);
	assert_true(h.history == UINT64_MAX);
	health_push(&h, &p, HEALTH_SILENCE, 0);
	assert_int_equal(h.history & 3, 2);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(success_is_up_and_refusal_is_down_at_once),
		cmocka_unit_test(refusal_of_an_unknown_is_down_at_once),
		cmocka_unit_test(silence_is_down_only_after_timeout),
		cmocka_unit_test(success_in_between_starts_the_timeout_anew),
		cmocka_unit_test(silence_from_the_start_is_down_after_timeout),
		cmocka_unit_test(time_alone_takes_nothing_down),
		cmocka_unit_test(ignore_down_response_takes_refusal_for_silence),
		cmocka_unit_test(flap_is_absorbed),
		cmocka_unit_test(fall_is_faster_than_timeout),
		cmocka_unit_test(timeout_is_the_limit_of_fall),
		cmocka_unit_test(remembered_state_holds_until_there_is_news),
		cmocka_unit_test(counters_stop_instead_of_wrapping),
	};

	return cmocka_run_group_tests_name("health", tests, NULL, NULL);
}
