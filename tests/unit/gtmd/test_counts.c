/* tests/unit/gtmd/test_counts.c - counts stand in one process at a time, and
 * nothing that is not a whole text adds to them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"
#include "tests/unit/gtmd/plan/measured.h"

#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "gtmd/control/control_counts.h"
#include "gtmd/count/stats.h"
#include "gtmd/count/tally.h"
#include "gtmd/counts.h"

static uint64_t
asked(const struct graph *g)
{
	return tally_sum(graph_wide(g, WIDE_A, WIDE)->tally +
	    DECISION_REQUESTS);
}

static uint64_t
picked(const struct graph *g)
{
	struct control_counts c;

	control_counts_member(graph_member(g, "/Common/Local_pool",
	    "/Common/L:v"), &c);
	return control_counts_answers(&c);
}

static uint64_t
pooled(const struct graph *g)
{
	struct control_counts c;

	control_counts_pool(graph_pool(g, WIDE_A, "/Common/Local_pool"), &c);
	return control_counts_answers(&c);
}

static void
what_is_given_is_gone_and_what_is_taken_is_there(void **state)
{
	struct graph *g = *state;
	struct stats *s = stats_open();
	struct strbuf first, second;
	struct err e;

	strbuf_init(&first);
	strbuf_init(&second);
	fakes_health("web", LOCAL, HEALTH_UP);
	guide_expect(g, 3, "10.133.39.51 10.133.39.51 10.133.39.51");
	stats_add(s, STATS_UDP_QUERIES, 3);
	counts_give(g->plan, &first);
	assert_string_equal(first.text, "gtmd-counts 1\n"
	    "slots 3 8 3\n"
	    "stat udp-queries 3\n"
	    "wide a " WIDE " 3 0 0\n"
	    "edge a " WIDE " a /Common/Local_pool 3 0 0 0 0 0 0 0\n"
	    "member a /Common/Local_pool /Common/L:v 3 0 0\n"
	    "end 6\n");
	assert_int_equal(asked(g) + picked(g) + pooled(g), 0);
	assert_int_equal(stats_sum(STATS_UDP_QUERIES), 0);
	/* The second text holds what came since. */
	guide_expect(g, 1, "10.133.39.51");
	stats_add(s, STATS_UDP_QUERIES, 1);
	counts_give(g->plan, &second);
	assert_non_null(strstr(second.text, "stat udp-queries 1\n"));
	assert_int_equal(counts_take(g->plan, first.text, first.len, &e), 0);
	assert_int_equal(counts_take(g->plan, second.text, second.len, &e), 0);
	assert_int_equal(asked(g), 4);
	assert_int_equal(picked(g), 4);
	assert_int_equal(pooled(g), 4);
	assert_int_equal(stats_sum(STATS_UDP_QUERIES), 4);
	stats_close(&s);
	strbuf_fini(&first);
	strbuf_fini(&second);
}

static int
take(const struct graph *g, const char *text)
{
	struct err e = { 0 };
	int rc = counts_take(g->plan, text, strlen(text), &e);

	assert_int_equal(rc != 0, e.text[0] != '\0');
	return rc;
}

static void
what_is_gone_or_unknown_is_passed_over(void **state)
{
	struct graph *g = *state;

	assert_int_equal(take(g, "gtmd-counts 1\nslots 3 8 3\n"
	    "stat no-such-thing 1\n"
	    "wide a /Common/gone 1 1 1\n"
	    "wide zz " WIDE " 1 1 1\n"
	    "edge a " WIDE " a /Common/gone 1 1 1 1 1 1 1 1\n"
	    "edge a " WIDE " cname /Common/Local_pool 1 1 1 1 1 1 1 0\n"
	    "member a /Common/Local_pool /Common/gone:v 1 1 1\n"
	    "weather fine 1\n"
	    "end 9\n"), 0);
	assert_int_equal(asked(g) + picked(g) + pooled(g), 0);
	/* Another version counts other things. */
	assert_int_equal(take(g, "gtmd-counts 1\nslots 4 7 3\n"
	    "wide a " WIDE " 1 1 1 1\n"
	    "member a /Common/Local_pool /Common/L:v 1 0 0\nend 4\n"), 0);
	assert_int_equal(asked(g), 0);
	assert_int_equal(picked(g), 1);
}

