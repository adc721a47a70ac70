/* tests/unit/gtmd/plan/test_plan.c - the graph: what operators want and monitors
 * know becomes answers, at a cost that does not grow with what is beside it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"

#include <sys/mman.h>
#include <unistd.h>
#include "gtmd/count/tally.h"
#include "gtmd/plan/plan_member.h"
#include "gtmd/plan/plan_pool.h"
#include "gtmd/plan/plan_vs.h"
#include "gtmd/plan/plan_wide.h"
#include "gtmd/types/datacenter.h"

/* ---- health ---- */

static void
unknown_is_usable(void **state)
{
	struct graph *g = *state;

	guide_expect(g, 2, "10.133.39.51 10.133.39.51");
	guide_expect_status(&graph_wide(g, WIDE_A, WIDE)->node, STATUS_UNKNOWN,
	    STATUS_ENABLED);
}

static void
a_site_that_goes_down_hands_over(void **state)
{
	struct graph *g = *state;
	char why[PLAN_REASON_MAX];

	fakes_health("web", LOCAL, HEALTH_UP);
	fakes_health("web", REMOTE, HEALTH_UP);
	guide_expect(g, 1, "10.133.39.51");
	fakes_health("web", LOCAL, HEALTH_DOWN);
	guide_expect(g, 2, "10.133.56.51 10.133.56.51");
	guide_expect_status(&graph_member(g, "/Common/Local_pool", "/Common/L:v")->
	    node, STATUS_OFFLINE, STATUS_ENABLED);
	assert_string_equal(plan_pool_reason(graph_pool(g, WIDE_A,
	    "/Common/Local_pool"), why, sizeof(why)),
	    "No enabled pool members available");
	assert_string_equal(plan_member_reason(graph_member(g,
	    "/Common/Local_pool", "/Common/L:v"), why, sizeof(why)),
	    " Monitor /Common/web : down");
	guide_expect_status(&graph_wide(g, WIDE_A, WIDE)->node, STATUS_AVAILABLE,
	    STATUS_ENABLED);
	fakes_health("web", REMOTE, HEALTH_DOWN);
	guide_expect(g, 1, "zone");
	assert_string_equal(plan_wide_reason(graph_wide(g, WIDE_A, WIDE), why,
	    sizeof(why)), "No enabled pools available");
	fakes_health("web", LOCAL, HEALTH_UP);
	guide_expect(g, 1, "10.133.39.51");
}

static void
a_virtual_server_is_down_with_what_it_depends_on(void **state)
{
	struct graph *g = *state;
	char why[PLAN_REASON_MAX];

	graph_put(g, "gtm server L { datacenter Local\n product generic-host\n"
	    " virtual-servers {\n"
	    " v { destination 10.133.39.51:80\n depends-on { L:w { } } }\n"
	    " w { destination 10.133.39.52:80\n depends-on { R:x { } } } } }\n"
	    "gtm server R { datacenter Remote\n product generic-host\n"
	    " virtual-servers { v { destination 10.133.56.51:80 }\n"
	    " x { destination 10.133.56.52:80\n monitor web } } }\n");
	fakes_health("web", "10.133.56.52:80", HEALTH_UP);
	guide_expect(g, 1, "10.133.39.51");
	fakes_health("web", "10.133.56.52:80", HEALTH_DOWN);
	guide_expect(g, 1, "10.133.56.51");
	assert_string_equal(plan_vs_reason(graph_member(g,
	    "/Common/Local_pool", "/Common/L:v")->vs, why, sizeof(why)),
	    "Depends on /Common/R:x, which is down");
	fakes_health("web", "10.133.56.52:80", HEALTH_UP);
	guide_expect(g, 1, "10.133.39.51");
}

