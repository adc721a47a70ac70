/* tests/unit/gtmd/plan/test_plan_watch.c - pools that are about to serve.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"

#include "gtmd/plan/plan_watch.h"

#define POOL	"/Common/Remote_pool"

static struct plan_watch
look(const struct graph *g, const char *pool)
{
	struct plan_watch w;

	plan_watch_look(g->plan, WIDE_A, pool, &w);
	return w;
}

/* The pool's own monitor is not asked while the pool is disabled. */
static void
a_disabled_pool_is_probed_while_it_is_watched(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm pool a Remote_pool { ttl 15\n monitor port\n disabled\n"
	    " members { R:v { } } }\n");
	fakes_health("web", REMOTE, HEALTH_UP);
	assert_int_equal(fakes_watches("port", REMOTE), 0);
	assert_int_equal(look(g, POOL).checking, 1);
	plan_watch_pool(g->plan, WIDE_A, POOL, true);
	assert_int_equal(fakes_watches("port", REMOTE), 1);
	assert_int_equal(look(g, POOL).live, 0);
	fakes_health("port", REMOTE, HEALTH_UP);
	assert_int_equal(look(g, POOL).live, 1);
	fakes_health("port", REMOTE, HEALTH_DOWN);
	assert_int_equal(look(g, POOL).live, 0);
	plan_watch_pool(g->plan, WIDE_A, POOL, false);
	assert_int_equal(fakes_watches("port", REMOTE), 0);
	plan_watch_pool(g->plan, WIDE_A, "/Common/none", true);
}

struct told {
	unsigned	 up, failed;
	uint32_t	 rtt_us;
};

static void
on_probe(void *arg, bool ok, uint32_t rtt_us)
{
	struct told *t = arg;

	t->up += ok;
	t->failed += !ok;
	t->rtt_us = rtt_us;
}

static struct told
probes_since(const struct graph *g, mono_ns since)
{
	struct told t = { 0 };

	plan_watch_probes(g->plan, WIDE_A, "/Common/Local_pool",
	    &(struct plan_watch_asker){ since, on_probe, &t });
	return t;
}

/* An instance that the pool and the member both ask is one; the virtual server's
 * counts where they ask none. */
static void
a_probe_is_told_once_and_of_members_that_are_enabled(void **state)
{
	struct graph *g = *state;

	fakes_sight = (struct sight){ .last_ns = 5, .results = 1,
	    .last = { .outcome = PROBE_UP, .rtt_us = 900 } };
	fakes_health("web", LOCAL, HEALTH_UP);
	assert_int_equal(probes_since(g, 4).up, 1);
	assert_int_equal(probes_since(g, 4).rtt_us, 900);
	assert_int_equal(probes_since(g, 5).up, 0);
	graph_put(g, "gtm pool a Local_pool { ttl 15\n monitor port\n members { "
	    "L:v { monitor port } } }\n");
	fakes_health("port", LOCAL, HEALTH_UP);
	assert_int_equal(probes_since(g, 4).up, 1);
	fakes_sight.last.outcome = PROBE_DOWN;
	assert_int_equal(probes_since(g, 4).failed, 1);
	fakes_sight.last.outcome = PROBE_ABSTAIN;
	assert_int_equal(probes_since(g, 4).failed + probes_since(g, 4).up, 0);
	fakes_sight.last.outcome = PROBE_DOWN;
	fakes_health("port", LOCAL, HEALTH_DOWN);
	assert_int_equal(probes_since(g, 4).failed, 1);
	graph_put(g, "gtm pool a Local_pool { ttl 15\n monitor port\n members { "
	    "L:v { disabled } } }\n");
	assert_int_equal(probes_since(g, 4).failed, 0);
	fakes_sight = (struct sight){ 0 };
}

static void
live_is_who_would_answer(void **state)
{
	struct graph *g = *state;

	fakes_health("web", LOCAL, HEALTH_UP);
	assert_int_equal(look(g, "/Common/Local_pool").live, 1);
	assert_int_equal(look(g, "/Common/none").members, 0);
	graph_put(g, "gtm pool a Local_pool { ttl 15\n min-members-up-mode "
	    "number\n min-members-up-value 2\n members { L:v { } R:v { } } }\n");
	fakes_health("web", REMOTE, HEALTH_DOWN);
	assert_int_equal(look(g, "/Common/Local_pool").live, 0);
	fakes_health("web", REMOTE, HEALTH_UP);
	assert_int_equal(look(g, "/Common/Local_pool").live, 2);
	graph_put(g, "gtm pool a Local_pool { ttl 15\n members { L:v { disabled "
	    "} R:v { } } }\n");
	assert_int_equal(look(g, "/Common/Local_pool").live, 1);
	assert_int_equal(look(g, "/Common/Local_pool").members, 2);
}

/* Whichever method they came by; a third pool is neither. */
static void
answers_are_told_apart_by_pool(void **state)
{
	static const char *const pools[2] = { "/Common/Local_pool", POOL };
	struct graph *g = *state;
	uint64_t n[2];

	fakes_health("web", LOCAL, HEALTH_UP);
	fakes_health("web", REMOTE, HEALTH_UP);
	(void)graph_ask(g, WIDE_A, WIDE, 5);
	fakes_health("web", LOCAL, HEALTH_DOWN);
	(void)graph_ask(g, WIDE_A, WIDE, 3);
	plan_watch_served(g->plan, WIDE_A, WIDE, pools, n);
	assert_int_equal(n[0], 5);
	assert_int_equal(n[1], 3);
	plan_watch_served(g->plan, WIDE_A, "/Common/none", pools, n);
	assert_int_equal(n[0] + n[1], 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_disabled_pool_is_probed_while_it_is_watched, guide_start,
		    guide_stop),
		cmocka_unit_test_setup_teardown(
		    a_probe_is_told_once_and_of_members_that_are_enabled,
		    guide_start, guide_stop),
		cmocka_unit_test_setup_teardown(live_is_who_would_answer,
		    guide_start, guide_stop),
		cmocka_unit_test_setup_teardown(answers_are_told_apart_by_pool,
		    guide_start, guide_stop),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
