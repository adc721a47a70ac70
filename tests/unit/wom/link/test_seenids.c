/* tests/unit/wom/link/test_seenids.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/rand.h"
#include "wom/link/seenids.h"

static void
what_came_is_known_in_any_order(void **state)
{
	struct seenids s;
	struct rand r;
	bool came[3 * SEENIDS_WINDOW] = { false };

	(void)state;
	rand_seed_from(&r, 4);
	seenids_init(&s);
	while (s.base < 2 * SEENIDS_WINDOW) {
		uint64_t id = s.base + rand_below(&r, 100);

		assert_int_equal(seenids_has(&s, id), came[id]);
		assert_true(seenids_put(&s, id));
		came[id] = true;
		assert_true(seenids_has(&s, id));
		/* The window stands at the first that has not come. */
		assert_false(came[s.base]);
		for (uint64_t n = id > 50 ? id - 50 : 1; n < id + 50; n++)
			assert_int_equal(seenids_has(&s, n), came[n]);
	}
}

static void
the_window_is_not_left(void **state)
{
	struct seenids s;

	(void)state;
	seenids_init(&s);
	assert_false(seenids_has(&s, 1));
	assert_false(seenids_put(&s, SEENIDS_WINDOW + 1));
	assert_false(seenids_put(&s, UINT64_MAX));
	assert_false(seenids_has(&s, UINT64_MAX));
	assert_true(seenids_put(&s, SEENIDS_WINDOW));
	assert_int_equal(s.base, 1);
	assert_true(seenids_put(&s, 1));
	assert_int_equal(s.base, 2);
	assert_true(seenids_put(&s, SEENIDS_WINDOW + 1));
	for (uint64_t id = 2; id < SEENIDS_WINDOW; id++)
		assert_true(seenids_put(&s, id));
	assert_int_equal(s.base, SEENIDS_WINDOW + 2);
	assert_false(seenids_has(&s, SEENIDS_WINDOW + 2));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_came_is_known_in_any_order),
		cmocka_unit_test(the_window_is_not_left),
	};

	return cmocka_run_group_tests_name("seenids", tests, NULL, NULL);
}
