/* tests/unit/gtmd/plan/test_plan_metrics.c - measurements reach the answers, and
 * only those that go by them. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/measured.h"

#include "gtmd/plan/plan_member.h"
#include "gtmd/plan/plan_pool.h"
#include "gtmd/plan/plan_server.h"
#include "gtmd/plan/plan_vs.h"
#include "gtmd/plan/plan_watch.h"
#include "gtmd/plan/plan_wide.h"

static void
open_all(struct measured *t, const char *server, const char *pool)
{
	graph_put(&t->graph, server);
	graph_put(&t->graph, pool);
	graph_put(&t->graph, WIDE_P);
}

static void
set_three(struct measured *t, enum metric m, uint64_t a, uint64_t b, uint64_t c)
{
	measured_set(t, "S:a", m, a);
	measured_set(t, "S:b", m, b);
	measured_set(t, "S:c", m, c);
}

static void
each_method_picks_its_best(void **state)
{
	static const struct { const char *name; enum metric m; bool low; }
	    row[] = {
		{ "packet-rate", METRIC_PACKETS, true },
		{ "least-connections", METRIC_CONNECTIONS, true },
		{ "virtual-server-capacity", METRIC_CAPACITY, false },
		{ "virtual-server-score", METRIC_SCORE, false },
		{ "kilobytes-per-second", METRIC_BITS, true },
	};
	struct measured *t = *state;
	char pool[512];

	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		(void)snprintf(pool, sizeof(pool),
		    P("alternate-mode none\n load-balancing-mode %s", ""),
		    row[i].name);
		open_all(t, SERVER("", ""), pool);
		measured_expect(t, 1, "nodata(30)");
		set_three(t, row[i].m, 20000, 30000, 10000);
		measured_expect(t, 2, row[i].low ? "10.0.0.3 10.0.0.3" :
		    "10.0.0.2 10.0.0.2");
		set_three(t, row[i].m, 10000, 10000, 10000);
		measured_expect(t, 1, row[i].low ? "10.0.0.3" : "10.0.0.3");
	}
}

/* Two servers, since CPU is a server's. */
static void
cpu_is_that_of_the_server(void **state)
{
	struct measured *t = *state;
	struct measures_row *other;

	graph_put(&t->graph, SERVER("", ""));
	graph_put(&t->graph, "gtm server T { datacenter dc\n virtual-servers { "
	    "v { destination 10.0.1.1:80 } } }\n");
	graph_put(&t->graph, "gtm pool a p { alternate-mode none\n fallback-mode"
	    " none\n load-balancing-mode cpu\n members { S:a { } T:v { } } }\n");
	graph_put(&t->graph, WIDE_P);
	measured_set(t, "S", METRIC_CPU, 40);
	measured_expect(t, 2, "10.0.0.1 10.0.0.1");
	other = measures_row_get(t->metrics, "/Common/T");
	measures_set(other, METRIC_CPU, 39, 60);
	measured_expect(t, 2, "10.0.1.1 10.0.1.1");
	measures_set(other, METRIC_CPU, 41, 60);
	measures_row_drop(&other);
	measured_expect(t, 2, "10.0.0.1 10.0.0.1");
}

static void
quality_weighs_what_the_pool_says(void **state)
{
	struct measured *t = *state;

	open_all(t, SERVER("", ""), P("load-balancing-mode quality-of-service\n"
	    " qos-packet-rate 1\n qos-kilobytes-second 0\n qos-vs-score 0", ""));
	set_three(t, METRIC_PACKETS, 700, 350, 300);
	set_three(t, METRIC_SCORE, 90, 10, 20);
	measured_expect(t, 1, "10.0.0.3");
	graph_put(&t->graph, P("load-balancing-mode quality-of-service\n"
	    " qos-packet-rate 1\n qos-kilobytes-second 0\n qos-vs-score 1", ""));
	measured_expect(t, 1, "10.0.0.1");
}

static void
equal_members_take_turns(void **state)
{
	struct measured *t = *state;

	open_all(t, SERVER("", ""), P("load-balancing-mode least-connections",
	    ""));
	set_three(t, METRIC_CONNECTIONS, 7, 9, 7);
	measured_expect(t, 4, "10.0.0.1 10.0.0.3 10.0.0.1 10.0.0.3");
}

