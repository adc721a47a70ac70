/* tests/unit/gtmd/test_counts.c - counts stand in one process at a time, and
 * nothing that is not a whole text adds to them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"

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
	    "slots 2 8 3\n"
	    "stat udp-queries 3\n"
	    "wide a " WIDE " 3 0\n"
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

	assert_int_equal(take(g, "gtmd-counts 1\nslots 2 8 3\n"
	    "stat no-such-thing 1\n"
	    "wide a /Common/gone 1 1\n"
	    "wide zz " WIDE " 1 1\n"
	    "edge a " WIDE " a /Common/gone 1 1 1 1 1 1 1 1\n"
	    "edge a " WIDE " cname /Common/Local_pool 1 1 1 1 1 1 1 0\n"
	    "member a /Common/Local_pool /Common/gone:v 1 1 1\n"
	    "weather fine 1\n"
	    "end 9\n"), 0);
	assert_int_equal(asked(g) + picked(g) + pooled(g), 0);
	/* Another version counts other things. */
	assert_int_equal(take(g, "gtmd-counts 1\nslots 3 7 3\n"
	    "wide a " WIDE " 1 1 1\n"
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
		"gtmd-counts 1\nslots 2 8 3\n", "gtmd-counts 1\nend 0\n",
		"gtmd-counts 1\nslots 2 8 3\nend 2",
		"gtmd-counts 1\nslots 2 8\nend 2\n",
		"gtmd-counts 1\nslots 2 8 -3\nend 2\n",
		"gtmd-counts 1\nslots 2 8 3\nwide a " WIDE " 1\nend 3\n",
		"gtmd-counts 1\nslots 2 8 3\nwide a " WIDE " 1 x\nend 3\n",
		"gtmd-counts 1\nslots 2 8 3\nwide\nend 3\n",
		"gtmd-counts 1\nstat udp-queries 99999999999999999999\nend 2\n",
		"gtmd-counts 1\n\nend 2\n", "gtmd-counts 1\n\"x\nend 2\n",
		("gtmd-counts 1\na b c d e f g h i j k l m n o p q r s t u v\n"
		"end 2\n"),
	};

	for (size_t i = 0; i < OBJ_COUNT(bad); i++)
		assert_int_equal(take(g, bad[i]), ERR_PARSE);
	assert_int_equal(asked(g) + picked(g) + pooled(g), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(what_is_given_is_gone_and_what_is_taken_is_there),
		TEST(what_is_gone_or_unknown_is_passed_over),
		TEST(half_a_text_or_nonsense_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
