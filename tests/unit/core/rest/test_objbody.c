/* tests/unit/core/rest/test_objbody.c - bodies over objects, there and back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/rest/objbody.h"
#include "core/rest/objjson.h"
#include "tests/unit/core/model/sample.h"

static int
apply(struct object *o, const char *body, struct err *e)
{
	struct json *j = json_parse(body, strlen(body), e);
	int rc;

	assert_non_null(j);
	rc = objbody_apply(o, j, NULL, e);
	json_free(&j);
	return rc;
}

static void
every_kind_is_set_and_read_back_the_same(void **state)
{
	static const char body[] = "{\"address\":\"192.0.2.1\","
	    "\"colours\":[\"green\"],\"disabled\":true,\"labels\":[\"b\","
	    "\"a\"],\"apiRawValues\":{\"mark lid x\":\"\",\"mark side\":\"a = b\"},"
	    "\"mode\":\"oval\",\"rate\":4000000000000,"
	    "\"rule\":\"min 1 of  /Common/g1 /Common/g2\",\"site\":\"s1\","
	    "\"slots\":[{\"name\":\"x\",\"note\":\"n\",\"pins\":[\"p\"]},"
	    "{\"name\":\"w\"}],\"spare\":\"big /Common/c\"}";
	struct object *o = object_new(&sample_box_big, "/Common/b");
	struct object *again = object_new(&sample_box_big, "/Common/b");
	const struct box *b = (const struct box *)o;
	struct draft *d = draft_new(&sample_schema, NULL);
	struct objjson_view v = { .draft = d, .expand = true };
	struct json *shown;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(apply(o, body, &e), 0);
	assert_false(b->enabled);
	assert_string_equal(b->site, "/Common/s1");
	assert_string_equal(b->labels.v[0], "a");
	assert_true(b->rate == UINT64_C(4000000000000));
	assert_int_equal(b->rule.kind, MONRULE_MIN);
	/* x was first in the array, w sorts first in the list. */
	assert_int_equal(((const struct slot *)b->slots.v[0])->order, 1);
	assert_int_equal(((const struct slot *)b->slots.v[1])->order, 0);
	shown = objjson_object(&v, o);
	assert_null(json_find(shown, "enabled"));
	assert_true(json_get_bool(json_find(shown, "disabled")));
	assert_string_equal(json_get_text(json_find(json_item(json_find(shown,
	    "slots"), 0), "name")), "x");
	assert_int_equal(objbody_apply(again, shown, NULL, &e), 0);
	assert_true(object_equal(o, again));
	json_free(&shown);
	object_unref(&o);
	object_unref(&again);
	draft_free(&d);
}

