/* tests/unit/gtmd/plan/test_plan_health.c - monitor rules of all levels, and monitors
 * that change.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"

#include "gtmd/plan/plan_member.h"

static void
monitors_of_all_levels_count(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm pool a Local_pool { ttl 15\n monitor port\n"
	    " members { L:v { monitor /Common/tcp } } }\n"
	    "gtm server L { datacenter Local\n product generic-host\n"
	    " monitor /Common/http\n"
	    " virtual-servers { v { destination 10.133.39.51:80\n"
	    " monitor web } } }\n");
	for (int i = 0; i < 4; i++) {
		static const char *const all[] = { "web", "port", "tcp",
		    "http" };

		assert_int_equal(fakes_watches(all[i], LOCAL), 1);
		fakes_health(all[i], LOCAL, HEALTH_DOWN);
		guide_expect(g, 1, "10.133.56.51");
		fakes_health(all[i], LOCAL, HEALTH_UP);
		guide_expect(g, 1, "10.133.39.51");
	}
}

static void
min_of_needs_so_many(void **state)
{
	struct graph *g = *state;
	const struct plan_node *n;

	graph_put(g, "gtm pool a Local_pool { ttl 15\n"
	    " monitor min 1 of { port /Common/tcp }\n members { L:v { } } }\n");
	fakes_health("web", LOCAL, HEALTH_UP);
	n = &graph_member(g, "/Common/Local_pool", "/Common/L:v")->node;
	guide_expect_status(n, STATUS_UNKNOWN, STATUS_ENABLED);
	fakes_health("port", LOCAL, HEALTH_DOWN);
	guide_expect_status(n, STATUS_UNKNOWN, STATUS_ENABLED);
	fakes_health("tcp", LOCAL, HEALTH_UP);
	guide_expect_status(n, STATUS_AVAILABLE, STATUS_ENABLED);
	fakes_health("tcp", LOCAL, HEALTH_DOWN);
	guide_expect_status(n, STATUS_OFFLINE, STATUS_ENABLED);
}

/* The policy is about what has no verdict, nothing else, and counts at once. */
static void
unknown_counts_as_the_policy_says(void **state)
{
	struct graph *g = *state;
	const struct plan_member *m;
	char why[128];

	graph_put(g, GUIDE(""));
	m = graph_member(g, "/Common/Local_pool", "/Common/L:v");
	guide_expect_status(&m->node, STATUS_UNKNOWN, STATUS_ENABLED);
	guide_expect(g, 1, "10.133.39.51");
	fakes_health("web", REMOTE, HEALTH_UP);
	graph_put(g, "gtm global-settings general { monitor-unknown down }\n");
	guide_expect_status(&m->node, STATUS_OFFLINE, STATUS_ENABLED);
	assert_string_equal(plan_member_reason(m, why, sizeof(why)),
	    "Checking (unknown is down)");
	guide_expect(g, 1, "10.133.56.51");
	fakes_health("web", LOCAL, HEALTH_UP);
	guide_expect(g, 1, "10.133.39.51");
	fakes_health("web", LOCAL, HEALTH_DOWN);
	guide_expect(g, 1, "10.133.56.51");
	fakes_health("web", LOCAL, HEALTH_UNKNOWN);
	graph_put(g, "gtm global-settings general { monitor-unknown up }\n");
	guide_expect(g, 1, "10.133.39.51");
}

/* They are watched as controls, and nothing hangs on them. */
static void
control_targets_are_watched_while_the_settings_have_them(void **state)
{
	struct graph *g = *state;
	const size_t before = fakes_controls;

	graph_put(g, GUIDE(""));
	fakes_health("web", LOCAL, HEALTH_UP);
	graph_put(g, "gtm global-settings general {\n"
	    "prober-control-monitor tcp\n"
	    "prober-control-targets { 192.0.2.1:53 192.0.2.2:53 } }\n");
	assert_int_equal(fakes_controls, before + 2);
	assert_int_equal(fakes_watches("tcp", "192.0.2.1:53"), 1);
	graph_put(g, "gtm global-settings general {\n"
	    "prober-control-monitor tcp\n"
	    "prober-control-targets { 192.0.2.2:53 } }\n");
	assert_int_equal(fakes_watches("tcp", "192.0.2.1:53"), 0);
	assert_int_equal(fakes_watches("tcp", "192.0.2.2:53"), 1);
	guide_expect(g, 1, "10.133.39.51");
	graph_put(g, "gtm global-settings general { }\n");
	assert_int_equal(fakes_watches("tcp", "192.0.2.2:53"), 0);
}

