/* tests/unit/gtmd/plan/test_plan_pool.c - a change of a pool reaches the answers,
 * and costs what it concerns.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"

#include "gtmd/plan/plan_pool.h"
#include "gtmd/plan/plan_wide.h"

#define POOL	"/Common/p"
#define NAME	"/Common/w.example.com"

/* Three members of one server, and the wide IP that they answer for. */
#define SERVER								\
	"gtm server S { datacenter Local\n product generic-host\n"	\
	" virtual-servers { a { destination 10.0.0.1:80 }\n"		\
	" b { destination 10.0.0.2:80 } c { destination 10.0.0.3:80 } } }\n"
#define P(lines, members)						\
	"gtm pool a p { " lines "\n members { " members " } }\n"
#define GA	"load-balancing-mode global-availability"
#define ORDER(a, b, c)							\
	"S:a { member-order " #a " } S:b { member-order " #b " }\n"	\
	" S:c { member-order " #c " }"

static void
open_pool(struct graph *g, const char *pool)
{
	graph_put(g, SERVER);
	graph_put(g, pool);
	graph_put(g, "gtm wideip a w.example.com { pools { p { } } }\n");
}

static void
expect(struct graph *g, const char *answers, unsigned times)
{
	assert_string_equal(graph_ask(g, WIDE_A, NAME, times), answers);
}

/* What a change costs: decisions compiled, nodes worked out. */
static void
expect_cost(struct graph *g, const char *change, uint64_t compiled,
    uint64_t updated)
{
	struct plan_counts was, now;

	plan_counts(g->plan, &was);
	graph_put(g, change);
	plan_counts(g->plan, &now);
	assert_int_equal(now.compiled - was.compiled, compiled);
	assert_int_equal(now.updated - was.updated, updated);
}

/* The pool and its wide IP, and no member. */
static void
a_ratio_changes_one_decision_and_no_members_state(void **state)
{
	struct graph *g = *state;

	open_pool(g, P("load-balancing-mode ratio",
	    "S:a { ratio 1 } S:b { ratio 0 } S:c { ratio 0 }"));
	expect(g, "10.0.0.1 10.0.0.1", 2);
	expect_cost(g, P("load-balancing-mode ratio",
	    "S:a { ratio 0 } S:b { ratio 0 } S:c { ratio 7 }"), 1, 2);
	expect(g, "10.0.0.3 10.0.0.3", 2);
}

static void
what_answers_do_not_show_compiles_nothing(void **state)
{
	struct graph *g = *state;

	open_pool(g, P(GA, ORDER(0, 1, 2)));
	expect_cost(g, P(GA "\n description new",
	    "S:a { member-order 0\n description other }\n"
	    " S:b { member-order 1 } S:c { member-order 2 }"), 0, 1);
	expect(g, "10.0.0.1", 1);
}

static void
another_order_is_another_first_answer(void **state)
{
	struct graph *g = *state;

	open_pool(g, P(GA, ORDER(0, 1, 2)));
	expect(g, "10.0.0.1", 1);
	expect_cost(g, P(GA, ORDER(2, 1, 0)), 1, 2);
	expect(g, "10.0.0.3", 1);
}

/* As many members as before, in the same places. */
static void
one_member_in_the_place_of_another_answers(void **state)
{
	struct graph *g = *state;

	open_pool(g, P(GA, "S:a { } S:b { member-order 1 }"));
	expect(g, "10.0.0.1", 1);
	graph_put(g, P(GA, "S:b { member-order 1 } S:c { member-order 0 }"));
	expect(g, "10.0.0.3", 1);
	assert_null(plan_pool_find_member(graph_pool(g, WIDE_A, POOL),
	    "/Common/S:a"));
	assert_non_null(plan_pool_find_member(graph_pool(g, WIDE_A, POOL),
	    "/Common/S:c"));
}

static void
a_member_is_disabled_enabled_and_watched_by_itself(void **state)
{
	struct graph *g = *state;

	open_pool(g, P(GA, ORDER(0, 1, 2)));
	graph_put(g, P(GA, "S:a { disabled } S:b { member-order 1 }\n"
	    " S:c { member-order 2 }"));
	expect(g, "10.0.0.2", 1);
	fakes_health("web", "10.0.0.1:80", HEALTH_DOWN);
	graph_put(g, P(GA, "S:a { monitor web } S:b { member-order 1 }\n"
	    " S:c { member-order 2 }"));
	assert_int_equal(fakes_watches("web", "10.0.0.1:80"), 1);
	expect(g, "10.0.0.2", 1);
	graph_put(g, P(GA, ORDER(0, 1, 2)));
	assert_int_equal(fakes_watches("web", "10.0.0.1:80"), 0);
	expect(g, "10.0.0.1", 1);
}

static void
a_priority_group_moves_a_member_to_the_front(void **state)
{
	struct graph *g = *state;

	open_pool(g, P("min-active-members 1",
	    "S:a { priority-group 2 } S:b { priority-group 1 }"));
	expect(g, "10.0.0.1 10.0.0.1", 2);
	expect_cost(g, P("min-active-members 1",
	    "S:a { priority-group 2 } S:b { priority-group 3 }"), 1, 2);
	expect(g, "10.0.0.2 10.0.0.2", 2);
}

static void
too_few_members_up_close_the_pool(void **state)
{
	static const struct {
		const char *rule;
		bool	    open;
		const char *why;
	} rows[] = {
		{ "min-members-up-mode off", true, "Checking" },
		{ "min-members-up-mode number\n min-members-up-value 2", true,
		  "Checking" },
		{ "min-members-up-mode number\n min-members-up-value 3", false,
		  "2 of 3 members up, fewer than min-members-up-value 3" },
		{ "min-members-up-mode percent\n min-members-up-value 66",
		  true, "Checking" },
		{ "min-members-up-mode percent\n min-members-up-value 67",
		  false, "2 of 3 members up, fewer than min-members-up-value "
		  "67%" },
	};
	struct graph *g = *state;

	open_pool(g, P("", "S:a { }"));
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		char *text = mem_printf(P(GA "\n %s", "S:a { disabled }\n"
		    " S:b { } S:c { member-order 1 }"), rows[i].rule);
		char why[PLAN_REASON_MAX];

		graph_put(g, text);
		expect(g, rows[i].open ? "10.0.0.2" : "zone", 1);
		assert_string_equal(plan_pool_reason(graph_pool(g, WIDE_A,
		    POOL), why, sizeof(why)), rows[i].why);
		free(text);
	}
}

static void
a_pool_that_goes_and_comes_back_answers_anew(void **state)
{
	static const char *const gone[] = { "gtm wideip a " NAME,
	    "gtm pool a " POOL, NULL };
	struct graph *g = *state;

	open_pool(g, P(GA, ORDER(0, 1, 2)));
	graph_delete(g, gone);
	assert_null(map_find(&g->plan->pools[WIDE_A], POOL));
	graph_put(g, P(GA, ORDER(1, 0, 2))
	    "gtm wideip a w.example.com { pools { p { } } }\n");
	expect(g, "10.0.0.2", 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_ratio_changes_one_decision_and_no_members_state),
		TEST(what_answers_do_not_show_compiles_nothing),
		TEST(another_order_is_another_first_answer),
		TEST(one_member_in_the_place_of_another_answers),
		TEST(a_member_is_disabled_enabled_and_watched_by_itself),
		TEST(a_priority_group_moves_a_member_to_the_front),
		TEST(too_few_members_up_close_the_pool),
		TEST(a_pool_that_goes_and_comes_back_answers_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
