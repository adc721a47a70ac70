/* tests/unit/gtmd/plan/test_plan_force.c - states that a question sets: the
 * closest to the member decides, and only what there is can be set.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"

#include "core/base/err.h"
#include "core/model/draft.h"
#include "gtmd/plan/plan_find.h"
#include "gtmd/plan/plan_force.h"
#include "gtmd/types/gtm.h"

/* As a plan apart has it. */
struct question {
	struct graph	*graph;
	struct draft	*draft;
	struct plan_force *force;
};

static void
question_open(struct question *q, struct graph *g)
{
	q->graph = g;
	q->draft = draft_new(&gtm_schema, graph_model);
	q->force = plan_force_new();
	g->plan->config.force = q->force;
}

static void
question_close(struct question *q)
{
	q->graph->plan->config.force = NULL;
	plan_force_free(&q->force);
	assert_null(q->force);
	draft_free(&q->draft);
}

static int
set(struct question *q, struct plan_force_on on, bool up, struct err *e)
{
	return plan_force_set(q->force, q->draft, &on, up, e);
}

static void
expect_member(const struct question *q, const char *pool, const char *key,
    enum status_probe want)
{
	const struct plan_member *m = graph_member(q->graph, pool, key);

	assert_int_equal(plan_force_of_member(m), want);
}

#define ON(...)	((struct plan_force_on){ __VA_ARGS__ })
#define L_V	"/Common/L:v"
#define R_V	"/Common/R:v"
#define LOCAL_POOL	"/Common/Local_pool"
#define REMOTE_POOL	"/Common/Remote_pool"

static void
the_closest_to_the_member_decides(void **state)
{
	struct question q;

	(void)state;
	question_open(&q, *state);
	expect_member(&q, LOCAL_POOL, L_V, STATUS_PROBE_NONE);
	assert_int_equal(set(&q, ON(.datacenter = "/Common/Local"), false,
	    NULL), 0);
	expect_member(&q, LOCAL_POOL, L_V, STATUS_PROBE_DOWN);
	expect_member(&q, REMOTE_POOL, R_V, STATUS_PROBE_NONE);
	assert_int_equal(set(&q, ON(.server = "/Common/L"), true, NULL), 0);
	expect_member(&q, LOCAL_POOL, L_V, STATUS_PROBE_UP);
	assert_int_equal(set(&q, ON(.virtual_server = L_V), false, NULL), 0);
	expect_member(&q, LOCAL_POOL, L_V, STATUS_PROBE_DOWN);
	assert_int_equal(set(&q, ON(.pool = LOCAL_POOL, .member = L_V,
	    .pool_type = "a"), true, NULL), 0);
	expect_member(&q, LOCAL_POOL, L_V, STATUS_PROBE_UP);
	assert_int_equal(plan_force_of_vs(graph_member(q.graph, LOCAL_POOL,
	    L_V)->vs), STATUS_PROBE_DOWN);
	/* The last word on one place counts. */
	assert_int_equal(set(&q, ON(.pool = LOCAL_POOL, .member = L_V,
	    .pool_type = "a"), false, NULL), 0);
	expect_member(&q, LOCAL_POOL, L_V, STATUS_PROBE_DOWN);
	question_close(&q);
}

static void
what_is_not_there_cannot_be_set(void **state)
{
	const struct { struct plan_force_on on; int rc; } row[] = {
		{ { .datacenter = "/Common/No" }, ERR_NOTFOUND },
		{ { .server = "/Common/No" }, ERR_NOTFOUND },
		{ { .virtual_server = "/Common/L:no" }, ERR_NOTFOUND },
		{ { .virtual_server = "/Common/No:v" }, ERR_NOTFOUND },
		{ { .virtual_server = "v" }, ERR_NOTFOUND },
		{ { .pool = LOCAL_POOL, .member = R_V, .pool_type = "a" },
		  ERR_NOTFOUND },
		{ { .pool = LOCAL_POOL, .member = L_V, .pool_type = "aaaa" },
		  ERR_NOTFOUND },
		{ { .pool = LOCAL_POOL, .member = L_V, .pool_type = "b" },
		  ERR_NOTFOUND },
		{ { .pool = LOCAL_POOL }, ERR_PARSE },
		{ { .member = L_V }, ERR_PARSE }, { { 0 }, ERR_PARSE },
		{ { .server = "/Common/L", .datacenter = "/Common/Local" },
		  ERR_PARSE },
	};
	struct question q;
	struct err e;

	question_open(&q, *state);
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		int rc = set(&q, row[i].on, true, &e);

		if (rc != row[i].rc || strncmp(e.text, "force: ", 7) != 0)
			fail_msg("row %zu: %d %s", i, rc, e.text);
	}
	expect_member(&q, LOCAL_POOL, L_V, STATUS_PROBE_NONE);
	question_close(&q);
}

static void
whom_it_concerns_is_found(void **state)
{
	struct question q;
	struct plan_find f;

	question_open(&q, *state);
	graph_put(q.graph, "gtm wideip a other.test { pools { Remote_pool { }"
	    " } }\n");
	draft_free(&q.draft);
	q.draft = draft_new(&gtm_schema, graph_model);
	plan_find_init(&f, q.graph->plan);
	plan_force_find(q.force, &f);
	assert_int_equal(f.count, 0);
	assert_int_equal(set(&q, ON(.server = "/Common/L"), true, NULL), 0);
	plan_force_find(q.force, &f);
	assert_int_equal(f.count, 1);
	assert_int_equal(set(&q, ON(.virtual_server = R_V), true, NULL), 0);
	plan_force_find(q.force, &f);
	assert_int_equal(f.count, 2);
	plan_find_fini(&f);
	question_close(&q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_closest_to_the_member_decides),
		TEST(what_is_not_there_cannot_be_set),
		TEST(whom_it_concerns_is_found),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