/* One notice for each object whose state changed, and none beside. */
static void
each_change_of_state_is_one_notice(void **state)
{
	static const char want[] =
	    "notice gtm virtual-server /Common/L:v state from=available "
	    "to=offline cause=\" Monitor /Common/web : down\"\n"
	    "notice gtm pool-member /Common/Local_pool /Common/L:v state "
	    "from=available to=offline cause=\" Monitor /Common/web : down\"\n"
	    "notice gtm pool /Common/Local_pool state from=available "
	    "to=offline cause=\"No enabled pool members available\"\n"
	    "notice gtm server /Common/L state from=available to=offline "
	    "cause=\"No enabled VS available\"\n"
	    "notice gtm datacenter /Common/Local state from=available "
	    "to=offline cause=\"No enabled server available\"\n"
	    "notice gtm pool /Common/Local_pool enabled-state from=enabled "
	    "to=disabled\n";
	int fd = memfd_create("log", 0);
	struct graph *g = *state;
	char got[2 * sizeof(want)];
	ssize_t n;

	fakes_health("web", LOCAL, HEALTH_UP);
	fakes_health("web", REMOTE, HEALTH_UP);
	log_setup(&(struct log_config){ fd, LOG_NOTICE, LOG_FORM_BARE });
	fakes_health("web", LOCAL, HEALTH_DOWN);
	graph_put(g, "gtm pool a Local_pool { disabled\n ttl 15\n"
	    " members { L:v { } } }\n");
	log_setup(&(struct log_config){ 2, LOG_ERROR, LOG_FORM_BARE });
	n = pread(fd, got, sizeof(got) - 1, 0);
	assert_true(n >= 0);
	got[n] = '\0';
	close(fd);
	assert_string_equal(got, want);
}

/* ---- what operators want ---- */

static void
what_is_disabled_takes_what_is_below_along(void **state)
{
	struct graph *g = *state;
	const struct plan_member *m = graph_member(g, "/Common/Local_pool",
	    "/Common/L:v");

	graph_put(g, "gtm datacenter Local { disabled }\n");
	guide_expect(g, 1, "10.133.56.51");
	guide_expect_status(&m->vs->server->node, STATUS_UNKNOWN,
	    STATUS_DISABLED_BY_PARENT);
	guide_expect_status(&m->vs->node, STATUS_UNKNOWN, STATUS_DISABLED_BY_PARENT);
	guide_expect_status(&m->node, STATUS_UNKNOWN, STATUS_DISABLED_BY_PARENT);
	assert_int_equal(fakes_watches("web", LOCAL), 0);
	graph_put(g, "gtm datacenter Local { }\n");
	guide_expect(g, 1, "10.133.39.51");
	assert_int_equal(fakes_watches("web", LOCAL), 1);
}

static void
a_disabled_pool_is_passed_over(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm pool a Local_pool { disabled\n ttl 15\n"
	    " members { L:v { } } }\n");
	guide_expect(g, 1, "10.133.56.51");
	graph_put(g, "gtm pool a Remote_pool { disabled\n ttl 15\n"
	    " members { R:v { } } }\n");
	guide_expect(g, 1, "nodata(15)");
	guide_expect_status(&graph_wide(g, WIDE_A, WIDE)->node, STATUS_OFFLINE,
	    STATUS_ENABLED);
}

static void
a_disabled_wide_ip_leaves_its_name_to_the_zones(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm wideip a vmhttp.siterequest.com { disabled\n"
	    " pools { Local_pool { } } }\n");
	guide_expect(g, 1, "none");
	graph_put(g, "gtm wideip a vmhttp.siterequest.com { }\n");
	guide_expect(g, 1, "none");
}

