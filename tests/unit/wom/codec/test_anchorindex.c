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
	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		struct anchorindex_place p;

		anchorindex_init(&ix, HISTORY_BLOCK_MAX);
		assert_false(anchorindex_get(&ix, hashes[i], 0, &p));
		anchorindex_put(&ix, hashes[i], HISTORY_SLOTS_MAX - 1,
		    HISTORY_BLOCK_MAX - 1);
		assert_true(anchorindex_get(&ix, hashes[i], 0, &p));
		assert_int_equal(p.slot, HISTORY_SLOTS_MAX - 1);
		assert_int_equal(p.offset, HISTORY_BLOCK_MAX - 1);
		anchorindex_put(&ix, hashes[i], 0, 0);
		assert_true(anchorindex_get(&ix, hashes[i], 0, &p));
		assert_int_equal(p.slot | p.offset, 0);
		anchorindex_fini(&ix);
	}
}

static void
the_newest_places_of_an_anchor_are_got(void **state)
{
	const uint64_t hash = UINT64_C(0x123456789abcdef0);
	struct anchorindex ix;
	struct anchorindex_place p;

	(void)state;
	anchorindex_init(&ix, HISTORY_BLOCK_MAX);
	for (uint32_t i = 1; i <= ANCHORINDEX_WAYS + 1; i++)
		anchorindex_put(&ix, hash, i, 10 * i);
	for (unsigned way = 0; way < ANCHORINDEX_WAYS; way++) {
		assert_true(anchorindex_get(&ix, hash, way, &p));
		assert_int_equal(p.slot, ANCHORINDEX_WAYS + 1 - way);
		assert_int_equal(p.offset, 10 * p.slot);
	}
	anchorindex_fini(&ix);
}

static bool
knows(const struct anchorindex *ix, uint32_t slot, uint32_t place)
{
	uint64_t hash = anchor_hash(data + place);
	struct anchorindex_place p;

	for (unsigned way = 0; way < ANCHORINDEX_WAYS; way++)
		if (anchorindex_get(ix, hash, way, &p) && p.slot == slot &&
		    p.offset == place)
			return true;
	return false;
}

static void
make_noise(void)
{
	struct rand r;

	rand_seed_from(&r, 6);
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)rand_u64(&r);
}

/* Not each one: where too many fall to one group the later ones stay, and those
 * at the seam of two pieces may be others. */
static void
a_learnt_block_is_found_by_its_anchors(void **state)
{
	struct anchorindex ix;
	size_t n, found = 0;

	(void)state;
	make_noise();
	anchorindex_init(&ix, 2 * sizeof(data));
	anchorindex_learn(&ix, 77, data, sizeof(data));
	n = anchor_find(data, sizeof(data), places);
	for (size_t i = 0; i < n; i++)
		found += knows(&ix, 77, places[i]);
	assert_in_range(found, n * 19 / 20, n);
	anchorindex_fini(&ix);
}

/* Those whose octets reach into it, and no other one. */
static void
of_a_part_only_its_own_anchors_are_learnt(void **state)
{
	const size_t from = sizeof(data) / 3, to = sizeof(data) / 2;
	const struct anchorindex_block b = { 77, data, sizeof(data) };
	struct anchorindex ix;
	size_t n, found = 0, inside = 0;

	(void)state;
	make_noise();
	anchorindex_init(&ix, 2 * sizeof(data));
	anchorindex_learn_part(&ix, &b, from, to);
	n = anchor_find(data, sizeof(data), places);
	for (size_t i = 0; i < n; i++) {
		const bool in = places[i] + ANCHOR_REACH > from &&
		    places[i] < to;

		inside += in;
		found += in && knows(&ix, 77, places[i]);
		assert_true(in || !knows(&ix, 77, places[i]));
	}
	assert_in_range(found, inside * 19 / 20, inside);
	/* With its last octet alone. */
	anchorindex_learn_part(&ix, &b, places[5] + ANCHOR_REACH - 1,
	    places[5] + ANCHOR_REACH);
	assert_true(knows(&ix, 77, places[5]));
	anchorindex_learn_part(&ix, &b, sizeof(data) - 1, sizeof(data));
	anchorindex_learn_part(&ix, &b, 0, 0);
	anchorindex_fini(&ix);
}

static void
an_older_block_takes_only_what_is_free(void **state)
{
	struct anchorindex ix;
	size_t n, new = 0, old = 0;

	(void)state;
	make_noise();
	anchorindex_init(&ix, 2 * sizeof(data));
	for (uint32_t slot = 1; slot <= ANCHORINDEX_WAYS; slot++)
		anchorindex_learn_older(&ix, slot, data, sizeof(data));
	anchorindex_learn_older(&ix, ANCHORINDEX_WAYS + 1, data, sizeof(data));
	n = anchor_find(data, sizeof(data), places);
	for (size_t i = 0; i < n; i++) {
		new += knows(&ix, 1, places[i]);
		old += knows(&ix, ANCHORINDEX_WAYS + 1, places[i]);
	}
	assert_in_range(new, n / 2, n);
	assert_int_equal(old, 0);
	anchorindex_fini(&ix);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_put_is_got_at_the_ends_of_its_range),
		cmocka_unit_test(the_newest_places_of_an_anchor_are_got),
		cmocka_unit_test(an_older_block_takes_only_what_is_free),
		cmocka_unit_test(a_learnt_block_is_found_by_its_anchors),
		cmocka_unit_test(of_a_part_only_its_own_anchors_are_learnt),
	};

	return cmocka_run_group_tests_name("anchorindex", tests, NULL, NULL);
}
