/* tests/unit/gtmd/plan/test_plan_walk.c - whatever the way, the graph arrives where
 * a new one would start: random changes of configuration and health, one by
 * one, against a plan that is told the outcome alone.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"

#include "core/base/rand.h"
#include "core/base/strbuf.h"
#include "gtmd/plan/plan_wide.h"

#define STEPS		400
#define SITES		2
#define PLACES		3	/* virtual servers of a server */
#define POOLS		3
#define WIDES		3

static const char *
one_of(struct rand *r, const char *a, const char *b)
{
	return rand_below(r, 4) > 0 ? a : b;
}

static void
random_site(struct strbuf *b, struct rand *r)
{
	strbuf_printf(b, "gtm datacenter D%u { %s }\n", rand_below(r, SITES),
	    one_of(r, "enabled", "disabled"));
}

static void
random_server(struct strbuf *b, struct rand *r, unsigned i)
{
	strbuf_printf(b, "gtm server S%u { datacenter D%u\n product "
	    "generic-host\n %s\n%s virtual-servers {\n", i,
	    rand_below(r, SITES), one_of(r, "enabled", "disabled"),
	    one_of(r, "", " monitor port\n"));
	for (unsigned v = 0; v < PLACES; v++) {
		strbuf_printf(b, " v%u { destination 10.0.%u.%u:80\n %s\n%s",
		    v, i, v, one_of(r, "enabled", "disabled"),
		    one_of(r, " monitor web\n", ""));
		/* Downwards, so that there is no circle. */
		if (v > 0 && rand_below(r, 3) == 0)
			strbuf_printf(b, " depends-on { S%u:v0 { } }\n", i);
		strbuf_add(b, " }\n");
	}
	strbuf_add(b, " } }\n");
}

static void
random_pool(struct strbuf *b, struct rand *r, unsigned i)
{
	static const char *const methods[] = { "round-robin", "ratio",
	    "global-availability", "return-to-dns", "drop-packet" };

	strbuf_printf(b, "gtm pool a P%u { %s\n load-balancing-mode %s\n%s"
	    " min-active-members %u\n verify-member-availability %s\n"
	    " min-members-up-mode %s\n min-members-up-value 1\n members {\n",
	    i, one_of(r, "enabled", "disabled"), methods[rand_below(r, 5)],
	    one_of(r, "", " monitor port\n"), rand_below(r, 3),
	    one_of(r, "enabled", "disabled"), one_of(r, "off", "number"));
	for (unsigned s = 0; s < SITES; s++)
		for (unsigned v = 0; v < PLACES; v++)
			if (rand_below(r, 2) == 0)
				strbuf_printf(b, " S%u:v%u { %s\n ratio %u\n"
				    " priority-group %u\n%s }\n", s, v,
				    one_of(r, "enabled", "disabled"),
				    rand_below(r, 4), rand_below(r, 3),
				    one_of(r, "", " monitor tcp\n"));
	strbuf_add(b, " } }\n");
}

static void
random_wide(struct strbuf *b, struct rand *r, unsigned i)
{
	strbuf_printf(b, "gtm wideip a w%u.example.com { %s\n%s"
	    " pool-lb-mode %s\n min-active-members %u\n pools {\n", i,
	    one_of(r, "enabled", "disabled"),
	    one_of(r, "", " last-resort-pool a P0\n"),
	    one_of(r, "round-robin", "ratio"), rand_below(r, 4));
	for (unsigned p = 0; p < POOLS; p++)
		if (rand_below(r, 3) > 0)
			strbuf_printf(b, " P%u { order %u\n ratio %u\n"
			    " priority-group %u }\n", p, rand_below(r, 9),
			    rand_below(r, 4), rand_below(r, 3));
	strbuf_add(b, " } }\n");
	strbuf_printf(b, "gtm pool cname C%u { members { w%u.example.com { }"
	    " } }\n", i, rand_below(r, WIDES));
}

static const char aliases[] =
    "gtm wideip cname c0.example.com { pools { C0 { } } }\n"
    "gtm wideip cname c1.example.com { pools { C1 { } } }\n";

