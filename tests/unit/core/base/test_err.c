/* tests/unit/core/base/test_err.c - a failure is one line, told whole or cut
 * visibly.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"

static void
set_returns_its_code(void **state)
{
	struct err e = { .code = 0 };

	(void)state;
	assert_int_equal(err_set(&e, ERR_RANGE, "ttl %d s is over %d", 9, 8),
	    ERR_RANGE);
	assert_int_equal(e.code, ERR_RANGE);
	assert_string_equal(e.text, "ttl 9 s is over 8");
	assert_int_equal(err_set(NULL, ERR_REF, "%s", "nobody listens"), ERR_REF);
}

static void
wrap_puts_context_in_front(void **state)
{
	struct err e;

	(void)state;
	err_set(&e, ERR_PARSE, "bad port");
	assert_int_equal(err_wrap(&e, "member %d", 3), ERR_PARSE);
	assert_int_equal(err_wrap(&e, "pool %s", "Local"), ERR_PARSE);
	assert_string_equal(e.text, "pool Local: member 3: bad port");
	assert_int_equal(err_wrap(NULL, "pool %s", "Local"), ERR_PARSE);
}

/* Whoever names a file that is not there has made a mistake; a disk that does
 * not read is nobody's. */
static void
a_file_that_is_not_there_is_a_bad_reference(void **state)
{
	static const struct { int sys_errno, want; } row[] = {
		{ ENOENT, ERR_REF }, { EACCES, ERR_REF }, { ELOOP, ERR_REF },
		{ EISDIR, ERR_REF }, { EIO, ERR_IO }, { EMFILE, ERR_IO },
		{ ENOSPC, ERR_NOSPACE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_int_equal(err_of_open(row[i].sys_errno), row[i].want);
}

/* A full disk is told apart from every other failed system call. */
static void
errno_becomes_code_and_words(void **state)
{
	static const struct { int sys_errno, want; } row[] = {
		{ ENOSPC, ERR_NOSPACE }, { EDQUOT, ERR_NOSPACE },
		{ EFBIG, ERR_NOSPACE }, { EIO, ERR_IO }, { ENOENT, ERR_IO },
		{ 0, ERR_IO }, { 99999, ERR_IO },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct err e;

		if (err_sys(&e, row[i].sys_errno, "x") != row[i].want ||
		    e.code != row[i].want)
			fail_msg("row %zu: code %d", i, e.code);
		assert_int_equal(err_sys(NULL, row[i].sys_errno, "x"),
		    row[i].want);
	}
}

static void
errno_words_come_last(void **state)
{
	struct err e;

	(void)state;
	err_sys(&e, ENOENT, "open %s", "/nowhere");
	assert_string_equal(e.text, "open /nowhere: No such file or directory");
}

/* Foreign text inside a sentence must not start a line of its own. */
static void
sentence_stays_on_one_line(void **state)
{
	struct err e;

	(void)state;
	err_set(&e, ERR_PARSE, "\"%s\" is no port", "80\nerror\x7f\t");
	assert_string_equal(e.text, "\"80?error??\" is no port");
}

static void
exact_fit_is_not_cut(void **state)
{
	struct err e;
	char text[ERR_TEXT_MAX + 1];

	(void)state;
	memset(text, 'a', sizeof(text));
	text[ERR_TEXT_MAX - 1] = '\0';
	err_set(&e, ERR_PARSE, "%s", text);
	assert_string_equal(e.text, text);
	text[ERR_TEXT_MAX - 1] = 'a';
	text[ERR_TEXT_MAX] = '\0';
	err_set(&e, ERR_PARSE, "%s", text);
	assert_int_equal(strlen(e.text), ERR_TEXT_MAX - 1);
	assert_string_equal(e.text + ERR_TEXT_MAX - 5, "a...");
}

static void
wrapping_a_full_sentence_keeps_the_front(void **state)
{
	struct err e;
	char text[ERR_TEXT_MAX];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err_set(&e, ERR_PARSE, "%s", text);
	err_wrap(&e, "pool Local");
	assert_memory_equal(e.text, "pool Local: aaaa", 16);
	assert_string_equal(e.text + ERR_TEXT_MAX - 4, "...");
	err_wrap(&e, "%s%s", text, text);
	assert_string_equal(e.text + ERR_TEXT_MAX - 4, "...");
}

/* The cut falls before a UTF-8 sequence, never inside it. */
static void
cut_leaves_no_half_character(void **state)
{
	char text[ERR_TEXT_MAX * 2];

	(void)state;
	for (size_t lead = 0; lead < 3; lead++) {
		struct err e;
		size_t n = lead;

		memset(text, 'a', lead);
		while (n + 3 < sizeof(text)) {
			memcpy(text + n, "\xe2\x82\xac", 3);
			n += 3;
		}
		text[n] = '\0';
		err_set(&e, ERR_PARSE, "%s", text);
		n = strlen(e.text);
		assert_true(n > ERR_TEXT_MAX - 5);
		assert_string_equal(e.text + n - 3, "...");
		if ((n - 3 - lead) % 3 != 0)
			fail_msg("lead %zu: half a character", lead);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_returns_its_code),
		cmocka_unit_test(wrap_puts_context_in_front),
		cmocka_unit_test(a_file_that_is_not_there_is_a_bad_reference),
		cmocka_unit_test(errno_becomes_code_and_words),
		cmocka_unit_test(errno_words_come_last),
		cmocka_unit_test(sentence_stays_on_one_line),
		cmocka_unit_test(exact_fit_is_not_cut),
		cmocka_unit_test(wrapping_a_full_sentence_keeps_the_front),
		cmocka_unit_test(cut_leaves_no_half_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
