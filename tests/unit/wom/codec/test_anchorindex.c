/* tests/unit/wom/codec/test_anchorindex.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/rand.h"
#include "wom/codec/anchor.h"
#include "wom/codec/anchorindex.h"

static uint8_t data[HISTORY_BLOCK_MAX];
static uint32_t places[ANCHOR_MAX(HISTORY_BLOCK_MAX)];

static void
what_was_put_is_got_at_the_ends_of_its_range(void **state)
{
	static const uint64_t hashes[] = { 0, 1, UINT64_MAX,
	    UINT64_C(0x123456789abcdef0) };
	struct anchorindex ix;

	(void)state;
	anchorindex_init(&ix, HISTORY_BLOCK_MAX);
	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		uint32_t slot, place;

		assert_false(anchorindex_get(&ix, hashes[i], &slot, &place));
		anchorindex_put(&ix, hashes[i], HISTORY_SLOTS_MAX - 1,
		    HISTORY_BLOCK_MAX - 1);
		assert_true(anchorindex_get(&ix, hashes[i], &slot, &place));
		assert_int_equal(slot, HISTORY_SLOTS_MAX - 1);
		assert_int_equal(place, HISTORY_BLOCK_MAX - 1);
		anchorindex_put(&ix, hashes[i], 0, 0);
		assert_true(anchorindex_get(&ix, hashes[i], &slot, &place));
		assert_int_equal(slot | place, 0);
	}
	anchorindex_fini(&ix);
}

/* Not each one: where two fall to one entry the later one stays. */
static void
a_learnt_block_is_found_by_its_anchors(void **state)
{
	struct anchorindex ix;
	struct rand r;
	size_t n, found = 0;

	(void)state;
	rand_seed_from(&r, 6);
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)rand_u64(&r);
	anchorindex_init(&ix, 16 * sizeof(data));
	anchorindex_learn(&ix, 77, data, sizeof(data));
	n = anchor_find(data, sizeof(data), places);
	for (size_t i = 0; i < n; i++) {
		uint32_t slot, place;

		if (!anchorindex_get(&ix, anchor_hash(data + places[i]), &slot,
		    &place))
			continue;
		assert_int_equal(slot, 77);
		assert_int_equal(place, places[i]);
		found++;
	}
	assert_in_range(found, n * 19 / 20, n);
	anchorindex_fini(&ix);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_put_is_got_at_the_ends_of_its_range),
		cmocka_unit_test(a_learnt_block_is_found_by_its_anchors),
	};

	return cmocka_run_group_tests_name("anchorindex", tests, NULL, NULL);
}
