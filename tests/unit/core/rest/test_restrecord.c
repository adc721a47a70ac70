/* tests/unit/core/rest/test_restrecord.c - what stands on record: old and new of
 * a change of few objects, the names alone of many.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/store.h"
#include "core/rest/restchange.h"
#include "core/rest/restundo.h"
#include "tests/unit/core/model/sample.h"
#include "tests/unit/core/rest/commitkit.h"

/* The n-th line of the audit file, from 0. */
static struct json *
line_at(unsigned n)
{
	char *text = commitkit_read_audit(), *at = text;
	struct json *j;

	while (n-- > 0)
		at = strchr(at, '\n') + 1;
	j = json_parse(at, strcspn(at, "\n"), NULL);
	free(text);
	assert_non_null(j);
	return j;
}

static void
old_and_new_stand_side_by_side(void **state)
{
	struct json *j;

	(void)state;
	assert_int_equal(commitkit_set("s2", "three", ""), 200);
	assert_int_equal(commitkit_set("s9", "made", ""), 200);
	assert_int_equal(commitkit_delete("s9"), 200);
	j = line_at(0);
	assert_true(restkit_says(j, "changes/0/object",
	    "test site /Common/s2"));
	assert_true(restkit_says(j, "changes/0/old/note", "two"));
	assert_true(restkit_says(j, "changes/0/new/note", "three"));
	assert_true(restkit_counts(j, "time", 1000000));
	assert_true(restkit_says(j, "method", "PATCH"));
	json_free(&j);
	j = line_at(1);
	assert_non_null(restkit_at(j, "changes/0/old"));
	assert_null(json_get_text(restkit_at(j, "changes/0/old")));
	assert_true(restkit_says(j, "changes/0/new/note", "made"));
	json_free(&j);
	j = line_at(2);
	assert_true(restkit_says(j, "changes/0/old/note", "made"));
	assert_null(restkit_at(j, "changes/0/new/note"));
	json_free(&j);
}

/* Makes so many sites in one change. */
static int
make_many(unsigned count, const char *target)
{
	struct restrequest q = restkit_request("POST", target, NULL);
	const struct restcommit_ask ask = { .q = &q, .role = RESTPEER_ADMIN };
	struct draft *d = store_draft(commitkit_store);
	int rc;

	for (unsigned i = 0; i < count; i++) {
		char name[32];
		struct object *o;

		(void)snprintf(name, sizeof(name), "/Common/m%u", i);
		o = object_new(&sample_site, name);
		draft_put(d, &o);
	}
	restreply_fini(&commitkit_reply);
	commitkit_reply = (struct restreply){ 0 };
	rc = restcommit_make(commitkit, &d, &ask, &commitkit_reply);
	restcommit_audit(commitkit, &q, &commitkit_reply);
	restrequest_fini(&q);
	return rc;
}

static void
of_many_objects_stand_the_names_and_there_is_no_way_back(void **state)
{
	struct json *j;

	(void)state;
	assert_int_equal(make_many(RESTCHANGE_OBJECTS_MAX + 1,
	    "/x?confirm-within=9"), 400);
	assert_non_null(strstr(commitkit_said(), "a change of more than 1000 "
	    "objects cannot wait"));
	commitkit_expect("m0", "absent");
	assert_int_equal(make_many(RESTCHANGE_OBJECTS_MAX + 1, "/x"), 0);
	commitkit_expect("m1000", NULL);
	j = line_at(1);
	assert_int_equal(json_count(json_find(j, "changes")),
	    RESTCHANGE_OBJECTS_MAX + 1);
	assert_null(restkit_at(j, "changes/0/new"));
	json_free(&j);
	assert_int_equal(commitkit_post(restundo_post, NULL), 409);
	assert_non_null(strstr(commitkit_said(), "it is of 1001 objects"));
}

/* As many as are remembered. */
static void
a_thousand_can_be_taken_back(void **state)
{
	(void)state;
	assert_int_equal(make_many(RESTCHANGE_OBJECTS_MAX, "/x"), 0);
	commitkit_expect("m999", NULL);
	assert_int_equal(commitkit_post(restundo_post, NULL), 200);
	commitkit_expect("m999", "absent");
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, \
	commitkit_setup, commitkit_teardown)
	static const struct CMUnitTest tests[] = {
		RULE(old_and_new_stand_side_by_side),
		RULE(of_many_objects_stand_the_names_and_there_is_no_way_back),
		RULE(a_thousand_can_be_taken_back),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
