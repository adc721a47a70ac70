/* tests/unit/wom/control/test_joblist.c - jobs are made, told, and taken away, and
 * what is no job is refused. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/wom/control/wombed.h"

#include <stdio.h>
#include <string.h>

#include "core/base/obj.h"
#include "tests/unit/core/rest/restkit.h"
#include "wom/control/joblist.h"

#define JOB	"/mgmt/tm/wom/job"

static int
start(void **state)
{
	int rc = wombed_setup(state);

	wombed_start("");
	return rc;
}

static void
a_job_is_told_as_it_was_made(void **state)
{
	(void)state;
	assert_int_equal(wombed_call("POST", JOB, "{\"name\":\"vm\","
	    "\"application\":\"http\",\"remoteEndpoint\":\"/Common/b\","
	    "\"source\":\"10.0.0.0/24\",\"destination\":\"10.1.0.9\","
	    "\"port\":8000,\"expected\":4294967296}"), 200);
	assert_int_equal(wombed_call("GET", JOB "?name=vm", NULL), 200);
	assert_true(restkit_says(wombed.reply.body, "application",
	    "/Common/http"));
	assert_true(restkit_says(wombed.reply.body, "remoteEndpoint",
	    "/Common/b"));
	assert_true(restkit_says(wombed.reply.body, "source", "10.0.0.0/24"));
	assert_true(restkit_says(wombed.reply.body, "destination",
	    "10.1.0.9/32"));
	assert_true(restkit_counts(wombed.reply.body, "port", 8000));
	assert_true(restkit_counts(wombed.reply.body, "expected",
	    4294967296));
	assert_true(restkit_counts(wombed.reply.body, "octets", 0));
	assert_null(restkit_at(wombed.reply.body, "remaining"));
	assert_int_equal(wombed_call("GET", JOB, NULL), 200);
	assert_true(restkit_says(wombed.reply.body, "items/0/name", "vm"));
	assert_int_equal(wombed_call("DELETE", JOB "?name=vm", NULL), 200);
	assert_int_equal(wombed_call("GET", JOB "?name=vm", NULL), 404);
}

static void
what_is_no_job_is_refused(void **state)
{
	static const struct {
		const char *body, *said;
		int	status;
	} row[] = {
		{ "{}", "name", 400 }, { "{\"name\":\"\"}", "name", 400 },
		{ "{\"name\":7}", "name", 400 },
		{ "{\"name\":\"a\",\"port\":65536}", "port", 400 },
		{ "{\"name\":\"a\",\"expected\":-1}", "expected", 400 },
		{ "{\"name\":\"a\",\"source\":\"x\"}", "source", 400 },
		{ "{\"name\":\"a\",\"destination\":5}", "destination", 400 },
		{ "{\"name\":\"a\",\"application\":5}", "application", 400 },
		{ "{\"name\":\"a\",\"colour\":5}", "colour", 400 },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		int status = wombed_call("POST", JOB, row[i].body);

		if (status != row[i].status ||
		    strstr(wombed_said(), row[i].said) == NULL)
			fail_msg("%s: %d %s", row[i].body, status,
			    wombed_said());
	}
	assert_int_equal(wombed_call("DELETE", JOB, NULL), 400);
	assert_int_equal(wombed_call("DELETE", JOB "?name=a", NULL), 404);
	assert_int_equal(wombed_call("PATCH", JOB, "{}"), 405);
}

static void
there_are_so_many_and_one_of_a_name(void **state)
{
	char body[64];

	(void)state;
	for (int i = 0; i < JOBLIST_MAX; i++) {
		(void)snprintf(body, sizeof(body), "{\"name\":\"j%d\"}", i);
		assert_int_equal(wombed_call("POST", JOB, body), 200);
	}
	assert_int_equal(wombed_call("POST", JOB, "{\"name\":\"j0\"}"), 409);
	assert_int_equal(wombed_call("POST", JOB, "{\"name\":\"more\"}"),
	    503);
	assert_int_equal(wombed_call("DELETE", JOB "?name=j7", NULL), 200);
	assert_int_equal(wombed_call("POST", JOB, "{\"name\":\"more\"}"),
	    200);
	assert_int_equal(wombed_call("GET", JOB "?name=j8", NULL), 200);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, start, \
    wombed_teardown)
	static const struct CMUnitTest tests[] = {
		RULE(a_job_is_told_as_it_was_made),
		RULE(what_is_no_job_is_refused),
		RULE(there_are_so_many_and_one_of_a_name),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
