/* tests/unit/gtmd/plan/test_plan_target.c - CNAME members are what the wide IPs are
 * that they lead to.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"

#include "gtmd/plan/plan_wide.h"

/* ---- CNAME ---- */

#define CHAIN								\
	"gtm pool cname C { members { vmhttp.siterequest.com { } } }\n"	\
	"gtm wideip cname alias.siterequest.com { pools { C { } } }\n"

static void
a_cname_is_usable_only_while_its_wide_ip_is(void **state)
{
	struct graph *g = *state;

	graph_put(g, CHAIN);
	assert_string_equal(graph_ask(g, WIDE_CNAME,
	    "/Common/alias.siterequest.com", 1), "vmhttp.siterequest.com");
	fakes_health("web", LOCAL, HEALTH_DOWN);
	assert_string_equal(graph_ask(g, WIDE_CNAME,
	    "/Common/alias.siterequest.com", 1), "vmhttp.siterequest.com");
	fakes_health("web", REMOTE, HEALTH_DOWN);
	assert_string_equal(graph_ask(g, WIDE_CNAME,
	    "/Common/alias.siterequest.com", 1), "zone");
	fakes_health("web", REMOTE, HEALTH_UP);
	assert_string_equal(graph_ask(g, WIDE_CNAME,
	    "/Common/alias.siterequest.com", 1), "vmhttp.siterequest.com");
}

static void
a_static_target_is_always_usable(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm pool cname C { members {\n"
	    " vmhttp.siterequest.com { static-target yes } } }\n"
	    "gtm wideip cname alias.siterequest.com { pools { C { } } }\n");
	fakes_health("web", LOCAL, HEALTH_DOWN);
	fakes_health("web", REMOTE, HEALTH_DOWN);
	assert_string_equal(graph_ask(g, WIDE_CNAME,
	    "/Common/alias.siterequest.com", 1), "vmhttp.siterequest.com");
}

static void
a_circle_of_cnames_comes_to_rest(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm pool cname C1 { members {\n"
	    " two.siterequest.com { member-order 0 }\n"
	    " vmhttp.siterequest.com { member-order 1 } } }\n"
	    "gtm pool cname C2 { members { one.siterequest.com { } } }\n"
	    "gtm wideip cname one.siterequest.com { pools { C1 { } } }\n"
	    "gtm wideip cname two.siterequest.com { pools { C2 { } } }\n");
	fakes_health("web", LOCAL, HEALTH_UP);
	fakes_health("web", LOCAL, HEALTH_DOWN);
	fakes_health("web", REMOTE, HEALTH_DOWN);
	fakes_health("web", REMOTE, HEALTH_UP);
	assert_true(list_empty(&g->plan->touched_members));
}

/* A target may be matched by a pattern, until an exact name takes it over. */
static void
a_target_follows_who_would_answer(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm wideip a *.apps.siterequest.com {\n"
	    " pools { Local_pool { } } }\n"
	    "gtm pool cname C { members { x.apps.siterequest.com { } } }\n"
	    "gtm wideip cname alias.siterequest.com { pools { C { } } }\n");
	fakes_health("web", LOCAL, HEALTH_DOWN);
	assert_string_equal(graph_ask(g, WIDE_CNAME,
	    "/Common/alias.siterequest.com", 1), "zone");
	graph_put(g, "gtm wideip a x.apps.siterequest.com {\n"
	    " pools { Remote_pool { } } }\n");
	assert_string_equal(graph_ask(g, WIDE_CNAME,
	    "/Common/alias.siterequest.com", 1), "x.apps.siterequest.com");
	graph_delete(g, (const char *const[]){
	    "gtm wideip a /Common/x.apps.siterequest.com", NULL });
	assert_string_equal(graph_ask(g, WIDE_CNAME,
	    "/Common/alias.siterequest.com", 1), "zone");
}

/* An MX at a name leads to its addresses; the MX itself says nothing of them,
 * though it is a wide IP of the same name. */
static void
a_record_counts_on_what_is_asked_for_next(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm pool mx M { members {\n"
	    " vmhttp.siterequest.com { priority 5 } } }\n"
	    "gtm wideip mx vmhttp.siterequest.com { pools { M { } } }\n");
	assert_string_equal(graph_ask(g, WIDE_MX,
	    "/Common/vmhttp.siterequest.com", 1), "5 vmhttp.siterequest.com.");
	fakes_health("web", LOCAL, HEALTH_DOWN);
	fakes_health("web", REMOTE, HEALTH_DOWN);
	assert_string_equal(graph_ask(g, WIDE_MX,
	    "/Common/vmhttp.siterequest.com", 1), "zone");
	fakes_health("web", REMOTE, HEALTH_UP);
	graph_put(g, "gtm pool mx M { members {\n"
	    " vmhttp.siterequest.com { priority 6 } } }\n");
	assert_string_equal(graph_ask(g, WIDE_MX,
	    "/Common/vmhttp.siterequest.com", 1), "6 vmhttp.siterequest.com.");
}

static void
cname_pools_stand_in_one_order_with_the_others(void **state)
{
	static const char text[] = "gtm pool cname C { members {\n"
	    " cdn.example.net { static-target yes } } }\n"
	    "gtm wideip a app.siterequest.com {\n"
	    " pool-lb-mode global-availability\n"
	    " pools { Local_pool { order 1 } }\n"
	    " pools-cname { C { order %u } } }\n";
	static const char *const want[] = { "cdn.example.net", "10.133.39.51",
	    "10.133.39.51" };
	struct graph *g = *state;
	char now[sizeof(text) + 16];

	fakes_health("web", LOCAL, HEALTH_UP);
	for (unsigned order = 0; order < OBJ_COUNT(want); order++) {
		(void)snprintf(now, sizeof(now), text, order);
		graph_put(g, now);
		assert_string_equal(graph_ask(g, WIDE_A,
		    "/Common/app.siterequest.com", 1), want[order]);
	}
	fakes_health("web", LOCAL, HEALTH_DOWN);
	assert_string_equal(graph_ask(g, WIDE_A,
	    "/Common/app.siterequest.com", 1), "cdn.example.net");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_cname_is_usable_only_while_its_wide_ip_is),
		TEST(a_static_target_is_always_usable),
		TEST(a_circle_of_cnames_comes_to_rest),
		TEST(a_target_follows_who_would_answer),
		TEST(a_record_counts_on_what_is_asked_for_next),
		TEST(cname_pools_stand_in_one_order_with_the_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
