/* tests/unit/core/model/test_journalrecord.c - which records of a text are whole.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/model/journalrecord.h"

static char text[1024];
static size_t len, ends[4];

/* Three records, numbered 7 and on, the second of two lines. */
static int
write_three(void **state)
{
	static const char *const bodies[] = { "one\n", "two\ntwo\n", "three\n" };

	(void)state;
	len = 0;
	memset(text, 0, sizeof(text));
	for (size_t i = 0; i < 3; i++) {
		size_t whole;
		char *r = journalrecord_format(7 + i, bodies[i],
		    strlen(bodies[i]), &whole);

		memcpy(text + len, r, whole);
		len += whole;
		ends[i + 1] = len;
		free(r);
	}
	return 0;
}

static void
on_record(void *arg, const struct journal_record *r)
{
	static const unsigned lines[] = { 2, 4, 7 };
	unsigned *count = arg;

	assert_int_equal(r->number, 7 + *count);
	assert_int_equal(r->line, lines[*count]);
	assert_int_equal(r->body[r->len - 1], '\n');
	++*count;
}

static void
whole_records_are_told_in_order_with_their_lines(void **state)
{
	unsigned count = 0;
	uint64_t next;

	(void)state;
	assert_int_equal(journalrecord_scan(text, len, &next, on_record,
	    &count), len);
	assert_int_equal(count, 3);
	assert_int_equal(next, 10);
	assert_int_equal(journalrecord_scan("", 0, &next, NULL, NULL), 0);
	assert_int_equal(next, 1);
}

/* At every octet, and with every bit turned. */
static void
what_is_cut_or_damaged_ends_them(void **state)
{
	uint64_t next;

	(void)state;
	for (size_t cut = 0; cut < len; cut++) {
		size_t whole = 0;

		for (size_t i = 1; i < 4 && ends[i] <= cut; i++)
			whole = ends[i];
		assert_int_equal(journalrecord_scan(text, cut, &next, NULL,
		    NULL), whole);
	}
	for (size_t at = ends[1]; at < ends[2]; at++)
		for (int bit = 0; bit < 8; bit++) {
			text[at] ^= (char)(1 << bit);
			assert_int_equal(journalrecord_scan(text, len, &next,
			    NULL, NULL), ends[1]);
			assert_int_equal(next, 8);
			assert_true(journalrecord_within(text + ends[1],
			    len - ends[1]));
			text[at] ^= (char)(1 << bit);
		}
}

static void
a_number_that_is_left_out_ends_them(void **state)
{
	uint64_t next;

	(void)state;
	memmove(text + ends[1], text + ends[2], len - ends[2]);
	memset(text + ends[1] + len - ends[2], 0, ends[2] - ends[1]);
	len -= ends[2] - ends[1];
	assert_int_equal(journalrecord_scan(text, len, &next, NULL, NULL),
	    ends[1]);
	assert_true(journalrecord_within(text + ends[1], len - ends[1]));
}

static void
nothing_within_what_is_torn(void **state)
{
	(void)state;
	assert_false(journalrecord_within(text, 0));
	assert_false(journalrecord_within(text + ends[2] + 1,
	    len - ends[2] - 1));
	assert_false(journalrecord_within(text + ends[2], len - ends[2] - 1));
	assert_true(journalrecord_within(text + 1, len - 1));
}

#define FRESH(name)	cmocka_unit_test_setup(name, write_three)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		FRESH(whole_records_are_told_in_order_with_their_lines),
		FRESH(what_is_cut_or_damaged_ends_them),
		FRESH(a_number_that_is_left_out_ends_them),
		FRESH(nothing_within_what_is_torn),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
