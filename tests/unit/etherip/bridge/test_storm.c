/* tests/unit/etherip/bridge/test_storm.c - rates hold over any span, and bursts are short.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/rand.h"
#include "etherip/bridge/storm.h"

/* Frames of len that cross when one comes every gap, for a time. */
static uint64_t
crossing(struct storm *s, size_t len, dur_ns gap, mono_ns from, dur_ns span)
{
	uint64_t n = 0;

	for (mono_ns now = from; now < from + span; now += gap)
		n += storm_admit(s, len, now);
	return n;
}

static void
frames_are_limited(void **state)
{
	struct storm s;

	(void)state;
	storm_init(&s, 1000, 0, CLOCK_S);
	/* 100 at once, and then 1,000 a second. */
	assert_int_equal(crossing(&s, 60, 1000, CLOCK_S, 10 * CLOCK_S),
	    10000 + 100 - 1);
	/* What stays below is not touched. */
	assert_int_equal(crossing(&s, 60, 2 * CLOCK_MS, 20 * CLOCK_S,
	    10 * CLOCK_S), 5000);
}

static void
octets_are_limited(void **state)
{
	struct storm s;
	uint64_t n;

	(void)state;
	storm_init(&s, 0, 1250000, CLOCK_S);	/* 10 Mbit/s */
	n = crossing(&s, 1250, 10000, CLOCK_S, 10 * CLOCK_S);
	assert_in_range(n, 10000, 10000 + 101);
}

static void
both_have_to_be_satisfied(void **state)
{
	struct storm s;

	(void)state;
	storm_init(&s, 100, 1000000, 0);
	assert_in_range(crossing(&s, 1000, 10000, 0, 10 * CLOCK_S), 1000, 1011);
	storm_init(&s, 1000000, 100000, 0);
	assert_in_range(crossing(&s, 1000, 10000, 0, 10 * CLOCK_S), 1000, 1066);
}

static void
zero_is_no_limit(void **state)
{
	struct storm s;

	(void)state;
	storm_init(&s, 0, 0, 0);
	assert_int_equal(crossing(&s, STORM_FRAME_MAX, 1, 0, 100000), 100000);
}

static void
the_longest_frame_can_cross_at_any_rate(void **state)
{
	struct storm s;

	(void)state;
	storm_init(&s, 1, 1, 0);
	assert_true(storm_admit(&s, STORM_FRAME_MAX, 0));
	assert_false(storm_admit(&s, STORM_FRAME_MAX, 0));
	assert_false(storm_admit(&s, 1, CLOCK_S / 2));
	assert_true(storm_admit(&s, 1, CLOCK_S));
}

/* Years of silence, any rate: no sum goes over. */
static void
times_of_any_length(void **state)
{
	struct storm s;
	struct rand r;
	mono_ns now = 0;

	(void)state;
	rand_seed_from(&r, 3);
	for (int i = 0; i < 10000; i++) {
		uint64_t rate = 1 + rand_u64(&r) % STORM_RATE_MAX;

		storm_init(&s, rate, rate, now);
		while (storm_admit(&s, STORM_FRAME_MAX, now))
			;
		now += rand_u64(&r) >> (8 + rand_below(&r, 50));
		(void)storm_admit(&s, 1, now);
		assert_true(s.octets <= rate * STORM_BURST_NS ||
		    s.octets <= STORM_FRAME_MAX * UINT64_C(1000000000));
		now >>= 1;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_limited),
		cmocka_unit_test(octets_are_limited),
		cmocka_unit_test(both_have_to_be_satisfied),
		cmocka_unit_test(zero_is_no_limit),
		cmocka_unit_test(the_longest_frame_can_cross_at_any_rate),
		cmocka_unit_test(times_of_any_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
