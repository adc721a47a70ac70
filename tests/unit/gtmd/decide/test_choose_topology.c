/* tests/unit/gtmd/decide/test_choose_topology.c - the best for a client, in turn; and
 * the scope that it takes. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/decide/choose.h"
#include "gtmd/topology/asker.h"
#include "gtmd/topology/topology_table.h"
#include "gtmd/topology/topology_view.h"

/* Candidates are pools p0, p1, ...; a line is one record. */
struct stage {
	struct topology_view *view;
	struct choose_item items[4];
	size_t		 count;
	void		*table;
	choose_pick_fn	*pick;
};

static void
stage_init(struct stage *s, const struct choose_method *m, bool allow_zero,
    const char *const *lines, size_t count)
{
	static const char *const pools[] = { "/Common/p0", "/Common/p1",
	    "/Common/p2", "/Common/p3" };
	struct topology_record r[8] = { { .score = 0 } };
	const struct topology_input in = { .records = r,
	    .record_count = count, .allow_zero = allow_zero };
	struct topology_table *t;
	uint32_t servers[4];

	for (size_t i = 0; i < count; i++) {
		const char *mid = strchr(lines[i], '>');

		assert_int_equal(topoterm_parse(&r[i].ldns, lines[i],
		    (size_t)(mid - lines[i]), NULL), 0);
		assert_int_equal(topoterm_parse(&r[i].server, mid + 2,
		    strlen(mid + 2), NULL), 0);
		r[i].score = 10 + (uint32_t)i;
		r[i].name = lines[i];
	}
	topology_sort(r, count, true);
	t = topology_table_new(&in);
	for (int i = 0; i < 4; i++)
		servers[i] = topology_table_server(t,
		    &(struct topology_subject){ .is_pool = true,
		    .pool = pools[i] });
	*s = (struct stage){ .view = topology_view_new(t, servers, 4, false),
	    .count = 4 };
	topology_table_drop(&t);
	for (uint32_t i = 0; i < 4; i++)
		s->items[i] = (struct choose_item){ .topology = s->view,
		    .place = i, .client_subnet = true };
	s->table = mem_zalloc(1, m->room(s->items, s->count));
	s->pick = m->compile(s->table, s->items, s->count);
	for (size_t i = 0; i < count; i++) {
		topoterm_fini(&r[i].ldns);
		topoterm_fini(&r[i].server);
	}
}

static void
stage_fini(struct stage *s)
{
	free(s->table);
	topology_view_drop(&s->view);
}

static struct asker
client(const char *prefix)
{
	struct asker a = { .from = NULL };

	assert_int_equal(addr_parse_prefix(prefix, &a.client), 0);
	return a;
}

/* How often each is picked in 1000 turns; asserts that weights say the same. */
static void
count_picks(const struct stage *s, const struct choose_method *m,
    struct asker *a, unsigned got[4])
{
	struct choose_weigh w = { s->table, s->pick, s->count, a };
	uint64_t weight[4], total = m->weights(&w, weight);

	memset(got, 0, 4 * sizeof(*got));
	for (uint64_t turn = 0; turn < 1000; turn++) {
		struct choose_query q = { .turn = turn, .asker = a };
		uint32_t i = s->pick(s->table, &q);

		if (i != CHOOSE_NONE)
			got[i]++;
	}
	for (int i = 0; i < 4; i++)
		assert_in_range(got[i], weight[i] * 1000 / total - (weight[i] > 0),
		    weight[i] * 1000 / total + 1);
}

static void
the_best_are_picked_in_turn(void **state)
{
	static const char *const lines[] = {
		"subnet 10.0.0.0/8> pool /Common/p0",
		"subnet 10.0.0.0/8> not pool /Common/p0",
		"subnet 10.1.0.0/16> pool /Common/p3",
	};
	struct asker a = client("10.2.0.0/24"), b = client("10.1.2.0/24");
	unsigned got[4];
	struct stage s;

	(void)state;
	stage_init(&s, &choose_topology, true, lines, 3);
	count_picks(&s, &choose_topology, &a, got);
	/* "not p0" is score 11 for the three others. */
	assert_int_equal(got[0], 0);
	assert_int_equal(a.scope, 15);
	count_picks(&s, &choose_topology, &b, got);
	assert_int_equal(got[3], 1000);
	assert_int_equal(b.scope, 16);
	stage_fini(&s);
}