static void
half_a_text_or_nonsense_is_refused(void **state)
{
	struct graph *g = *state;
	static const char *const bad[] = {
		"", "end 0\n", "gtmd-counts 1\n", "gtmd-counts 2\nend 1\n",
		"gtmd-counts 1\nslots 3 8 3\n", "gtmd-counts 1\nend 0\n",
		"gtmd-counts 1\nslots 3 8 3\nend 2",
		"gtmd-counts 1\nslots 3 8\nend 2\n",
		"gtmd-counts 1\nslots 3 8 -3\nend 2\n",
		"gtmd-counts 1\nslots 3 8 3\nwide a " WIDE " 1\nend 3\n",
		"gtmd-counts 1\nslots 3 8 3\nwide a " WIDE " 1 1 x\nend 3\n",
		"gtmd-counts 1\nslots 3 8 3\nwide\nend 3\n",
		"gtmd-counts 1\nstat udp-queries 99999999999999999999\nend 2\n",
		"gtmd-counts 1\nserver-value /Common/L cpuUsage 1 1\nend 2\n",
		"gtmd-counts 1\nvalue /Common/L v score 1 1 x\nend 2\n",
		"gtmd-counts 1\nvalue\nend 2\n", "gtmd-counts 1\nserver-value\nend 2\n",
		"gtmd-counts 1\n\nend 2\n", "gtmd-counts 1\n\"x\nend 2\n",
		("gtmd-counts 1\na b c d e f g h i j k l m n o p q r s t u v\n"
		"end 2\n"),
	};

	for (size_t i = 0; i < OBJ_COUNT(bad); i++)
		assert_int_equal(take(g, bad[i]), ERR_PARSE);
	assert_int_equal(asked(g) + picked(g) + pooled(g), 0);
}

static struct measures_row *
load_of(const struct measured *t, const char *vs)
{
	struct plan_server *s = map_find(&t->graph.plan->servers, "/Common/S");

	return vs == NULL ? s->metrics :
	    ((struct plan_vs *)map_find(&s->vss, vs))->metrics;
}

static void
what_is_measured_is_told_with_its_times_and_stays(void **state)
{
	static const char want[] = "gtmd-counts 1\n"
	    "server-value /Common/S cpuUsage 35 5000000000 65000000000\n"
	    "value /Common/S a connections 12 5000000000 15000000000\n"
	    "value /Common/S a score 7 5000000000 35000000000\n"
	    "end 4\n";
	struct measured *t = *state;
	struct strbuf text, again;
	struct err e;

	graph_put(&t->graph, SERVER("", "") P("", "") WIDE_P);
	measures_set(load_of(t, NULL), METRIC_CPU, 35, 60);
	measures_set(load_of(t, "a"), METRIC_CONNECTIONS, 12, 10);
	measures_set(load_of(t, "a"), METRIC_SCORE, 7, 30);
	strbuf_init(&text);
	strbuf_init(&again);
	counts_give_measured(t->graph.plan, &text);
	assert_string_equal(text.text, want);
	measures_forget(load_of(t, NULL), METRIC_CPU);
	measures_forget(load_of(t, "a"), METRIC_CONNECTIONS);
	measures_forget(load_of(t, "a"), METRIC_SCORE);
	assert_int_equal(counts_take(t->graph.plan, text.text, text.len, &e),
	    0);
	counts_give_measured(t->graph.plan, &again);
	assert_string_equal(again.text, want);
	strbuf_fini(&text);
	strbuf_fini(&again);
}

/* Of objects that have gone, metrics that nobody knows, values that cannot be,
 * times to come, and what has ended. */
static void
measurements_without_a_place_are_passed_over(void **state)
{
	static const char text[] = "gtmd-counts 1\n"
	    "server-value /Common/gone cpuUsage 1 1 9000000000\n"
	    "value /Common/S gone score 1 1 9000000000\n"
	    "value /Common/gone a score 1 1 9000000000\n"
	    "value /Common/S a weather 1 1 9000000000\n"
	    "server-value /Common/S cpuUsage 18446744073709551615 1 9000000000\n"
	    "value /Common/S a score 1 6000000000 9000000000\n"
	    "value /Common/S a connections 1 1 5000000000\n"
	    "end 8\n";
	struct measured *t = *state;
	struct err e;

	graph_put(&t->graph, SERVER("", "") P("", "") WIDE_P);
	assert_int_equal(counts_take(t->graph.plan, text, sizeof(text) - 1,
	    &e), 0);
	assert_int_equal(load_of(t, NULL)->now.known, 0);
	assert_int_equal(load_of(t, "a")->now.known, 0);
}

#define MEASURED(f)							\
	cmocka_unit_test_setup_teardown(f, measured_start, measured_stop)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(what_is_given_is_gone_and_what_is_taken_is_there),
		TEST(what_is_gone_or_unknown_is_passed_over),
		TEST(half_a_text_or_nonsense_is_refused),
		MEASURED(what_is_measured_is_told_with_its_times_and_stays),
		MEASURED(measurements_without_a_place_are_passed_over),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