static void
min_members_up_takes_the_pool_down(void **state)
{
	struct graph *g = *state;
	char why[PLAN_REASON_MAX];

	graph_put(g, "gtm pool a Local_pool { ttl 15\n"
	    " min-members-up-mode percent\n min-members-up-value 51\n"
	    " members { L:v { member-order 0 } R:v { member-order 1 } } }\n");
	guide_expect(g, 2, "10.133.39.51 10.133.56.51");
	fakes_health("web", LOCAL, HEALTH_DOWN);
	guide_expect_status(&graph_pool(g, WIDE_A, "/Common/Local_pool")->node,
	    STATUS_OFFLINE, STATUS_ENABLED);
	assert_string_equal(plan_pool_reason(graph_pool(g, WIDE_A,
	    "/Common/Local_pool"), why, sizeof(why)),
	    "1 of 2 members up, fewer than min-members-up-value 51%");
	guide_expect(g, 1, "10.133.56.51");
	graph_delete(g, (const char *const[]){ NULL });
}

static void
a_ratio_counts_from_the_next_query(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm wideip a vmhttp.siterequest.com {\n"
	    " pool-lb-mode ratio\n"
	    " pools { Local_pool { ratio 1 } Remote_pool { ratio 0 } } }\n");
	guide_expect(g, 2, "10.133.39.51 10.133.39.51");
	graph_put(g, "gtm wideip a vmhttp.siterequest.com {\n"
	    " pool-lb-mode ratio\n"
	    " pools { Local_pool { ratio 0 } Remote_pool { ratio 1 } } }\n");
	guide_expect(g, 2, "10.133.56.51 10.133.56.51");
}

static void
counters_outlive_changes_of_pool_and_wide_ip(void **state)
{
	struct graph *g = *state;
	uint32_t wide = graph_wide(g, WIDE_A, WIDE)->tally;

	guide_expect(g, 3, "10.133.39.51 10.133.39.51 10.133.39.51");
	graph_put(g, "gtm pool a Local_pool { ttl 20\n members { L:v { } } }\n"
	    "gtm wideip a vmhttp.siterequest.com {\n"
	    " pools { Local_pool { } } }\n");
	guide_expect(g, 1, "10.133.39.51");
	assert_int_equal(tally_sum(wide + DECISION_REQUESTS), 4);
	assert_int_equal(tally_sum(graph_wide(g, WIDE_A, WIDE)->edges[0]->slot +
	    DECISION_PREFERRED), 4);
	assert_int_equal(tally_sum(graph_member(g, "/Common/Local_pool",
	    "/Common/L:v")->slot), 4);
}

static void
global_failure_rcode_serves_wide_ips_without_their_own(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm datacenter Local { disabled }\n"
	    "gtm datacenter Remote { disabled }\n");
	guide_expect(g, 1, "zone");
	graph_put(g, "gtm global-settings load-balancing "
	    "{ failure-rcode-response enabled\n failure-rcode refused }\n");
	guide_expect(g, 1, "rcode5");
}

/* ---- names ---- */

static bool
answers(const struct graph *g, const char *domain)
{
	uint8_t name[DNSNAME_MAX];
	size_t len = dnsname_parse(domain, name);

	return widetable_find(g->wides, name, len, dnsname_hash(name, len)) !=
	    NULL;
}

static void
names_and_aliases_come_and_go(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm wideip a vmhttp.siterequest.com {\n"
	    " aliases { www.siterequest.com }\n pools { Local_pool { } } }\n");
	assert_true(answers(g, "www.siterequest.com"));
	/* In one commit the alias goes over to another wide IP. */
	graph_put(g, "gtm wideip a vmhttp.siterequest.com {\n"
	    " aliases { old.siterequest.com }\n pools { Local_pool { } } }\n"
	    "gtm wideip a a.siterequest.com {\n"
	    " aliases { www.siterequest.com }\n pools { Remote_pool { } } }\n");
	assert_true(answers(g, "www.siterequest.com"));
	assert_true(answers(g, "old.siterequest.com"));
	assert_string_equal(graph_ask(g, WIDE_A, "/Common/a.siterequest.com",
	    1), "10.133.56.51");
	graph_delete(g, (const char *const[]){
	    "gtm wideip a " WIDE, "gtm wideip a /Common/a.siterequest.com",
	    NULL });
	assert_false(answers(g, "www.siterequest.com"));
	assert_false(answers(g, "vmhttp.siterequest.com"));
}

