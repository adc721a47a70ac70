/* tests/unit/zones/test_zonelex.c - entries and words.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "zones/zonelex.h"

/* All entries of a text as "line[+]:text" or "line!error", one a line; + says
 * that the entry is indented. */
static char *
entries(const char *text, size_t len)
{
	struct zonelex_entry en;
	struct zonelex l;
	struct strbuf b;

	strbuf_init(&b);
	zonelex_init(&l, text, len);
	while (zonelex_next(&l, &en)) {
		strbuf_printf(&b, "%u%s%s", en.line, en.indented ? "+" : "",
		    en.error != NULL ? "!" : ":");
		if (en.error != NULL)
			strbuf_add(&b, en.error);
		else
			strbuf_add_len(&b, en.text.p, en.text.len);
		strbuf_add_char(&b, '\n');
	}
	zonelex_fini(&l);
	return strbuf_take(&b);
}

static void
entries_end_where_rfc1035_says(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "" }, { "\n \t\n;c\n", "" }, { "a b", "1:a b\n" },
		{ "a  b \n\tc\n", "1:a  b\n2+:c\n" },
		{ "a ; b\nc\n", "1:a\n2:c\n" },
		{ "a (b ; x )\n  c)\nd", "1:a  b    c\n3:d\n" },
		{ "a ((b)\n)\nc", "1:a   b\n3:c\n" },
		{ "a \"b;(c\" d\n", "1:a \"b;(c\" d\n" },
		{ "a \"b\\\"c\" d\n", "1:a \"b\\\"c\" d\n" },
		{ "a\\;b \\( c\n", "1:a\\;b \\( c\n" },
		{ "a b\r\nc\r\n", "1:a b\n2:c\n" },
		{ "a\\ \nb", "1:a\\ \n2:b\n" },
		/* errors end with their line and hide nothing behind them */
		{ "a )\nb\n", "1!\")\" without \"(\"\n2:b\n" },
		{ "a (\nb\n", "1!\"(\" without \")\"\n" },
		{ "a \"b\nc\n", "1!quoted string goes over the end of the line\n"
		    "2:c\n" },
		{ "a \"b", "1!quoted string without an end\n" },
		{ "a \\\nb", "1!backslash at the end of the line\n2:b\n" },
		{ "( a\nb \"c\nd", "1!quoted string goes over the end of the "
		    "line\n3:d\n" },
	};
	char *got;
	size_t i;

	(void)state;
	for (i = 0; i < OBJ_COUNT(rows); i++) {
		got = entries(rows[i].text, strlen(rows[i].text));
		assert_string_equal(got, rows[i].want);
		free(got);
	}
}

static void
zero_octets_are_refused(void **state)
{
	char *got = entries("a\0b\nc \"\0\"\nd", 11);

	(void)state;
	assert_string_equal(got, "1!a zero octet in the text\n"
	    "2!a zero octet in the text\n3:d\n");
	free(got);
}

static void
words_keep_quotes_and_escapes(void **state)
{
	static const char *const want[] = { "a", "\"b c\"d", "e\\ f", "g" };
	static const char text[] = "  a \t\"b c\"d e\\ f g ";
	struct zonelex_text t = { text, sizeof(text) - 1 }, w;
	size_t i;

	(void)state;
	for (i = 0; i < OBJ_COUNT(want); i++) {
		assert_true(zonelex_word(&t, &w));
		assert_int_equal(w.len, strlen(want[i]));
		assert_memory_equal(w.p, want[i], w.len);
	}
	assert_false(zonelex_word(&t, &w));
	w = (struct zonelex_text){ "In", 2 };
	assert_true(zonelex_is(&w, "IN"));
	assert_false(zonelex_is(&w, "INN"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_end_where_rfc1035_says),
		cmocka_unit_test(zero_octets_are_refused),
		cmocka_unit_test(words_keep_quotes_and_escapes),
	};

	return cmocka_run_group_tests_name("zones/zonelex", tests, NULL, NULL);
}