/* F5's rule: no data for any member, and the method passes. */
static void
without_data_the_alternate_method_answers(void **state)
{
	struct measured *t = *state;

	open_all(t, SERVER("", ""), P("load-balancing-mode least-connections\n"
	    " alternate-mode global-availability", ""));
	measured_expect(t, 2, "10.0.0.1 10.0.0.1");
	measured_set(t, "S:b", METRIC_CONNECTIONS, 1000);
	measured_expect(t, 2, "10.0.0.2 10.0.0.2");
	loop_advance(t->loop, &t->clk, 60 * CLOCK_S);
	measured_expect(t, 2, "10.0.0.1 10.0.0.1");
}

static void
several_answers_are_the_best_ones(void **state)
{
	struct measured *t = *state;

	open_all(t, SERVER("", ""), P("load-balancing-mode least-connections\n"
	    " max-answers-returned 2", ""));
	set_three(t, METRIC_CONNECTIONS, 30, 10, 20);
	measured_expect(t, 1, "10.0.0.2+10.0.0.3");
	/* Whoever begins, the two best come before the third. */
	set_three(t, METRIC_CONNECTIONS, 10, 20, 10);
	measured_settle(t);
	for (int i = 0; i < 4; i++)
		assert_null(strstr(graph_ask(&t->graph, WIDE_A, NAME, 1),
		    "10.0.0.2"));
}

static unsigned
count_of(const char *answers, const char *addr)
{
	unsigned n = 0;

	for (const char *at = answers; (at = strstr(at, addr)) != NULL; at++)
		n++;
	return n;
}

/* 19, 39 and 99 connections: shares of 1/20, 1/40 and 1/100. */
static void
dynamic_ratio_shares_out_exactly(void **state)
{
	struct measured *t = *state;
	const char *answers;

	open_all(t, SERVER("", ""), P("load-balancing-mode least-connections\n"
	    " dynamic-ratio enabled", ""));
	set_three(t, METRIC_CONNECTIONS, 19, 39, 99);
	measured_settle(t);
	answers = graph_ask(&t->graph, WIDE_A, NAME, 170);
	assert_int_equal(count_of(answers, "10.0.0.1"), 100);
	assert_int_equal(count_of(answers, "10.0.0.2"), 50);
	assert_int_equal(count_of(answers, "10.0.0.3"), 20);
}

/* ---- cost ---- */

static uint64_t
compiled(const struct measured *t)
{
	struct plan_counts c;

	plan_counts(t->graph.plan, &c);
	return c.compiled;
}

static void
only_decisions_that_go_by_a_metric_are_made_anew(void **state)
{
	struct measured *t = *state;
	uint64_t was;

	open_all(t, SERVER("", ""), P("load-balancing-mode least-connections",
	    ""));
	graph_put(&t->graph, "gtm pool a q { members { S:a { } } }\n"
	    "gtm wideip a v.example.com { pools { q { } } }\n");
	was = compiled(t);
	measured_set(t, "S:a", METRIC_CONNECTIONS, 5);
	measured_settle(t);
	assert_int_equal(compiled(t), was + 1);
	measured_set(t, "S:a", METRIC_BITS, 5);
	measured_set(t, "S", METRIC_CPU, 5);
	measured_settle(t);
	assert_int_equal(compiled(t), was + 1);
}

static void
a_hundred_values_in_a_round_are_one_decision(void **state)
{
	struct measured *t = *state;
	uint64_t was;

	open_all(t, SERVER("", ""), P("load-balancing-mode least-connections",
	    ""));
	measured_set(t, "S:b", METRIC_CONNECTIONS, 5);
	loop_advance(t->loop, &t->clk, 0);
	was = compiled(t);
	for (uint64_t i = 0; i < 100; i++) {
		measured_set(t, "S:a", METRIC_CONNECTIONS, i);
		loop_advance(t->loop, &t->clk, CLOCK_MS);
	}
	assert_int_equal(compiled(t), was);
	loop_advance(t->loop, &t->clk, CLOCK_S);
	assert_int_equal(compiled(t), was + 1);
}

/* ---- limits ---- */

static void
expect_status(const struct plan_node *n, enum status_availability a)
{
	assert_string_equal(status_availability_name(n->status.availability),
	    status_availability_name(a));
}