static void
a_server_and_all_that_names_it_go_in_one_commit(void **state)
{
	struct graph *g = *state;

	graph_change(g, "gtm wideip a vmhttp.siterequest.com {\n"
	    " pools { Remote_pool { } } }\n", (const char *const[]){
	    "gtm server /Common/L", "gtm datacenter /Common/Local",
	    "gtm pool a /Common/Local_pool", NULL });
	guide_expect(g, 1, "10.133.56.51");
	assert_int_equal(fakes_watches("web", LOCAL), 0);
}

/* ---- cost ---- */

/* So many wide IPs of other pools, each with a member of its own pool. */
static void
add_wides(struct graph *g, unsigned count)
{
	struct object **o = mem_zalloc(2 * (size_t)count, sizeof(*o));

	for (unsigned i = 0; i < count; i++) {
		char *pool = mem_printf("/Common/p%u", i);
		char *wide = mem_printf("/Common/w%u.example.com", i);
		struct object *edge = object_new(&wideip_pool_type_a, pool);
		struct object *member = object_new(&pool_member_type,
		    "/Common/R:v");

		((struct pool_member *)member)->server_len = 9;
		o[2 * i] = object_new(&pool_type_a, pool);
		objlist_add(&((struct pool *)o[2 * i])->members, &member);
		o[2 * i + 1] = object_new(&wideip_type_a, wide);
		objlist_add(&((struct wideip *)o[2 * i + 1])->pools, &edge);
		free(pool);
		free(wide);
	}
	graph_tell(g, o, 2 * (size_t)count);
	for (unsigned i = 0; i < 2 * count; i++)
		object_unref(&o[i]);
	free(o);
}

/* Nodes worked out and decisions made by one change of each kind. */
static void
cost_of(struct graph *g, struct plan_counts cost[2])
{
	struct plan_counts was, now;

	for (int i = 0; i < 2; i++) {
		plan_counts(g->plan, &was);
		if (i == 0)
			fakes_health("web", LOCAL, HEALTH_DOWN);
		else
			graph_put(g, "gtm wideip a vmhttp.siterequest.com {\n"
			    " pool-lb-mode ratio\n pools { Local_pool { ratio 3 }"
			    " Remote_pool { } } }\n");
		plan_counts(g->plan, &now);
		cost[i].compiled = now.compiled - was.compiled;
		cost[i].updated = now.updated - was.updated;
	}
}

static void
the_cost_of_a_change_is_flat(void **state)
{
	static const unsigned count[2] = { 10, 100000 };
	struct plan_counts cost[2][2];

	for (int i = 0; i < 2; i++) {
		struct graph *g = *state;

		fakes_health("web", LOCAL, HEALTH_UP);
		add_wides(g, count[i]);
		cost_of(g, cost[i]);
		assert_int_equal(cost[i][0].compiled, 1);
		assert_int_equal(cost[i][1].compiled, 1);
		(void)guide_stop(state);
		(void)guide_start(state);
	}
	assert_memory_equal(cost[0], cost[1], sizeof(cost[0]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(unknown_is_usable),
		TEST(a_site_that_goes_down_hands_over),
		TEST(a_virtual_server_is_down_with_what_it_depends_on),
		TEST(each_change_of_state_is_one_notice),
		TEST(what_is_disabled_takes_what_is_below_along),
		TEST(a_disabled_pool_is_passed_over),
		TEST(a_disabled_wide_ip_leaves_its_name_to_the_zones),
		TEST(min_members_up_takes_the_pool_down),
		TEST(a_ratio_counts_from_the_next_query),
		TEST(counters_outlive_changes_of_pool_and_wide_ip),
		TEST(global_failure_rcode_serves_wide_ips_without_their_own),
		TEST(names_and_aliases_come_and_go),
		TEST(a_server_and_all_that_names_it_go_in_one_commit),
		TEST(the_cost_of_a_change_is_flat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
