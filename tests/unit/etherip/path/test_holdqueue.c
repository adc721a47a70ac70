/* tests/unit/etherip/path/test_holdqueue.c - frames that wait for stations.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/holdqueue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct holdqueue queue;
static unsigned seen[600], count;

static void
on_frame(void *arg, struct heldframe *f)
{
	(void)arg;
	assert_int_equal(f->len, 2);
	assert_int_equal(f->via, 3);
	seen[count++] = (unsigned)(f->octets[0] << 8 | f->octets[1]);
}

static bool
add(uint64_t mac, unsigned n, mono_ns at)
{
	const struct heldframe f = { .at = at, .via = 3, .len = 2 };
	const uint8_t octets[2] = { (uint8_t)(n >> 8), (uint8_t)n };

	return holdqueue_add(&queue, &(struct fdb_key){ mac, 0 }, &f, octets);
}

static size_t
stop(uint64_t mac, mono_ns now)
{
	count = 0;
	return holdqueue_stop(&queue, &(struct fdb_key){ mac, 0 }, now,
	    on_frame, NULL);
}

static int
set_up(void **state)
{
	(void)state;
	holdqueue_init(&queue);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	holdqueue_fini(&queue);
	return 0;
}

/* As many as may, in their order; more are refused. */
static void
frames_come_in_their_order(void **state)
{
	(void)state;
	assert_false(add(7, 0, 1));
	assert_true(holdqueue_start(&queue, &(struct fdb_key){ 7, 0 }));
	for (unsigned i = 0; i < HOLDQUEUE_FRAMES; i++)
		assert_true(add(7, i, 1));
	assert_false(add(7, 999, 1));
	assert_int_equal(stop(7, 2), 0);
	assert_int_equal(count, HOLDQUEUE_FRAMES);
	for (unsigned i = 0; i < count; i++)
		assert_int_equal(seen[i], i);
	assert_false(add(7, 0, 1));
	assert_int_equal(stop(7, 2), 0);
	assert_int_equal(count, 0);
}

/* Nobody wants what is half a second old; it makes room for what is new. */
static void
none_waits_for_too_long(void **state)
{
	const mono_ns ms = CLOCK_MS;

	(void)state;
	holdqueue_limits(&queue, 2, 100);
	assert_true(holdqueue_start(&queue, &(struct fdb_key){ 7, 0 }));
	assert_true(add(7, 1, 1000 * ms));
	assert_true(add(7, 2, 1050 * ms));
	assert_false(add(7, 3, 1100 * ms));
	assert_true(add(7, 4, 1101 * ms));
	assert_int_equal(stop(7, 1151 * ms), 1);
	assert_int_equal(count, 1);
	assert_int_equal(seen[0], 4);
}

/* Each station has a queue of its own, and there is an end to them. */
static void
stations_do_not_share(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < HOLDQUEUE_STATIONS; i++) {
		assert_true(holdqueue_start(&queue, &(struct fdb_key){ i, 0 }));
		assert_true(add(i, (unsigned)i, 1));
	}
	assert_false(holdqueue_start(&queue, &(struct fdb_key){ 99, 0 }));
	assert_true(holdqueue_start(&queue, &(struct fdb_key){ 3, 0 }));
	/* From the middle: the others stay what they are. */
	for (uint64_t i = 2; i < HOLDQUEUE_STATIONS; i += 5) {
		(void)stop(i, 2);
		assert_int_equal(count, 1);
		assert_int_equal(seen[0], i);
	}
	for (uint64_t i = 0; i < HOLDQUEUE_STATIONS; i++) {
		(void)stop(i, 2);
		assert_int_equal(count, i % 5 != 2);
		assert_true(count == 0 || seen[0] == i);
	}
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(frames_come_in_their_order),
		TEST(none_waits_for_too_long),
		TEST(stations_do_not_share),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
