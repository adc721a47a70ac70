/* tests/unit/monitors/test_pgreply.c - what PostgreSQL says to a start-up message.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/obj.h"
#include "core/wire/wbuf.h"
#include "monitors/pgreply.h"

static void
a_start_up_is_as_long_as_it_says(void **state)
{
	uint8_t octets[256];
	struct wbuf w;

	(void)state;
	wbuf_init(&w, octets, sizeof(octets));
	pgreply_start(&w, "me");
	assert_false(w.bad);
	assert_memory_equal(octets, "\0\0\0\x39\0\3\0\0user\0me\0"
	    "database\0postgres\0application_name\0gtmd\0", 57);
	assert_int_equal(w.off, octets[3]);
	assert_int_equal(octets[w.off - 1], 0);
}

struct row {
	const char	*octets;
	size_t		 len;
	enum pgreply	 want;
	const char	*state;
};

#define OCTETS(s)	s, sizeof(s) - 1
#define FIELDS		"SFATAL\0VFATAL\0"

static void
each_message_has_its_meaning(void **state)
{
	static const struct row row[] = {
		{ OCTETS(""), PGREPLY_MORE, NULL },
		{ OCTETS("R\0\0\0\x8\0\0\0"), PGREPLY_MORE, NULL },
		{ OCTETS("R\0\0\0\x8\0\0\0\0"), PGREPLY_ENTERED, NULL },
		{ OCTETS("R\0\0\0\x8\0\0\0\3"), PGREPLY_SPEAKS, NULL },
		{ OCTETS("R\0\0\0\x17\0\0\0\xaSCRAM-SHA-256\0\0"),
		  PGREPLY_SPEAKS, NULL },
		{ OCTETS("R\0\0\0\x4"), PGREPLY_GARBLED, NULL },
		{ OCTETS("R\0\0\0\0"), PGREPLY_GARBLED, NULL },
		{ OCTETS("R\xff\xff\xff\xff"), PGREPLY_GARBLED, NULL },
		{ OCTETS("HTTP/1.1 400"), PGREPLY_GARBLED, NULL },
		{ OCTETS("H"), PGREPLY_GARBLED, NULL },
		{ OCTETS("E\0\0\0\x1a" FIELDS "C57P03\0\0"), PGREPLY_ERROR,
		  "57P03" },
		{ OCTETS("E\0\0\0\x1a" FIELDS "C57P03\0"), PGREPLY_MORE, NULL },
		{ OCTETS("E\0\0\0\x13" FIELDS "\0"), PGREPLY_GARBLED, NULL },
		{ OCTETS("E\0\0\0\x19" FIELDS "C57P0\0\0"), PGREPLY_GARBLED,
		  NULL },
		{ OCTETS("E\0\0\0\x1a" FIELDS "C57p03\0\0"), PGREPLY_GARBLED,
		  NULL },
		{ OCTETS("E\0\0\0\x1d" FIELDS "C57P03ZZZ\0\0"),
		  PGREPLY_GARBLED, NULL },
		/* An old server that cannot fork: no length, just a text. */
		{ OCTETS("Ecould not fork new process\n\0"), PGREPLY_GARBLED,
		  NULL },
		/* A notice, and which versions it speaks, come before. */
		{ OCTETS("N\0\0\0\x6" "x\0" "v\0\0\0\xc\0\3\0\0\0\0\0\0"
		  "R\0\0\0\x8\0\0\0\3"), PGREPLY_SPEAKS, NULL },
		{ OCTETS("N\0\0\0\x6" "x\0"), PGREPLY_MORE, NULL },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		char text[PGREPLY_STATE_TEXT];
		int number = -1;
		enum pgreply is = pgreply_read((const uint8_t *)row[i].octets,
		    row[i].len, &number);

		if (is != row[i].want)
			fail_msg("row %zu: %d", i, is);
		if (row[i].state != NULL)
			assert_string_equal(pgreply_state(number, text),
			    row[i].state);
	}
}

static int
number_of(const char *state)
{
	char octets[32] = "E\0\0\0\xc" "C";
	int number = -1;

	memcpy(octets + 6, state, 6);
	assert_int_equal(pgreply_read((const uint8_t *)octets, 13, &number),
	    PGREPLY_ERROR);
	return number;
}

static void
who_we_are_is_no_fault_of_the_server(void **state)
{
	static const char *const down[] = { "57P03", "57P01", "53300",
	    "53200", "58030", "XX000" };
	static const char *const up[] = { "28000", "28P01", "3D000", "0A000",
	    "08P01", "42501", "00000" };

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(down); i++)
		assert_true(pgreply_is_down(number_of(down[i])));
	for (size_t i = 0; i < OBJ_COUNT(up); i++)
		assert_false(pgreply_is_down(number_of(up[i])));
}

static void
numbers_out_of_range_still_read(void **state)
{
	char text[PGREPLY_STATE_TEXT];

	(void)state;
	assert_string_equal(pgreply_state(-1, text), "00000");
	assert_string_equal(pgreply_state(PGREPLY_STATE_MAX, text), "00000");
	assert_string_equal(pgreply_state(PGREPLY_STATE_MAX - 1, text),
	    "ZZZZZ");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_start_up_is_as_long_as_it_says),
		cmocka_unit_test(each_message_has_its_meaning),
		cmocka_unit_test(who_we_are_is_no_fault_of_the_server),
		cmocka_unit_test(numbers_out_of_range_still_read),
	};

	return cmocka_run_group_tests_name("pgreply", tests, NULL, NULL);
}
