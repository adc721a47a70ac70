/* tests/unit/core/base/test_digestmap.c - a table finds what was put, through
 * growth and removals. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/digestmap.h"
#include "core/base/rand.h"

#define KEYS	300

static void
zeroed_table_is_empty(void **state)
{
	struct digestmap m = { .room = 0 };
	uint64_t word;
	size_t at = 0;

	(void)state;
	assert_false(digestmap_find(&m, 1, &word));
	assert_false(digestmap_next(&m, &at, &word));
	digestmap_remove(&m, 1);
	digestmap_fini(&m);
}

static void
digest_tells_where_the_first_text_ends(void **state)
{
	uint64_t a = digestmap_key("ab", 2, "c");

	(void)state;
	assert_true(a != 0);
	assert_true(a == digestmap_key("abx", 2, "c"));
	assert_true(a != digestmap_key("a", 1, "bc"));
	assert_true(a != digestmap_key("", 0, "abc"));
	assert_true(digestmap_key("", 0, "") != 0);
}

static void
walk_visits_each_once(void **state)
{
	struct digestmap m = { .room = 0 };
	unsigned seen[KEYS] = { 0 };
	uint64_t word;
	size_t at = 0;

	(void)state;
	for (uint64_t i = 0; i < KEYS; i++)
		digestmap_put(&m, i + 1, i);
	while (digestmap_next(&m, &at, &word))
		seen[word]++;
	for (unsigned i = 0; i < KEYS; i++)
		assert_int_equal(seen[i], 1);
	digestmap_fini(&m);
}

/* One run at the end of the table and one at its start, which meet. */
static uint64_t
crowded_key(unsigned i)
{
	return i % 2 ? i : ~(uint64_t)i;
}

/* 200,000 random steps beside a plain array that says what must be there. */
static void
random_steps_agree_with_an_array(void **state)
{
	uint64_t want[KEYS] = { 0 }, word;
	struct digestmap m = { .room = 0 };
	size_t count = 0;
	struct rand r;

	(void)state;
	rand_seed_from(&r, 2026);
	for (int step = 0; step < 200000; step++) {
		/* Now few, now many. */
		unsigned i = rand_below(&r, step / 1000 % 2 ? 20 : KEYS);
		uint64_t key = crowded_key(i);

		switch (rand_below(&r, 3)) {
		case 0:
			word = rand_u64(&r) | 1;
			digestmap_put(&m, key, word);
			count += want[i] == 0;
			want[i] = word;
			break;
		case 1:
			digestmap_remove(&m, key);
			count -= want[i] != 0;
			want[i] = 0;
			break;
		default:
			assert_int_equal(digestmap_find(&m, key, &word),
			    want[i] != 0);
			if (want[i] != 0)
				assert_true(word == want[i]);
		}
		assert_int_equal(m.count, count);
	}
	for (unsigned i = 0; i < KEYS; i++)
		assert_int_equal(digestmap_find(&m, crowded_key(i), &word),
		    want[i] != 0);
	digestmap_fini(&m);
}

static void
memory_is_given_back(void **state)
{
	struct digestmap m = { .room = 0 };
	uint64_t word;

	(void)state;
	for (uint64_t i = 1; i <= 10000; i++)
		digestmap_put(&m, i * 977, i);
	for (uint64_t i = 1; i < 10000; i++)
		digestmap_remove(&m, i * 977);
	assert_int_equal(m.count, 1);
	assert_true(m.room <= 16);
	assert_true(digestmap_find(&m, 10000 * 977, &word));
	digestmap_fini(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zeroed_table_is_empty),
		cmocka_unit_test(digest_tells_where_the_first_text_ends),
		cmocka_unit_test(walk_visits_each_once),
		cmocka_unit_test(random_steps_agree_with_an_array),
		cmocka_unit_test(memory_is_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
