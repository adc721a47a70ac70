/* tests/unit/gtmd/plan/test_plan_rules.c - monitor rules of all levels, switches,
 * dependencies, probers, holds and minima: random ones that change at random,
 * against a slow and obvious reading of what gtm-rules.md says.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"

#include "core/base/rand.h"
#include "core/base/strbuf.h"
#include "gtmd/plan/plan_vs.h"

enum {
	SITES = 2, SERVERS = 2, PLACES = 2, POOLS = 2, MONITORS = 3,
	TARGETS = SERVERS * PLACES, STEPS = 300, SEEDS = 6
};

static const char *const monitor_names[MONITORS] = { "web", "port", "tcp" };

/* need of the monitors in mask; need 0 = no rule. */
struct rule {
	unsigned mask, need;
	bool	 require;
};

/* What is configured, what is measured, and what is remembered of members. */
static struct {
	struct { bool enabled, strict; } site[SITES];
	struct { bool enabled; unsigned site; struct rule rule; }
		server[SERVERS];
	struct { bool enabled, depends; struct rule rule; } vs[TARGETS];
	struct {
		bool enabled, manual;
		unsigned mode, value;
		struct rule rule;
		struct {
			bool there, enabled, held;
			struct rule rule;
			enum status_availability was;
		} member[TARGETS];
	} pool[POOLS];
	enum health_state health[MONITORS][TARGETS];
	bool probe_disabled;
	struct rand r;
} world;

static bool
chance(unsigned percent)
{
	return rand_below(&world.r, 100) < percent;
}

static struct rule
random_rule(void)
{
	struct rule r = { .mask = 1 + rand_below(&world.r, 7) };
	unsigned count = (unsigned)__builtin_popcount(r.mask);

	if (chance(40))
		return (struct rule){ .need = 0 };
	r.need = chance(50) ? count : 1 + rand_below(&world.r, count);
	r.require = count == 1 && chance(50);
	return r;
}

/* ---- as text ---- */

static void
write_rule(struct strbuf *b, const struct rule *r)
{
	if (r->need == 0)
		return;
	strbuf_add(b, " monitor ");
	if (r->require)
		strbuf_add(b, "require 1 from 2 {");
	else
		strbuf_printf(b, "min %u of {", r->need);
	for (unsigned m = 0; m < MONITORS; m++)
		if (r->mask >> m & 1)
			strbuf_printf(b, " %s", monitor_names[m]);
	strbuf_add(b, " }\n");
}

static const char *
on(bool enabled)
{
	return enabled ? "enabled" : "disabled";
}

static void
change_site(struct strbuf *b, unsigned i)
{
	world.site[i].enabled = chance(85);
	world.site[i].strict = chance(30);
	strbuf_printf(b, "gtm datacenter D%u { %s\n prober-fallback %s }\n", i,
	    on(world.site[i].enabled), world.site[i].strict ? "none" :
	    "any-available");
}

static void
change_server(struct strbuf *b, unsigned i)
{
	world.server[i].enabled = chance(85);
	world.server[i].site = rand_below(&world.r, SITES);
	world.server[i].rule = random_rule();
	strbuf_printf(b, "gtm server S%u { datacenter D%u\n product "
	    "generic-host\n %s\n", i, world.server[i].site,
	    on(world.server[i].enabled));
	write_rule(b, &world.server[i].rule);
	strbuf_add(b, " virtual-servers {\n");
	for (unsigned v = 0; v < PLACES; v++) {
		unsigned at = i * PLACES + v;

		world.vs[at].enabled = chance(85);
		world.vs[at].rule = random_rule();
		world.vs[at].depends = v > 0 && chance(40);
		strbuf_printf(b, " v%u { destination 10.0.%u.%u:80\n %s\n", v,
		    i, v, on(world.vs[at].enabled));
		write_rule(b, &world.vs[at].rule);
		if (world.vs[at].depends)
			strbuf_printf(b, " depends-on { S%u:v%u { } }\n", i,
			    v - 1);
		strbuf_add(b, " }\n");
	}
	strbuf_add(b, " } }\n");
}

static void
change_member(struct strbuf *b, unsigned pool, unsigned at)
{
	bool was_there = world.pool[pool].member[at].there;
	bool was_enabled = world.pool[pool].member[at].enabled;

	world.pool[pool].member[at].there = chance(70);
	world.pool[pool].member[at].enabled = chance(85);
	world.pool[pool].member[at].rule = random_rule();
	if (!was_there || !world.pool[pool].member[at].there)
		world.pool[pool].member[at].was = STATUS_UNKNOWN;
	if (!was_there || !world.pool[pool].member[at].there ||
	    !world.pool[pool].manual ||
	    (!was_enabled && world.pool[pool].member[at].enabled))
		world.pool[pool].member[at].held = false;
	if (!world.pool[pool].member[at].there)
		return;
	strbuf_printf(b, " S%u:v%u { %s\n", at / PLACES, at % PLACES,
	    on(world.pool[pool].member[at].enabled));
	write_rule(b, &world.pool[pool].member[at].rule);
	strbuf_add(b, " }\n");
}

