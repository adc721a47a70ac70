/* tests/unit/gtmd/plan/test_plan_limit.c - over a limit, and not back before it is
 * well below. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "gtmd/plan/plan_limit.h"
#include "gtmd/types/limits.h"

static bool
use(struct plan_limit *p, const struct limits *l, enum metric m, uint64_t used)
{
	struct metric_values v = { 0 };

	metric_set(&v, m, used);
	return plan_limit_update(p, l, &v);
}

static void
a_value_that_sways_does_not_sway_the_state(void **state)
{
	static const struct { uint64_t used; bool over; } step[] = {
		{ 499, false }, { 500, false }, { 501, true }, { 500, true },
		{ 451, true }, { 450, false }, { 500, false }, { 501, true },
	};
	struct limits l = { .by[METRIC_CONNECTIONS] = { 500, true } };
	struct plan_limit p = { 0 };
	bool was = false;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(step); i++) {
		bool moved = use(&p, &l, METRIC_CONNECTIONS, step[i].used);

		if (plan_limit_is_over(&p) != step[i].over)
			fail_msg("step %zu", i);
		assert_int_equal(moved, was != step[i].over);
		was = step[i].over;
	}
}

static void
free_memory_is_a_limit_from_below(void **state)
{
	static const struct { uint64_t used; bool over; } step[] = {
		{ 1000, false }, { 999, true }, { 1099, true }, { 1100, false },
	};
	struct limits l = { .by[METRIC_MEMORY] = { 1000, true } };
	struct limits all = { .by[METRIC_MEMORY] = { UINT64_MAX, true } };
	struct plan_limit p = { 0 };

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(step); i++) {
		(void)use(&p, &l, METRIC_MEMORY, step[i].used);
		if (plan_limit_is_over(&p) != step[i].over)
			fail_msg("step %zu", i);
	}
	for (int i = 0; i < 2; i++) {
		(void)use(&p, &all, METRIC_MEMORY, 5);
		assert_true(plan_limit_is_over(&p));
	}
}

static void
what_is_off_zero_or_unknown_limits_nothing(void **state)
{
	struct limits off = { .by[METRIC_BITS] = { 5, false } };
	struct limits zero = { .by[METRIC_BITS] = { 0, true } };
	struct limits on = { .by[METRIC_BITS] = { 5, true } };
	struct metric_values nothing = { 0 };
	struct plan_limit p = { 0 };

	(void)state;
	assert_false(plan_limit_watched(&off));
	assert_false(plan_limit_watched(&zero));
	assert_true(plan_limit_watched(&on));
	assert_false(use(&p, &off, METRIC_BITS, 6));
	assert_false(use(&p, &zero, METRIC_BITS, 6));
	assert_true(use(&p, &on, METRIC_BITS, 6));
	assert_true(plan_limit_update(&p, &on, &nothing));
	assert_false(plan_limit_is_over(&p));
}

static void
the_sentence_names_limit_and_value(void **state)
{
	struct limits l = { .by[METRIC_CONNECTIONS] = { 500, true } };
	struct limits mem = { .by[METRIC_MEMORY] = { 1000, true } };
	struct metric_values v = { 0 };
	struct plan_limit p = { 0 };
	char text[200];

	(void)state;
	metric_set(&v, METRIC_CONNECTIONS, 520);
	metric_set(&v, METRIC_MEMORY, 900);
	assert_true(plan_limit_update(&p, &l, &v));
	assert_string_equal(plan_limit_reason(&p, &l, &v, text, sizeof(text)),
	    "Over limit-max-connections 500: 520 connections");
	metric_set(&v, METRIC_CONNECTIONS, 480);
	assert_false(plan_limit_update(&p, &l, &v));
	assert_string_equal(plan_limit_reason(&p, &l, &v, text, sizeof(text)),
	    "Was over limit-max-connections 500: 480 connections, back at 450");
	p = (struct plan_limit){ 0 };
	assert_true(plan_limit_update(&p, &mem, &v));
	assert_string_equal(plan_limit_reason(&p, &mem, &v, text,
	    sizeof(text)), "Under limit-mem-avail 1000: 900 KiB free");
}

static void
limits_are_compared_value_by_value(void **state)
{
	struct limits a = { .by[METRIC_CPU] = { 5, true } }, b = a;

	(void)state;
	assert_true(plan_limit_equal(&a, &b));
	b.by[METRIC_CPU].enabled = false;
	assert_false(plan_limit_equal(&a, &b));
	b = a;
	b.by[METRIC_CPU].value = 6;
	assert_false(plan_limit_equal(&a, &b));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_that_sways_does_not_sway_the_state),
		cmocka_unit_test(free_memory_is_a_limit_from_below),
		cmocka_unit_test(what_is_off_zero_or_unknown_limits_nothing),
		cmocka_unit_test(the_sentence_names_limit_and_value),
		cmocka_unit_test(limits_are_compared_value_by_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
