/* tests/unit/wom/codec/test_plainring.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/rand.h"
#include "wom/codec/plainring.h"

#define PAGE	((size_t)PLAINRING_ALIGN)
#define SLOTS	400u

static void
put(struct plainring *r, uint32_t slot, size_t len)
{
	uint8_t *room = plainring_take(r, slot, len);

	assert_non_null(room);
	memset(room, (int)(slot & 0xff), (len + PAGE - 1) / PAGE * PAGE);
}

static bool
has(struct plainring *r, uint32_t slot, size_t len)
{
	const uint8_t *at = plainring_find(r, slot);

	if (at == NULL)
		return false;
	for (size_t i = 0; i < len; i += 512)
		assert_int_equal(at[i], slot & 0xff);
	assert_int_equal(at[len - 1], slot & 0xff);
	return true;
}

static void
the_oldest_makes_room(void **state)
{
	struct plainring *r = plainring_new(4 * PAGE, SLOTS);

	(void)state;
	for (uint32_t i = 0; i < 4; i++)
		put(r, i, PAGE);
	plainring_rest(r);
	put(r, 4, 2 * PAGE);
	assert_null(plainring_find(r, 0));
	assert_null(plainring_find(r, 1));
	assert_true(has(r, 2, PAGE) && has(r, 3, PAGE) && has(r, 4, 2 * PAGE));
	plainring_free(&r);
	assert_null(r);
}

/* What was asked for since the last round outlives what was not. */
static void
what_is_used_stays_a_round_longer(void **state)
{
	struct plainring *r = plainring_new(8 * PAGE, SLOTS);
	uint32_t next = 8;

	(void)state;
	for (uint32_t i = 0; i < 8; i++)
		put(r, i, PAGE);
	for (uint32_t round = 0; round < 20; round++) {
		plainring_rest(r);
		assert_true(has(r, 3, PAGE));
		plainring_rest(r);
		put(r, next++, PAGE);
	}
	plainring_rest(r);
	for (uint32_t i = 0; i < 20; i++) {
		put(r, next++, PAGE);
		plainring_rest(r);
	}
	assert_null(plainring_find(r, 3));
	plainring_free(&r);
}

static void
what_is_given_out_stays_until_the_rest(void **state)
{
	struct plainring *r = plainring_new(8 * PAGE, SLOTS);

	(void)state;
	for (uint32_t i = 0; i < 8; i++)
		put(r, i, PAGE);
	assert_null(plainring_take(r, 8, 1));
	assert_null(plainring_take(r, 8, PAGE));
	plainring_rest(r);
	for (uint32_t i = 0; i < 8; i += 2)
		assert_true(has(r, i, PAGE));
	/* Between them there is a page at a time. */
	assert_null(plainring_take(r, 8, 2 * PAGE));
	plainring_rest(r);
	for (uint32_t i = 0; i < 8; i += 2)
		(void)has(r, i, PAGE);
	put(r, 9, 1);
	assert_true(has(r, 9, 1));
	plainring_rest(r);
	put(r, 10, 8 * PAGE);
	assert_true(has(r, 10, 8 * PAGE));
	plainring_free(&r);
}

static void
what_is_forgotten_is_not_found_and_makes_room(void **state)
{
	struct plainring *r = plainring_new(2 * PAGE, SLOTS);

	(void)state;
	put(r, 1, PAGE);
	put(r, 2, PAGE);
	plainring_forget(r, 1);
	plainring_forget(r, 7);
	assert_null(plainring_find(r, 1));
	assert_true(has(r, 2, PAGE));
	/* Even of what was given out nobody looks at it now. */
	put(r, 1, 100);
	assert_true(has(r, 1, 100));
	plainring_free(&r);
}

/* Against a list: what is found is right, what was given out in this turn is found,
 * and room is there as long as what was given out takes less than half of it. */
static void
whatever_the_order_it_holds(void **state)
{
	struct plainring *r = plainring_new(64 * PAGE, SLOTS);
	static size_t lens[SLOTS], given;
	static bool in_turn[SLOTS];
	struct rand rnd;
	uint32_t found = 0, refused = 0;

	(void)state;
	rand_seed_from(&rnd, 5);
	for (uint32_t step = 0; step < 30000; step++) {
		uint32_t slot = rand_below(&rnd, SLOTS), what =
		    rand_below(&rnd, 20);

		if (what == 0) {
			plainring_rest(r);
			memset(in_turn, 0, sizeof(in_turn));
			given = 0;
		} else if (what == 1) {
			plainring_forget(r, slot);
			assert_null(plainring_find(r, slot));
			in_turn[slot] = false;
		} else if (lens[slot] > 0 && has(r, slot, lens[slot])) {
			found++;
			in_turn[slot] = true;
		} else {
			uint8_t *room;

			assert_false(in_turn[slot]);
			lens[slot] = 1 + rand_below(&rnd, 7 * PAGE);
			room = plainring_take(r, slot, lens[slot]);
			refused += room == NULL;
			assert_true(room != NULL || given > 0);
			if (room == NULL)
				continue;
			memset(room, (int)(slot & 0xff), lens[slot]);
			in_turn[slot] = true;
			given++;
		}
		for (uint32_t i = step % 10; i < SLOTS; i += 10)
			assert_true(!in_turn[i] || has(r, i, lens[i]));
	}
	assert_in_range(found, 500, 30000);
	assert_in_range(refused, 10, 29000);
	plainring_free(&r);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_makes_room),
		cmocka_unit_test(what_is_used_stays_a_round_longer),
		cmocka_unit_test(what_is_given_out_stays_until_the_rest),
		cmocka_unit_test(what_is_forgotten_is_not_found_and_makes_room),
		cmocka_unit_test(whatever_the_order_it_holds),
	};

	return cmocka_run_group_tests_name("plainring", tests, NULL, NULL);
}
