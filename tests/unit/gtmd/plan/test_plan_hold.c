/* tests/unit/gtmd/plan/test_plan_hold.c - manual-resume holds members down, over
 * restarts too.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"

#include "core/base/err.h"
#include "gtmd/plan/plan_hold.h"

/* ---- manual resume ---- */

static const char held_pool[] = "gtm pool a Local_pool { ttl 15\n"
    " manual-resume enabled\n members { L:v { } } }\n";

static void
manual_resume_holds_a_member_down(void **state)
{
	struct graph *g = *state;
	struct err e;

	graph_put(g, held_pool);
	/* Never seen up: there is nothing to resume. */
	fakes_health("web", LOCAL, HEALTH_DOWN);
	fakes_health("web", LOCAL, HEALTH_UP);
	guide_expect(g, 1, "10.133.39.51");
	fakes_health("web", LOCAL, HEALTH_DOWN);
	fakes_health("web", LOCAL, HEALTH_UP);
	guide_expect(g, 1, "10.133.56.51");
	assert_int_equal(plan_hold_end(g->plan, "a", "/Common/Local_pool",
	    "/Common/L:v", &e), 0);
	guide_expect(g, 1, "10.133.39.51");
	assert_int_equal(plan_hold_end(g->plan, "a", "/Common/Local_pool",
	    "/Common/none:v", &e), ERR_NOTFOUND);
}

static void
enabling_a_member_ends_the_hold(void **state)
{
	struct graph *g = *state;

	graph_put(g, held_pool);
	fakes_health("web", LOCAL, HEALTH_UP);
	fakes_health("web", LOCAL, HEALTH_DOWN);
	fakes_health("web", LOCAL, HEALTH_UP);
	graph_put(g, "gtm pool a Local_pool { ttl 20\n manual-resume enabled\n"
	    " members { L:v { } } }\n");
	guide_expect(g, 1, "10.133.56.51");
	graph_put(g, "gtm pool a Local_pool { ttl 15\n manual-resume enabled\n"
	    " members { L:v { disabled } } }\n");
	graph_put(g, held_pool);
	guide_expect(g, 1, "10.133.39.51");
}

static void
without_manual_resume_nothing_is_held(void **state)
{
	struct graph *g = *state;

	graph_put(g, held_pool);
	fakes_health("web", LOCAL, HEALTH_UP);
	fakes_health("web", LOCAL, HEALTH_DOWN);
	fakes_health("web", LOCAL, HEALTH_UP);
	graph_put(g, "gtm pool a Local_pool { ttl 15\n members { L:v { } } }\n");
	guide_expect(g, 1, "10.133.39.51");
}

static void
count_held(void *arg, const char *type, const char *pool, const char *member)
{
	assert_string_equal(type, "a");
	assert_string_equal(pool, "/Common/Local_pool");
	assert_string_equal(member, "/Common/L:v");
	++*(int *)arg;
}

/* Over a restart: what was held is held, before any probe says so. */
static void
a_hold_survives_a_restart(void **state)
{
	struct graph *g = *state, next;
	int held = 0;

	graph_put(g, held_pool);
	fakes_health("web", LOCAL, HEALTH_UP);
	assert_int_equal(g->remembered, 0);
	fakes_health("web", LOCAL, HEALTH_DOWN);
	assert_int_equal(g->remembered, 1);
	plan_hold_each(g->plan, count_held, &held);
	assert_int_equal(held, 1);
	graph_fini(g);
	graph_init(&next);
	plan_hold(next.plan, "a", "/Common/Local_pool", "/Common/L:v");
	graph_put(&next, GUIDE("manual-resume enabled\n"));
	fakes_health("web", LOCAL, HEALTH_UP);
	guide_expect(&next, 1, "10.133.56.51");
	graph_fini(&next);
	graph_init(g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(manual_resume_holds_a_member_down),
		TEST(enabling_a_member_ends_the_hold),
		TEST(without_manual_resume_nothing_is_held),
		TEST(a_hold_survives_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