static void
change_pool(struct strbuf *b, unsigned i)
{
	static const char *const modes[] = { "off", "number", "percent" };

	world.pool[i].enabled = chance(85);
	world.pool[i].manual = chance(60);
	world.pool[i].mode = rand_below(&world.r, 3);
	world.pool[i].value = rand_below(&world.r,
	    world.pool[i].mode == 2 ? 101 : 4);
	world.pool[i].rule = random_rule();
	strbuf_printf(b, "gtm pool a P%u { %s\n manual-resume %s\n "
	    "min-members-up-mode %s\n min-members-up-value %u\n", i,
	    on(world.pool[i].enabled), on(world.pool[i].manual),
	    modes[world.pool[i].mode], world.pool[i].value);
	write_rule(b, &world.pool[i].rule);
	strbuf_add(b, " members {\n");
	for (unsigned m = 0; m < TARGETS; m++)
		change_member(b, i, m);
	strbuf_add(b, " } }\n");
}

static void
change_settings(struct strbuf *b)
{
	world.probe_disabled = chance(50);
	strbuf_printf(b, "gtm global-settings general { "
	    "monitor-disabled-objects %s }\n", world.probe_disabled ? "yes" :
	    "no");
}

static void
change_health(unsigned m, unsigned at)
{
	char place[32];

	(void)snprintf(place, sizeof(place), "10.0.%u.%u:80", at / PLACES,
	    at % PLACES);
	world.health[m][at] = (enum health_state)rand_below(&world.r, 3);
	fakes_health(monitor_names[m], place, world.health[m][at]);
}

/* ---- the reference ---- */

static enum status_probe
rule_says(const struct rule *r, unsigned at, bool probed)
{
	unsigned up = 0, down = 0, count = 0;

	if (r->need == 0)
		return STATUS_PROBE_NONE;
	for (unsigned m = 0; m < MONITORS; m++) {
		if ((r->mask >> m & 1) == 0)
			continue;
		count++;
		up += world.health[m][at] == HEALTH_UP;
		down += world.health[m][at] == HEALTH_DOWN;
	}
	if (!probed)
		return STATUS_PROBE_CHECKING;
	if (up >= r->need)
		return STATUS_PROBE_UP;
	return count - down < r->need ? STATUS_PROBE_DOWN :
	    STATUS_PROBE_CHECKING;
}

