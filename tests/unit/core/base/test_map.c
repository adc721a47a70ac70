/* tests/unit/core/base/test_map.c - a map finds what was put, through growth
 * and removals.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/map.h"
#include "core/base/rand.h"

static int value[1024];		/* addresses to put in */

static const char *
name(unsigned i, char buf[32])
{
	(void)snprintf(buf, 32, "/Common/pool-%u", i);
	return buf;
}

static void
zeroed_map_is_empty(void **state)
{
	struct map m = { .slots = NULL };
	size_t at = 0;
	const char **keys;

	(void)state;
	assert_null(map_find(&m, "a"));
	assert_null(map_remove(&m, "a"));
	assert_null(map_next(&m, &at, NULL));
	keys = map_sorted_keys(&m);
	assert_non_null(keys);
	free(keys);
	map_fini(&m);
}

static void
put_replaces_and_tells(void **state)
{
	struct map m;
	char key[] = "pool";

	(void)state;
	map_init(&m);
	assert_null(map_put(&m, key, &value[0]));
	assert_ptr_equal(map_put(&m, "pool", &value[1]), &value[0]);
	key[0] = 'X';		/* the map has a copy of its own */
	assert_ptr_equal(map_find(&m, "pool"), &value[1]);
	assert_null(map_find(&m, "Xool"));
	assert_null(map_find(&m, "poo"));
	assert_null(map_find(&m, ""));
	assert_int_equal(m.count, 1);
	assert_ptr_equal(map_remove(&m, "pool"), &value[1]);
	assert_null(map_find(&m, "pool"));
	assert_int_equal(m.count, 0);
	map_fini(&m);
}

static void
a_borrowed_key_is_the_newest_given(void **state)
{
	char first[] = "pool", second[] = "pool";
	const char *key;
	struct map m;
	size_t at = 0;

	(void)state;
	map_init_borrowing(&m);
	assert_null(map_put(&m, first, &value[0]));
	assert_ptr_equal(map_put(&m, second, &value[1]), &value[0]);
	first[0] = 'X';		/* no longer looked at */
	assert_ptr_equal(map_find(&m, "pool"), &value[1]);
	assert_ptr_equal(map_next(&m, &at, &key), &value[1]);
	assert_ptr_equal(key, second);
	assert_ptr_equal(map_remove(&m, second), &value[1]);
	/* It stays a map that borrows. */
	map_fini(&m);
	assert_null(map_put(&m, second, &value[0]));
	at = 0;
	assert_ptr_equal(map_next(&m, &at, &key), &value[0]);
	assert_ptr_equal(key, second);
	map_fini(&m);
}

static void
empty_text_is_a_key(void **state)
{
	struct map m;

	(void)state;
	map_init(&m);
	assert_null(map_put(&m, "", &value[0]));
	assert_ptr_equal(map_find(&m, ""), &value[0]);
	assert_ptr_equal(map_remove(&m, ""), &value[0]);
	map_fini(&m);
}

static void
growth_loses_nothing(void **state)
{
	struct map m;
	char key[32];

	(void)state;
	map_init(&m);
	for (unsigned i = 0; i < 1000; i++) {
		assert_null(map_put(&m, name(i, key), &value[i]));
		assert_true(m.used <= m.room / 4 * 3);
		assert_true((m.room & (m.room - 1)) == 0);
	}
	assert_int_equal(m.count, 1000);
	for (unsigned i = 0; i < 1000; i++)
		assert_ptr_equal(map_find(&m, name(i, key)), &value[i]);
	assert_null(map_find(&m, name(1000, key)));
	map_fini(&m);
}

/* 200,000 random steps beside a plain array that says what must be there. */
static void
random_steps_agree_with_an_array(void **state)
{
	void *want[300] = { NULL };
	size_t count = 0;
	struct map m;
	struct rand r;
	char key[32];

	(void)state;
	map_init(&m);
	rand_seed_from(&r, 2026);
	for (int step = 0; step < 200000; step++) {
		unsigned i = rand_below(&r, 300);
		void *v = &value[rand_below(&r, 1024)], *got;

		switch (rand_below(&r, 3)) {
		case 0:
			got = map_put(&m, name(i, key), v);
			break;
		case 1:
			got = map_remove(&m, name(i, key));
			v = NULL;
			break;
		default:
			got = map_find(&m, name(i, key));
			v = want[i];
		}
		if (got != want[i])
			fail_msg("step %d: wrong value of %s", step, key);
		count += (v != NULL) - (want[i] != NULL);
		want[i] = v;
		assert_int_equal(m.count, count);
	}
	map_fini(&m);
}

/* Names that come and go must not make the table grow without end, nor fill
 * it with tombstones until a search no longer ends. */