static void
what_does_not_fit_is_named(void **state)
{
	static const struct { const char *body; int code; const char *says; }
	bad[] = {
		{ "{\"labls\":[]}", ERR_UNKNOWN, "did you mean labels" },
		{ "{\"labels\":[1]}", ERR_PARSE, "labels" },
		{ "{\"labels\":[\"forbidden\"]}", ERR_RANGE, "labels" },
		{ "{\"apiRawValues\":[]}", ERR_PARSE, "apiRawValues" },
		{ "{\"apiRawValues\":{\"mark a\":1}}", ERR_PARSE,
		    "mark a" },
		{ "{\"apiRawValues\":{\"mark\":\"a\"}}", ERR_UNKNOWN,
		    "\"mark\"" },
		{ "{\"apiRawValues\":{\"labels a\":\"b\"}}", ERR_UNKNOWN,
		    "labels a" },
		{ "{\"apiRawValues\":{\"mark a=b\":\"b\"}}", ERR_PARSE,
		    "mark" },
		{ "{\"rate\":5}", ERR_RANGE, "rate" },
		{ "{\"rate\":1.5}", ERR_PARSE, "rate" },
		{ "{\"rate\":true}", ERR_PARSE, "rate" },
		{ "{\"mode\":\"flat\"}", ERR_UNKNOWN, "mode" },
		{ "{\"enabled\":1}", ERR_PARSE, "enabled" },
		{ "{\"enabled\":true,\"disabled\":true}", ERR_CONFLICT,
		    "contradict" },
		{ "{\"disabled\":false,\"enabled\":false}", ERR_CONFLICT,
		    "contradict" },
		{ "{\"extras\":[{\"name\":\"x\"}]}", ERR_UNSUPPORTED,
		    "boxes are plain" },
		{ "{\"slots\":[{\"note\":\"x\"}]}", ERR_PARSE, "slots: name" },
		{ "{\"slots\":[\"a\",\"a\"]}", ERR_EXISTS, "twice" },
		{ "{\"slots\":{}}", ERR_PARSE, "slots" },
		{ "{\"slotsReference\":{\"items\":3}}", ERR_PARSE, "slots" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct object *o = object_new(&sample_box_big, "/Common/b");
		struct err e = { 0 };

		if (apply(o, bad[i].body, &e) != bad[i].code ||
		    strstr(e.text, bad[i].says) == NULL)
			fail_msg("%s: %d \"%s\"", bad[i].body, e.code, e.text);
		object_unref(&o);
	}
}

/* A change of one key leaves the others; none and null end one. */
static void
pairs_are_changed_one_by_one(void **state)
{
	struct object *o = object_new(&sample_box_big, "/Common/b");
	const struct strlist *l = &((const struct box *)o)->marks;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(apply(o, "{\"apiRawValues\":{\"mark a\":\"1\","
	    "\"mark b\":\"2\"}}", &e), 0);
	assert_int_equal(apply(o, "{\"apiRawValues\":{\"mark b\":\"3\","
	    "\"mark c\":\"4\"}}", &e), 0);
	assert_int_equal(l->count, 3);
	assert_string_equal(l->v[1], "b=3");
	assert_int_equal(apply(o, "{\"apiRawValues\":{\"mark a\":\"none\","
	    "\"mark b\":null}}", &e), 0);
	assert_int_equal(l->count, 1);
	assert_string_equal(l->v[0], "c=4");
	object_unref(&o);
}

static void
both_words_of_a_state_may_agree_and_null_is_the_default(void **state)
{
	struct object *o = object_new(&sample_box_big, "/Common/b");
	const struct box *b = (const struct box *)o;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(apply(o, "{\"enabled\":false,\"disabled\":true}", &e),
	    0);
	assert_false(b->enabled);
	assert_int_equal(apply(o, "{\"enabled\":true,\"disabled\":false}", &e),
	    0);
	assert_true(b->enabled);
	assert_int_equal(apply(o, "{\"mode\":\"oval\"}", &e), 0);
	assert_int_equal(apply(o, "{\"mode\":null,\"extras\":[],"
	    "\"kind\":\"x\",\"siteReference\":{\"link\":\"y\"}}", &e), 0);
	assert_int_equal(b->mode, 1);
	object_unref(&o);
}

static void
names_are_made_of_partition_folder_and_name(void **state)
{
	static const struct { const char *body, *want; } made[] = {
		{ "{\"name\":\"x\"}", "/Common/x" },
		{ "{\"name\":\"x\",\"partition\":\"t\"}", "/t/x" },
		{ "{\"name\":\"x\",\"partition\":\"t\",\"subPath\":\"f\"}",
		    "/t/f/x" },
		{ "{\"name\":\"/t/x\",\"partition\":\"Common\"}", "/t/x" },
		{ "{\"name\":\"\"}", NULL }, { "{}", NULL },
		{ "{\"name\":\"a\\u0001\"}", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		struct err e = { 0 };
		struct json *j = json_parse(made[i].body,
		    strlen(made[i].body), &e);
		char *name = objbody_name(&sample_site, j, &e);

		if (made[i].want == NULL)
			assert_null(name);
		else
			assert_string_equal(name, made[i].want);
		free(name);
		json_free(&j);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_set_and_read_back_the_same),
		cmocka_unit_test(what_does_not_fit_is_named),
		cmocka_unit_test(pairs_are_changed_one_by_one),
		cmocka_unit_test(
		    both_words_of_a_state_may_agree_and_null_is_the_default),
		cmocka_unit_test(names_are_made_of_partition_folder_and_name),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
