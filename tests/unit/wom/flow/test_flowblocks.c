/* tests/unit/wom/flow/test_flowblocks.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "wom/flow/flowblocks.h"

static struct flowblocks pool;

static int
begin(void **state)
{
	(void)state;
	flowblocks_init(&pool, 10000);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	flowblocks_fini(&pool);
	return 0;
}

static void
a_buffer_is_at_most_twice_as_long_as_asked_for(void **state)
{
	static const struct { size_t cap, want; } step[] = {
		{ 1, 1024 }, { 1024, 1024 }, { 1025, 2048 },
		{ 262144, 262144 }, { 262145, 524288 },
		{ FLOWBLOCKS_MAX, FLOWBLOCKS_MAX },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		struct flowblock *b = flowblocks_get(&pool, step[i].cap);

		assert_int_equal(b->cap, step[i].want);
		assert_int_equal(b->len, 0);
		assert_int_equal(pool.used, step[i].want);
		flowblocks_put(&pool, &b);
		assert_null(b);
	}
}

/* What many streams have needed at once is not kept for ever. */
static void
so_much_is_kept_to_be_used_again(void **state)
{
	struct flowblock *b[10], *last;

	(void)state;
	for (int i = 0; i < 10; i++)
		b[i] = flowblocks_get(&pool, 4096);
	last = b[1];
	for (int i = 0; i < 10; i++)
		flowblocks_put(&pool, &b[i]);
	assert_int_equal(pool.used, 0);
	assert_int_equal(pool.idle, 8192);
	b[0] = flowblocks_get(&pool, 3000);
	assert_ptr_equal(b[0], last);
	assert_int_equal(pool.idle, 4096);
	flowblocks_put(&pool, &b[0]);
}

static void
octets_move_to_a_buffer_that_fits(void **state)
{
	struct flowblock *b = NULL;

	(void)state;
	flowblocks_grow(&pool, &b, 1000);
	memset(b->octets, 7, 1024);
	b->len = 1024;
	b->number = 3;
	flowblocks_grow(&pool, &b, 1000);
	assert_int_equal(b->cap, 1024);
	flowblocks_grow(&pool, &b, 100000);
	assert_int_equal(b->cap, 131072);
	flowblocks_fit(&pool, &b);
	assert_int_equal(b->cap, 1024);
	assert_int_equal(b->len, 1024);
	assert_int_equal(b->number, 3);
	for (int i = 0; i < 1024; i++)
		assert_int_equal(b->octets[i], 7);
	assert_int_equal(pool.used, 1024);
	flowblocks_put(&pool, &b);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_buffer_is_at_most_twice_as_long_as_asked_for),
		TEST(so_much_is_kept_to_be_used_again),
		TEST(octets_move_to_a_buffer_that_fits),
	};

	return cmocka_run_group_tests_name("flowblocks", tests, NULL, NULL);
}