static void
tombstones_do_not_pile_up(void **state)
{
	struct map m;
	char key[32];

	(void)state;
	map_init(&m);
	for (unsigned i = 0; i < 100000; i++) {
		assert_null(map_put(&m, name(i, key), &value[0]));
		assert_ptr_equal(map_remove(&m, name(i, key)), &value[0]);
		assert_true(m.used < m.room);
	}
	assert_true(m.room <= 32);
	map_fini(&m);
}

static void
walk_goes_in_the_order_of_arrival(void **state)
{
	unsigned next = 0;
	struct map m;
	const char *key;
	char buf[32];
	void *v;
	size_t at = 0;

	(void)state;
	map_init(&m);
	for (unsigned i = 0; i < 500; i++)
		(void)map_put(&m, name(i, buf), &value[i]);
	while ((v = map_next(&m, &at, &key)) != NULL) {
		assert_ptr_equal(v, &value[next]);
		assert_string_equal(key, name(next, buf));
		/* Every third goes, and comes again at the end. */
		if (next++ % 3 == 0)
			assert_ptr_equal(map_remove(&m, buf), v);
	}
	assert_int_equal(next, 500);
	for (unsigned i = 0; i < 500; i += 3)
		(void)map_put(&m, name(i, buf), &value[i]);
	at = 0;
	for (unsigned i = 0; i < 500; i++)
		if (i % 3 != 0)
			assert_ptr_equal(map_next(&m, &at, NULL), &value[i]);
	for (unsigned i = 0; i < 500; i += 3)
		assert_ptr_equal(map_next(&m, &at, NULL), &value[i]);
	assert_null(map_next(&m, &at, NULL));
	map_fini(&m);
}

static void
walk_may_remove_where_it_is(void **state)
{
	struct map m;
	const char *key;
	char buf[32];
	size_t at = 0, walked = 0;

	(void)state;
	map_init(&m);
	for (unsigned i = 0; i < 500; i++)
		(void)map_put(&m, name(i, buf), &value[i]);
	while (map_next(&m, &at, &key) != NULL) {
		(void)snprintf(buf, sizeof(buf), "%s", key);
		if (walked++ % 2 == 0)
			assert_non_null(map_remove(&m, buf));
	}
	assert_int_equal(walked, 500);
	assert_int_equal(m.count, 250);
	map_fini(&m);
}

/* Half of the entries go and as many come while the walk pauses. */
static void
walk_that_pauses_sees_what_stays_once(void **state)
{
	struct map m;
	unsigned seen[600] = { 0 };
	const char *key;
	char last[32], buf[32];
	size_t at = 0;
	void *v;

	(void)state;
	map_init(&m);
	for (unsigned i = 0; i < 500; i++)
		(void)map_put(&m, name(i, buf), &value[i]);
	for (unsigned step = 0; (v = map_next(&m, &at, &key)) != NULL; step++) {
		seen[(int *)v - value]++;
		(void)snprintf(last, sizeof(last), "%s", key);
		if (step == 250)
			for (unsigned i = 0; i < 500; i += 2) {
				if (i == 250)
					continue;
				(void)map_remove(&m, name(i, buf));
				(void)map_put(&m, name(1000 + i, buf),
				    &value[599]);
			}
		at = map_resume(&m, last, at);
	}
	for (unsigned i = 1; i < 500; i += 2)
		assert_int_equal(seen[i], 1);
	(void)map_remove(&m, name(499, buf));
	assert_int_equal(map_resume(&m, buf, 17), 17);
	map_fini(&m);
}

static void
keys_come_sorted(void **state)
{
	static const char *const in[] = { "b", "a/2", "a", "", "a/10", "B" };
	static const char *const out[] = { "", "B", "a", "a/10", "a/2", "b" };
	struct map m;
	const char **keys;

	(void)state;
	map_init(&m);
	(void)map_put(&m, "gone", &value[0]);
	for (size_t i = 0; i < 6; i++)
		(void)map_put(&m, in[i], &value[i]);
	(void)map_remove(&m, "gone");
	keys = map_sorted_keys(&m);
	for (size_t i = 0; i < 6; i++)
		assert_string_equal(keys[i], out[i]);
	free(keys);
	map_fini(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zeroed_map_is_empty),
		cmocka_unit_test(put_replaces_and_tells),
		cmocka_unit_test(a_borrowed_key_is_the_newest_given),
		cmocka_unit_test(empty_text_is_a_key),
		cmocka_unit_test(growth_loses_nothing),
		cmocka_unit_test(random_steps_agree_with_an_array),
		cmocka_unit_test(tombstones_do_not_pile_up),
		cmocka_unit_test(walk_goes_in_the_order_of_arrival),
		cmocka_unit_test(walk_may_remove_where_it_is),
		cmocka_unit_test(walk_that_pauses_sees_what_stays_once),
		cmocka_unit_test(keys_come_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
