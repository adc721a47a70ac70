/* tests/unit/wom/link/test_recvhalf.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "wom/link/recvhalf.h"

#define LOTS	100000

static struct recvhalf h;

static int
begin(void **state)
{
	(void)state;
	memset(&h, 0, sizeof(h));
	recvhalf_take(&h);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	recvhalf_fini(&h);
	return h.held == 0 ? 0 : -1;
}

/* Octets from..to of a block whose octets are `text`. */
static enum recvhalf_result
piece(uint64_t number, const char *text, uint32_t from, uint32_t to)
{
	uint32_t len = (uint32_t)strlen(text);
	struct linkdata d = { .plain = len, .total = len, .offset = from,
	    .octets = (const uint8_t *)text + from, .len = to - from };

	return recvhalf_data(&h, number, &d, LOTS);
}

static enum recvhalf_result
whole(uint64_t number, const char *text)
{
	return piece(number, text, 0, (uint32_t)strlen(text));
}

static void
takes(const char *text)
{
	const struct recvitem *i = recvhalf_peek(&h);

	assert_non_null(i);
	assert_int_equal(i->len, strlen(text));
	assert_memory_equal(i->octets, text, i->len);
	recvhalf_take(&h);
}

static void
blocks_are_taken_once_and_in_order(void **state)
{
	(void)state;
	assert_int_equal(whole(3, "three"), RECVHALF_KEPT);
	assert_int_equal(whole(2, "two"), RECVHALF_KEPT);
	assert_null(recvhalf_peek(&h));
	assert_int_equal(whole(2, "two"), RECVHALF_DUPLICATE);
	assert_int_equal(whole(1, "one"), RECVHALF_KEPT);
	takes("one");
	takes("two");
	assert_int_equal(whole(1, "one"), RECVHALF_DUPLICATE);
	takes("three");
	assert_null(recvhalf_peek(&h));
	assert_int_equal(h.received, 11);
}

static void
pieces_come_twice_and_from_two_sides(void **state)
{
	(void)state;
	assert_int_equal(piece(1, "abcdef", 0, 2), RECVHALF_KEPT);
	assert_int_equal(piece(1, "abcdef", 0, 1), RECVHALF_DUPLICATE);
	assert_int_equal(piece(1, "abcdef", 1, 4), RECVHALF_KEPT);
	assert_int_equal(piece(1, "abcdef", 2, 3), RECVHALF_DUPLICATE);
	assert_null(recvhalf_peek(&h));
	assert_int_equal(piece(1, "abcdef", 4, 6), RECVHALF_KEPT);
	takes("abcdef");
	assert_int_equal(h.received, 6);
}

static void
a_hole_is_wrong(void **state)
{
	(void)state;
	assert_int_equal(piece(1, "abcdef", 1, 2), RECVHALF_WRONG);
	assert_int_equal(piece(1, "abcdef", 0, 2), RECVHALF_KEPT);
	assert_int_equal(piece(1, "abcdef", 3, 4), RECVHALF_WRONG);
	/* And another length than before. */
	assert_int_equal(piece(1, "abcdefg", 2, 3), RECVHALF_WRONG);
}

static void
windows_are_kept(void **state)
{
	struct linkdata d = { .plain = 10, .total = 10, .len = 10,
	    .octets = (const uint8_t *)"0123456789" };

	(void)state;
	assert_int_equal(whole(0, "zero"), RECVHALF_DUPLICATE);
	assert_int_equal(whole(1 + RECVHALF_WINDOW, "x"), RECVHALF_WRONG);
	assert_int_equal(whole(UINT64_MAX, "x"), RECVHALF_WRONG);
	assert_int_equal(whole(RECVHALF_WINDOW, "x"), RECVHALF_KEPT);
	assert_int_equal(recvhalf_data(&h, 1, &d, 9), RECVHALF_WRONG);
	assert_int_equal(recvhalf_data(&h, 1, &d, 10), RECVHALF_KEPT);
	/* What has begun to come counts already. */
	assert_int_equal(recvhalf_data(&h, 1, &d, 0), RECVHALF_DUPLICATE);
}

