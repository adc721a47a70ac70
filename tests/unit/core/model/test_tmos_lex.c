/* tests/unit/core/model/test_tmos_lex.c - tokens and where they stand.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/obj.h"
#include "core/model/tmos_lex.h"
#include "tests/unit/core/model/sample.h"

/* Tokens as text, one a line: what, line:column, word. */
static void
expect_tokens(const char *text, size_t len, const char *want,
    const char *findings)
{
	static const char *const names[] = {
		"word", "quoted", "{", "}", "newline", "end"
	};
	const struct diag_pos pos = { .file = "f", .line = 1 };
	struct tmos_lex l;
	struct strbuf b;
	struct diag out;

	diag_init(&out);
	strbuf_init(&b);
	tmos_lex_init(&l, text, len, &pos, &out);
	do {
		(void)tmos_lex_next(&l);
		strbuf_printf(&b, "%s %u:%u%s%s\n", names[l.token], l.pos.line,
		    l.pos.column, l.token <= TMOS_QUOTED ? " " : "",
		    l.word.text);
	} while (l.token != TMOS_END);
	assert_string_equal(b.text, want);
	sample_expect(&out, findings);
	tmos_lex_fini(&l);
	strbuf_fini(&b);
	diag_fini(&out);
}

static void
places_count_lines_and_columns(void **state)
{
	static const char text[] =
	    "gtm pool \"a\nb\" {\r\n\t# {\n    ttl 5}#x\n";

	(void)state;
	expect_tokens(text, sizeof(text) - 1,
	    "word 1:1 gtm\nword 1:5 pool\nquoted 1:10 a\nb\n{ 2:4\n"
	    "newline 2:6\nnewline 3:5\nword 4:5 ttl\nword 4:9 5\n} 4:10\n"
	    "newline 4:13\nend 5:1\n", "");
}

static void
a_hash_inside_a_word_is_no_comment(void **state)
{
	(void)state;
	expect_tokens("a#b \\#c #d", 10,
	    "word 1:1 a#b\nword 1:5 #c\nend 1:11\n", "");
}

static void
an_open_quote_ends_with_its_line(void **state)
{
	(void)state;
	expect_tokens("a \"b c\nd", 8,
	    "word 1:1 a\nquoted 1:3 b c\nnewline 1:7\nword 2:1 d\nend 2:2\n",
	    "f:1:3: error: this quote is never closed\n");
}

static void
octet_0_is_told_and_skipped(void **state)
{
	(void)state;
	expect_tokens("a\0\0b \"c\0d\"", 10,
	    "word 1:1 a\nword 1:4 b\nquoted 1:6 c\nend 1:11\n",
	    "f:1:2: error: octet 0 is not text\n"
	    "f:1:6: error: octet 0 in a quoted text\n");
}

/* Braces in Tcl's quotes, comments and escapes do not count. */
static void
a_raw_body_ends_with_its_own_brace(void **state)
{
	static const struct { const char *text; size_t len; } body[] = {
		{ "{ a { b } c } d", 11 }, { "{ \"}\" }", 5 },
		{ "{\n# }\n}", 5 }, { "{ x ;# }\n }", 9 }, { "{ \\} }", 4 },
		{ "{ \"\\\"}\" }", 7 }, { "{ a#} ", 3 }, { "{ {", 2 },
	};
	const struct diag_pos pos = { .line = 1 };

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(body); i++) {
		struct tmos_lex l;
		const char *raw;
		size_t len;

		tmos_lex_init(&l, body[i].text, strlen(body[i].text), &pos,
		    NULL);
		assert_int_equal(tmos_lex_next(&l), TMOS_OPEN);
		tmos_lex_raw(&l, &raw, &len);
		assert_int_equal(len, body[i].len);
		assert_int_equal(tmos_lex_next(&l),
		    i == OBJ_COUNT(body) - 1 ? TMOS_END : TMOS_CLOSE);
		tmos_lex_fini(&l);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_count_lines_and_columns),
		cmocka_unit_test(a_hash_inside_a_word_is_no_comment),
		cmocka_unit_test(an_open_quote_ends_with_its_line),
		cmocka_unit_test(octet_0_is_told_and_skipped),
		cmocka_unit_test(a_raw_body_ends_with_its_own_brace),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
