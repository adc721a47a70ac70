/* tests/unit/core/io/test_timeq.c - what is due comes in order.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/rand.h"
#include "core/io/timeq.h"

static void
equal_times_come_in_order_of_adding(void **state)
{
	struct timeq_node n[100] = { 0 };
	struct timeq q = { 0 };

	(void)state;
	assert_null(timeq_first(&q));
	for (size_t i = 0; i < 100; i++)
		timeq_add(&q, &n[i], 7);
	for (size_t i = 0; i < 100; i++) {
		assert_ptr_equal(timeq_first(&q), &n[i]);
		timeq_remove(&q, &n[i]);
	}
	timeq_fini(&q);
}

/* Adds, removes from anywhere, and takes the first, against a slow model. */
static void
first_is_always_the_smallest(void **state)
{
	enum { COUNT = 300, STEPS = 20000 };
	static struct timeq_node n[COUNT];
	struct timeq q = { 0 };
	struct rand r;

	(void)state;
	rand_seed_from(&r, 42);
	for (int step = 0; step < STEPS; step++) {
		struct timeq_node *one = &n[rand_below(&r, COUNT)], *least = NULL;

		if (timeq_has(one))
			timeq_remove(&q, one);
		else
			timeq_add(&q, one, rand_below(&r, 50));
		for (size_t i = 0; i < COUNT; i++) {
			if (timeq_has(&n[i]) && (least == NULL ||
			    n[i].at < least->at || (n[i].at == least->at &&
			    n[i].seq < least->seq)))
				least = &n[i];
		}
		assert_ptr_equal(timeq_first(&q), least);
	}
	for (size_t i = 0; i < COUNT; i++)
		timeq_remove(&q, &n[i]);	/* harmless when not queued */
	timeq_fini(&q);
}

/* Every size of the last group of children, down to nothing. */
static void
all_sizes_come_out_sorted(void **state)
{
	enum { COUNT = 100 };
	struct timeq_node n[COUNT] = { 0 };
	struct timeq q = { 0 };
	struct rand r;

	(void)state;
	rand_seed_from(&r, 7);
	for (size_t count = 1; count <= COUNT; count++) {
		mono_ns last = 0;

		for (size_t i = 0; i < count; i++)
			timeq_add(&q, &n[i], rand_below(&r, 1000));
		for (size_t i = 0; i < count; i++) {
			struct timeq_node *first = timeq_first(&q);

			assert_true(first->at >= last);
			last = first->at;
			timeq_remove(&q, first);
		}
		assert_null(timeq_first(&q));
	}
	timeq_fini(&q);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_times_come_in_order_of_adding),
		cmocka_unit_test(first_is_always_the_smallest),
		cmocka_unit_test(all_sizes_come_out_sorted),
	};

	return cmocka_run_group_tests_name("timeq", tests, NULL, NULL);
}
