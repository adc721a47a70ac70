/* tests/unit/gtmd/control/test_control_decisions.c - sentences for what answering
 * threads have noted: as much as the wide IP asks for, and nothing untrue.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"

#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/model/model.h"
#include "core/model/store.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "core/wire/wbuf.h"
#include "gtmd/control/control_decisions.h"
#include "gtmd/decide/decision_log.h"
#include "gtmd/decide/persist.h"
#include "gtmd/topology/asker.h"

#define NAME	"vmhttp.siterequest.com"
#define VERBOSE(what)							\
	"gtm wideip a " NAME " { load-balancing-decision-log-verbosity\n" \
	" { " what " } pool-lb-mode global-availability\n"		\
	" pools { Local_pool { order 0 } Remote_pool { order 1 } } }\n"

struct bench {
	struct graph	 graph;
	struct clock	 clock;
	struct loop	*loop;
	struct control_decisions *decisions;
	struct decision_log *log;
	struct persist	*records;
};

/* What the store would tell: this wide IP is there now, or has gone. */
static void
tell(struct bench *b, const char *name, bool now)
{
	const struct object *o = model_find(graph_model, &wideip_type_a, name);
	const struct store_change c = { .was = now ? NULL : o,
	    .now = now ? o : NULL };

	control_decisions_on_change(b->decisions, &c, 1);
}

static int
start(void **state)
{
	static struct bench b;

	fakes_forget();
	log_setup(&(struct log_config){ 2, LOG_ERROR, LOG_FORM_BARE });
	clock_fake_init(&b.clock, CLOCK_S, 1700000000);
	graph_init(&b.graph);
	graph_put(&b.graph, GUIDE(""));
	b.loop = loop_new(&b.clock, NULL);
	b.decisions = control_decisions_new(b.loop, b.graph.plan);
	b.log = decision_log_open();
	b.records = persist_new(64);
	*state = &b;
	return 0;
}

static int
stop(void **state)
{
	struct bench *b = *state;

	persist_free(&b->records);
	decision_log_close(&b->log);
	control_decisions_free(&b->decisions);
	loop_free(&b->loop);
	graph_fini(&b->graph);
	assert_int_equal(fakes_watches_all(), 0);
	return 0;
}

static void
ask(struct bench *b)
{
	const struct addr resolver = { AF_INET, { 198, 51, 100, 7 } };
	struct sockaddr_storage from;
	struct asker asker = { .clock = &b->clock, .log = b->log,
	    .records = b->records, .from = (const struct sockaddr *)&from };
	struct decision_out out;
	uint8_t octets[512];
	struct wbuf w;

	(void)addr_to_sockaddr(&resolver, 53, &from);
	wbuf_init(&w, octets, sizeof(octets));
	decision_answer(decision_get(graph_wide(&b->graph, WIDE_A,
	    WIDE)->slot), &(struct decision_ask){ b->graph.tally, &asker,
	    0xc00c }, &w, &out);
}

/* The resource, asked with one parameter or none. */
static struct json *
get(const struct bench *b, const char *key, const char *value, int status)
{
	struct restrequest q = { .param_count = key != NULL };
	struct restreply r = { .status = 0 };
	struct json *j;

	q.params[0].key = (char *)(uintptr_t)key;
	q.params[0].value = (char *)(uintptr_t)value;
	control_decisions_get(b->decisions, &q, &r);
	assert_int_equal(r.status, status);
	j = r.body;
	r.body = NULL;
	restreply_fini(&r);
	return j;
}

/* The last item as one line. */
static char *
last_line(const struct bench *b)
{
	struct json *j = get(b, NULL, NULL, 200);
	char *line = json_line(json_item(json_find(j, "items"), 0));

	json_free(&j);
	return line;
}

static void
expect_last(const struct bench *b, const char *want)
{
	char *line = last_line(b);

	if (strcmp(line, want) != 0)
		fail_msg("%s\nwanted\n%s", line, want);
	free(line);
}

