/* tests/unit/gtmd/count/test_tally.c - slots are handed out once, start at zero and
 * are summed over all threads.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>

#include "core/base/rand.h"
#include "core/io/worker.h"
#include "gtmd/count/tally.h"

static void
cells_of_all_threads_are_summed(void **state)
{
	struct tally *a = tally_open(), *b = tally_open();
	uint32_t slot = tally_slots_new(2);

	(void)state;
	assert_int_equal(tally_next(a, slot), 0);
	assert_int_equal(tally_next(a, slot), 1);
	tally_add(b, slot, 5);
	tally_add(b, slot + 1, 1);
	assert_int_equal(tally_sum(slot), 7);
	tally_close(&b);
	assert_null(b);
	assert_int_equal(tally_sum(slot), 7);
	assert_int_equal(tally_sum(slot + 1), 1);
	tally_close(&a);
	assert_int_equal(tally_sum(slot), 7);
	tally_slots_free(slot, 2);
}

static void
counts_go_from_one_process_to_another(void **state)
{
	struct tally *a = tally_open();
	uint32_t slot = tally_slots_new(1);

	(void)state;
	tally_add(a, slot, 7);
	tally_carry(slot, -UINT64_C(7));
	assert_int_equal(tally_sum(slot), 0);
	tally_add(a, slot, 2);
	assert_int_equal(tally_sum(slot), 2);
	tally_carry(slot, 100);
	tally_close(&a);
	assert_int_equal(tally_sum(slot), 102);
	tally_slots_free(slot, 1);
}

static void
a_slot_given_out_again_is_zero(void **state)
{
	struct tally *a = tally_open(), *b = tally_open();
	uint32_t hole = tally_slots_new(2), slot = tally_slots_new(3);

	(void)state;
	tally_add(a, slot + 1, 9);
	tally_add(b, slot + 2, 9);
	tally_close(&b);
	tally_slots_free(slot, 3);
	assert_int_equal(tally_slots_new(3), slot);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(tally_sum(slot + i), 0);
	assert_int_equal(tally_next(a, slot + 1), 0);
	tally_close(&a);
	tally_slots_free(slot, 3);
	tally_slots_free(hole, 2);
}

#define RANGES	64
#define SPAN	4096

/* No slot is ever in two hands, whatever the order of taking and giving. */
static void
ranges_never_overlap(void **state)
{
	static bool taken[SPAN];
	uint32_t first[RANGES] = { 0 }, count[RANGES] = { 0 };
	uint32_t base = tally_slots_new(1), top = 0;
	struct rand r;

	(void)state;
	tally_slots_free(base, 1);
	rand_seed_from(&r, 5);
	for (unsigned step = 0; step < 20000; step++) {
		unsigned i = rand_below(&r, RANGES);

		if (count[i] == 0) {
			count[i] = 1 + rand_below(&r, 20);
			first[i] = tally_slots_new(count[i]);
			for (uint32_t k = 0; k < count[i]; k++) {
				uint32_t at = first[i] + k - base;

				assert_true(at < SPAN);
				assert_false(taken[at]);
				taken[at] = true;
				top = at > top ? at : top;
			}
			continue;
		}
		tally_slots_free(first[i], count[i]);
		for (uint32_t k = 0; k < count[i]; k++)
			taken[first[i] + k - base] = false;
		count[i] = 0;
	}
	/* Gaps are used again: 64 ranges of 20 never took much more. */
	assert_true(top < 2 * RANGES * 20);
	for (unsigned i = 0; i < RANGES; i++) {
		if (count[i] != 0)
			tally_slots_free(first[i], count[i]);
	}
	/* What was given back in pieces is one piece again. */
	assert_int_equal(tally_slots_new(top), base);
	tally_slots_free(base, top);
}

static uint32_t shared_slot;

static void
count_up(struct worker *w, void *arg)
{
	struct tally *t = tally_open();

	(void)w;
	(void)arg;
	for (unsigned i = 0; i < 100000; i++)
		tally_add(t, shared_slot, 1);
	tally_close(&t);
}

static void
counting_is_seen_while_it_goes_on(void **state)
{
	struct worker_config c = {
		.name = "count", .cpu = WORKER_ANY_CPU, .run = count_up
	};
	struct worker *w[2];
	uint64_t last = 0;

	(void)state;
	shared_slot = tally_slots_new(1);
	for (unsigned i = 0; i < 2; i++) {
		w[i] = worker_start(&c, NULL);
		assert_non_null(w[i]);
	}
	for (unsigned i = 0; i < 1000; i++) {
		uint64_t sum = tally_sum(shared_slot);

		assert_true(sum >= last && sum <= 200000);
		last = sum;
	}
	for (unsigned i = 0; i < 2; i++)
		worker_join(&w[i]);
	assert_int_equal(tally_sum(shared_slot), 200000);
	tally_slots_free(shared_slot, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_of_all_threads_are_summed),
		cmocka_unit_test(counts_go_from_one_process_to_another),
		cmocka_unit_test(a_slot_given_out_again_is_zero),
		cmocka_unit_test(ranges_never_overlap),
		cmocka_unit_test(counting_is_seen_while_it_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
