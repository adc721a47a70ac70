/* tests/unit/core/rest/test_restwrite.c - POST, PATCH, PUT and DELETE into a
 * draft.
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
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/rest/restplace.h"
#include "core/rest/restread.h"
#include "core/rest/restreply.h"
#include "core/rest/restwrite.h"
#include "tests/unit/core/model/sample.h"
#include "tests/unit/core/rest/restkit.h"

#define TM	"/mgmt/tm/test/"

static const char text[] =
    "test site s1 { note \"one\" }\n"
    "test box big b { site s1\n rate 99\n slots { x { note \"n\" } } }\n"
    "test gauge slow p { interval 5 }\n"
    "test gauge slow g { defaults-from p\n timeout 50\n password hush }\n";

static struct draft *draft;
static struct restreply reply;
static struct restwrite_result result;

static int
setup(void **state)
{
	struct diag out;

	(void)state;
	draft = sample_draft(text, &out);
	assert_int_equal(out.errors, 0);
	diag_fini(&out);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	restwrite_result_fini(&result);
	restreply_fini(&reply);
	draft_free(&draft);
	return 0;
}

/* 0 or the status; the draft keeps what it did. */
static int
write_if(const char *method, const char *target, const char *body,
    const char *tag)
{
	struct restrequest q = restkit_request(method, target, body);
	struct restplace at = restplace_find(&sample_schema, &q);
	struct restwrite w = { .draft = draft, .q = &q, .at = &at };
	int rc;

	restwrite_result_fini(&result);
	restreply_fini(&reply);
	q.if_match = mem_strdup(tag);
	rc = restwrite_apply(&w, &result, &reply);
	assert_int_equal(rc, reply.status);
	restrequest_fini(&q);
	return rc;
}

static int
ask(const char *method, const char *target, const char *body)
{
	return write_if(method, target, body, NULL);
}

static const struct box *
box(void)
{
	return (const void *)draft_find(draft, &sample_box_big, "/Common/b");
}

static const struct slot *
slot(const char *key)
{
	return (const void *)objlist_find(&box()->slots, key);
}

static const struct site *
site(const char *name)
{
	return (const void *)draft_find(draft, &sample_site, name);
}

static const struct gauge *
gauge(void)
{
	return (const void *)draft_find(draft, &sample_gauge_slow,
	    "/Common/g");
}

static void
a_post_makes_what_is_not_there_yet(void **state)
{
	(void)state;
	assert_int_equal(ask("POST", TM "site", "{\"name\":\"s2\","
	    "\"partition\":\"team\",\"note\":\"two\"}"), 0);
	assert_string_equal(result.name, "/team/s2");
	assert_string_equal(site("/team/s2")->note, "two");
	assert_int_equal(ask("POST", TM "site", "{\"name\":\"s2\","
	    "\"partition\":\"team\"}"), 409);
	assert_true(restkit_says(reply.body, "message", "01020066:3: The "
	    "requested Site (/team/s2) already exists in partition team."));
	assert_int_equal(ask("POST", TM "site", NULL), 400);
	assert_int_equal(ask("POST", TM "site", "{\"note\":\"x\"}"), 400);
	assert_int_equal(ask("POST", TM "site", "{\"name\":\"s3\","
	    "\"nothe\":\"x\"}"), 400);
	assert_true(restkit_says(reply.body, "message", "site /Common/s3: "
	    "unknown property nothe; did you mean note"));
	assert_null(site("/Common/s3"));
	assert_int_equal(ask("PATCH", TM "box/big/b",
	    "{\"mode\":\"flat\"}"), 400);
	assert_true(restkit_says(reply.body, "message", "big box /Common/b: "
	    "mode: \"flat\" is none of round, square, oval"));
}

static void
a_patch_changes_what_it_names_a_put_the_rest_too(void **state)
{
	(void)state;
	assert_int_equal(ask("PATCH", TM "box/big/b",
	    "{\"mode\":\"oval\"}"), 0);
	assert_int_equal(box()->mode, 2);
	assert_true(box()->rate == 99);
	assert_int_equal(ask("PUT", TM "box/big/b", "{\"site\":\"s1\"}"), 0);
	assert_int_equal(box()->mode, 1);
	assert_true(box()->rate == 0);
	assert_int_equal(box()->slots.count, 0);
	assert_int_equal(ask("PATCH", TM "site/s1", NULL), 0);
	assert_string_equal(site("/Common/s1")->note, "one");
}

/* A client that reads, changes one thing and puts everything back has read
 * inherited values and no secrets. */
