/* tests/unit/wom/link/test_sendhalf.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "wom/link/sendhalf.h"

static struct sendhalf h;

static int
begin(void **state)
{
	(void)state;
	memset(&h, 0, sizeof(h));
	sendhalf_open(&h, "here", 4);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	sendhalf_fini(&h);
	return h.held == 0 && h.unsent == 0 ? 0 : -1;
}

static uint64_t
put(const char *octets)
{
	uint32_t len = (uint32_t)strlen(octets);
	struct linkdata d = { .plain = len, .total = len, .len = len,
	    .octets = (const uint8_t *)octets };

	return sendhalf_put(&h, &d);
}

/* conn is given the whole of what it is to send next, which must be this. */
static void
gives(int conn, uint64_t number)
{
	struct senditem *i = sendhalf_pick(&h, conn);

	assert_non_null(i);
	assert_int_equal(i->number, number);
	sendhalf_given(&h, i, conn, i->len);
}

static void
items_go_in_order_until_taken(void **state)
{
	(void)state;
	assert_int_equal(put("one"), 1);
	assert_int_equal(put("two"), 2);
	sendhalf_finish(&h);
	for (uint64_t n = 0; n < 4; n++)
		gives(0, n);
	assert_null(sendhalf_pick(&h, 0));
	assert_false(sendhalf_waits(&h));
	assert_true(sendhalf_ack(&h, 3, 3));
	assert_false(sendhalf_is_over(&h));
	assert_true(sendhalf_ack(&h, 4, 6));
	assert_true(sendhalf_is_over(&h));
	assert_int_equal(h.held, 0);
}

static void
nothing_goes_ahead_of_item_0(void **state)
{
	(void)state;
	(void)put("one");
	(void)put("two");
	gives(3, 0);
	assert_null(sendhalf_pick(&h, 1));
	gives(3, 1);
	assert_true(sendhalf_ack(&h, 1, 0));
	gives(1, 2);
}

static void
a_piece_stays_with_its_connection(void **state)
{
	struct senditem *i;

	(void)state;
	(void)put("one");
	(void)put("two");
	gives(0, 0);
	assert_true(sendhalf_ack(&h, 1, 0));
	i = sendhalf_pick(&h, 0);
	sendhalf_given(&h, i, 0, 1);
	gives(1, 2);
	assert_null(sendhalf_pick(&h, 1));
	assert_true(sendhalf_waits(&h));
	assert_ptr_equal(sendhalf_pick(&h, 0), i);
}

static void
what_a_broken_one_had_goes_again(void **state)
{
	struct senditem *i;

	(void)state;
	for (int n = 0; n < 5; n++)
		(void)put("octets");
	gives(0, 0);
	assert_true(sendhalf_ack(&h, 1, 0));
	gives(0, 1);
	gives(1, 2);
	gives(0, 3);
	i = sendhalf_pick(&h, 0);
	sendhalf_given(&h, i, 0, 2);
	assert_true(sendhalf_ack(&h, 2, 0));
	sendhalf_broken(&h, 0);
	assert_int_equal(i->at, 0);
	gives(1, 3);
	gives(1, 4);
	gives(1, 5);
	assert_null(sendhalf_pick(&h, 1));
}

static void
acknowledgements_do_not_go_back(void **state)
{
	(void)state;
	(void)put("one");
	gives(0, 0);
	gives(0, 1);
	assert_true(sendhalf_ack(&h, 2, 3));
	assert_true(sendhalf_ack(&h, 1, 0));
	assert_int_equal(h.base, 2);
	assert_int_equal(h.written, 3);
	/* Nor beyond what there is. */
	assert_false(sendhalf_ack(&h, 3, 3));
	assert_false(sendhalf_ack(&h, 2, 4));
}

static void
a_block_goes_in_another_edition(void **state)
{
	struct linkdata d = { .plain = 3, .total = 8, .len = 8,
	    .form = LINKFRAME_ENCODED, .octets = (const uint8_t *)"eightoct" };
	const struct senditem *i;

	(void)state;
	(void)put("one");
	(void)put("two");
	for (uint64_t n = 0; n < 3; n++)
		gives(0, n);
	assert_true(sendhalf_rewrite(&h, 1, &d));
	assert_int_equal(h.put, 6);
	i = sendhalf_pick(&h, 0);
	assert_int_equal(i->edition, 1);
	assert_int_equal(i->len, 8);
	gives(0, 1);
	assert_null(sendhalf_pick(&h, 0));
	/* Not when it is taken, and not what is no block. */
	assert_true(sendhalf_ack(&h, 2, 3));
	assert_false(sendhalf_rewrite(&h, 1, &d));
	assert_false(sendhalf_rewrite(&h, 3, &d));
}

static void
the_end_is_said_again_until_taken(void **state)
{
	(void)state;
	(void)put("one");
	assert_false(sendhalf_nudge(&h));
	sendhalf_finish(&h);
	assert_false(sendhalf_nudge(&h));
	for (uint64_t n = 0; n < 3; n++)
		gives(0, n);
	assert_true(sendhalf_ack(&h, 2, 3));
	assert_true(sendhalf_nudge(&h));
	assert_true(sendhalf_waits(&h));
	gives(1, 2);
	assert_true(sendhalf_ack(&h, 3, 3));
	assert_false(sendhalf_nudge(&h));
}