#define HEAD	"{\"time\":\"2023-11-14T22:13:20Z\","			\
		"\"wideip\":\"" WIDE "\",\"type\":\"a\","		\
		"\"resolver\":\"198.51.100.7\",\"outcome\":\"answer\","	\
		"\"answers\":1"
#define POOL_SAID ",\"pool\":\"/Common/Local_pool\","			\
		"\"method\":\"preferred\",\"poolWhy\":"			\
		"\"Chosen 1 of 1 times by global-availability\""
#define MEMBER_SAID ",\"member\":\"/Common/L:v\",\"memberWhy\":"	\
		"\"Chosen 1 of 1 times by preferred method round-robin\""

static void
as_much_is_told_as_is_asked_for(void **state)
{
	static const struct { const char *text, *want; } rows[] = {
		{ VERBOSE("pool-selection"), HEAD POOL_SAID "}" },
		{ VERBOSE("pool-member-selection"),
		  HEAD POOL_SAID MEMBER_SAID "}" },
		{ VERBOSE("pool-traversal"), HEAD ",\"pools\":["
		  "{\"pool\":\"/Common/Local_pool\",\"why\":"
		  "\"Chosen 1 of 1 times by global-availability\"},"
		  "{\"pool\":\"/Common/Remote_pool\",\"why\":"
		  "\"A pool before it answers\"}]}" },
		{ VERBOSE("pool-member-traversal"), HEAD ",\"members\":["
		  "{\"member\":\"/Common/L:v\",\"why\":"
		  "\"Chosen 1 of 1 times by preferred method round-robin\""
		  "}]}" },
	};
	struct bench *b = *state;

	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		graph_put(&b->graph, rows[i].text);
		tell(b, WIDE, true);
		ask(b);
		control_decisions_drain(b->decisions);
		expect_last(b, rows[i].want);
	}
}

static void
a_wide_ip_that_does_not_ask_is_not_told_of(void **state)
{
	struct bench *b = *state;
	struct json *j;

	tell(b, WIDE, true);
	ask(b);
	control_decisions_drain(b->decisions);
	j = get(b, NULL, NULL, 200);
	assert_int_equal(json_get_int(json_find(j, "logged")), 0);
	assert_int_equal(json_count(json_find(j, "items")), 0);
	json_free(&j);
}

/* The reasons of today would not be those of then. */
static void
behind_a_change_only_the_choice_is_told(void **state)
{
	struct bench *b = *state;

	graph_put(&b->graph, VERBOSE("pool-member-selection pool-traversal"));
	tell(b, WIDE, true);
	ask(b);
	graph_put(&b->graph, "gtm pool a Local_pool { disabled\n"
	    " members { L:v { } } }\n");
	control_decisions_drain(b->decisions);
	expect_last(b, HEAD ",\"pool\":\"/Common/Local_pool\",\"method\":"
	    "\"preferred\",\"member\":\"/Common/L:v\",\"changedSince\":true}");
}

/* The watch comes ahead of the plan's, with the graph that decided. */
static void
what_was_noted_before_a_change_is_told_by_the_graph_of_then(void **state)
{
	struct bench *b = *state;

	graph_put(&b->graph, VERBOSE("pool-selection"));
	tell(b, WIDE, true);
	ask(b);
	tell(b, WIDE, true);
	expect_last(b, HEAD POOL_SAID "}");
}

