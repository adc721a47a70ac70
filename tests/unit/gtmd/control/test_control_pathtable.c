/* tests/unit/gtmd/control/test_control_pathtable.c - paths that others measured: what is
 * told is kept for its time and read back, what is wrong is told.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/measured.h"

#include <stdlib.h>

#include "core/model/json.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "gtmd/control/control_measure.h"
#include "gtmd/control/control_pathtable.h"
#include "gtmd/decide/pathtable.h"
#include "gtmd/plan/plan_graph.h"

#define ITEM(values)	"{\"items\":[{\"resolver\":\"192.0.2.53\"," \
	"\"datacenter\":\"/Common/dc\"" values "}]}"

static struct pathtable *paths;
static uint32_t now_s;

static int
start(void **state)
{
	paths = pathtable_new(64);
	now_s = 1000;
	return measured_start(state);
}

static int
stop(void **state)
{
	pathtable_free(&paths);
	return measured_stop(state);
}

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
	control_measure_post(&(struct control_measure_in){ t->graph.plan,
	    paths, now_s }, &q, &r);
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
	struct json *j = control_pathtable_json(paths, t->graph.plan, now_s);
	struct json *items = json_clone(json_find(j, "items"));
	char *line = json_line(items);

	(void)snprintf(text, sizeof(text), "%s", line);
	free(line);
	json_free(&items);
	json_free(&j);
	return text;
}

static void
paths_go_in_and_can_be_read(void **state)
{
	struct measured *t = *state;

	graph_put(&t->graph, SERVER("", ""));
	assert_string_equal(known(t), "[]");
	assert_string_equal(post(t, ITEM(",\"roundTripTime\":12500,"
	    "\"completionRate\":75,\"ttl\":30")), "200 {\"values\":2}");
	now_s += 10;
	assert_string_equal(post(t, ITEM(",\"hops\":9,\"ttl\":60")),
	    "200 {\"values\":1}");
	assert_string_equal(known(t), "[{\"resolver\":\"192.0.2.53\","
	    "\"datacenter\":\"/Common/dc\",\"roundTripTime\":12500,\"hops\":9,"
	    "\"completionRate\":75,\"age\":0,\"expires\":20,\"asked\":10}]");
	now_s += 20;
	assert_string_equal(known(t), "[{\"resolver\":\"192.0.2.53\","
	    "\"datacenter\":\"/Common/dc\",\"hops\":9,\"age\":20,"
	    "\"expires\":40,\"asked\":30}]");
	/* What has expired stays so, though its neighbour is told anew. */
	assert_string_equal(post(t, ITEM(",\"roundTripTime\":5")),
	    "200 {\"values\":1}");
	assert_null(strstr(known(t), "completionRate"));
	assert_non_null(strstr(known(t), "\"expires\":2400"));
	assert_string_equal(post(t, ITEM(",\"roundTripTime\":null,"
	    "\"hops\":null")), "200 {\"values\":2}");
	assert_string_equal(known(t), "[]");
}

static void
what_is_wrong_is_told(void **state)
{
	static const struct { const char *body, *want; } row[] = {
		{ "{\"items\":[{\"resolver\":7}]}",
		  "400 resolver: an IP address is expected" },
		{ "{\"items\":[{\"resolver\":\"::1\"}]}",
		  "400 datacenter: there is no data center \"\"" },
		{ "{\"items\":[{\"resolver\":\"::1\",\"datacenter\":\"x\"}]}",
		  "404 datacenter: there is no data center \"x\"" },
		{ ITEM(",\"roundTripTime\":0"), "400 roundTripTime: a whole "
		  "number in 1..4294967295 (us) is expected" },
		{ ITEM(",\"hops\":256"), "400 hops: a whole number in 0..255 "
		  "(hops) is expected" },
		{ ITEM(",\"completionRate\":1.5"), "400 completionRate: a "
		  "whole number in 0..100 (%) is expected" },
		{ ITEM(",\"ttl\":0"),
		  "400 ttl: seconds in 1..604800 are expected" },
		{ ITEM(",\"score\":1"),
		  "400 score: is not a measurement of a path" },
	};
	struct measured *t = *state;

	graph_put(&t->graph, SERVER("", ""));
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_string_equal(post(t, row[i].body), row[i].want);
	assert_string_equal(known(t), "[]");
}

/* Of data centers that are not configured any more nothing is told. */
static void
home_and_counts_are_told(void **state)
{
	struct measured *t = *state;
	struct plan_datacenter *dc;
	struct json *j;

	graph_put(&t->graph, SERVER("", ""));
	dc = map_find(&t->graph.plan->datacenters, "/Common/dc");
	pathtable_set_home(paths, dc->key);
	pathtable_counts(paths)->sent = 5;
	j = control_pathtable_json(paths, t->graph.plan, now_s);
	assert_string_equal(json_get_text(json_find(j, "datacenter")),
	    "/Common/dc");
	assert_int_equal(json_get_int(json_find(j, "probesSent")), 5);
	json_free(&j);
	pathtable_set_home(paths, 99);
	pathtable_put(paths, &(struct pathtable_record){ .key = { 99, { 0, 1 }
	    }, .figures = { PATHTABLE_RTT, 1, 1, 1 }, .until_s = 9999 });
	assert_string_equal(known(t), "[]");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(paths_go_in_and_can_be_read,
		    start, stop),
		cmocka_unit_test_setup_teardown(what_is_wrong_is_told, start,
		    stop),
		cmocka_unit_test_setup_teardown(home_and_counts_are_told,
		    start, stop),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
