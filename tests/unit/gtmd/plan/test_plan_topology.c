/* tests/unit/gtmd/plan/test_plan_topology.c - answers follow records, regions and
 * the places of servers; views are shared. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"

#include "core/model/model.h"
#include "gtmd/topology/topology_source.h"
#include "gtmd/topology/topology_table.h"
#include "gtmd/topology/topology_view.h"
#include "gtmd/types/topology.h"

#define ALL	"ldns: subnet 0.0.0.0/0 server: "

/* Both members in one pool, by topology. */
#define BOTH(body)							\
	"gtm pool a both { load-balancing-mode topology\n " body	\
	" members { L:v { } R:v { } } }\n"				\
	"gtm wideip a vmhttp.siterequest.com { pools { both { } } }\n"

static void
answers_follow_the_records(void **state)
{
	struct graph *g = *state;

	graph_put(g, BOTH("") "gtm topology " ALL "datacenter Remote "
	    "{ score 10 }\n");
	guide_expect(g, 3, "10.133.56.51 10.133.56.51 10.133.56.51");
	graph_put(g, "gtm topology " ALL "datacenter Local { score 20 }\n");
	guide_expect(g, 2, "10.133.39.51 10.133.39.51");
	graph_put(g, "gtm topology " ALL "datacenter Local { score 5 }\n");
	guide_expect(g, 2, "10.133.56.51 10.133.56.51");
	graph_delete(g, (const char *const[]){ "gtm wideip a " WIDE, NULL });
}

static void
answers_follow_a_region(void **state)
{
	struct graph *g = *state;

	graph_put(g, BOTH("") "gtm region here { region-members { "
	    "subnet 10.133.56.0/24 { } } }\n"
	    "gtm topology " ALL "region here { score 10 }\n");
	guide_expect(g, 2, "10.133.56.51 10.133.56.51");
	graph_put(g, "gtm region here { region-members { "
	    "not subnet 10.133.56.0/24 { } } }\n");
	guide_expect(g, 2, "10.133.39.51 10.133.39.51");
}

/* A server that moves to another data center, and one at another address. */
static void
answers_follow_where_servers_are(void **state)
{
	struct graph *g = *state;

	graph_put(g, BOTH("") "gtm topology " ALL "datacenter Remote "
	    "{ score 10 }\n"
	    "gtm topology " ALL "subnet 10.99.0.0/16 { score 20 }\n");
	guide_expect(g, 2, "10.133.56.51 10.133.56.51");
	graph_put(g, "gtm server L { datacenter Remote\n product generic-host\n"
	    " virtual-servers { v { destination 10.133.39.51:80\n"
	    " monitor web } } }\n"
	    "gtm server R { datacenter Local\n product generic-host\n"
	    " virtual-servers { v { destination 10.133.56.51:80\n"
	    " monitor web } } }\n");
	guide_expect(g, 2, "10.133.39.51 10.133.39.51");
	graph_put(g, "gtm server R { datacenter Local\n product generic-host\n"
	    " virtual-servers { v { destination 10.99.0.1:80\n"
	    " monitor web } } }\n");
	guide_expect(g, 2, "10.99.0.1 10.99.0.1");
}

static void
the_next_best_answers_for_one_that_is_down(void **state)
{
	struct graph *g = *state;

	graph_put(g, BOTH("") "gtm topology " ALL "datacenter Remote "
	    "{ score 10 }\n");
	fakes_health("web", REMOTE, HEALTH_DOWN);
	guide_expect(g, 2, "10.133.39.51 10.133.39.51");
	fakes_health("web", REMOTE, HEALTH_UP);
	guide_expect(g, 2, "10.133.56.51 10.133.56.51");
}

