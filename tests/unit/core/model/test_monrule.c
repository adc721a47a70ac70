/* tests/unit/core/model/test_monrule.c - monitor rules, with and without braces.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/prop.h"
#include "tests/unit/core/model/sample.h"

static const struct prop *
rule_row(void)
{
	return prop_find(sample_box_big.props, "rule", NULL);
}

static void
every_form_is_read_and_written_in_one(void **state)
{
	static const struct { const char *text, *want; } pair[] = {
		{ "a", "/Common/a" }, { " b and a ", "/Common/a and /Common/b" },
		{ "min 1 of { a b } ", "min 1 of { /Common/a /Common/b }" },
		{ "min 2 of b a", "min 2 of { /Common/a /Common/b }" },
		{ "min 1 of {\n  a\n}", "min 1 of { /Common/a }" },
		{ "require 2 from 3 { /x/a }", "require 2 from 3 { /x/a }" },
		{ "require 1 from 1 a", "require 1 from 1 { /Common/a }" },
		{ "\"a b\" and min", "\"/Common/a b\" and /Common/min" },
		{ "require", "/Common/require" },
		{ "none", "default" }, { "default ", "default" },
		{ "", "default" },
	};
	struct object *o = object_new(&sample_box_big, "/Common/b");

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(pair); i++) {
		struct err e;
		char *text;

		if (prop_set(rule_row(), o, pair[i].text, &e) != 0)
			fail_msg("%s: %s", pair[i].text, e.text);
		text = prop_format(rule_row(), o);
		assert_string_equal(text, pair[i].want);
		assert_int_equal(prop_set(rule_row(), o, text, &e), 0);
		free(text);
	}
	object_unref(&o);
}

static void
wrong_rules_are_told_and_change_nothing(void **state)
{
	static const struct { const char *text; int code; const char *why; }
	    bad[] = {
		{ "a b", ERR_PARSE, "rule: \"and\" expected" },
		{ "a and", ERR_PARSE, "rule: the name of a monitor expected" },
		{ "a and a", ERR_EXISTS, "rule: \"/Common/a\" is there twice" },
		{ "min 1 a", ERR_PARSE, "rule: \"of\" expected" },
		{ "min 0 of a", ERR_RANGE, "rule: 0 is outside 1..65535" },
		{ "min 1x of a", ERR_PARSE, "rule: \"1x\" is not a number" },
		{ "min 99999999999999999999 of a", ERR_RANGE,
		  "rule: 99999999999999999999 is outside 1..65535" },
		{ "min 3 of { a b }", ERR_RANGE, "rule: min 3 is outside 1..2, "
		  "the number of monitors" },
		{ "min 1 of { a", ERR_PARSE, "rule: \"}\" expected" },
		{ "min 1 of a }", ERR_PARSE, "rule: the end expected" },
		{ "min 1 of { a } b", ERR_PARSE, "rule: the end expected" },
		{ "min 1 of { }", ERR_PARSE,
		  "rule: the name of a monitor expected" },
		{ "require 3 from 2 a", ERR_RANGE, "rule: require 3 is outside "
		  "1..2, the number of probers" },
		{ "require 1 from 2 { a b }", ERR_RANGE, "rule: require takes "
		  "one monitor, not 2" },
		{ "require 1 of a", ERR_PARSE, "rule: \"from\" expected" },
		{ "\"a", ERR_PARSE, "rule: the name of a monitor expected" },
		{ "{ a }", ERR_PARSE, "rule: the name of a monitor expected" },
		{ "/Common/", ERR_PARSE,
		  "rule: name \"/Common/\" is not a path" },
	};
	struct object *o = object_new(&sample_box_big, "/Common/b");
	char *text;

	(void)state;
	assert_int_equal(prop_set(rule_row(), o, "min 1 of x", NULL), 0);
	for (size_t i = 0; i < OBJ_COUNT(bad); i++) {
		struct err e = { 0 };

		assert_int_equal(prop_set(rule_row(), o, bad[i].text, &e),
		    bad[i].code);
		assert_string_equal(e.text, bad[i].why);
	}
	text = prop_format(rule_row(), o);
	assert_string_equal(text, "min 1 of { /Common/x }");
	free(text);
	object_unref(&o);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_is_read_and_written_in_one),
		cmocka_unit_test(wrong_rules_are_told_and_change_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
