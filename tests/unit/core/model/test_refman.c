/* tests/unit/core/model/test_refman.c - the manual says what the tables say.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/refman.h"
#include "core/model/type.h"
#include "tests/unit/core/model/sample.h"

static char *
manual(void)
{
	struct strbuf b;

	strbuf_init(&b);
	refman_write(&b, &sample_schema);
	return strbuf_take(&b);
}

static void
expect_lines(const char *text, const char *const *lines)
{
	for (size_t i = 0; lines[i] != NULL; i++)
		if (strstr(text, lines[i]) == NULL)
			fail_msg("the manual lacks\n%s", lines[i]);
}

static void
every_kind_of_row_is_described(void **state)
{
	static const char *const lines[] = {
		"\n## test box big\n\nholds much\n",
		"\n| `address` | address | `any` | where it answers |\n",
		"\n| `colours` | list of `red` `green` `blue` | `red blue` | how "
		"it is painted |\n",
		"\n| `enabled`, `disabled` | the word alone | `enabled` | takes "
		"part |\n",
		"\n| `labels` | list, 0..5 of them | none | what stands on it "
		"|\n",
		"\n| `mode` | `round` `square` `oval` | `square` | its shape |\n",
		"\n| `rate` | 10..18446744073709551615 bit/s or `auto` | `auto` "
		"| how fast |\n",
		"\n| `rule` | monitor rule | `default` | what must read well "
		"|\n",
		"\n| `site` | a `test site` | must be given | where it is |\n",
		"\n| `spare` | kind and name of a `test box` | none | what takes "
		"its place |\n",
		"\n### test box big: slots\n\nof a box\n",
		"\n### test box big: slots: pins\n\nin a slot\n",
		"\n| `order` | 0..65535 | its place in the list | its place |\n",
		"\n| `interval` | 1..86400 s | `30` | how often |\n",
		"\n| `password` | text up to 8 octets | none | what it says "
		"(secret) |\n",
		"\n| `threads` | 1..64 or `auto` | `auto` | how many (ours) |\n",
		NULL
	};
	char *text = manual();

	(void)state;
	expect_lines(text, lines);
	free(text);
}

static void
types_are_told_by_all_their_words(void **state)
{
	static const struct prop props[] = {
		{ .name = "stands-in", .kind = PROP_REF, .off =
		  sizeof(struct object), .ref = "test site or test box",
		  .help = "what it is in" },
		{ .name = NULL }
	};
	static const struct type crate = { .words = "test boxes crate",
	    .also = "test crate", .props = props, .help = "made of wood" };
	static const struct type *const types[] = { &crate, NULL };
	static const char *const lines[] = {
		"\n## test boxes crate\n\nmade of wood\n\nAlso written `test "
		"crate`.\n",
		"\n| `stands-in` | a `test site` or `test box` | none | what it "
		"is in |\n",
		NULL
	};
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	refman_write(&b, &(struct schema){ .types = types });
	expect_lines(b.text, lines);
	strbuf_fini(&b);
}

static void
what_is_refused_is_listed_with_its_reason(void **state)
{
	static const char *const lines[] = {
		"\n| `tariff` | `7` | nobody pays |\n",
		"\n| `extras` | none | boxes are plain |\n",
		"\n| `test lens` | there is no light |\n", NULL
	};
	char *text = manual();

	(void)state;
	expect_lines(text, lines);
	assert_null(strstr(text, "## test lens"));
	assert_null(strstr(text, "| what it costs |"));
	free(text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_row_is_described),
		cmocka_unit_test(types_are_told_by_all_their_words),
		cmocka_unit_test(what_is_refused_is_listed_with_its_reason),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