/* One that is down decides, else one that is not known, else one that is up. */
static enum status_probe
both(enum status_probe a, enum status_probe b)
{
	static const enum status_probe order[] = { STATUS_PROBE_DOWN,
	    STATUS_PROBE_CHECKING, STATUS_PROBE_UP };

	for (size_t i = 0; i < OBJ_COUNT(order); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return STATUS_PROBE_NONE;
}

static bool
vs_enabled(unsigned at)
{
	unsigned s = at / PLACES;

	return world.vs[at].enabled && world.server[s].enabled &&
	    world.site[world.server[s].site].enabled;
}

/* This gtmd is server S0. */
static bool
is_ours(unsigned at)
{
	unsigned site = world.server[at / PLACES].site;

	return !world.site[site].strict || site == world.server[0].site;
}

static enum status_probe
vs_own(unsigned at)
{
	bool probed = (vs_enabled(at) || world.probe_disabled) && is_ours(at);

	return both(rule_says(&world.server[at / PLACES].rule, at, probed),
	    rule_says(&world.vs[at].rule, at, probed));
}

static enum status_probe
vs_probe(unsigned at)
{
	return world.vs[at].depends && vs_own(at - 1) == STATUS_PROBE_DOWN ?
	    STATUS_PROBE_DOWN : vs_own(at);
}

static enum status_availability
as_availability(enum status_probe p)
{
	return p == STATUS_PROBE_UP ? STATUS_AVAILABLE :
	    p == STATUS_PROBE_DOWN ? STATUS_OFFLINE : STATUS_UNKNOWN;
}

/* Moves the member's memory on. */
static enum status_availability
member_state(unsigned pool, unsigned at)
{
	bool enabled = world.pool[pool].member[at].enabled && vs_enabled(at);
	bool probed = ((enabled && world.pool[pool].enabled) ||
	    world.probe_disabled) && is_ours(at);
	enum status_probe p = both(vs_probe(at), both(
	    rule_says(&world.pool[pool].rule, at, probed),
	    rule_says(&world.pool[pool].member[at].rule, at, probed)));

	if (world.pool[pool].manual && p == STATUS_PROBE_DOWN &&
	    world.pool[pool].member[at].was == STATUS_AVAILABLE)
		world.pool[pool].member[at].held = true;
	world.pool[pool].member[at].was = world.pool[pool].member[at].held ?
	    STATUS_OFFLINE : as_availability(p);
	return world.pool[pool].member[at].was;
}

static enum status_availability
pool_state(unsigned pool)
{
	unsigned count = 0, enabled = 0, up = 0, unknown = 0;

	for (unsigned m = 0; m < TARGETS; m++) {
		if (!world.pool[pool].member[m].there)
			continue;
		count++;
		if (!world.pool[pool].member[m].enabled || !vs_enabled(m))
			continue;
		enabled++;
		up += world.pool[pool].member[m].was == STATUS_AVAILABLE;
		unknown += world.pool[pool].member[m].was == STATUS_UNKNOWN;
	}
	if ((world.pool[pool].mode == 1 && up + unknown <
	    world.pool[pool].value) || (world.pool[pool].mode == 2 &&
	    (up + unknown) * 100 < world.pool[pool].value * count))
		return STATUS_OFFLINE;
	if (enabled == 0)
		return STATUS_OFFLINE;
	return up > 0 ? STATUS_AVAILABLE :
	    unknown > 0 ? STATUS_UNKNOWN : STATUS_OFFLINE;
}

/* ---- the comparison ---- */

static void
expect(const struct plan_node *n, enum status_availability want,
    const char *what, const char *after)
{
	if (n->status.availability != want)
		fail_msg("%s is %s, want %s, after:\n%s", what,
		    status_availability_name(n->status.availability),
		    status_availability_name(want), after);
}

static void
compare_pool(struct graph *g, unsigned p, const char *after)
{
	char pool[32], key[32], what[80];

	(void)snprintf(pool, sizeof(pool), "/Common/P%u", p);
	for (unsigned m = 0; m < TARGETS; m++) {
		if (!world.pool[p].member[m].there)
			continue;
		(void)snprintf(key, sizeof(key), "/Common/S%u:v%u", m / PLACES,
		    m % PLACES);
		(void)snprintf(what, sizeof(what), "%s %s", pool, key);
		expect(&graph_member(g, pool, key)->node, member_state(p, m),
		    what, after);
		if (graph_member(g, pool, key)->held !=
		    world.pool[p].member[m].held)
			fail_msg("%s is %sheld, after:\n%s", what, world.
			    pool[p].member[m].held ? "not " : "", after);
	}
	expect(&graph_pool(g, WIDE_A, pool)->node, pool_state(p), pool, after);
}

static void
compare(struct graph *g, const char *after)
{
	for (unsigned at = 0; at < TARGETS; at++) {
		char key[32], *where;

		(void)snprintf(key, sizeof(key), "/Common/S%u:v%u",
		    at / PLACES, at % PLACES);
		where = plan_vs_key(key, strlen("/Common/S0"));
		expect(&((struct plan_vs *)map_find(&g->plan->vss,
		    where))->node, as_availability(vs_probe(at)), key, after);
		free(where);
	}
	for (unsigned p = 0; p < POOLS; p++)
		compare_pool(g, p, after);
}

static void
change_one(struct graph *g)
{
	struct strbuf b;

	strbuf_init(&b);
	switch (rand_below(&world.r, 12)) {
	case 0:
		change_site(&b, rand_below(&world.r, SITES));
		break;
	case 1:
		change_server(&b, rand_below(&world.r, SERVERS));
		break;
	case 2:
		change_pool(&b, rand_below(&world.r, POOLS));
		break;
	case 3:
		change_settings(&b);
		break;
	default:
		change_health(rand_below(&world.r, MONITORS),
		    rand_below(&world.r, TARGETS));
		break;
	}
	if (b.len > 0)
		graph_put(g, b.text);
	compare(g, b.len > 0 ? b.text : "a change of health");
	strbuf_fini(&b);
}

static void
begin(struct graph *g, unsigned seed)
{
	struct strbuf b;

	memset(&world, 0, sizeof(world));
	rand_seed_from(&world.r, seed);
	strbuf_init(&b);
	strbuf_add(&b, "gtm monitor http web { }\ngtm monitor tcp port { }\n");
	for (unsigned i = 0; i < SITES; i++)
		change_site(&b, i);
	for (unsigned i = 0; i < SERVERS; i++)
		change_server(&b, i);
	for (unsigned i = 0; i < POOLS; i++)
		change_pool(&b, i);
	graph_put(g, b.text);
	compare(g, b.text);
	strbuf_fini(&b);
}

static void
states_are_what_the_rules_say(void **state)
{
	unsigned held = 0;

	for (unsigned seed = 1; seed <= SEEDS; seed++) {
		struct graph *g;

		graph_here = "/Common/S0";
		assert_int_equal(guide_start(state), 0);
		g = *state;
		begin(g, seed);
		for (int i = 0; i < STEPS; i++) {
			change_one(g);
			for (unsigned m = 0; m < TARGETS; m++)
				held += world.pool[0].member[m].held;
		}
		guide_stop(state);
	}
	graph_here = NULL;
	assert_true(held > 0);		/* it has come by what it is about */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_are_what_the_rules_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
