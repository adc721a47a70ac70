/* tests/unit/monitors/test_sightboard.c - whole entries of the right place, or
 * none.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>
#include <sys/mman.h>

#include "core/base/err.h"
#include "monitors/sightboard.h"

#define TOKEN(slot)	(UINT64_C(9) << 32 | (slot))

static struct sightboard *board, *other;

/* Two mappings of one memory, as two processes have them. */
static int
set_up(void **state)
{
	struct err e;

	(void)state;
	board = sightboard_new(&e);
	assert_non_null(board);
	other = sightboard_map(sightboard_fd(board), &e);
	assert_non_null(other);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	sightboard_free(&other);
	sightboard_free(&board);
	return 0;
}

static void
what_one_writes_the_other_reads(void **state)
{
	const struct sightboard_entry en = { .token = TOKEN(1048575),
	    .next_ns = 77, .sight = { .results = 5, .abstained = 1,
	    .history = 0xb, .latency_us8 = 800, .last.rtt_us = 100 } };
	struct sightboard_entry got;

	(void)state;
	assert_false(sightboard_read(other, en.token, &got));
	sightboard_write(board, &en);
	assert_true(sightboard_read(other, en.token, &got));
	assert_int_equal(got.next_ns, 77);
	assert_int_equal(got.sight.results, 5);
	assert_int_equal(got.sight.history, 0xb);
	assert_int_equal(got.sight.last.rtt_us, 100);
}

static void
a_slot_of_another_turn_is_not_read(void **state)
{
	const struct sightboard_entry en = { .token = TOKEN(3) };
	struct sightboard_entry got;

	(void)state;
	sightboard_write(board, &en);
	assert_false(sightboard_read(other, TOKEN(3) + (UINT64_C(1) << 32),
	    &got));
	assert_false(sightboard_read(other, TOKEN(4), &got));
}

/* What would be taken for a place in a table of names. */
static void
nonsense_is_not_read(void **state)
{
	struct sightboard_entry bad[4] = {
		{ .sight.last.code = (enum probe_code)99 },
		{ .sight.last.outcome = (enum probe_outcome)7 },
		{ .sight.last.from.family = 77 },
		{ .sight.abstained = 1 },
	}, got;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		bad[i].token = TOKEN(0);
		sightboard_write(board, &bad[i]);
		if (sightboard_read(other, TOKEN(0), &got))
			fail_msg("entry %zu was read", i);
	}
}

static void
other_memory_is_refused(void **state)
{
	int fd = memfd_create("small", MFD_CLOEXEC);
	struct err e = { 0 };

	(void)state;
	assert_int_not_equal(fd, -1);
	assert_null(sightboard_map(fd, &e));
	assert_true(e.text[0] != '\0');
	(void)close(fd);
}

static atomic_bool stop;
static atomic_uint torn, reads;

static void *
read_on(void *arg)
{
	struct sightboard_entry got;

	(void)arg;
	while (!atomic_load(&stop)) {
		if (!sightboard_read(other, TOKEN(0), &got))
			continue;
		atomic_fetch_add(&reads, 1);
		if (got.next_ns != got.sight.results ||
		    got.sight.history != got.next_ns)
			atomic_fetch_add(&torn, 1);
	}
	return NULL;
}

static void
readers_never_see_half_an_entry(void **state)
{
	struct sightboard_entry en = { .token = TOKEN(0) };
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, read_on, NULL), 0);
	for (uint64_t i = 1; i < 200000 || atomic_load(&reads) < 100; i++) {
		en.next_ns = en.sight.results = en.sight.history = i;
		sightboard_write(board, &en);
	}
	atomic_store(&stop, true);
	(void)pthread_join(thread, NULL);
	assert_int_equal(torn, 0);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(what_one_writes_the_other_reads),
		TEST(a_slot_of_another_turn_is_not_read),
		TEST(nonsense_is_not_read),
		TEST(other_memory_is_refused),
		TEST(readers_never_see_half_an_entry),
	};

	return cmocka_run_group_tests_name("sightboard", tests, NULL, NULL);
}