/* Data centers do not count among pools; a region that holds a pool does. */
static void
a_wide_ip_chooses_among_its_pools(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm wideip a vmhttp.siterequest.com {\n"
	    " pool-lb-mode topology\n"
	    " pools { Local_pool { } Remote_pool { } } }\n"
	    "gtm region there { region-members { pool Remote_pool { } } }\n"
	    "gtm topology " ALL "datacenter Local { score 90 }\n"
	    "gtm topology " ALL "region there { score 10 }\n");
	guide_expect(g, 2, "10.133.56.51 10.133.56.51");
}

/* Zero scores: each in its turn, or nobody. */
static void
zero_scores_are_a_setting(void **state)
{
	struct graph *g = *state;

	graph_put(g, BOTH("alternate-mode none\n fallback-mode none\n")
	    "gtm topology ldns: subnet 192.0.2.0/24 server: datacenter Local "
	    "{ score 1 }\n"
	    "gtm global-settings general { topology-allow-zero-scores no }\n");
	guide_expect(g, 1, "nodata(30)");
	graph_put(g, "gtm global-settings general { "
	    "topology-allow-zero-scores yes }\n");
	assert_string_not_equal(graph_ask(g, WIDE_A, WIDE, 1),
	    "nodata(30)");
}

static void
pools_that_no_record_tells_apart_share_a_view(void **state)
{
	struct graph *g = *state;
	const struct topology_view *v;

	graph_put(g, BOTH("") "gtm pool a too { load-balancing-mode topology\n"
	    " members { L:v { } R:v { } } }\n"
	    "gtm pool a turned { load-balancing-mode topology\n"
	    " members { R:v { } L:v { member-order 1 } } }\n"
	    "gtm topology " ALL "datacenter Remote { score 10 }\n");
	v = graph_pool(g, WIDE_A, "/Common/both")->topology;
	assert_non_null(v);
	assert_ptr_equal(v,
	    graph_pool(g, WIDE_A, "/Common/too")->topology);
	assert_ptr_not_equal(v,
	    graph_pool(g, WIDE_A, "/Common/turned")->topology);
	assert_null(graph_pool(g, WIDE_A, "/Common/Local_pool")->topology);
}

/* What is there stays; what comes and goes is followed in it. */
static void
a_record_is_followed_in_the_table_that_there_is(void **state)
{
	struct graph *g = *state;
	const struct topology_table *t;

	graph_put(g, BOTH("") "gtm topology " ALL "datacenter Remote "
	    "{ score 10 }\n");
	guide_expect(g, 2, "10.133.56.51 10.133.56.51");
	t = g->plan->topology.table;
	graph_put(g, "gtm topology ldns: subnet 127.0.0.0/8 server: "
	    "datacenter Local { score 20 }\n");
	guide_expect(g, 2, "10.133.56.51 10.133.56.51");
	graph_put(g, "gtm topology " ALL "subnet 10.133.39.0/24 "
	    "{ score 30 }\n");
	guide_expect(g, 2, "10.133.39.51 10.133.39.51");
	graph_put(g, "gtm topology " ALL "subnet 10.133.39.0/24 "
	    "{ score 3 }\n");
	guide_expect(g, 2, "10.133.56.51 10.133.56.51");
	graph_delete(g, (const char *const[]){ "gtm topology " ALL
	    "datacenter /Common/Remote", NULL });
	guide_expect(g, 2, "10.133.39.51 10.133.39.51");
	assert_ptr_equal(g->plan->topology.table, t);
}

static void
settings_make_a_new_table_only_when_it_is_another_one_by_them(void **state)
{
	struct graph *g = *state;
	const struct topology_table *t;

	graph_put(g, BOTH("") "gtm topology " ALL "datacenter Remote "
	    "{ score 10 }\n");
	t = g->plan->topology.table;
	assert_non_null(t);
	graph_put(g, "gtm global-settings load-balancing { "
	    "decision-log-sample 9 }\n");
	assert_ptr_equal(g->plan->topology.table, t);
	guide_expect(g, 2, "10.133.56.51 10.133.56.51");
	graph_put(g, "gtm global-settings load-balancing { "
	    "topology-longest-match no }\n");
	assert_ptr_not_equal(g->plan->topology.table, t);
	guide_expect(g, 2, "10.133.56.51 10.133.56.51");
}

