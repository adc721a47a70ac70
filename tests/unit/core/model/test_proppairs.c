/* tests/unit/core/model/test_proppairs.c - keys and texts: each key once, a
 * line for each. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/proppairs.h"
#include "core/model/tmos_write.h"
#include "tests/unit/core/model/sample.h"

static const struct prop *row;

static int
set_up(void **state)
{
	row = prop_find(sample_box_big.props, "mark", NULL);
	*state = object_new(&sample_box_big, "/Common/b");
	return 0;
}

static int
tear_down(void **state)
{
	struct object *o = *state;

	object_unref(&o);
	return 0;
}

static void
expect(struct object *o, const char *want)
{
	char *text = prop_format(row, o);

	assert_string_equal(text, want);
	free(text);
}

static void
a_key_has_one_text(void **state)
{
	struct object *o = *state;
	const struct strlist *l = &((struct box *)(void *)o)->marks;
	struct err e;

	assert_int_equal(proppairs_put(row, o, "side", "a = b", &e), 0);
	assert_int_equal(proppairs_put(row, o, "lid", "", &e), 0);
	expect(o, "lid= \"side=a = b\"");
	assert_int_equal(proppairs_put(row, o, "side", "c", &e), 0);
	expect(o, "lid= side=c");
	assert_true(proppairs_has(l, "side") && !proppairs_has(l, "sid"));
	assert_int_equal(proppairs_put(row, o, "lid", NULL, &e), 0);
	assert_int_equal(proppairs_put(row, o, "never", NULL, &e), 0);
	expect(o, "side=c");
	assert_int_equal(proppairs_key_len(l->v[0]), 4);
}

static void
what_is_formatted_reads_back(void **state)
{
	struct object *o = *state;
	struct err e;
	char *text;

	assert_int_equal(prop_set(row, o, "a=1 \"b=x y\" a=2", &e), 0);
	expect(o, "a=2 \"b=x y\"");
	text = prop_format(row, o);
	assert_int_equal(prop_set(row, o, text, &e), 0);
	expect(o, text);
	free(text);
	assert_int_equal(prop_set(row, o, "none", &e), 0);
	assert_true(prop_is_empty(row, o));
}

static void
words_that_are_no_pairs_are_refused(void **state)
{
	struct object *o = *state;
	char *big = mem_zalloc(5000, 1);
	struct err e;

	memset(big, 'x', 4999);
	assert_int_equal(prop_add(row, o, "word", &e), ERR_PARSE);
	assert_int_equal(prop_add(row, o, "=text", &e), ERR_RANGE);
	assert_int_equal(proppairs_put(row, o, "a=b", "c", &e), ERR_PARSE);
	assert_int_equal(proppairs_put(row, o, big, "c", &e), ERR_RANGE);
	assert_int_equal(proppairs_put(row, o, "a", big, &e), ERR_RANGE);
	assert_int_equal(prop_set(row, o, "a= b= c= d=", &e), ERR_RANGE);
	assert_string_equal(e.text, "mark: 4 entries are outside 0..3");
	assert_true(prop_is_empty(row, o));
	free(big);
}

static const char written[] =
    "test box big /Common/b {\n"
    "    mark lid \"\"\n"
    "    mark side \"a \\\"b\\\" = c\"\n"
    "    site /Common/s\n"
    "}\n";

static void
each_pair_is_a_line_of_a_file(void **state)
{
	struct strbuf b = { 0 };
	struct diag out;
	struct draft *d = sample_draft("test site s { }\n"
	    "test box big b { mark side \"a \\\"b\\\" = c\" mark lid \"\" "
	    "site s }\n", &out);
	const struct object *o = draft_find(d, &sample_box_big, "/Common/b");

	(void)state;
	assert_int_equal(out.count, 0);
	strbuf_init(&b);
	tmos_write_object(&b, o, false);
	assert_string_equal(b.text, written);
	strbuf_fini(&b);
	draft_free(&d);
	diag_fini(&out);
}

static void
lines_that_are_wrong_are_told(void **state)
{
	struct diag out;
	struct draft *d = sample_draft("test site s { }\ntest box big b {\n"
	    "mark side x\nmark side y\nmark lid\nmark { a b }\nsite s\n}\n"
	    "test box big c {\nmark none\nmark a b c\nsite s\n}\n", &out);

	(void)state;
	assert_int_equal(out.errors, 4);
	assert_non_null(strstr(out.entries[0].text, "mark: side is given "
	    "twice"));
	assert_non_null(strstr(out.entries[1].text, "mark: a key and a text"));
	assert_int_equal(out.entries[2].pos.line, 6);
	assert_int_equal(out.entries[3].pos.line, 11);
	draft_free(&d);
	diag_fini(&out);
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_key_has_one_text),
		CASE(what_is_formatted_reads_back),
		CASE(words_that_are_no_pairs_are_refused),
		cmocka_unit_test(each_pair_is_a_line_of_a_file),
		cmocka_unit_test(lines_that_are_wrong_are_told),
	};

	return cmocka_run_group_tests_name("proppairs", tests, NULL, NULL);
}