static void
the_last_one_lingers_until_somebody_begins_with_it(void **state)
{
	(void)state;
	assert_true(sendhalf_lingers(&h));
	gives(0, 0);
	assert_false(sendhalf_lingers(&h));
	(void)put("a");
	assert_true(sendhalf_lingers(&h));
	gives(0, 1);
	assert_false(sendhalf_lingers(&h));
	sendhalf_broken(&h, 0);
	assert_true(sendhalf_lingers(&h));
	/* The peer has it after all. */
	assert_true(sendhalf_ack(&h, 2, 1));
	assert_false(sendhalf_lingers(&h));
}

/* What waits for a connection, whatever happens to these. */
static void
what_is_not_sent_is_counted(void **state)
{
	struct linkdata d = { .plain = 3, .total = 6, .len = 6,
	    .octets = (const uint8_t *)"longer" };
	struct senditem *i;

	(void)state;
	assert_int_equal(h.unsent, 4);
	(void)put("one");
	(void)put("three");
	gives(0, 0);
	gives(0, 1);
	assert_int_equal(h.unsent, 5);
	i = sendhalf_pick(&h, 0);
	sendhalf_given(&h, i, 0, 2);
	assert_int_equal(h.unsent, 3);
	sendhalf_broken(&h, 0);
	assert_int_equal(h.unsent, 12);
	assert_true(sendhalf_rewrite(&h, 1, &d));
	assert_int_equal(h.unsent, 15);
	gives(1, 0);
	gives(1, 1);
	assert_int_equal(h.unsent, 5);
	/* Also of what nobody had. */
	assert_true(sendhalf_ack(&h, 3, 0));
	assert_int_equal(h.unsent, 0);
}

static uint64_t
promise(uint32_t plain)
{
	return sendhalf_promise(&h, &(struct linkdata){ .plain = plain });
}

static bool
fulfil(uint64_t number, const char *octets, uint32_t plain)
{
	const size_t len = strlen(octets);
	const struct linkdata d = { .plain = plain, .total = (uint32_t)len,
	    .len = len, .octets = (const uint8_t *)octets };

	return sendhalf_fulfil(&h, number, &d);
}

static void
what_is_promised_has_its_place_in_the_order(void **state)
{
	(void)state;
	(void)put("one");
	assert_int_equal(promise(100), 2);
	assert_int_equal(promise(50), 3);
	(void)put("four");
	sendhalf_finish(&h);
	assert_int_equal(sendhalf_in_flight(&h), 3 + 150 + 4);
	gives(0, 0);
	gives(0, 1);
	assert_null(sendhalf_pick(&h, 0));
	assert_true(sendhalf_ack(&h, 1, 0));
	assert_null(sendhalf_pick(&h, 1));
	assert_true(sendhalf_waits(&h));
	assert_true(sendhalf_lingers(&h));
	/* The later one comes first. */
	assert_true(fulfil(3, "three", 50));
	assert_false(sendhalf_is_ready(&h, 0));
	assert_true(fulfil(2, "second", 100));
	assert_false(fulfil(2, "again", 100));
	for (uint64_t n = 2; n < 6; n++)
		gives((int)n % 2, n);
	assert_true(sendhalf_ack(&h, 6, 157));
	assert_true(sendhalf_is_over(&h));
	assert_false(fulfil(2, "late", 100));
}

/* A connection breaks, and a peer says what it cannot know. */
static void
a_promise_outlives_breaks_and_lies(void **state)
{
	struct linkdata other = { .plain = 9, .total = 5, .len = 5,
	    .octets = (const uint8_t *)"other" };

	(void)state;
	gives(0, 0);
	(void)put("one");
	assert_int_equal(promise(7), 2);
	assert_int_equal(promise(9), 3);
	(void)sendhalf_pick(&h, 0);
	sendhalf_broken(&h, 0);
	gives(1, 0);
	gives(1, 1);
	assert_null(sendhalf_pick(&h, 1));
	/* It asks for another edition of what has not been sent in any. */
	assert_true(sendhalf_rewrite(&h, 3, &other));
	assert_false(fulfil(3, "late", 9));
	assert_int_equal(sendhalf_find(&h, 3)->edition, 1);
	/* It says that it has it. */
	assert_true(sendhalf_ack(&h, 3, 0));
	assert_false(fulfil(2, "late", 7));
	gives(1, 3);
	(void)promise(1);
}

static void
there_is_room_for_the_end_always(void **state)
{
	size_t blocks = 0;

	(void)state;
	for (; sendhalf_room(&h) > 0; blocks++)
		(void)put("x");
	assert_int_equal(blocks, SENDHALF_WINDOW - 2);
	sendhalf_finish(&h);
	sendhalf_finish(&h);
	assert_int_equal(h.next, SENDHALF_WINDOW);
	for (uint64_t n = 0; n < SENDHALF_WINDOW; n++)
		gives(0, n);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(items_go_in_order_until_taken),
		TEST(nothing_goes_ahead_of_item_0),
		TEST(a_piece_stays_with_its_connection),
		TEST(what_a_broken_one_had_goes_again),
		TEST(acknowledgements_do_not_go_back),
		TEST(a_block_goes_in_another_edition),
		TEST(the_end_is_said_again_until_taken),
		TEST(the_last_one_lingers_until_somebody_begins_with_it),
		TEST(what_is_not_sent_is_counted),
		TEST(what_is_promised_has_its_place_in_the_order),
		TEST(a_promise_outlives_breaks_and_lies),
		TEST(there_is_room_for_the_end_always),
	};

	return cmocka_run_group_tests_name("sendhalf", tests, NULL, NULL);
}
