/* tests/unit/gtmd/control/test_control_stats.c - F5's keys, and behind each of them what
 * was counted or is so. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"

#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/model/model.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "gtmd/control/control_stats.h"
#include "gtmd/decide/measures.h"

static struct json *page;
static struct strbuf as;
static struct clock clk;
static struct loop *loop;

static int
start(void **state)
{
	clock_fake_init(&clk, CLOCK_S, FAKES_SINCE);
	loop = loop_new(&clk, NULL);
	graph_metrics = measures_new(loop);
	strbuf_init(&as);
	page = json_new_object();
	return guide_start(state);
}

static int
stop(void **state)
{
	strbuf_fini(&as);
	json_free(&page);
	(void)guide_stop(state);
	measures_free(&graph_metrics);
	loop_free(&loop);
	return 0;
}

/* Fills page; key = NULL: of the object itself. */
static bool
ask(const struct graph *g, const struct type *t, const char *name,
    const struct prop *items, const char *key)
{
	struct control_stats s = { g->plan, FAKES_SINCE + 500, NULL, &as };
	const struct object *o = model_find(graph_model, t, name);

	json_free(&page);
	strbuf_clear(&as);
	s.entries = page = json_new_object();
	assert_non_null(o);
	if (key == NULL)
		return control_stats(&s, o);
	return control_stats_item(&s, o, objlist_find((const void *)
	    ((const char *)o + items->off), key));
}

static int64_t
number(const char *key)
{
	const struct json *j = json_find(json_find(page, key), "value");

	if (json_kind_of(j) != JSON_KIND_INT)
		fail_msg("%s is no number", key);
	return json_get_int(j);
}

static void
is(const char *key, const char *want)
{
	const char *text = json_get_text(json_find(json_find(page, key),
	    "description"));

	if (text == NULL || strcmp(text, want) != 0)
		fail_msg("%s is %s, not %s", key, text, want);
}

static const struct prop *
row(const struct type *t, const char *name)
{
	return prop_find(t->props, name, NULL);
}

static void
a_wide_ip_s_answers_are_counted_by_how(void **state)
{
	struct graph *g = *state;

	fakes_health("web", LOCAL, HEALTH_UP);
	fakes_health("web", REMOTE, HEALTH_UP);
	(void)graph_ask(g, WIDE_A, WIDE, 3);
	assert_true(ask(g, &wideip_type_a, WIDE, NULL, NULL));
	assert_int_equal(number("requests"), 3);
	assert_int_equal(number("preferred"), 3);
	assert_int_equal(number("resolutions"), 3);
	assert_int_equal(number("alternate"), 0);
	assert_int_equal(number("cnameResolutions"), 0);
	assert_int_equal(number("persisted"), 0);
	assert_int_equal(number("returnFromDns"), 0);
	is("status.availabilityState", "available");
	is("status.enabledState", "enabled");
	is("wipName", WIDE);
	is("wipType", "A");
	assert_string_equal(as.text, WIDE ":A");
}

/* Everything down: fallback return-to-dns, which is no resolution. */
static void
what_is_returned_to_dns_resolves_nothing(void **state)
{
	struct graph *g = *state;

	fakes_health("web", LOCAL, HEALTH_DOWN);
	fakes_health("web", REMOTE, HEALTH_DOWN);
	(void)graph_ask(g, WIDE_A, WIDE, 4);
	assert_true(ask(g, &wideip_type_a, WIDE, NULL, NULL));
	assert_int_equal(number("requests"), 4);
	assert_int_equal(number("returnToDns"), 4);
	assert_int_equal(number("resolutions"), 0);
	is("status.availabilityState", "offline");
	assert_true(ask(g, &pool_type_a, "/Common/Local_pool", NULL, NULL));
	assert_int_equal(number("returnToDns"), 4);
}

static void
the_failure_policy_counts_as_rcode(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm wideip a empty.example.com {\n"
	    " pools { none { order 0 } } }\n"
	    "gtm pool a none { fallback-mode none }\n");
	(void)graph_ask(g, WIDE_A, "/Common/empty.example.com", 2);
	assert_true(ask(g, &wideip_type_a, "/Common/empty.example.com", NULL,
	    NULL));
	assert_int_equal(number("rcode"), 2);
	assert_int_equal(number("requests"), 2);
}