/* Two classes of clients that ask by turns still get all their ties. */
static void
clients_that_alternate_get_all_ties(void **state)
{
	static const char *const lines[] = {
		"subnet 10.0.0.0/8> not pool /Common/p0",
	};
	struct asker a = client("10.0.0.0/24");
	unsigned got[4] = { 0 };
	struct stage s;

	(void)state;
	stage_init(&s, &choose_topology, true, lines, 1);
	for (uint64_t turn = 0; turn < 3000; turn += 3)
		got[s.pick(s.table, &(struct choose_query){ turn, &a })]++;
	assert_int_equal(got[0], 0);
	for (int i = 1; i < 4; i++)
		assert_in_range(got[i], 328, 338);
	stage_fini(&s);
}

static void
score_zero_passes_only_where_it_is_not_allowed(void **state)
{
	static const char *const lines[] = {
		"subnet 10.0.0.0/8> pool /Common/p1",
	};
	struct asker a = client("192.0.2.0/24");
	struct choose_query q = { .asker = &a };
	struct choose_order o;
	struct stage s;

	(void)state;
	stage_init(&s, &choose_topology_strict, false, lines, 1);
	assert_int_equal(s.pick(s.table, &q), CHOOSE_NONE);
	a = client("10.0.0.0/8");
	assert_int_equal(s.pick(s.table, &q), 1);
	choose_topology_strict.order(&(struct choose_weigh){ s.table, s.pick,
	    s.count, &a }, &o);
	assert_int_equal(o.usable, 1);
	stage_fini(&s);
	stage_init(&s, &choose_topology, true, lines, 1);
	a = client("192.0.2.0/24");
	assert_int_not_equal(s.pick(s.table, &q), CHOOSE_NONE);
	stage_fini(&s);
}

/* Nothing depends on who asks: no look-up, no scope. */
static void
where_all_clients_are_alike_the_scope_is_zero(void **state)
{
	static const char *const lines[] = {
		"subnet 10.0.0.0/8> subnet 0.0.0.0/0",
	};
	struct asker a = client("10.0.0.0/24");
	struct stage s;

	(void)state;
	stage_init(&s, &choose_topology, true, lines, 1);
	assert_in_range(s.pick(s.table, &(struct choose_query){ 0, &a }), 0, 3);
	assert_int_equal(a.scope, 0);
	stage_fini(&s);
}

/* Without the switch the resolver counts, and nothing is said of the client. */
static void
the_resolver_is_judged_unless_the_client_is_preferred(void **state)
{
	static const char *const lines[] = {
		"subnet 10.0.0.0/8> pool /Common/p1",
		"subnet 127.0.0.0/8> pool /Common/p2",
	};
	struct sockaddr_in from = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct asker a = client("10.0.0.0/24");
	struct choose_query q = { .asker = &a };
	struct stage s;

	(void)state;
	a.from = (const struct sockaddr *)&from;
	stage_init(&s, &choose_topology, true, lines, 2);
	assert_int_equal(s.pick(s.table, &q), 1);
	for (int i = 0; i < 4; i++)
		s.items[i].client_subnet = false;
	s.pick = choose_topology.compile(s.table, s.items, s.count);
	a.scope = 0;
	assert_int_equal(s.pick(s.table, &q), 2);
	assert_int_equal(a.scope, 0);
	stage_fini(&s);
}

/* Behind the first: the other ties around their circle, then by score. */
static void
the_order_goes_on_from_the_pick(void **state)
{
	static const uint16_t at[] = { 4, 2, 7, 1, 0 };
	const struct choose_order o = { .at = at, .ties = 3, .usable = 5 };
	static const uint32_t want[] = { 2, 7, 4, 1, 0 };
	uint32_t from = choose_order_tie(&o, 2);

	(void)state;
	for (uint32_t n = 0; n < 5; n++)
		assert_int_equal(choose_order_at(&o, from, n), want[n]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_best_are_picked_in_turn),
		cmocka_unit_test(clients_that_alternate_get_all_ties),
		cmocka_unit_test(
		    score_zero_passes_only_where_it_is_not_allowed),
		cmocka_unit_test(where_all_clients_are_alike_the_scope_is_zero),
		cmocka_unit_test(
		    the_resolver_is_judged_unless_the_client_is_preferred),
		cmocka_unit_test(the_order_goes_on_from_the_pick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