static void
the_end_is_where_it_was_said_to_be(void **state)
{
	(void)state;
	assert_int_equal(whole(2, "two"), RECVHALF_KEPT);
	assert_int_equal(recvhalf_finish(&h, 2), RECVHALF_WRONG);
	assert_int_equal(recvhalf_finish(&h, 1), RECVHALF_WRONG);
	assert_int_equal(recvhalf_finish(&h, 3), RECVHALF_KEPT);
	assert_int_equal(recvhalf_finish(&h, 3), RECVHALF_DUPLICATE);
	assert_int_equal(recvhalf_finish(&h, 4), RECVHALF_WRONG);
	assert_int_equal(whole(3, "three"), RECVHALF_WRONG);
	assert_int_equal(whole(1, "one"), RECVHALF_KEPT);
	takes("one");
	assert_false(recvhalf_is_finished(&h));
	takes("two");
	assert_true(recvhalf_is_finished(&h));
}

/* The sender has something to say again until it knows that all is written. */
static void
the_end_counts_as_taken_when_all_is_written(void **state)
{
	(void)state;
	assert_int_equal(whole(1, "one"), RECVHALF_KEPT);
	assert_int_equal(recvhalf_finish(&h, 2), RECVHALF_KEPT);
	takes("one");
	recvhalf_take(&h);
	recvhalf_wrote(&h, 2);
	assert_int_equal(recvhalf_taken(&h), 2);
	assert_false(recvhalf_is_over(&h));
	assert_int_equal(recvhalf_in_flight(&h), 1);
	recvhalf_wrote(&h, 1);
	assert_int_equal(recvhalf_taken(&h), 3);
	assert_true(recvhalf_is_over(&h));
}

static void
a_refused_block_comes_in_another_edition(void **state)
{
	struct linkdata d = { .plain = 3, .total = 5, .len = 5,
	    .edition = 1, .form = LINKFRAME_ENCODED,
	    .octets = (const uint8_t *)"alone" };

	(void)state;
	assert_int_equal(recvhalf_data(&h, 1, &d, LOTS), RECVHALF_WRONG);
	assert_int_equal(whole(1, "one"), RECVHALF_KEPT);
	assert_int_equal(recvhalf_refuse(&h), 1);
	assert_null(recvhalf_peek(&h));
	assert_int_equal(whole(1, "one"), RECVHALF_DUPLICATE);
	assert_null(recvhalf_peek(&h));
	assert_int_equal(recvhalf_data(&h, 1, &d, 0), RECVHALF_KEPT);
	assert_int_equal(h.received, 3);
	takes("alone");
}

static void
no_block_is_refused_for_ever(void **state)
{
	(void)state;
	for (uint16_t n = 1; n <= RECVHALF_EDITIONS_MAX; n++) {
		struct linkdata d = { .plain = 1, .total = 1, .len = 1,
		    .edition = (uint16_t)(n - 1),
		    .octets = (const uint8_t *)"x" };

		assert_int_equal(recvhalf_data(&h, 1, &d, LOTS),
		    RECVHALF_KEPT);
		assert_int_equal(recvhalf_refuse(&h), n);
	}
	assert_int_equal(recvhalf_data(&h, 1, &(struct linkdata){ .plain = 1,
	    .total = 1, .len = 1, .edition = RECVHALF_EDITIONS_MAX,
	    .octets = (const uint8_t *)"x" }, LOTS), RECVHALF_KEPT);
	assert_int_equal(recvhalf_refuse(&h), 0);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(blocks_are_taken_once_and_in_order),
		TEST(pieces_come_twice_and_from_two_sides),
		TEST(a_hole_is_wrong),
		TEST(windows_are_kept),
		TEST(the_end_is_where_it_was_said_to_be),
		TEST(the_end_counts_as_taken_when_all_is_written),
		TEST(a_refused_block_comes_in_another_edition),
		TEST(no_block_is_refused_for_ever),
	};

	return cmocka_run_group_tests_name("recvhalf", tests, NULL, NULL);
}
