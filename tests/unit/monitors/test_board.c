/* tests/unit/monitors/test_board.c - one writer, many readers, whole words.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>

#include "monitors/board.h"

static void
entry_comes_back_as_written(void **state)
{
	static const struct board_entry en = { .state = HEALTH_DOWN,
	    .last = PROBE_LOCAL, .since_s = INT64_C(4102444800) };
	struct board *b = board_new();
	uint32_t one = board_take(b, 1700000000), two = board_take(b, 7);
	struct board_entry got = board_read(b, one);

	(void)state;
	assert_int_not_equal(one, two);
	assert_int_equal(got.state, HEALTH_UNKNOWN);
	assert_int_equal(got.since_s, 1700000000);
	board_write(b, one, &en);
	got = board_read(b, one);
	assert_int_equal(got.state, en.state);
	assert_int_equal(got.last, en.last);
	assert_int_equal(got.since_s, en.since_s);
	assert_int_equal(board_read(b, two).since_s, 7);
	board_free(&b);
	assert_null(b);
}

/* More than a block of slots; given back slots are used first, and clean. */
static void
slots_grow_and_are_used_again(void **state)
{
	static const struct board_entry up = { .state = HEALTH_UP };
	struct board *b = board_new();
	uint32_t slot;

	(void)state;
	for (uint32_t i = 0; i < 3000; i++) {
		slot = board_take(b, 0);
		assert_int_equal(slot, i);
		board_write(b, slot, &up);
	}
	board_give(b, 1500);
	assert_int_equal(board_take(b, 0), 1500);
	assert_int_equal(board_read(b, 1500).state, HEALTH_UNKNOWN);
	assert_int_equal(board_read(b, 2999).state, HEALTH_UP);
	board_free(&b);
}

struct reader {
	struct board	*board;
	uint32_t	 slot;
	atomic_bool	 stop;
	atomic_uint	 reads, torn;
};

/* since_s always says which state belongs to it. */
static void *
read_on(void *arg)
{
	struct reader *r = arg;

	while (!atomic_load(&r->stop)) {
		struct board_entry en = board_read(r->board, r->slot);

		if ((en.since_s & 1) != (en.state == HEALTH_UP))
			atomic_fetch_add(&r->torn, 1);
		atomic_fetch_add(&r->reads, 1);
	}
	return NULL;
}

static void
readers_never_see_half_a_change(void **state)
{
	struct reader r = { .board = board_new() };
	pthread_t thread;

	(void)state;
	r.slot = board_take(r.board, 0);
	assert_int_equal(pthread_create(&thread, NULL, read_on, &r), 0);
	for (real_s i = 0; i < 20000 || atomic_load(&r.reads) < 1000; i++) {
		struct board_entry en = { .since_s = i,
		    .state = (i & 1) != 0 ? HEALTH_UP : HEALTH_DOWN };

		board_write(r.board, r.slot, &en);
		if (i % 100 == 0)	/* blocks appear under the reader */
			(void)board_take(r.board, 0);
	}
	atomic_store(&r.stop, true);
	pthread_join(thread, NULL);
	assert_int_equal(r.torn, 0);
	board_free(&r.board);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(entry_comes_back_as_written),
		cmocka_unit_test(slots_grow_and_are_used_again),
		cmocka_unit_test(readers_never_see_half_a_change),
	};

	return cmocka_run_group_tests_name("board", tests, NULL, NULL);
}
