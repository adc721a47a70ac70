/* tests/unit/monitors/test_damp.c - the figure of merit, and what a backend that
 * answers by the toss of a coin may do to an answer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "core/base/rand.h"
#include "monitors/health.h"

#define HOUR_S	3600

static const struct damp_policy two_minutes = { .half_life_ns = 120 * CLOCK_S,
    .suppress = 2000, .reuse = 750 };

static void
a_penalty_halves_with_each_half_life(void **state)
{
	struct damp d = { .penalty = 0 };

	(void)state;
	damp_fall(&d, &two_minutes, 7 * CLOCK_S);
	assert_int_equal(damp_penalty(&d, &two_minutes, 7 * CLOCK_S), 1000);
	assert_int_equal(damp_penalty(&d, &two_minutes, 127 * CLOCK_S), 500);
	assert_int_equal(damp_penalty(&d, &two_minutes, 247 * CLOCK_S), 250);
	/* 1000 / sqrt(2) */
	assert_int_equal(damp_penalty(&d, &two_minutes, 67 * CLOCK_S), 707);
	damp_fall(&d, &two_minutes, 127 * CLOCK_S);
	assert_int_equal(damp_penalty(&d, &two_minutes, 127 * CLOCK_S), 1500);
}

static void
it_holds_from_suppress_down_to_reuse(void **state)
{
	struct damp d = { .penalty = 0 };

	(void)state;
	damp_fall(&d, &two_minutes, 0);
	assert_false(damp_holds(&d, &two_minutes, 0));
	damp_fall(&d, &two_minutes, 0);
	assert_true(damp_holds(&d, &two_minutes, 0));
	/* 2000 * 2^(-t/120) = 750 after 169.8 s */
	assert_true(damp_holds(&d, &two_minutes, 169 * CLOCK_S));
	assert_false(damp_holds(&d, &two_minutes, 170 * CLOCK_S));
	/* One more is not yet too many. */
	damp_fall(&d, &two_minutes, 200 * CLOCK_S);
	assert_false(damp_holds(&d, &two_minutes, 200 * CLOCK_S));
}

static void
the_worst_is_let_go_in_bounded_time(void **state)
{
	struct damp d = { .penalty = 0 };

	(void)state;
	for (unsigned i = 0; i < 100000; i++)
		damp_fall(&d, &two_minutes, i * CLOCK_MS);
	assert_in_range(damp_penalty(&d, &two_minutes, 100 * CLOCK_S), 7990,
	    8000);
	/* 120 * log2(8000 / 750) = 409.8 s */
	assert_true(damp_holds(&d, &two_minutes, 509 * CLOCK_S));
	assert_false(damp_holds(&d, &two_minutes, 511 * CLOCK_S));
}

static void
without_a_half_life_nothing_is_damped(void **state)
{
	static const struct damp_policy off = { .suppress = 2000,
	    .reuse = 750 };
	struct damp d = { .penalty = 0 };

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		damp_fall(&d, &off, i);
	assert_false(damp_holds(&d, &off, 100));
	assert_int_equal(damp_penalty(&d, &off, 100), 0);
}

/* A clock that stands, or a state that came from elsewhere, harms nothing. */
static void
time_before_the_last_fall_is_no_time(void **state)
{
	struct damp d = { .penalty = 0 };

	(void)state;
	damp_fall(&d, &two_minutes, 100 * CLOCK_S);
	assert_int_equal(damp_penalty(&d, &two_minutes, 0), 1000);
}

/* ---- through the debounce ---- */

