/* tests/unit/core/model/test_tablecheck.c - the check of tables finds what is wrong with one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>

#include "core/base/strbuf.h"
#include "tests/unit/core/model/sample.h"
#include "tests/unit/core/model/tablecheck.h"

static void
good_tables_pass(void **state)
{
	struct strbuf found;

	(void)state;
	strbuf_init(&found);
	tablecheck_schema(&sample_schema, &found);
	assert_string_equal(found.text, "");
	strbuf_fini(&found);
}

struct bad {
	struct object	 obj;
	uint32_t	 n;
	char		*text, *other;
	bool		 flag;
	uint64_t	 big;
};

static const char *const three[] = { "a", "b", "c", NULL };

static const struct prop bad_props[] = {
	{ .name = "b-first", .kind = PROP_U32, .off = offsetof(struct bad, n),
	  .min = 5, .max = 4, .help = "range upside down" },
	{ .name = "b-first", .kind = PROP_STRING,
	  .off = offsetof(struct bad, other), .help = "the same name" },
	{ .name = "flag", .kind = PROP_BOOL, .off = offsetof(struct bad, flag),
	  .names = three, .help = "three words" },
	{ .name = "long", .kind = PROP_STRING, .refused = "no reason",
	  .help = "a sentence, which it should not be." },
	{ .name = "mode", .kind = PROP_ENUM, .names = three, .dflt = "d",
	  .refused = "no reason", .help = "its default is no word of it" },
	{ .name = "place", .kind = PROP_U32, .off = offsetof(struct bad, n),
	  .flags = PROP_POSITION, .help = "not always written, shared" },
	{ .name = "ref", .kind = PROP_REF, .off = offsetof(struct bad, text),
	  .ref = "no type", .help = "leads nowhere" },
	{ .name = "rule", .kind = PROP_RULE, .refused = "no reason",
	  .help = "nothing to refuse" },
	{ .name = "silent", .kind = PROP_U64, .off = offsetof(struct bad, big) },
	{ .name = NULL }
};

static const struct type bad_type = {
	.words = "bad", .title = "Bad", .size = sizeof(struct bad),
	.props = bad_props,
};

static const struct type *const bad_types[] = { &bad_type, NULL };
static const struct schema bad_schema = { .types = bad_types };

static void
bad_tables_are_told_row_by_row(void **state)
{
	struct strbuf found;

	(void)state;
	strbuf_init(&found);
	tablecheck_schema(&bad_schema, &found);
	assert_string_equal(found.text,
	    "bad: -: has no title or no help\n"
	    "bad: b-first: range does not fit the kind\n"
	    "bad: b-first: is there twice\n"
	    "bad: flag: a word does not read back\n"
	    "bad: flag: has not two words\n"
	    "bad: long: has help that is not one line\n"
	    "bad: mode: is refused and does not take its default\n"
	    "bad: place: is a position but not always written\n"
	    "bad: place: shares storage with another row\n"
	    "bad: ref: refers to no type of the schema\n"
	    "bad: rule: is refused and does not say so\n"
	    "bad: silent: has no help\n");
	strbuf_fini(&found);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_tables_pass),
		cmocka_unit_test(bad_tables_are_told_row_by_row),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