static void
a_region_that_clients_are_asked_for_first_makes_a_new_table(void **state)
{
	struct graph *g = *state;

	graph_put(g, BOTH("") "gtm topology " ALL "datacenter Remote "
	    "{ score 10 }\n"
	    "gtm region all { region-members { not subnet 192.0.2.0/24 { } } }"
	    "\n");
	guide_expect(g, 2, "10.133.56.51 10.133.56.51");
	graph_put(g, "gtm topology ldns: region all server: datacenter Local "
	    "{ score 20 }\n");
	guide_expect(g, 2, "10.133.39.51 10.133.39.51");
}

static struct topology_table *
table_of_the_model(bool longest)
{
	const struct topology_source s = { .model = graph_model,
	    .longest_match = longest, .allow_zero = true };

	return topology_source_table(&s);
}

/* Once: what a load's checks made is what the plan goes by. */
static void
a_table_that_a_load_made_is_taken_when_one_is_needed(void **state)
{
	struct graph *g = *state;
	struct topology_table *t, *mine;

	graph_put(g, BOTH("") "gtm topology " ALL "datacenter Remote "
	    "{ score 10 }\n"
	    "gtm global-settings general { topology-allow-zero-scores no }\n");
	t = mine = table_of_the_model(true);
	plan_offer(g->plan, &t);
	assert_null(t);
	plan_on_geo(g->plan);		/* needs one */
	assert_ptr_equal(g->plan->topology.table, mine);
	assert_false(mine->allow_zero);
	guide_expect(g, 2, "10.133.56.51 10.133.56.51");

	t = table_of_the_model(false);	/* not sorted as ours are */
	plan_offer(g->plan, &t);
	plan_on_geo(g->plan);
	assert_true(g->plan->topology.table->longest_match);
	assert_non_null(g->plan->topology.offered);
	plan_withdraw(g->plan);
	assert_null(g->plan->topology.offered);
}

/* A record that came together with other databases is in the table once, so that
 * it is out of it when it is deleted. */
static void
other_databases_and_a_record_at_once_are_one_change(void **state)
{
	static const char record[] = "gtm topology " ALL
	    "datacenter /Common/Local";
	struct graph *g = *state;
	struct object *o;
	struct store_change c = { .was = NULL };

	graph_put(g, BOTH("") "gtm topology " ALL "datacenter Remote "
	    "{ score 10 }\n");
	o = object_new(&topology_type, record + sizeof("gtm topology ") - 1);
	((struct topology *)o)->score = 20;
	c.now = o;
	model_put(graph_model, &o);
	plan_on_geo(g->plan);
	plan_on_change(g->plan, &c, 1);
	guide_expect(g, 2, "10.133.39.51 10.133.39.51");
	graph_delete(g, (const char *const[]){ record, NULL });
	guide_expect(g, 2, "10.133.56.51 10.133.56.51");
	assert_false(g->plan->topology.ahead);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answers_follow_the_records),
		TEST(answers_follow_a_region),
		TEST(answers_follow_where_servers_are),
		TEST(the_next_best_answers_for_one_that_is_down),
		TEST(a_wide_ip_chooses_among_its_pools),
		TEST(zero_scores_are_a_setting),
		TEST(a_record_is_followed_in_the_table_that_there_is),
		TEST(
		    settings_make_a_new_table_only_when_it_is_another_one_by_them),
		TEST(a_region_that_clients_are_asked_for_first_makes_a_new_table),
		TEST(a_table_that_a_load_made_is_taken_when_one_is_needed),
		TEST(other_databases_and_a_record_at_once_are_one_change),
		TEST(pools_that_no_record_tells_apart_share_a_view),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
