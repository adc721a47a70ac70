/* tests/unit/core/base/test_diag.c - every finding is kept, placed, and told
 * in order.
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

#include "core/base/diag.h"
#include "core/base/err.h"

static void
all_findings_are_kept(void **state)
{
	struct diag_pos pos = { .file = "gtm.conf", .line = 1 };
	struct err e;
	struct diag d;

	(void)state;
	diag_init(&d);
	for (unsigned i = 0; i < 100; i++) {
		pos.line = i + 1;
		assert_int_equal(diag_error(&d, &pos, ERR_RANGE, "ttl %u", i),
		    ERR_RANGE);
	}
	diag_warn(&d, NULL, "pool %s is empty", "Local");
	err_set(&e, ERR_REF, "no such pool");
	assert_int_equal(diag_err(&d, &pos, &e), ERR_REF);
	assert_int_equal(d.count, 102);
	assert_int_equal(d.errors, 101);
	assert_int_equal(d.warnings, 1);
	assert_string_equal(d.entries[99].text, "ttl 99");
	assert_int_equal(d.entries[99].pos.line, 100);
	assert_int_equal(d.entries[100].level, DIAG_WARNING);
	assert_int_equal(d.entries[100].code, 0);
	assert_string_equal(d.entries[101].text, "no such pool");
	diag_fini(&d);
	assert_int_equal(d.count, 0);
	diag_fini(&d);
}

static void
copies_outlive_their_source(void **state)
{
	char file[] = "a.conf", word[] = "word";
	struct diag_pos pos = { .file = file, .line = 3, .column = 4 };
	struct diag d;
	char text[64];

	(void)state;
	diag_init(&d);
	diag_warn(&d, &pos, "%s", word);
	memset(file, 'X', sizeof(file) - 1);
	memset(word, 'X', sizeof(word) - 1);
	diag_format(&d.entries[0], text, sizeof(text));
	assert_string_equal(text, "a.conf:3:4: warning: word");
	diag_fini(&d);
}

static const struct {
	struct diag_pos	 pos;
	const char	*want;
} places[] = {
	{ { "f", 12, 3 }, "f:12:3: error: x" },
	{ { "f", 12, 0 }, "f:12: error: x" },
	{ { "f", 0, 0 }, "f: error: x" },
	{ { "f", 0, 3 }, "f: error: x" },
	{ { NULL, 12, 3 }, "12:3: error: x" },
	{ { NULL, 0, 0 }, "error: x" },
	{ { "f", 4294967295u, 4294967295u },
	    "f:4294967295:4294967295: error: x" },
};

static void
place_shows_what_is_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct diag_entry en = {
			.level = DIAG_ERROR, .pos = places[i].pos,
		};
		char text[64], word[] = "x";

		en.text = word;
		diag_format(&en, text, sizeof(text));
		assert_string_equal(text, places[i].want);
	}
}

static void
format_is_terminated_at_any_size(void **state)
{
	char word[] = "a sentence", text[40];
	struct diag_entry en = {
		.level = DIAG_ERROR, .pos = { "file", 1, 2 }, .text = word,
	};

	(void)state;
	for (size_t cap = 1; cap < sizeof(text); cap++) {
		memset(text, 'X', sizeof(text));
		diag_format(&en, text, cap);
		assert_true(strlen(text) < cap);
		assert_memory_equal(text, "file:1:2: error: a sentence",
		    strlen(text));
		assert_true(text[cap] == 'X');
	}
}

static void
sort_is_by_place_and_stable(void **state)
{
	static const struct diag_pos in[] = {
		{ "b", 1, 1 }, { "a", 10, 1 }, { "a", 9, 5 }, { "a", 9, 5 },
		{ "a", 9, 4 }, { NULL, 7, 1 }, { "a", 0, 0 }, { "a", 9, 5 },
	};
	static const char want[] = "56423710";
	struct diag d;

	(void)state;
	diag_init(&d);
	diag_sort(&d);		/* nothing to do is no trouble */
	for (unsigned i = 0; i < sizeof(in) / sizeof(in[0]); i++)
		diag_error(&d, &in[i], ERR_PARSE, "%u", i);
	diag_sort(&d);
	for (size_t i = 0; i < d.count; i++)
		if (d.entries[i].text[0] != want[i])
			fail_msg("place %zu holds %s", i, d.entries[i].text);
	diag_fini(&d);
}

static void
print_is_one_line_each(void **state)
{
	struct diag_pos pos = { .file = "f", .line = 2, .column = 1 };
	struct diag d;
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	(void)state;
	assert_non_null(to);
	diag_init(&d);
	diag_error(&d, &pos, ERR_PARSE, "first");
	diag_warn(&d, NULL, "second");
	diag_print(&d, to);
	assert_int_equal(fclose(to), 0);
	assert_string_equal(text, "f:2:1: error: first\nwarning: second\n");
	free(text);
	diag_fini(&d);
}

/* Longer than any buffer on the way. */
static void
long_sentence_is_kept_whole(void **state)
{
	struct diag d;

	(void)state;
	diag_init(&d);
	diag_error(&d, NULL, ERR_PARSE, "%05000d", 7);
	assert_int_equal(strlen(d.entries[0].text), 5000);
	diag_fini(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_findings_are_kept),
		cmocka_unit_test(copies_outlive_their_source),
		cmocka_unit_test(place_shows_what_is_known),
		cmocka_unit_test(format_is_terminated_at_any_size),
		cmocka_unit_test(sort_is_by_place_and_stable),
		cmocka_unit_test(print_is_one_line_each),
		cmocka_unit_test(long_sentence_is_kept_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