static void
random_health(struct rand *r)
{
	static const char *const monitors[] = { "web", "port", "tcp" };
	char place[32];

	(void)snprintf(place, sizeof(place), "10.0.%u.%u:80",
	    rand_below(r, SITES), rand_below(r, PLACES));
	fakes_health(monitors[rand_below(r, 3)], place, rand_below(r, 3));
}

static void
random_change(struct graph *g, struct rand *r)
{
	struct strbuf b;

	strbuf_init(&b);
	switch (rand_below(r, 5)) {
	case 0:
		random_site(&b, r);
		break;
	case 1:
		random_server(&b, r, rand_below(r, SITES));
		break;
	case 2:
		random_pool(&b, r, rand_below(r, POOLS));
		break;
	case 3:
		random_wide(&b, r, rand_below(r, WIDES));
		break;
	default:
		random_health(r);
		break;
	}
	if (b.len > 0)
		graph_put(g, b.text);
	strbuf_fini(&b);
}

static void
first_text(struct graph *g, struct rand *r)
{
	struct strbuf b;

	strbuf_init(&b);
	strbuf_add(&b, "gtm datacenter D0 { }\ngtm datacenter D1 { }\n"
	    "gtm monitor http web { }\ngtm monitor tcp port { }\n");
	for (unsigned i = 0; i < SITES; i++)
		random_server(&b, r, i);
	for (unsigned i = 0; i < POOLS; i++)
		random_pool(&b, r, i);
	for (unsigned i = 0; i < WIDES; i++)
		random_wide(&b, r, i);
	strbuf_add(&b, aliases);
	graph_put(g, b.text);
	strbuf_fini(&b);
}

/* ---- two graphs of one model ---- */

/* All that a wide IP's answers depend on, as text. */
static void
say_wide(struct strbuf *b, const struct plan_wide *w)
{
	struct decision_spec_pool *pools;
	struct decision_spec s;

	strbuf_printf(b, "%s %d %d", w->name, w->node.status.availability,
	    w->node.status.enabled);
	if (plan_wide_spec(w, &s, &pools)) {
		for (size_t i = 0; i < w->edge_count; i++) {
			const struct decision_spec_pool *p = &pools[i];

			strbuf_printf(b, "\n %s %d %d %u %u", w->edges[i]->pool->
			    name, p->enabled, p->below_min_up, p->ratio,
			    p->priority_group);
			for (size_t j = 0; j < p->member_count; j++)
				strbuf_printf(b, " %d%d%u%u",
				    p->members[j].enabled,
				    p->members[j].available,
				    p->members[j].ratio,
				    p->members[j].priority_group);
		}
	}
	free(pools);
	strbuf_add(b, "\n");
}

static void
say_nodes(struct strbuf *b, const struct plan *p)
{
	const char **names = map_sorted_keys(&p->servers);

	for (size_t i = 0; i < p->servers.count; i++) {
		const struct plan_server *s = map_find(&p->servers, names[i]);

		strbuf_printf(b, "%s %d %d, %s %d %d\n", s->name,
		    s->node.status.availability, s->node.status.enabled,
		    s->datacenter->name, s->datacenter->node.status.
		    availability, s->datacenter->node.status.enabled);
	}
	free(names);
	for (int t = 0; t < WIDE_TYPES; t++) {
		names = map_sorted_keys(&p->wides[t]);
		for (size_t i = 0; i < p->wides[t].count; i++)
			say_wide(b, map_find(&p->wides[t], names[i]));
		free(names);
	}
}

/* A second plan, told of the whole model at once. */
static void
compare_with_new(struct graph *g)
{
	struct graph fresh;
	struct strbuf one, other;

	strbuf_init(&one);
	strbuf_init(&other);
	graph_init_beside(&fresh);
	say_nodes(&one, g->plan);
	say_nodes(&other, fresh.plan);
	assert_string_equal(one.text, other.text);
	graph_fini_beside(&fresh);
	strbuf_fini(&one);
	strbuf_fini(&other);
}

static void
the_way_does_not_matter(void **state)
{
	struct graph *g = *state;
	struct rand r;

	graph_fini(g);
	graph_init(g);
	rand_seed_from(&r, 63);
	first_text(g, &r);
	for (int i = 0; i < STEPS; i++) {
		random_change(g, &r);
		if (i % 4 == 0)
			compare_with_new(g);
	}
	compare_with_new(g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_way_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
