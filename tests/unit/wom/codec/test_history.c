/* tests/unit/wom/codec/test_history.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/rand.h"
#include "wom/codec/history.h"

#define SMALLEST	(4 * (size_t)HISTORY_BLOCK_MAX)

static struct blockid
name(uint32_t n)
{
	struct blockid id = { { 0 } };

	memcpy(id.octets + 4, &n, sizeof(n));
	id.octets[0] = (uint8_t)(n * 7);	/* many fall to one place */
	return id;
}

/* Its octets tell which one it is. */
static uint32_t
add(struct history *h, uint32_t n, size_t len)
{
	static uint8_t data[HISTORY_BLOCK_MAX];
	struct blockid id = name(n);

	for (size_t i = 0; i < len; i += 4)
		memcpy(data + i, &n, len - i < 4 ? len - i : 4);
	return history_add(h, &id, data, len);
}

static bool
is_whole(struct history *h, uint32_t slot, uint32_t n, size_t len)
{
	size_t got;
	const uint8_t *p = history_read(h, slot, &got);
	uint32_t first, last;

	if (p == NULL || got != len)
		return false;
	memcpy(&first, p, 4);
	memcpy(&last, p + (len - 4) / 4 * 4, 4);
	return first == n && last == n;
}

/* Where a block will stand it may be put together; what stood there can be read until it is
 * written over, and is not found. */
static void
a_block_is_put_together_where_it_will_stand(void **state)
{
	struct history *h = history_new(SMALLEST);
	const struct blockid last = name(9);
	const size_t len = HISTORY_BLOCK_MAX;
	uint32_t slots[4], slot;
	const uint8_t *oldest;
	size_t got;
	uint8_t *room;

	(void)state;
	for (uint32_t n = 0; n < 4; n++)
		slots[n] = add(h, n, len);
	oldest = history_read(h, slots[0], &got);
	room = history_room(h, 5000);
	assert_ptr_equal(room, oldest);
	assert_int_equal(history_count(h), 3);
	assert_null(history_read(h, slots[0], &got));
	assert_true(is_whole(h, slots[1], 1, len));
	/* Another length, another room: nothing has been taken. */
	assert_ptr_equal(history_room(h, 6000), room);
	memset(room, 0x5a, 6000);
	slot = history_add(h, &last, room, 6000);
	assert_ptr_equal(history_read(h, slot, &got), room);
	assert_int_equal(got, 6000);
	assert_int_equal(room[5999], 0x5a);
	assert_true(is_whole(h, slots[1], 1, len));
	assert_ptr_not_equal(history_room(h, 6000), room);
	history_free(&h);
}

static void
a_block_is_found_by_name_and_by_slot(void **state)
{
	struct history *h = history_new(SMALLEST);
	struct blockid id = name(1), other = name(2);
	uint32_t slot = add(h, 1, 1000);
	size_t len;

	(void)state;
	assert_int_equal(history_find(h, &id), slot);
	assert_int_equal(history_find(h, &other), HISTORY_NONE);
	assert_true(is_whole(h, slot, 1, 1000));
	assert_true(blockid_equal(history_id(h, slot), &id));
	assert_null(history_read(h, slot + 1, &len));
	assert_null(history_read(h, HISTORY_NONE, &len));
	assert_int_equal(add(h, 1, 1000), slot);
	assert_int_equal(history_count(h), 1);
	assert_int_equal(history_octets(h), 1000);
	history_free(&h);
	assert_null(h);
}

static void
what_the_peer_has_is_told_and_goes_with_the_block(void **state)
{
	struct history *h = history_new(SMALLEST);
	uint32_t slot = add(h, 1, 100);

	(void)state;
	assert_false(history_is_shared(h, slot));
	history_set_shared(h, slot, true);
	assert_true(history_is_shared(h, slot));
	for (uint32_t n = 2; n < 8; n++)
		(void)add(h, n, HISTORY_BLOCK_MAX);
	assert_false(history_is_shared(h, slot));
	history_free(&h);
}

/* Whoever knows how much the peer remembers knows by it what that is. */
static void
age_is_what_came_since(void **state)
{
	struct history *h = history_new(SMALLEST);
	uint32_t slots[3];

	(void)state;
	for (uint32_t n = 0; n < 3; n++)
		slots[n] = add(h, n, 100);
	for (uint32_t n = 0; n < 3; n++)
		assert_int_equal(history_age(h, slots[n]), 2 - n);
	assert_int_equal(history_newest(h), slots[2]);
	assert_int_equal(history_older(h, slots[2]), slots[1]);
	assert_int_equal(history_older(h, slots[0]), HISTORY_NONE);
	history_free(&h);
}

/* Against a list of what was added: the newest ones are there, each whole, and
 * nothing else is found. */
static void
the_oldest_make_room_and_the_rest_stays_whole(void **state)
{
	enum { BLOCKS = 30000 };
	struct history *h = history_new(SMALLEST);
	uint32_t *lens = mem_zalloc(BLOCKS, sizeof(*lens));
	struct rand r;

	(void)state;
	rand_seed_from(&r, 4);
	for (uint32_t n = 0; n < BLOCKS; n++) {
		size_t left = history_count(h), octets = 0;

		lens[n] = 4 + rand_below(&r, n % 50 == 0 ? HISTORY_BLOCK_MAX -
		    4 : 3000);
		(void)add(h, n, lens[n]);
		if (n % 512 != 0)
			continue;
		left = history_count(h);
		assert_in_range(left, 1, n + 1);
		for (uint32_t back = 0; back <= n; back++) {
			struct blockid id = name(n - back);
			uint32_t slot = history_find(h, &id);

			assert_int_equal(slot != HISTORY_NONE, back < left);
			if (slot == HISTORY_NONE)
				continue;
			assert_true(is_whole(h, slot, n - back, lens[n - back]));
			octets += lens[n - back];
		}
		assert_int_equal(octets, history_octets(h));
		assert_true(octets <= SMALLEST);
	}
	free(lens);
	history_free(&h);
}

static void
small_blocks_run_out_of_slots_before_octets(void **state)
{
	struct history *h = history_new(SMALLEST);
	const uint32_t slots = (uint32_t)(SMALLEST / 4096);

	(void)state;
	for (uint32_t n = 0; n < 3 * slots; n++)
		(void)add(h, n, 8);
	assert_int_equal(history_count(h), slots);
	for (uint32_t n = 2 * slots; n < 3 * slots; n++) {
		struct blockid id = name(n);

		assert_true(is_whole(h, history_find(h, &id), n, 8));
	}
	history_free(&h);
}

static void
the_older_half_is_known_when_it_is_about_to_go(void **state)
{
	struct history *h = history_new(SMALLEST);
	uint32_t first = add(h, 1, HISTORY_BLOCK_MAX);

	(void)state;
	assert_false(history_is_old(h, first));
	for (uint32_t n = 2; n < 5; n++)
		(void)add(h, n, HISTORY_BLOCK_MAX);
	assert_true(history_is_old(h, first));
	assert_false(history_is_old(h, first + 3));
	history_free(&h);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_block_is_found_by_name_and_by_slot),
		cmocka_unit_test(a_block_is_put_together_where_it_will_stand),
		cmocka_unit_test(
		    what_the_peer_has_is_told_and_goes_with_the_block),
		cmocka_unit_test(age_is_what_came_since),
		cmocka_unit_test(the_oldest_make_room_and_the_rest_stays_whole),
		cmocka_unit_test(small_blocks_run_out_of_slots_before_octets),
		cmocka_unit_test(the_older_half_is_known_when_it_is_about_to_go),
	};

	return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
