/* tests/unit/wom/codec/test_nameset.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/rand.h"
#include "wom/codec/history.h"
#include "wom/codec/nameset.h"

#define ROOM	(16 * (size_t)HISTORY_BLOCK_MAX)	/* 4,096 slots */
#define BLOCKS	3000u

static struct history *h;
static struct rand r;
static uint8_t set[NAMESET_OCTETS_MAX];

static struct blockid
random_name(void)
{
	uint64_t v[2] = { rand_u64(&r), rand_u64(&r) };
	struct blockid id;

	memcpy(id.octets, v, sizeof(id.octets));
	return id;
}

static void
add(struct history *to, const struct blockid *id)
{
	(void)history_add(to, id, id->octets, BLOCKID_OCTETS);
}

static int
setup(void **state)
{
	(void)state;
	rand_seed_from(&r, 11);
	h = history_new(ROOM);
	assert_non_null(h);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	history_free(&h);
	return 0;
}

/* Two sites that have some blocks in common, in different order. */
static void
what_both_have_is_marked_and_nothing_else(void **state)
{
	struct history *peer = history_new(ROOM);
	struct blockid *ids = mem_zalloc(BLOCKS, sizeof(*ids));
	uint32_t shared, want = 0;
	size_t n;

	(void)state;
	for (uint32_t i = 0; i < BLOCKS; i++) {
		ids[i] = random_name();
		if (i % 3 != 0)
			add(h, &ids[i]);
	}
	for (uint32_t i = BLOCKS; i-- > 0;)
		if (i % 4 != 0)
			add(peer, &ids[i]);
	n = nameset_write(peer, set, sizeof(set));
	/* 48 - 12 bits, 2 for the quotient and its end. */
	assert_in_range(n, history_count(peer) * 37 / 8,
	    history_count(peer) * 39 / 8 + NAMESET_HEAD);
	assert_true(nameset_mark(h, set, n, &shared));
	for (uint32_t i = 0; i < BLOCKS; i++) {
		uint32_t slot = history_find(h, &ids[i]);

		if (slot == HISTORY_NONE)
			continue;
		assert_int_equal(history_is_shared(h, slot), i % 4 != 0);
		want += i % 4 != 0;
	}
	assert_int_equal(shared, want);
	free(ids);
	history_free(&peer);
}

/* A peer that has begun anew has nothing of what it had. */
static void
what_the_peer_has_lost_is_not_shared_any_more(void **state)
{
	struct history *peer = history_new(ROOM);
	struct blockid id = random_name();
	uint32_t shared;
	size_t n;

	(void)state;
	add(h, &id);
	history_set_shared(h, history_newest(h), true);
	n = nameset_write(peer, set, NAMESET_HEAD);
	assert_int_equal(n, NAMESET_HEAD);
	assert_true(nameset_mark(h, set, n, &shared));
	assert_int_equal(shared, 0);
	assert_false(history_is_shared(h, history_newest(h)));
	history_free(&peer);
}

/* In whatever room: a set, of the newest ones, that uses the room. */
static void
in_little_room_the_newest_are_told(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < BLOCKS; i++) {
		struct blockid id = random_name();

		add(h, &id);
	}
	for (size_t cap = NAMESET_HEAD; cap < 16000; cap += 1 + cap / 20) {
		uint32_t shared, seen = 0;
		size_t n = nameset_write(h, set, cap);

		assert_true(n <= cap);
		assert_true(nameset_mark(h, set, n, &shared));
		if (shared < BLOCKS)
			assert_true(n * 9 / 8 + 8 >= cap);
		for (uint32_t slot = history_newest(h); slot != HISTORY_NONE;
		    slot = history_older(h, slot))
			assert_int_equal(history_is_shared(h, slot),
			    seen++ < shared);
		assert_int_equal(seen, BLOCKS);
	}
}

/* However many there are, around each power of two, all of them fit in the most
 * octets that are said; so do names side by side at either end. */
static void
each_count_comes_back(void **state)
{
	struct blockid low = { { 0 } }, high;
	uint32_t shared;
	size_t n;

	(void)state;
	memset(&high, 0xff, sizeof(high));
	for (uint32_t i = 1; i <= 1100; i++) {
		struct blockid id = i % 3 == 0 ? random_name() :
		    i % 3 == 1 ? low : high;

		id.octets[4] = (uint8_t)(id.octets[4] + (i >> 8));
		id.octets[5] = (uint8_t)(id.octets[5] + i);
		add(h, &id);
		n = nameset_write(h, set, sizeof(set));
		assert_true(nameset_mark(h, set, n, &shared));
		assert_int_equal(shared, history_count(h));
	}
	assert_int_equal(shared, 1100);
}

static void
what_is_no_set_is_refused_and_changes_nothing(void **state)
{
	uint32_t shared = 0;
	size_t n;

	(void)state;
	for (uint32_t i = 0; i < 100; i++) {
		struct blockid id = random_name();

		add(h, &id);
	}
	n = nameset_write(h, set, sizeof(set));
	for (size_t len = 0; len < n; len++)
		assert_false(nameset_mark(h, set, len, &shared));
	assert_false(nameset_mark(h, set, n + 1, &shared));
	set[0]++;
	assert_false(nameset_mark(h, set, n, &shared));
	set[0]--;
	set[1] = 49;			/* wider than a prefix */
	assert_false(nameset_mark(h, set, n, &shared));
	set[1] = 0;
	memset(set + 2, 0xff, 4);	/* more than there may be */
	assert_false(nameset_mark(h, set, n, &shared));
	assert_int_equal(shared, 0);
	for (uint32_t slot = history_newest(h); slot != HISTORY_NONE;
	    slot = history_older(h, slot))
		assert_false(history_is_shared(h, slot));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_both_have_is_marked_and_nothing_else, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    what_the_peer_has_lost_is_not_shared_any_more, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    in_little_room_the_newest_are_told, setup, teardown),
		cmocka_unit_test_setup_teardown(each_count_comes_back, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    what_is_no_set_is_refused_and_changes_nothing, setup,
		    teardown),
	};

	return cmocka_run_group_tests_name("nameset", tests, NULL, NULL);
}