static void
a_client_that_is_remembered_is_told_as_that(void **state)
{
	struct bench *b = *state;

	graph_put(&b->graph, "gtm wideip a " NAME " { persistence enabled\n"
	    " load-balancing-decision-log-verbosity { pool-member-selection\n"
	    " pool-traversal } pool-lb-mode global-availability\n"
	    " pools { Local_pool { order 0 } Remote_pool { order 1 } } }\n");
	tell(b, WIDE, true);
	ask(b);
	control_decisions_drain(b->decisions);
	expect_last(b, HEAD POOL_SAID MEMBER_SAID ",\"pools\":["
	    "{\"pool\":\"/Common/Local_pool\",\"why\":"
	    "\"Chosen 1 of 1 times by global-availability\"},"
	    "{\"pool\":\"/Common/Remote_pool\",\"why\":"
	    "\"A pool before it answers\"}]}");
	ask(b);
	control_decisions_drain(b->decisions);
	expect_last(b, HEAD ",\"pool\":\"/Common/Local_pool\",\"method\":"
	    "\"persistence\",\"poolWhy\":\"Persistence: the client was "
	    "answered from it before\",\"member\":\"/Common/L:v\","
	    "\"memberWhy\":\"Persistence: the client's last answer, until it "
	    "expires\"}");
}

static size_t
count_of(const struct bench *b, const char *key, const char *value)
{
	struct json *j = get(b, key, value, 200);
	size_t n = json_count(json_find(j, "items"));

	json_free(&j);
	return n;
}

static void
the_timer_tells_and_the_last_ones_are_kept(void **state)
{
	struct bench *b = *state;
	struct json *j;

	graph_put(&b->graph, VERBOSE("pool-selection"));
	tell(b, WIDE, true);
	for (unsigned i = 0; i < CONTROL_DECISIONS_KEPT / 16 + 1; i++) {
		for (unsigned k = 0; k < 16; k++)
			ask(b);
		loop_advance(b->loop, &b->clock, 100 * CLOCK_MS);
	}
	j = get(b, "limit", "1000", 200);
	assert_int_equal(json_get_int(json_find(j, "logged")),
	    CONTROL_DECISIONS_KEPT + 16);
	assert_int_equal(json_count(json_find(j, "items")),
	    CONTROL_DECISIONS_KEPT);
	json_free(&j);
	assert_int_equal(count_of(b, NULL, NULL), 100);
	assert_int_equal(count_of(b, "limit", "3"), 3);
	assert_int_equal(count_of(b, "wideip", NAME), 100);
	assert_int_equal(count_of(b, "wideip", WIDE), 100);
	assert_int_equal(count_of(b, "wideip", "other.example"), 0);
	for (size_t i = 0; i < 4; i++) {
		static const char *const bad[] = { "0", "", "-1", "1x" };

		j = get(b, "limit", bad[i], 400);
		json_free(&j);
	}
}

/* Nobody wakes up for a log that nobody wants, and nothing is lost unseen. */
static void
who_has_gone_is_counted_as_dropped(void **state)
{
	struct bench *b = *state;
	struct json *j = get(b, NULL, NULL, 200);
	int64_t before = json_get_int(json_find(j, "dropped"));

	json_free(&j);
	graph_put(&b->graph, VERBOSE("pool-selection"));
	tell(b, WIDE, true);
	tell(b, WIDE, false);
	ask(b);
	loop_advance(b->loop, &b->clock, CLOCK_S);
	assert_int_equal(count_of(b, NULL, NULL), 0);
	control_decisions_drain(b->decisions);
	j = get(b, NULL, NULL, 200);
	assert_int_equal(json_get_int(json_find(j, "dropped")), before + 1);
	assert_int_equal(json_get_int(json_find(j, "logged")), 0);
	json_free(&j);
}

int
main(void)
{
#undef TEST
#define TEST(name)	cmocka_unit_test_setup_teardown(name, start, stop)
	static const struct CMUnitTest tests[] = {
		TEST(as_much_is_told_as_is_asked_for),
		TEST(a_wide_ip_that_does_not_ask_is_not_told_of),
		TEST(behind_a_change_only_the_choice_is_told),
		TEST(what_was_noted_before_a_change_is_told_by_the_graph_of_then),
		TEST(a_client_that_is_remembered_is_told_as_that),
		TEST(the_timer_tells_and_the_last_ones_are_kept),
		TEST(who_has_gone_is_counted_as_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
