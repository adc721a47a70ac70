/* tests/unit/etherip/bpf/test_bpfmap.c - what is put in is there, and what is taken out is not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpfmap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define ROOM	2000u		/* more than a batch */

static int map = -1;

static int
setup(void **state)
{
	(void)state;
	map = bpf_map_create(BPF_MAP_TYPE_HASH, "eip_test", sizeof(uint32_t),
	    sizeof(uint64_t), ROOM, NULL);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	if (map >= 0)
		(void)close(map);
	return 0;
}

/* Without the right to have maps a test is none. */
#define NEEDED()	do { if (map < 0) skip(); } while (0)

static void
one_is_put_looked_at_and_taken(void **state)
{
	uint32_t key = 7;
	uint64_t seven = 77, eight = 88, out = 0;

	(void)state;
	NEEDED();
	assert_int_equal(bpfmap_look(map, &key, &out), ENOENT);
	assert_int_equal(bpfmap_add(map, &key, &seven), 0);
	assert_int_equal(bpfmap_add(map, &key, &eight), EEXIST);
	assert_int_equal(bpfmap_look(map, &key, &out), 0);
	assert_int_equal(out, 77);
	assert_int_equal(bpfmap_put(map, &key, &eight), 0);
	assert_int_equal(bpfmap_take(map, &key, &out), 0);
	assert_int_equal(out, 88);
	assert_int_equal(bpfmap_take(map, &key, NULL), ENOENT);
}

struct seen {
	uint32_t count;
	uint32_t stop;		/* after so many */
	bool	 takes;
	bool	 once[ROOM];
};

static bool
on_each(void *arg, const void *key, const void *value)
{
	struct seen *s = arg;
	uint32_t k;
	uint64_t v;

	memcpy(&k, key, sizeof(k));
	memcpy(&v, value, sizeof(v));
	assert_true(k < ROOM && !s->once[k]);
	assert_int_equal(v, 2 * k);
	s->once[k] = true;
	s->count++;
	if (s->takes)
		assert_int_equal(bpfmap_take(map, key, NULL), 0);
	return s->count < s->stop;
}

static void
each_is_told_once_and_may_be_taken(void **state)
{
	static struct seen all = { .stop = UINT32_MAX },
	    taken = { .stop = UINT32_MAX, .takes = true },
	    none = { .stop = UINT32_MAX };

	(void)state;
	NEEDED();
	for (uint32_t k = 0; k < ROOM; k++) {
		uint64_t v = 2 * (uint64_t)k;

		assert_int_equal(bpfmap_put(map, &k, &v), 0);
	}
	bpfmap_each(map, on_each, &all);
	assert_int_equal(all.count, ROOM);
	bpfmap_each(map, on_each, &taken);
	assert_int_equal(taken.count, ROOM);
	bpfmap_each(map, on_each, &none);
	assert_int_equal(none.count, 0);
}

static void
who_has_enough_is_told_no_more(void **state)
{
	static struct seen few = { .stop = 3 };

	(void)state;
	NEEDED();
	for (uint32_t k = 0; k < ROOM; k++) {
		uint64_t v = 2 * (uint64_t)k;

		assert_int_equal(bpfmap_put(map, &k, &v), 0);
	}
	bpfmap_each(map, on_each, &few);
	assert_int_equal(few.count, 3);
}

static void
a_map_knows_its_room(void **state)
{
	(void)state;
	assert_int_equal(bpfmap_room(-1), 0);
	assert_true(bpfmap_cpus() >= 1);
	NEEDED();
	assert_int_equal(bpfmap_room(map), ROOM);
}

#define MAP_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		MAP_TEST(one_is_put_looked_at_and_taken),
		MAP_TEST(each_is_told_once_and_may_be_taken),
		MAP_TEST(who_has_enough_is_told_no_more),
		MAP_TEST(a_map_knows_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