static void
a_virtual_server_over_its_limit_answers_nothing(void **state)
{
	struct measured *t = *state;
	const struct plan_member *m;
	char why[PLAN_REASON_MAX];

	open_all(t, SERVER("", "limit-max-connections 100\n"
	    " limit-max-connections-status enabled"),
	    P("load-balancing-mode global-availability", ""));
	measured_set(t, "S:a", METRIC_CONNECTIONS, 100);
	measured_expect(t, 1, "10.0.0.1");
	measured_set(t, "S:a", METRIC_CONNECTIONS, 101);
	measured_expect(t, 1, "10.0.0.2");
	m = graph_member(&t->graph, POOL, "/Common/S:a");
	expect_status(&m->node, STATUS_UNAVAILABLE);
	expect_status(&m->vs->node, STATUS_UNAVAILABLE);
	assert_string_equal(plan_member_reason(m, why, sizeof(why)),
	    "Over limit-max-connections 100: 101 connections");
	measured_set(t, "S:a", METRIC_CONNECTIONS, 91);
	measured_expect(t, 1, "10.0.0.2");
	measured_set(t, "S:a", METRIC_CONNECTIONS, 90);
	measured_expect(t, 1, "10.0.0.1");
}

static void
a_servers_limit_is_that_of_all_below(void **state)
{
	struct measured *t = *state;
	const struct plan_member *m;
	const struct plan_server *s;
	char why[PLAN_REASON_MAX];

	open_all(t, SERVER("limit-cpu-usage 80\n limit-cpu-usage-status "
	    "enabled\n limit-max-bps 1000\n limit-max-bps-status enabled", ""),
	    P("load-balancing-mode global-availability", ""));
	measured_set(t, "S", METRIC_CPU, 81);
	measured_expect(t, 1, "nodata(30)");
	m = graph_member(&t->graph, POOL, "/Common/S:c");
	s = m->vs->server;
	expect_status(&s->node, STATUS_UNAVAILABLE);
	expect_status(&graph_wide(&t->graph, WIDE_A, NAME)->node,
	    STATUS_UNAVAILABLE);
	assert_string_equal(plan_server_reason(s, why, sizeof(why)),
	    "Over limit-cpu-usage 80: 81 % CPU");
	assert_string_equal(plan_member_reason(m, why, sizeof(why)),
	    "Server /Common/S: Over limit-cpu-usage 80: 81 % CPU");
	measured_set(t, "S", METRIC_CPU, 10);
	measured_expect(t, 1, "10.0.0.1");
	/* Without a value of its own, what its virtual servers carry. */
	set_three(t, METRIC_BITS, 400, 400, 200);
	measured_expect(t, 1, "10.0.0.1");
	measured_set(t, "S:c", METRIC_BITS, 201);
	measured_expect(t, 1, "nodata(30)");
	measured_set(t, "S", METRIC_BITS, 3);
	measured_expect(t, 1, "10.0.0.1");
}

static void
a_pools_limit_is_over_all_members(void **state)
{
	struct measured *t = *state;
	const struct plan_pool *pool;
	char why[PLAN_REASON_MAX];

	open_all(t, SERVER("", ""), P("limit-max-pps 30\n"
	    " limit-max-pps-status enabled", ""));
	graph_put(&t->graph, "gtm pool a spare { members { S:c { } } }\n"
	    "gtm wideip a w.example.com { pool-lb-mode global-availability\n"
	    " pools { p { order 0 } spare { order 1 } } }\n");
	set_three(t, METRIC_PACKETS, 10, 10, 10);
	measured_expect(t, 1, "10.0.0.1");
	measured_set(t, "S:b", METRIC_PACKETS, 11);
	measured_expect(t, 1, "10.0.0.3");
	pool = graph_pool(&t->graph, WIDE_A, POOL);
	expect_status(&pool->node, STATUS_UNAVAILABLE);
	assert_string_equal(plan_pool_reason(pool, why, sizeof(why)),
	    "Over limit-max-pps 30: 31 packet/s");
	set_three(t, METRIC_PACKETS, 9, 9, 9);
	measured_expect(t, 1, "10.0.0.2");
}

