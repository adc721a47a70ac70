/* tests/unit/gtmd/control/test_control_measure.c - measurements from outside: all of a
 * request or nothing, and what is known can be read back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/measured.h"

#include <stdlib.h>

#include "core/model/json.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "gtmd/control/control_measure.h"

/* Status and body as one line: "200 {…}"; of an error the message. */
static const char *
post(struct measured *t, const char *body)
{
	static char text[1024];
	struct restreply r = { 0 };
	struct restrequest q = { .method = RESTREQUEST_POST };
	char *line;

	assert_int_equal(restrequest_parse_body(&q, body, strlen(body), NULL),
	    0);
	control_measure_post(&(struct control_measure_in){
	    .plan = t->graph.plan }, &q, &r);
	line = json_line(r.body);
	(void)snprintf(text, sizeof(text), "%d %s", r.status, r.status == 200 ?
	    line : json_get_text(json_find(r.body, "message")));
	free(line);
	restreply_fini(&r);
	restrequest_fini(&q);
	return text;
}

static const char *
known(struct measured *t)
{
	static char text[2048];
	struct json *j = control_measure_json(t->graph.plan);
	struct json *items = json_clone(json_find(j, "items"));
	char *line = json_line(items);

	(void)snprintf(text, sizeof(text), "%s", line);
	free(line);
	json_free(&items);
	json_free(&j);
	return text;
}

static void
values_go_in_and_can_be_read(void **state)
{
	struct measured *t = *state;

	graph_put(&t->graph, SERVER("", ""));
	assert_string_equal(known(t), "[]");
	assert_string_equal(post(t, "{\"items\":["
	    "{\"virtualServer\":\"/Common/S:b\",\"connections\":12,\"ttl\":30},"
	    "{\"server\":\"/Common/S\",\"cpuUsage\":35,\"memoryAvailable\":7}]}"),
	    "200 {\"values\":3}");
	loop_advance(t->loop, &t->clk, 3 * CLOCK_S);
	assert_string_equal(known(t), "[{\"server\":\"/Common/S\","
	    "\"cpuUsage\":{\"value\":35,\"age\":3,\"ttl\":117},"
	    "\"memoryAvailable\":{\"value\":7,\"age\":3,\"ttl\":117}},"
	    "{\"virtualServer\":\"/Common/S:b\",\"connections\":{\"value\":12,"
	    "\"age\":3,\"ttl\":27}}]");
	assert_string_equal(post(t, "{\"items\":[{\"virtualServer\":"
	    "\"/Common/S:b\",\"connections\":null}]}"), "200 {\"values\":1}");
	loop_advance(t->loop, &t->clk, 120 * CLOCK_S);
	assert_string_equal(known(t), "[]");
}

static void
each_name_is_read_as_members_are(void **state)
{
	struct measured *t = *state;

	graph_put(&t->graph, "gtm datacenter dc { }\n"
	    "gtm server S { datacenter dc\n virtual-servers { v:80 { "
	    "destination 10.0.0.1:80 } } }\n"
	    "gtm server S:v { datacenter dc\n virtual-servers { 80 { "
	    "destination 10.0.0.2:80 } } }\n");
	assert_string_equal(post(t, "{\"items\":[{\"virtualServer\":"
	    "\"/Common/S:v:80\",\"score\":5}]}"), "200 {\"values\":1}");
	assert_string_equal(known(t), "[{\"virtualServer\":\"/Common/S:v:80\","
	    "\"score\":{\"value\":5,\"age\":0,\"ttl\":120}}]");
}

static void
what_is_wrong_is_told_and_nothing_is_taken(void **state)
{
#define GOOD	"{\"items\":[{\"server\":\"/Common/S\",\"cpuUsage\":1},"
	static const struct { const char *body, *want; } row[] = {
		{ "{}", "400 items: a list is expected" },
		{ "{\"items\":{}}", "400 items: a list is expected" },
		{ GOOD "7]}", "400 items: each has either \"server\", "
		  "\"virtualServer\" or \"resolver\"" },
		{ GOOD "{\"cpuUsage\":3}]}", "400 items: each has either "
		  "\"server\", \"virtualServer\" or \"resolver\"" },
		{ GOOD "{\"server\":\"/Common/S\",\"virtualServer\":"
		  "\"/Common/S:a\"}]}", "400 items: each has either "
		  "\"server\", \"virtualServer\" or \"resolver\"" },
		{ GOOD "{\"server\":\"/Common/X\"}]}",
		  "404 server: there is no server \"/Common/X\"" },
		{ GOOD "{\"virtualServer\":\"/Common/S:x\"}]}", "404 "
		  "virtualServer: there is no virtual server \"/Common/S:x\"" },
		{ GOOD "{\"virtualServer\":\"/Common/S\"}]}", "404 "
		  "virtualServer: there is no virtual server \"/Common/S\"" },
		{ GOOD "{\"virtualServer\":\"/Common/S:a\",\"cpuUsage\":1}]}",
		  "400 cpuUsage: is not measured of a virtual server" },
		{ GOOD "{\"server\":\"/Common/S\",\"score\":1}]}",
		  "400 score: is not measured of a server" },
		{ GOOD "{\"server\":\"/Common/S\",\"cpuUsage\":101}]}", "400 "
		  "cpuUsage: a whole number in 0..100 (% CPU) is expected" },
		{ GOOD "{\"server\":\"/Common/S\",\"connections\":-1}]}",
		  "400 connections: a whole number in 0..9007199254740992 "
		  "(connections) is expected" },
		{ GOOD "{\"server\":\"/Common/S\",\"connections\":1.5}]}",
		  "400 connections: a whole number in 0..9007199254740992 "
		  "(connections) is expected" },
		{ GOOD "{\"server\":\"/Common/S\",\"ttl\":0}]}",
		  "400 ttl: seconds in 1..604800 are expected" },
		{ GOOD "{\"server\":\"/Common/S\",\"ttl\":604801}]}",
		  "400 ttl: seconds in 1..604800 are expected" },
		{ GOOD "{\"server\":\"/Common/S\",\"load\":1}]}",
		  "400 load: is not a measurement" },
	};
	struct measured *t = *state;

	graph_put(&t->graph, SERVER("", ""));
	for (size_t i = 0; i < OBJ_COUNT(row); i++)
		assert_string_equal(post(t, row[i].body), row[i].want);
	assert_string_equal(known(t), "[]");
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, measured_start,	\
	measured_stop)
	const struct CMUnitTest tests[] = {
		TEST(values_go_in_and_can_be_read),
		TEST(each_name_is_read_as_members_are),
		TEST(what_is_wrong_is_told_and_nothing_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