/* What nothing watches is not unknown but unmonitored. */
static void
without_a_monitor_there_is_no_policy(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm global-settings general { monitor-unknown down }\n"
	    "gtm server L { datacenter Local\n product generic-host\n"
	    " virtual-servers { v { destination 10.133.39.51:80 } } }\n");
	guide_expect(g, 1, "10.133.39.51");
}

/* One prober of three is asked, and it is this one. */
static void
require_is_the_monitor_s_own_word(void **state)
{
	struct graph *g = *state;
	const struct plan_node *n;

	graph_put(g, "gtm pool a Local_pool { ttl 15\n"
	    " monitor require 1 from 3 { port }\n members { L:v { } } }\n");
	fakes_health("web", LOCAL, HEALTH_UP);
	n = &graph_member(g, "/Common/Local_pool", "/Common/L:v")->node;
	guide_expect_status(n, STATUS_UNKNOWN, STATUS_ENABLED);
	fakes_health("port", LOCAL, HEALTH_UP);
	guide_expect_status(n, STATUS_AVAILABLE, STATUS_ENABLED);
	fakes_health("port", LOCAL, HEALTH_DOWN);
	guide_expect_status(n, STATUS_OFFLINE, STATUS_ENABLED);
}

static void
a_changed_monitor_takes_effect_without_a_flap(void **state)
{
	struct graph *g = *state;
	uint64_t compiled;
	struct plan_counts c;

	fakes_health("web", LOCAL, HEALTH_UP);
	fakes_health("web", REMOTE, HEALTH_UP);
	plan_counts(g->plan, &c);
	compiled = c.compiled;
	graph_put(g, "gtm monitor http web { interval 7\n timeout 22 }\n");
	assert_int_equal(fakes_watches("web", LOCAL), 1);
	assert_int_equal(fakes_interval("web", LOCAL), 7);
	plan_counts(g->plan, &c);
	assert_int_equal(c.compiled, compiled);
	guide_expect(g, 1, "10.133.39.51");
}

static void
a_parent_s_change_reaches_the_monitors_below(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm monitor http leaf { defaults-from web }\n"
	    "gtm server L { datacenter Local\n product generic-host\n"
	    " virtual-servers { v { destination 10.133.39.51:80\n"
	    " monitor leaf } } }\n");
	assert_int_equal(fakes_interval("leaf", LOCAL), 5);
	graph_put(g, "gtm monitor http web { interval 8\n timeout 25 }\n");
	assert_int_equal(fakes_interval("leaf", LOCAL), 8);
}

static void
disabled_things_are_probed_when_the_settings_say_so(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm datacenter Local { disabled }\n");
	assert_int_equal(fakes_watches("web", LOCAL), 0);
	graph_put(g, "gtm global-settings general "
	    "{ monitor-disabled-objects yes }\n");
	assert_int_equal(fakes_watches("web", LOCAL), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(monitors_of_all_levels_count),
		TEST(min_of_needs_so_many),
		TEST(unknown_counts_as_the_policy_says),
		TEST(control_targets_are_watched_while_the_settings_have_them),
		TEST(without_a_monitor_there_is_no_policy),
		TEST(require_is_the_monitor_s_own_word),
		TEST(a_changed_monitor_takes_effect_without_a_flap),
		TEST(a_parent_s_change_reaches_the_monitors_below),
		TEST(disabled_things_are_probed_when_the_settings_say_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