static void
a_put_of_what_was_read_keeps_inheritance_and_secrets(void **state)
{
	struct objjson_view v = { .draft = draft };
	struct json *j = objjson_object(&v, &gauge()->obj);
	char *body;

	(void)state;
	assert_true(restkit_counts(j, "interval", 5));
	json_put_int(j, "timeout", 60);
	body = json_line(j);
	assert_int_equal(ask("PUT", TM "gauge/slow/g", body), 0);
	assert_int_equal(gauge()->timeout, 60);
	assert_false(object_has(&gauge()->obj, "interval"));
	assert_true(object_has(&gauge()->obj, "timeout"));
	assert_string_equal(gauge()->password, "hush");
	json_free(&j);
	free(body);
}

static void
a_value_other_than_the_parents_is_the_objects_own(void **state)
{
	(void)state;
	assert_int_equal(ask("PATCH", TM "gauge/slow/g",
	    "{\"interval\":6}"), 0);
	assert_true(object_has(&gauge()->obj, "interval"));
	assert_int_equal(ask("PATCH", TM "gauge/slow/g",
	    "{\"interval\":null}"), 0);
	assert_false(object_has(&gauge()->obj, "interval"));
}

static void
items_are_made_last_changed_alone_and_deleted(void **state)
{
	(void)state;
	assert_int_equal(ask("POST", TM "box/big/b/slots",
	    "{\"name\":\"y\"}"), 0);
	assert_string_equal(result.key, "y");
	assert_int_equal(slot("y")->order, 1);
	assert_int_equal(ask("POST", TM "box/big/b/slots",
	    "{\"name\":\"/Common/x\"}"), 409);
	assert_int_equal(ask("PATCH", TM "box/big/b/slots/~Common~y",
	    "{\"note\":\"m\"}"), 0);
	assert_string_equal(result.key, "y");
	assert_string_equal(slot("y")->note, "m");
	assert_string_equal(slot("x")->note, "n");
	assert_int_equal(ask("PUT", TM "box/big/b/slots/x", "{}"), 0);
	assert_null(slot("x")->note);
	assert_int_equal(ask("DELETE", TM "box/big/b/slots/x", NULL), 0);
	assert_null(result.key);
	assert_null(slot("x"));
	assert_int_equal(ask("PATCH", TM "box/big/b/slots/x", "{}"), 404);
	assert_int_equal(box()->slots.count, 1);
}

static void
a_delete_takes_the_object_and_leaves_built_in_ones(void **state)
{
	(void)state;
	assert_int_equal(ask("DELETE", TM "site/s1", NULL), 0);
	assert_string_equal(result.name, "/Common/s1");
	assert_null(site("/Common/s1"));
	assert_int_equal(ask("DELETE", TM "site/s1", NULL), 404);
	assert_int_equal(ask("DELETE", TM "gauge/fast/fast", NULL), 403);
	assert_int_equal(ask("DELETE", TM "knobs", NULL), 403);
}

static void
each_method_has_its_places(void **state)
{
	static const struct { const char *method, *target; } bad[] = {
		{ "POST", TM "site/s1" }, { "PATCH", TM "site" },
		{ "PUT", TM "site" }, { "DELETE", TM "site" },
		{ "PATCH", TM "box/big/b/slots" },
		{ "POST", TM "box/big/b/slots/x" },
		{ "POST", TM "site/stats" }, { "PATCH", TM "site/s1/stats" },
		{ "POST", TM "knobs" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++)
		if (ask(bad[i].method, bad[i].target,
		    "{\"name\":\"q\"}") != 405)
			fail_msg("%s %s: %d", bad[i].method, bad[i].target,
			    reply.status);
	assert_int_equal(ask("POST", TM "lens", "{\"name\":\"l\"}"), 400);
	assert_true(restkit_says(reply.body, "message", "not supported yet: "
	    "test lens: there is no light"));
}

static void
a_tag_that_is_no_longer_true_stops_the_write(void **state)
{
	char tag[32];

	(void)state;
	restread_etag(&site("/Common/s1")->obj, tag);
	assert_int_equal(write_if("PATCH", TM "site/s1", "{\"note\":\"2\"}",
	    tag), 0);
	assert_int_equal(write_if("PATCH", TM "site/s1", "{\"note\":\"3\"}",
	    tag), 412);
	assert_string_equal(site("/Common/s1")->note, "2");
	assert_int_equal(write_if("DELETE", TM "site/s1", NULL, tag), 412);
	assert_int_equal(write_if("PATCH", TM "site/s1", "{\"note\":\"4\"}",
	    "*"), 0);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_post_makes_what_is_not_there_yet),
		TEST(a_patch_changes_what_it_names_a_put_the_rest_too),
		TEST(a_put_of_what_was_read_keeps_inheritance_and_secrets),
		TEST(a_value_other_than_the_parents_is_the_objects_own),
		TEST(items_are_made_last_changed_alone_and_deleted),
		TEST(a_delete_takes_the_object_and_leaves_built_in_ones),
		TEST(each_method_has_its_places),
		TEST(a_tag_that_is_no_longer_true_stops_the_write),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
