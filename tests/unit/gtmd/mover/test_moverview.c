/* tests/unit/gtmd/mover/test_moverview.c - the two pools of a run in the running graph.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"

#include "gtmd/migrate/migspec.h"
#include "gtmd/migrate/migtraffic.h"
#include "gtmd/mover/moverview.h"

static struct migspec *
spec_of(const char *wideip, const char *from, const char *to)
{
	struct migspec *s = migspec_new();

	s->wideip = mem_strdup(wideip);
	s->from_pool = mem_strdup(from);
	s->to_pool = mem_strdup(to);
	return s;
}

static struct migspec *
spec_of_guide(void)
{
	return spec_of("a " WIDE, "/Common/Local_pool", "/Common/Remote_pool");
}

static struct migtraffic_view
look(const struct moverview *v, const struct graph *g)
{
	struct migtraffic_view out = { .known = false };

	moverview_look(v, g->plan, &out);
	return out;
}

static void
destination(const struct moverview *v, const struct graph *g, const char *why)
{
	char text[128] = "";

	assert_int_equal(moverview_destination(v, g->plan, text, sizeof(text)),
	    why == NULL);
	if (why != NULL)
		assert_string_equal(text, why);
}

static void
a_run_knows_its_pools_by_type_and_path(void **state)
{
	static const struct { const char *text, *path; enum wide_type type; } k[] = {
		{ "a /Common/w", "/Common/w", WIDE_A },
		{ "aaaa /x/w y", "/x/w y", WIDE_AAAA },
		{ "quite-an-endless-type /x", "/x", WIDE_TYPES },
		{ "b /x", "/x", WIDE_TYPES }, { "a", "", WIDE_A },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(k); i++) {
		struct migspec *s = spec_of(k[i].text, "/Common/f", "/Common/t");
		struct moverview v;

		moverview_init(&v, s);
		assert_int_equal(v.type, k[i].type);
		assert_string_equal(v.wide, k[i].path);
		assert_string_equal(v.pools[0], "/Common/f");
		assert_string_equal(v.pools[1], "/Common/t");
		migspec_free(&s);
	}
}

/* Until each is seen to answer, or known not to. */
static void
nothing_is_known_until_both_pools_are(void **state)
{
	struct migspec *s = spec_of_guide();
	struct graph *g = *state;
	struct moverview v;

	moverview_init(&v, s);
	assert_false(look(&v, g).known);
	destination(&v, g, "nothing is known yet of the 1 members of pool "
	    "/Common/Remote_pool");
	fakes_health("web", LOCAL, HEALTH_UP);
	assert_false(look(&v, g).known);
	assert_int_equal(look(&v, g).from_live, 1);
	fakes_health("web", REMOTE, HEALTH_DOWN);
	assert_true(look(&v, g).known);
	assert_int_equal(look(&v, g).to_live, 0);
	destination(&v, g, "none of the 1 members of pool /Common/Remote_pool is "
	    "available");
	fakes_health("web", REMOTE, HEALTH_UP);
	assert_int_equal(look(&v, g).to_live, 1);
	destination(&v, g, NULL);
	migspec_free(&s);
}

static void
a_pool_that_is_not_there_has_nobody(void **state)
{
	struct migspec *s = spec_of("a " WIDE, "/Common/Local_pool",
	    "/Common/none"), *odd = spec_of("b /x", "/y", "/z");
	struct graph *g = *state;
	struct moverview v;

	fakes_health("web", LOCAL, HEALTH_UP);
	moverview_init(&v, s);
	destination(&v, g, "pool /Common/none has no members");
	assert_int_equal(look(&v, g).to_live, 0);
	moverview_init(&v, odd);
	moverview_watch(&v, g->plan, true);
	assert_false(look(&v, g).known);
	destination(&v, g, "pool /z has no members");
	assert_int_equal(moverview_served(&v, g->plan), -1);
	migspec_free(&odd);
	migspec_free(&s);
}

/* What is about to serve is probed before it does, and no longer than needed. */
static void
both_pools_are_probed_while_the_run_watches(void **state)
{
	struct migspec *s = spec_of_guide();
	struct graph *g = *state;
	struct moverview v;

	graph_put(g, "gtm pool a Remote_pool { ttl 15\n monitor port\n disabled\n"
	    " members { R:v { } } }\n");
	moverview_init(&v, s);
	assert_int_equal(fakes_watches("port", REMOTE), 0);
	moverview_watch(&v, g->plan, true);
	assert_int_equal(fakes_watches("port", REMOTE), 1);
	moverview_watch(&v, g->plan, false);
	assert_int_equal(fakes_watches("port", REMOTE), 0);
	migspec_free(&s);
}

static void
what_was_served_is_of_the_answers_since(void **state)
{
	struct migspec *s = spec_of_guide();
	struct graph *g = *state;
	struct moverview v;

	moverview_init(&v, s);
	fakes_health("web", LOCAL, HEALTH_UP);
	fakes_health("web", REMOTE, HEALTH_UP);
	(void)graph_ask(g, WIDE_A, WIDE, 5);	/* before anybody looked */
	assert_int_equal(moverview_served(&v, g->plan), -1);
	assert_int_equal(moverview_served(&v, g->plan), -1);	/* none since */
	(void)graph_ask(g, WIDE_A, WIDE, 3);
	assert_int_equal(moverview_served(&v, g->plan), 0);
	(void)graph_ask(g, WIDE_A, WIDE, 1);
	fakes_health("web", LOCAL, HEALTH_DOWN);
	(void)graph_ask(g, WIDE_A, WIDE, 3);
	assert_int_equal(moverview_served(&v, g->plan), 75);
	(void)graph_ask(g, WIDE_A, WIDE, 2);
	assert_int_equal(moverview_served(&v, g->plan), 100);
	migspec_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_run_knows_its_pools_by_type_and_path),
		TEST(nothing_is_known_until_both_pools_are),
		TEST(a_pool_that_is_not_there_has_nobody),
		TEST(both_pools_are_probed_while_the_run_watches),
		TEST(what_was_served_is_of_the_answers_since),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