static void
what_falls_too_often_stays_down_until_it_is_calm(void **state)
{
	struct health_policy p = { .timeout_ns = 600 * CLOCK_S, .rise = 1,
	    .damp = two_minutes };
	struct health h;
	mono_ns now = 0;

	(void)state;
	health_init(&h, HEALTH_UNKNOWN, 0);
	for (int i = 0; i < 2; i++, now += 2 * CLOCK_S) {
		health_push(&h, &p, HEALTH_SUCCESS, now);
		assert_int_equal(h.state, HEALTH_UP);
		/* Down is told at once, always. */
		assert_true(health_push(&h, &p, HEALTH_FAILURE,
		    now + CLOCK_S));
	}
	/* 1000 have lost a little in two seconds: the third fall does it. */
	assert_true(health_push(&h, &p, HEALTH_SUCCESS, now));
	assert_true(health_push(&h, &p, HEALTH_FAILURE, now + CLOCK_S));
	assert_false(health_push(&h, &p, HEALTH_SUCCESS, now + 2 * CLOCK_S));
	assert_true(health_is_held(&h));
	for (now += 3 * CLOCK_S; h.state == HEALTH_DOWN; now += CLOCK_S)
		health_push(&h, &p, HEALTH_SUCCESS, now);
	assert_false(health_is_held(&h));
	/* 2965.7 * 2^(-t/120) = 750: 238.01 s after the third fall, at 5 s. */
	assert_int_equal(now / CLOCK_S, 244 + 1);
}

static void
a_held_one_that_falls_is_down_for_its_own_sake(void **state)
{
	struct health_policy p = { .timeout_ns = 600 * CLOCK_S, .rise = 1,
	    .damp = two_minutes };
	struct health h;

	(void)state;
	health_init(&h, HEALTH_UP, 0);
	for (int i = 0; i < 3; i++) {
		health_push(&h, &p, HEALTH_FAILURE, CLOCK_S);
		health_push(&h, &p, HEALTH_SUCCESS, CLOCK_S);
	}
	assert_true(health_is_held(&h));
	assert_false(health_push(&h, &p, HEALTH_FAILURE, CLOCK_S));
	assert_false(health_is_held(&h));
	assert_int_equal(damp_penalty(&h.damp, &p.damp, CLOCK_S), 4000);
}

/* How often an hour of coin tosses changes what is told. */
static unsigned
changes_of_an_hour(const struct health_policy *p, dur_ns interval,
    unsigned seed)
{
	struct health h;
	struct rand r;
	unsigned changes = 0;

	rand_seed_from(&r, seed);
	health_init(&h, HEALTH_UP, 0);
	for (mono_ns now = interval; now <= HOUR_S * CLOCK_S; now += interval)
		changes += health_push(&h, p, rand_below(&r, 2) == 0 ?
		    HEALTH_SUCCESS : HEALTH_FAILURE, now);
	return changes;
}

static void
a_coin_changes_the_answer_at_most_once_a_minute(void **state)
{
	static const unsigned every_ms[] = { 50, 100, 1000, 5000, 10000,
	    30000 };
	struct health_policy calm = { .timeout_ns = 600 * CLOCK_S, .rise = 1,
	    .damp = two_minutes };
	struct health_policy f5 = { .timeout_ns = 600 * CLOCK_S, .rise = 1 };

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(every_ms); i++)
		for (unsigned seed = 1; seed <= 20; seed++) {
			unsigned n = changes_of_an_hour(&calm,
			    every_ms[i] * CLOCK_MS, seed);

			if (n > HOUR_S / 60)
				fail_msg("%u ms, seed %u: %u changes",
				    every_ms[i], seed, n);
			/* Where it is asked often it stays down for good. */
			if (every_ms[i] <= 1000 && n > 5)
				fail_msg("%u ms, seed %u: %u changes",
				    every_ms[i], seed, n);
		}
	assert_true(changes_of_an_hour(&f5, CLOCK_S, 1) > 1000);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_penalty_halves_with_each_half_life),
		cmocka_unit_test(it_holds_from_suppress_down_to_reuse),
		cmocka_unit_test(the_worst_is_let_go_in_bounded_time),
		cmocka_unit_test(without_a_half_life_nothing_is_damped),
		cmocka_unit_test(time_before_the_last_fall_is_no_time),
		cmocka_unit_test(what_falls_too_often_stays_down_until_it_is_calm),
		cmocka_unit_test(a_held_one_that_falls_is_down_for_its_own_sake),
		cmocka_unit_test(a_coin_changes_the_answer_at_most_once_a_minute),
	};

	return cmocka_run_group_tests_name("damp", tests, NULL, NULL);
}
