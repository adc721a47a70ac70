/* tests/unit/gtmd/migrate/test_migtext.c - what others wrote, as a line gives it back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "core/base/obj.h"
#include "gtmd/migrate/migtext.h"

static void
becomes(const char *text, const char *want)
{
	char got[64];

	(void)snprintf(got, sizeof(got), "%s", text);
	migtext_tidy(got);
	assert_string_equal(got, want);
	migtext_tidy(got);
	assert_string_equal(got, want);
}

static void
characters_stay(void **state)
{
	static const char *const good[] = { "", "a b~", "\xc2\x80", "\xc3\xa4",
	    "\xe0\xa0\x80", "\xed\x9f\xbf", "\xef\xbf\xbf", "\xf0\x90\x80\x80",
	    "\xf4\x8f\xbf\xbf" };

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(good); i++)
		becomes(good[i], good[i]);
}

/* RFC 3629 section 3: overlong forms, surrogates, what is above U+10FFFF. */
static void
what_is_no_character_is_a_mark_for_each_octet(void **state)
{
	static const struct { const char *text, *want; } bad[] = {
		{ "a\nb\x1b[2J\x7f", "a?b?[2J?" },
		{ "\x80z", "?z" }, { "\xc0\xaf", "??" }, { "\xc1\xbf", "??" },
		{ "\xe0\x9f\xbf", "???" }, { "\xed\xa0\x80", "???" },
		{ "\xf0\x8f\xbf\xbf", "????" }, { "\xf4\x90\x80\x80", "????" },
		{ "\xf5\x80\x80\x80", "????" }, { "\xff", "?" },
		{ "\xc3", "?" }, { "\xe2\x82", "??" }, { "\xf0\x9f\x98", "???" },
		{ "\xc3(\xc3\xa4", "?(\xc3\xa4" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++)
		becomes(bad[i].text, bad[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters_stay),
		cmocka_unit_test(what_is_no_character_is_a_mark_for_each_octet),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
