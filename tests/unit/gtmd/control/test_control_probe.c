/* tests/unit/gtmd/control/test_control_probe.c - each target is told once, those
 * that were chosen are told, and sums are of these.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"

#include "core/base/err.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "gtmd/control/control_probe.h"
#include "monitors/board.h"
#include "monitors/probe.h"
#include "monitors/sched.h"

static struct clock clk;
static struct loop *loop;
static struct board *board;
static struct sched *sched;

static int
start(void **state)
{
	struct sched_config c = { .types = probe_types };
	struct err e = { 0 };

	clock_fake_init(&clk, CLOCK_S, FAKES_SINCE);
	c.loop = loop = loop_new(&clk, NULL);
	c.board = board = board_new();
	sched = sched_new(&c, &e);
	fakes_sight = (struct sight){ .results = 0 };
	return sched != NULL ? guide_start(state) : -1;
}

static int
stop(void **state)
{
	(void)guide_stop(state);
	sched_free(&sched);
	board_free(&board);
	loop_free(&loop);
	return 0;
}

/* The reply's body, owned; of a refusal an object with its message. */
static struct json *
get(const struct graph *g, const char *query, int status)
{
	const struct control_probe_in in = { g->plan, sched, 5 * CLOCK_S };
	struct restrequest q = { .method = RESTREQUEST_GET };
	struct restreply r = { 0 };
	struct json *j;
	char target[200];

	(void)snprintf(target, sizeof(target), "/mgmt/tm/gtm/probe%s", query);
	assert_int_equal(restrequest_parse_target(&q, target, NULL), 0);
	control_probe_get(&in, &q, &r);
	assert_int_equal(r.status, status);
	j = json_clone(r.body);
	restreply_fini(&r);
	restrequest_fini(&q);
	return j;
}

/* What the query chooses: "targets up down unknown, told". */
static void
counts(const struct graph *g, const char *query, const char *want)
{
	static const char *const key[] = { "targets", "up", "down", "unknown" };
	struct json *j = get(g, query, 200);
	int64_t n[OBJ_COUNT(key)];
	char text[100];

	for (size_t i = 0; i < OBJ_COUNT(key); i++)
		n[i] = json_get_int(json_find(j, key[i]));
	(void)snprintf(text, sizeof(text), "%d %d %d %d, %zu", (int)n[0],
	    (int)n[1], (int)n[2], (int)n[3], json_count(json_find(j, "items")));
	assert_string_equal(text, want);
	json_free(&j);
}

static void
a_target_of_several_objects_is_told_once(void **state)
{
	struct graph *g = *state;

	assert_int_equal(fakes_watches("web", LOCAL), 1);
	counts(g, "", "2 0 0 2, 2");
	/* The pool's member watches the same, too. */
	graph_put(g, "gtm pool a Local_pool { fallback-mode none\n monitor web\n"
	    " members { L:v { } } }\n");
	assert_true(fakes_watches("web", LOCAL) > 1);
	counts(g, "?monitor=web", "2 0 0 2, 2");
}

static void
a_query_chooses_and_sums_are_of_the_chosen(void **state)
{
	struct graph *g = *state;

	fakes_health("web", LOCAL, HEALTH_UP);
	fakes_health("web", REMOTE, HEALTH_DOWN);
	counts(g, "", "2 1 1 0, 2");
	counts(g, "?limit=1", "2 1 1 0, 1");
	counts(g, "?state=down", "1 0 1 0, 1");
	counts(g, "?target=10.133.39.51", "1 1 0 0, 1");
	counts(g, "?target=" REMOTE, "1 0 1 0, 1");
	counts(g, "?target=10.133.39.51:81", "0 0 0 0, 0");
	counts(g, "?monitor=/Common/web", "2 1 1 0, 2");
	counts(g, "?monitor=port", "0 0 0 0, 0");
}

static void
wrong_values_are_refused(void **state)
{
	static const char *const row[][2] = {
		{ "?target=web", "target: an address, or one with a port, is "
		  "expected" },
		{ "?state=sick", "state: up, down or unknown is expected" },
		{ "?limit=0", "limit: \"0\" is not a number of 1..1048576" },
		{ "?limit=1e3", "limit: \"1e3\" is not a number of 1..1048576" },
	};

	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		struct json *j = get(*state, row[i][0], 400);

		assert_string_equal(json_get_text(json_find(j, "message")),
		    row[i][1]);
		json_free(&j);
	}
}

static void
a_target_has_result_history_latency_and_next_probe(void **state)
{
	struct graph *g = *state;
	struct json *j;
	char *line;

	fakes_health("web", LOCAL, HEALTH_DOWN);
	fakes_sight = (struct sight){ .last = { .code = PROBE_STATUS,
	    .outcome = PROBE_DOWN, .status = 503, .rtt_us = 700,
	    .from = { .family = AF_INET, .octets = { 127, 0, 0, 1 } } },
	    .last_ns = 4 * CLOCK_S, .results = 4, .abstained = 1,
	    .history = 6, .latency_us8 = 8 * 350 };
	j = get(g, "?target=" LOCAL, 200);
	line = json_line(json_item(json_find(j, "items"), 0));
	assert_string_equal(line, "{\"target\":\"" LOCAL "\","
	    "\"monitor\":\"/Common/web\",\"type\":\"http\",\"state\":\"down\","
	    "\"since\":\"2023-11-14T22:13:20Z\",\"results\":4,"
	    "\"abstained\":1,\"lastResult\":\"status\","
	    "\"reason\":\"status 503 is not wanted\",\"lastAge\":1000,"
	    "\"lastDuration\":700,\"history\":\"110\",\"latency\":350,"
	    "\"from\":\"127.0.0.1\",\"probing\":false,\"nextProbe\":2000}");
	free(line);
	json_free(&j);
}

int
main(void)
{
#define PROBE_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)
	const struct CMUnitTest tests[] = {
		PROBE_TEST(a_target_of_several_objects_is_told_once),
		PROBE_TEST(a_query_chooses_and_sums_are_of_the_chosen),
		PROBE_TEST(wrong_values_are_refused),
		PROBE_TEST(a_target_has_result_history_latency_and_next_probe),
	};

	return cmocka_run_group_tests_name("control_probe", tests, NULL, NULL);
}