static void
cnames_are_resolutions_of_their_own_kind(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm pool cname c { members { www.example.net {\n"
	    " static-target yes } } }\n"
	    "gtm wideip cname w.example.com { pools { c { order 0 } } }\n");
	(void)graph_ask(g, WIDE_CNAME, "/Common/w.example.com", 2);
	assert_true(ask(g, &wideip_type_cname, "/Common/w.example.com", NULL,
	    NULL));
	assert_int_equal(number("cnameResolutions"), 2);
	assert_int_equal(number("resolutions"), 2);
	is("wipType", "CNAME");
	assert_true(ask(g, &pool_type_cname, "/Common/c",
	    row(&pool_type_cname, "members"), "www.example.net"));
	is("serverName", "www.example.net");
	is("vsName", " ");
	assert_string_equal(as.text, " :www.example.net");
}

static void
a_member_is_told_by_virtual_server_and_server(void **state)
{
	struct graph *g = *state;

	(void)graph_ask(g, WIDE_A, WIDE, 2);
	assert_true(ask(g, &pool_type_a, "/Common/Local_pool",
	    row(&pool_type_a, "members"), "/Common/L:v"));
	assert_int_equal(number("preferred"), 2);
	assert_int_equal(number("alternate") + number("fallback"), 0);
	is("poolName", "/Common/Local_pool");
	is("poolType", "A");
	is("serverName", "/Common/L");
	is("vsName", "v");
	assert_string_equal(as.text, "v:/Common/L");
}

static void
a_virtual_server_has_picks_and_the_time_it_is_up(void **state)
{
	struct graph *g = *state;
	const struct prop *vss = row(&server_type, "virtual-servers");

	fakes_health("web", LOCAL, HEALTH_UP);
	fakes_health("web", REMOTE, HEALTH_DOWN);
	(void)graph_ask(g, WIDE_A, WIDE, 6);
	assert_true(ask(g, &server_type, "/Common/L", vss, "v"));
	assert_int_equal(number("picks"), 6);
	assert_int_equal(number("uptime"), 500);
	assert_int_equal(number("metrics.connections"), 0);
	assert_int_equal(number("metrics.vsScore"), 0);
	is("destination", LOCAL);
	assert_true(ask(g, &server_type, "/Common/R", vss, "v"));
	assert_int_equal(number("uptime"), 0);
	is("status.availabilityState", "offline");
}

static void
what_is_measured_is_told(void **state)
{
	struct graph *g = *state;
	const struct prop *vss = row(&server_type, "virtual-servers");
	struct measures_row *r = measures_row_get(graph_metrics,
	    "/Common/L\nv");

	measures_set(r, METRIC_CONNECTIONS, 12, 60);
	measures_set(r, METRIC_SCORE, 34, 60);
	measures_row_drop(&r);
	assert_true(ask(g, &server_type, "/Common/L", vss, "v"));
	assert_int_equal(number("metrics.connections"), 12);
	assert_int_equal(number("metrics.vsScore"), 34);
	assert_true(ask(g, &server_type, "/Common/L", NULL, NULL));
	assert_int_equal(number("metrics.connections"), 12);
	assert_true(ask(g, &server_type, "/Common/R", NULL, NULL));
	assert_int_equal(number("metrics.connections"), 0);
}

static void
servers_and_data_centers_have_states(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm datacenter Remote { disabled }\n");
	assert_true(ask(g, &server_type, "/Common/R", NULL, NULL));
	is("status.enabledState", "disabled-by-parent");
	is("serverName", "/Common/R");
	assert_true(ask(g, &datacenter_type, "/Common/Remote", NULL, NULL));
	is("status.enabledState", "disabled");
	is("dcName", "/Common/Remote");
	assert_int_equal(as.len, 0);
}

static void
a_monitor_counts_its_targets_by_state(void **state)
{
	struct graph *g = *state;

	fakes_health("web", LOCAL, HEALTH_UP);
	fakes_health("web", REMOTE, HEALTH_DOWN);
	assert_true(ask(g, &monitor_http_type, "/Common/web", NULL, NULL));
	is("monitorName", "/Common/web");
	assert_int_equal(number("targetsUp"), 1);
	assert_int_equal(number("targetsDown"), 1);
	assert_int_equal(number("targetsUnknown"), 0);
	assert_true(ask(g, &monitor_http_type, "/Common/http", NULL, NULL));
	assert_int_equal(number("targetsUp"), 0);
}

int
main(void)
{
#define STATS_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)
	const struct CMUnitTest tests[] = {
		STATS_TEST(a_wide_ip_s_answers_are_counted_by_how),
		STATS_TEST(what_is_returned_to_dns_resolves_nothing),
		STATS_TEST(the_failure_policy_counts_as_rcode),
		STATS_TEST(cnames_are_resolutions_of_their_own_kind),
		STATS_TEST(a_member_is_told_by_virtual_server_and_server),
		STATS_TEST(a_virtual_server_has_picks_and_the_time_it_is_up),
		STATS_TEST(what_is_measured_is_told),
		STATS_TEST(servers_and_data_centers_have_states),
		STATS_TEST(a_monitor_counts_its_targets_by_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
