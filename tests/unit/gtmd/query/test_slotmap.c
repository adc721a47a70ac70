/* tests/unit/gtmd/query/test_slotmap.c - against a plain array, with many items of
 * one hash.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>

#include "core/base/rand.h"
#include "core/io/rcu.h"
#include "gtmd/query/slotmap.h"

#define ITEMS	3000

static struct item {
	uint64_t	hash;
	bool		in;
} items[ITEMS];

static unsigned
count_found(const struct slotmap *m, const struct item *it)
{
	struct slotmap_walk k = slotmap_walk(m, it->hash);
	const struct item *got;
	unsigned n = 0;

	while ((got = slotmap_next(&k)) != NULL) {
		assert_true(got->hash == it->hash && got->in);
		n += got == it;
	}
	return n;
}

static void
items_are_found_while_they_are_in(void **state)
{
	struct slotmap m;
	struct rand r;
	size_t in = 0, at = 0, seen = 0;

	(void)state;
	rand_seed_from(&r, 3);
	slotmap_init(&m);
	/* Few hashes, so that rows are long and items share them. */
	for (size_t i = 0; i < ITEMS; i++)
		items[i].hash = rand_below(&r, 700) *
		    UINT64_C(0x9e3779b97f4a7c15);
	for (unsigned step = 0; step < 60000; step++) {
		/* Fill, then empty: it grows and shrinks. */
		struct item *it = &items[rand_below(&r, ITEMS)];
		bool fill = step / 15000 % 2 == 0;

		if (!it->in && (fill || rand_below(&r, 4) == 0)) {
			it->in = true;
			slotmap_add(&m, it->hash, it);
			in++;
		} else if (it->in && (!fill || rand_below(&r, 4) == 0)) {
			it->in = false;
			slotmap_remove(&m, it->hash, it);
			in--;
		}
		assert_int_equal(m.count, in);
		assert_int_equal(count_found(&m, it), it->in);
	}
	for (size_t i = 0; i < ITEMS; i++)
		assert_int_equal(count_found(&m, &items[i]), items[i].in);
	while (slotmap_each(&m, &at) != NULL)
		seen++;
	assert_int_equal(seen, in);
	slotmap_fini(&m);
	rcu_drain();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_are_found_while_they_are_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
