/* tests/unit/core/rest/test_objdiff.c - what a change of an object is, and what
 * is not told of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/rest/objdiff.h"
#include "core/rest/objjson.h"
#include "tests/unit/core/model/sample.h"
#include "tests/unit/core/rest/restkit.h"

static struct draft *draft;
static struct objjson_view view;
static struct json *shown;

static int
setup(void **state)
{
	(void)state;
	draft = NULL;
	shown = NULL;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	json_free(&shown);
	draft_free(&draft);
	return 0;
}

static const struct object *
one(const char *text, const struct type *t, const char *name)
{
	struct diag out;

	draft = sample_draft(text, &out);
	assert_int_equal(out.errors, 0);
	diag_fini(&out);
	view = (struct objjson_view){ .draft = draft };
	return draft_find(draft, t, name);
}

static const struct object *
also(const char *text, const struct type *t, const char *name)
{
	static struct draft *other;
	struct object *copy;
	struct diag out;

	other = sample_draft(text, &out);
	diag_fini(&out);
	copy = object_clone(draft_find(other, t, name));
	draft_free(&other);
	return copy;
}

static void
differences_are_the_rows_and_items_that_differ(void **state)
{
	const struct object *was = one("test site s1 { }\ntest box big b {\n"
	    "    site s1\n    rate 17\n    labels { x y }\n    slots {\n"
	    "        a { note \"one\" order 3 }\n        b { note \"two\" order 4 }\n"
	    "        c { note \"three\" order 5 }\n    }\n}\n", &sample_box_big,
	    "/Common/b");
	const struct object *now = also("test site s1 { }\ntest box big b {\n"
	    "    site s1\n    rate 18\n    labels { x y }\n    slots {\n"
	    "        a { note \"more\" order 3 }\n"
	    "        c { note \"three\" order 5 }\n"
	    "        d { note \"new\" order 6 }\n"
	    "    }\n}\n", &sample_box_big, "/Common/b");
	struct json *new;
	struct object *gone;
	char *text;

	(void)state;
	objdiff_json(&view, was, now, &shown, &new);
	text = json_line(shown);
	assert_string_equal(text, "{\"rate\":17,\"slots\":[{\"name\":\"a\","
	    "\"note\":\"one\"},{\"name\":\"b\",\"note\":"
	    "\"two\",\"order\":4}]}");
	free(text);
	text = json_line(new);
	assert_string_equal(text, "{\"rate\":18,\"slots\":[{\"name\":\"a\","
	    "\"note\":\"more\"},{\"name\":\"d\",\"note\":"
	    "\"new\",\"order\":6}]}");
	free(text);
	json_free(&new);
	memcpy(&gone, &now, sizeof(gone));
	object_unref(&gone);
}

/* A secret is not told, nor that it is another one. */
static void
differences_hold_no_secrets(void **state)
{
	const struct object *was = one("test gauge fast g { password one }\n",
	    &sample_gauge_fast, "/Common/g");
	const struct object *now = also("test gauge fast g {\n"
	    "    password two\n    interval 9\n}\n", &sample_gauge_fast,
	    "/Common/g");
	struct json *new;
	struct object *gone;
	char *text;

	(void)state;
	objdiff_json(&view, was, now, &shown, &new);
	text = json_line(new);
	assert_string_equal(text, "{\"interval\":9}");
	free(text);
	json_free(&new);
	memcpy(&gone, &now, sizeof(gone));
	object_unref(&gone);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)


int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(differences_are_the_rows_and_items_that_differ),
		TEST(differences_hold_no_secrets),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
