/* tests/unit/gtmd/plan/test_plan_prober.c - which servers a gtmd probes, by what it
 * is and what they want.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"

#include "core/base/strbuf.h"
#include "gtmd/plan/plan_member.h"

static void
site(struct graph *g, const char *name, const char *probers)
{
	struct strbuf b;

	strbuf_init(&b);
	strbuf_printf(&b, "gtm datacenter %s { %s }\n", name, probers);
	graph_put(g, b.text);
	strbuf_fini(&b);
}

/* The server of the site Local. */
static void
server(struct graph *g, const char *probers)
{
	struct strbuf b;

	strbuf_init(&b);
	strbuf_printf(&b, "gtm server L { datacenter Local\n product "
	    "generic-host\n %s\n virtual-servers { v { destination "
	    "10.133.39.51:80\n monitor web } } }\n", probers);
	graph_put(g, b.text);
	strbuf_fini(&b);
}

/* Is Local's virtual server probed? */
static bool
is_probed(void)
{
	return fakes_watches("web", LOCAL) == 1;
}

static void
every_choice_against_every_place_of_ours(void **state)
{
	/* As: none, in Local, in Remote. */
	static const struct {
		const char	*probers;
		bool		 nobody, local, remote;
	} row[] = {
		{ "", true, true, true },
		{ "prober-preference inside-datacenter", true, true, true },
		{ "prober-fallback none", false, true, false },
		{ "prober-preference outside-datacenter\n"
		  "prober-fallback none", true, false, true },
		{ "prober-preference outside-datacenter\n"
		  "prober-fallback inside-datacenter", true, true, true },
		{ "prober-preference outside-datacenter\n"
		  "prober-fallback any-available", true, true, true },
		{ "prober-preference pool\nprober-pool both\n"
		  "prober-fallback none", false, true, true },
		{ "prober-preference pool\nprober-pool far\n"
		  "prober-fallback none", false, false, true },
		{ "prober-preference pool\nprober-pool off\n"
		  "prober-fallback none", false, false, false },
		{ "prober-preference pool\nprober-pool far\n"
		  "prober-fallback inside-datacenter", false, true, true },
		{ "prober-preference outside-datacenter\n"
		  "prober-fallback pool\nprober-pool off", true, false, true },
	};
	static const char *const who[] = { NULL, "/Common/L", "/Common/R" };

	(void)state;
	for (size_t at = 0; at < OBJ_COUNT(who); at++)
		for (size_t i = 0; i < OBJ_COUNT(row); i++) {
			const bool want[] = { row[i].nobody, row[i].local,
			    row[i].remote };
			void *s;
			struct graph *g;

			graph_here = who[at];
			assert_int_equal(guide_start(&s), 0);
			g = s;
			graph_put(g, "gtm prober-pool both { members { L { } "
			    "R { } } }\n"
			    "gtm prober-pool far { members { L { disabled } "
			    "R { } } }\n"
			    "gtm prober-pool off { disabled\n"
			    " members { L { } R { } } }\n");
			server(g, row[i].probers);
			if (is_probed() != want[at])
				fail_msg("\"%s\": as %s it is %s", row[i].
				    probers, who[at] != NULL ? who[at] :
				    "nobody", want[at] ? "not probed" :
				    "probed");
			guide_stop(&s);
		}
	graph_here = NULL;
}

/* What is not probed is not known, says why, and may be answered. */
static void
not_probed_is_unknown_with_a_reason(void **state)
{
	struct graph *g = *state;
	struct plan_member *m = graph_member(g, "/Common/Local_pool",
	    "/Common/L:v");
	char why[PLAN_REASON_MAX];

	fakes_health("web", LOCAL, HEALTH_DOWN);
	guide_expect(g, 1, "10.133.56.51");
	graph_here = "/Common/R";
	server(g, "prober-fallback none");
	guide_expect_status(&m->node, STATUS_UNKNOWN, STATUS_ENABLED);
	assert_string_equal(plan_member_reason(m, why, sizeof(why)),
	    "Not probed from here: neither prober-preference nor "
	    "prober-fallback names this gtmd");
	guide_expect(g, 1, "10.133.39.51");
	graph_here = NULL;
}

static void
a_server_inherits_from_its_data_center(void **state)
{
	struct graph *g = *state;

	graph_here = "/Common/R";
	assert_true(is_probed());
	site(g, "Local", "prober-fallback none");
	assert_false(is_probed());
	assert_int_equal(fakes_watches("web", REMOTE), 1);
	server(g, "prober-preference outside-datacenter");
	assert_true(is_probed());
	server(g, "prober-fallback any-available");
	assert_true(is_probed());
	server(g, "");
	assert_false(is_probed());
	/* Its data center's pool. */
	graph_put(g, "gtm prober-pool far { members { R { } } }\n");
	site(g, "Local", "prober-preference pool\nprober-pool far\n"
	    "prober-fallback none");
	assert_true(is_probed());
	graph_put(g, "gtm prober-pool far { members { R { disabled } } }\n");
	assert_false(is_probed());
	site(g, "Local", "");
	assert_true(is_probed());
	graph_here = NULL;
}

/* Members' own monitors follow their server's data center. */
static void
a_server_that_moves_is_probed_by_others(void **state)
{
	struct graph *g = *state;

	graph_here = "/Common/R";
	graph_put(g, "gtm pool a Local_pool { members { L:v { monitor port } "
	    "} }\n");
	site(g, "Local", "prober-fallback none");
	assert_int_equal(fakes_watches("port", LOCAL), 0);
	graph_put(g, "gtm server L { datacenter Remote\n product generic-host\n"
	    " virtual-servers { v { destination 10.133.39.51:80 } } }\n");
	assert_int_equal(fakes_watches("port", LOCAL), 1);
	graph_put(g, "gtm server L { datacenter Local\n product generic-host\n"
	    " virtual-servers { v { destination 10.133.39.51:80 } } }\n");
	assert_int_equal(fakes_watches("port", LOCAL), 0);
	graph_here = NULL;
}

/* Who we are is asked again when servers change, and not before. */
static void
who_we_are_follows_the_servers(void **state)
{
	struct graph *g = *state;

	site(g, "Local", "prober-fallback none");
	assert_false(is_probed());
	graph_here = "/Common/L";
	assert_false(is_probed());
	graph_put(g, "gtm server R { datacenter Remote\n product generic-host\n"
	    " virtual-servers { v { destination 10.133.56.51:81 } } }\n");
	assert_true(is_probed());
	graph_here = NULL;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_choice_against_every_place_of_ours),
		TEST(not_probed_is_unknown_with_a_reason),
		TEST(a_server_inherits_from_its_data_center),
		TEST(a_server_that_moves_is_probed_by_others),
		TEST(who_we_are_follows_the_servers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
