/* tests/unit/core/model/test_tmos_tree.c - text as stanzas, lines and blocks,
 * and how reading goes on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/strbuf.h"
#include "core/model/tmos_tree.h"
#include "tests/unit/core/model/sample.h"

static void
show(const struct tmos_node *n, struct strbuf *b)
{
	for (size_t i = 0; i < n->count; i++)
		strbuf_printf(b, "%s%s", i > 0 ? " " : "", n->words[i].text);
	if (n->raw != NULL)
		strbuf_printf(b, "<%s>", n->raw);
	else if (n->block) {
		strbuf_add(b, "[");
		for (size_t i = 0; i < n->line_count; i++) {
			strbuf_add(b, i > 0 ? "|" : "");
			show(n->lines[i], b);
		}
		strbuf_add(b, "]");
	}
	if (n->damaged)
		strbuf_add(b, "!");
}

/* Stanzas as "words[line|line[...]]", ! after what is damaged. */
static void
expect_tree(const char *text, const char *want, const char *findings)
{
	const struct diag_pos pos = { .file = "f", .line = 1 };
	struct tmos_tree t;
	struct tmos_node *n;
	struct strbuf b;
	struct diag out;

	diag_init(&out);
	strbuf_init(&b);
	tmos_tree_init(&t, text, strlen(text), &pos, &out);
	while ((n = tmos_tree_next(&t)) != NULL) {
		show(n, &b);
		strbuf_add(&b, "\n");
		tmos_tree_free(&n);
	}
	assert_string_equal(b.text, want);
	sample_expect(&out, findings);
	tmos_tree_fini(&t);
	strbuf_fini(&b);
	diag_fini(&out);
}

static void
one_line_and_many_are_the_same(void **state)
{
	static const char want[] = "a b[c[d[]]|e f]\n";

	(void)state;
	expect_tree("a b { c { d { } } e f }", want, "");
	expect_tree("a b {\n  c {\n    d { }\n  }\n  e f\n}\n", want, "");
	expect_tree("a b\n{\n\n  c\n  {d{}}\n# x\ne f\n}", want, "");
}

static void
headers_without_a_name_are_words(void **state)
{
	(void)state;
	expect_tree("gtm topology ldns: not region /Common/x server: pool "
	    "/Common/p {\n    score 100\n}\ngtm a { }\n",
	    "gtm topology ldns: not region /Common/x server: pool /Common/p"
	    "[score 100]\ngtm a[]\n", "");
}

static void
rules_keep_their_body(void **state)
{
	(void)state;
	expect_tree("ltm rule /Common/r {\nwhen X {\n  # }\n  log \"{\"\n}\n}\n"
	    "gtm b { rule { c } }\n",
	    "ltm rule /Common/r<\nwhen X {\n  # }\n  log \"{\"\n}\n>\n"
	    "gtm b[rule[c]]\n", "");
	expect_tree("gtm rule r { {", "gtm rule r< {>!\n",
	    "f:1:12: error: this brace is never closed\n");
}

static void
a_lost_brace_costs_one_stanza(void **state)
{
	(void)state;
	expect_tree("gtm a {\n    b {\n        c\n}\ngtm d {\n}\n",
	    "gtm a[b[c]]!\ngtm d[]\n",
	    "f:1:7: error: this brace is never closed\n");
	expect_tree("gtm a { }\n}\ngtm d { }", "gtm a[]\ngtm d[]\n",
	    "f:2:1: error: this brace closes nothing\n");
	expect_tree("gtm a { b {", "gtm a[b[]!]!\n",
	    "f:1:11: error: this brace is never closed\n");
	expect_tree("{ x }\ngtm a { { } }", "[x]!\ngtm a[[]!]!\n",
	    "f:1:1: error: a block without words in front of it\n"
	    "f:2:9: error: a block without words in front of it\n");
}

/* 33 blocks: the innermost is not read, the rest is. */
static void
depth_has_a_limit(void **state)
{
	struct strbuf text, want;

	(void)state;
	strbuf_init(&text);
	strbuf_init(&want);
	for (int i = 0; i <= TMOS_DEPTH_MAX; i++)
		strbuf_add(&text, "a{");
	strbuf_add(&text, "x { y }");
	for (int i = 0; i <= TMOS_DEPTH_MAX; i++)
		strbuf_add(&text, "}");
	strbuf_add(&text, "\nb { }\n");
	for (int i = 0; i <= TMOS_DEPTH_MAX; i++)
		strbuf_add(&want, "a[");
	for (int i = 0; i <= TMOS_DEPTH_MAX; i++)
		strbuf_add(&want, "]!");
	strbuf_add(&want, "\nb[]\n");
	expect_tree(text.text, want.text,
	    "f:1:66: error: more than 32 blocks in one another\n");
	strbuf_fini(&text);
	strbuf_fini(&want);
}

static uint64_t
hash_of(const char *text)
{
	const struct diag_pos pos = { .line = 1 };
	struct tmos_tree t;
	struct tmos_node *n;
	struct diag out;
	uint64_t h;

	diag_init(&out);
	tmos_tree_init(&t, text, strlen(text), &pos, &out);
	n = tmos_tree_next(&t);
	h = tmos_tree_hash(n);
	tmos_tree_free(&n);
	tmos_tree_fini(&t);
	diag_fini(&out);
	return h;
}

static void
a_hash_sees_words_and_blocks_only(void **state)
{
	uint64_t h = hash_of("a b { c d }");

	(void)state;
	assert_true(hash_of("a  \"b\" {\n# x\nc d\n}") == h);
	assert_true(hash_of("a b { cd }") != h);
	assert_true(hash_of("a b { c\nd }") != h);
	assert_true(hash_of("a b { c { d } }") != h);
	assert_true(hash_of("a { b c d }") != h);
	/* Stored in journals: it may never change. */
	assert_true(h == UINT64_C(0x3f52bc4f52a87b64));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_line_and_many_are_the_same),
		cmocka_unit_test(headers_without_a_name_are_words),
		cmocka_unit_test(rules_keep_their_body),
		cmocka_unit_test(a_lost_brace_costs_one_stanza),
		cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(a_hash_sees_words_and_blocks_only),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