static void
a_members_limit_is_its_own(void **state)
{
	struct measured *t = *state;
	const struct plan_member *m;

	open_all(t, SERVER("", ""), P("load-balancing-mode global-availability",
	    "limit-max-connections 5\n limit-max-connections-status enabled"));
	measured_set(t, "S:a", METRIC_CONNECTIONS, 6);
	measured_expect(t, 1, "10.0.0.2");
	m = graph_member(&t->graph, POOL, "/Common/S:a");
	expect_status(&m->node, STATUS_UNAVAILABLE);
	expect_status(&m->vs->node, STATUS_UNKNOWN);
	/* The word of the operator counts at once. */
	graph_put(&t->graph, P("load-balancing-mode global-availability",
	    "limit-max-connections 60\n limit-max-connections-status enabled"));
	measured_expect(t, 1, "10.0.0.1");
}

/* Fallback ignores availability, as it does for members that are down. */
static void
fallback_hands_out_who_is_over_a_limit(void **state)
{
	struct measured *t = *state;

	graph_put(&t->graph, SERVER("limit-cpu-usage 80\n"
	    " limit-cpu-usage-status enabled", ""));
	graph_put(&t->graph, "gtm pool a p { fallback-mode global-availability\n"
	    " members { S:b { } } }\n");
	graph_put(&t->graph, WIDE_P);
	measured_set(t, "S", METRIC_CPU, 99);
	measured_expect(t, 1, "10.0.0.2");
	graph_put(&t->graph, "gtm global-settings load-balancing { "
	    "respect-fallback-dependency yes }\n");
	measured_expect(t, 1, "nodata(30)");
}

/* By virtual server, or by server where that is all there is; each once. */
static void
connections_are_told_pool_by_pool(void **state)
{
	static const char *const pools[2] = { "/Common/p", "/Common/q" };
	struct measured *t = *state;
	uint64_t n[2];

	open_all(t, SERVER("", ""), "gtm pool a p { members { S:a { } S:b { } } }\n");
	graph_put(&t->graph, "gtm server T { datacenter dc\n virtual-servers { "
	    "v { destination 10.0.1.1:80 } w { destination 10.0.1.2:80 } } }\n");
	graph_put(&t->graph, "gtm pool a q { disabled\n members { T:v { } T:w { } } }\n");
	assert_false(plan_watch_connections(t->graph.plan, WIDE_A, pools, n));
	measured_set(t, "S:a", METRIC_CONNECTIONS, 5);
	measured_set(t, "S:c", METRIC_CONNECTIONS, 100);
	assert_false(plan_watch_connections(t->graph.plan, WIDE_A, pools, n));
	measured_set_of(t, "/Common/T", METRIC_CONNECTIONS, 7);
	assert_true(plan_watch_connections(t->graph.plan, WIDE_A, pools, n));
	assert_int_equal(n[0], 5);
	assert_int_equal(n[1], 7);
	measured_set(t, "S:b", METRIC_CONNECTIONS, 1);
	measured_set_of(t, "/Common/T\nw", METRIC_CONNECTIONS, 2);
	assert_true(plan_watch_connections(t->graph.plan, WIDE_A, pools, n));
	assert_int_equal(n[0], 6);
	assert_int_equal(n[1], 2);	/* which is in its server's 7, too */
	loop_advance(t->loop, &t->clk, 61 * CLOCK_S);
	assert_false(plan_watch_connections(t->graph.plan, WIDE_A, pools, n));
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, measured_start,	\
	measured_stop)
	const struct CMUnitTest tests[] = {
		TEST(each_method_picks_its_best),
		TEST(cpu_is_that_of_the_server),
		TEST(quality_weighs_what_the_pool_says),
		TEST(equal_members_take_turns),
		TEST(without_data_the_alternate_method_answers),
		TEST(several_answers_are_the_best_ones),
		TEST(dynamic_ratio_shares_out_exactly),
		TEST(only_decisions_that_go_by_a_metric_are_made_anew),
		TEST(a_hundred_values_in_a_round_are_one_decision),
		TEST(a_virtual_server_over_its_limit_answers_nothing),
		TEST(a_servers_limit_is_that_of_all_below),
		TEST(a_pools_limit_is_over_all_members),
		TEST(a_members_limit_is_its_own),
		TEST(fallback_hands_out_who_is_over_a_limit),
		cmocka_unit_test_setup_teardown(connections_are_told_pool_by_pool,
		    measured_start, measured_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
