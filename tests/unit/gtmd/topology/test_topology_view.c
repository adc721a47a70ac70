/* tests/unit/gtmd/topology/test_topology_view.c - what is compiled says of any client
 * and any candidate what a walk over the sorted records says.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/topology/places.h"

#include "gtmd/topology/topology_view.h"

/* ---- side by side ---- */

static struct topology_view *
compile(struct world *w, bool scored)
{
	struct topology_table *t = make_table(w);
	uint32_t servers[CANDIDATES];
	struct topology_view *v;

	for (int i = 0; i < CANDIDATES; i++)
		servers[i] = topology_table_server(t, &w->subjects[i]);
	v = topology_view_new(t, servers, CANDIDATES, scored);
	topology_table_drop(&t);
	return v;
}

static void
compare(struct world *w, const struct topology_view *v,
    const struct addr *client, uint64_t seed)
{
	struct prefixmap_found f = topology_table_find(v->table, client);
	uint32_t ranking = v->ranking_of[f.number], score[CANDIDATES];

	for (uint32_t i = 0; i < CANDIDATES; i++) {
		uint32_t told, first = walk(w, client, &w->subjects[i], NULL);

		score[i] = first == TOPOLOGY_NO_RECORD ? 0 :
		    w->records[first].score;
		(void)topology_view_why(v, client, i, &told);
		if (v->scored)
			assert_int_equal(topology_view_rank(v, ranking, i),
			    score[i]);
		if (told != score[i])
			fail_msg("seed %llu, candidate %u: score %u, want %u",
			    (unsigned long long)seed, i, told, score[i]);
	}
	for (uint32_t i = 0; i < CANDIDATES; i++)
		for (uint32_t k = 0; k < CANDIDATES; k++) {
			uint32_t a = topology_view_rank(v, ranking, i);
			uint32_t b = topology_view_rank(v, ranking, k);

			if ((a < b) != (score[i] < score[k]) ||
			    (a == 0) != (score[i] == 0))
				fail_msg("seed %llu: ranks %u %u of scores "
				    "%u %u", (unsigned long long)seed, a, b,
				    score[i], score[k]);
		}
}

/* Every address that has the first bits of this one is of its class. */
static void
check_scope(struct world *w, const struct topology_view *v,
    const struct addr *client)
{
	struct prefixmap_found f = topology_table_find(v->table, client);
	unsigned bits = (unsigned)addr_len(client) * 8;

	for (int i = 0; i < 20 && f.bits < bits; i++) {
		struct addr other = *client;
		struct prefixmap_found g;

		for (unsigned b = f.bits; b < bits; b++)
			if (rand_below(&w->r, 2) == 0)
				other.octets[b / 8] ^=
				    (uint8_t)(0x80u >> b % 8);
		g = topology_table_find(v->table, &other);
		assert_int_equal(g.number, f.number);
		assert_int_equal(g.bits, f.bits);
	}
}

static void
the_compiled_form_is_the_walk_over_the_sorted_records(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 400; seed++) {
		struct topology_view *v;
		struct world w;

		world_init(&w, seed);
		v = compile(&w, seed % 2 == 0);
		for (int i = 0; i < 60; i++) {
			struct addr client = make_addr(&w);

			compare(&w, v, &client, seed);
			check_scope(&w, v, &client);
		}
		topology_view_drop(&v);
		world_fini(&w);
	}
}

/* The widest network that can be said: one bit less and somebody else is in
 * it, whoever that is. */
static void
the_bits_that_decided_are_as_few_as_can_be(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		struct topology_view *v;
		struct world w;

		world_init(&w, seed);
		v = compile(&w, false);
		for (int i = 0; i < 20; i++) {
			struct addr a = make_addr(&w), b;
			struct prefixmap_found f, g;

			f = topology_table_find(v->table, &a);
			if (f.bits == 0)
				continue;
			b = a;
			b.octets[(f.bits - 1) / 8] ^=
			    (uint8_t)(0x80u >> (f.bits - 1) % 8);
			g = topology_table_find(v->table, &b);
			/* Beside it lies another class, or more than one. */
			assert_true(g.number != f.number || g.bits > f.bits);
		}
		topology_view_drop(&v);
		world_fini(&w);
	}
}

static void
candidates_that_no_record_tells_apart_are_of_one_kind(void **state)
{
	const struct topology_subject s[] = {
		{ .datacenter = "/Common/d0", .pool = "/Common/p0" },
		{ .datacenter = "/Common/d0", .pool = "/Common/p1" },
		{ .datacenter = "/Common/d1", .pool = "/Common/p0" },
	};
	struct topology_record r = { .score = 5, .name = "r" };
	struct topology_input in = { .records = &r, .record_count = 1 };
	struct topology_table *t;
	uint32_t n[3];

	(void)state;
	assert_int_equal(topoterm_parse(&r.ldns, "subnet 10.0.0.0/8", 17,
	    NULL), 0);
	assert_int_equal(topoterm_parse(&r.server, "datacenter /Common/d0", 21,
	    NULL), 0);
	t = topology_table_new(&in);
	for (int i = 0; i < 3; i++)
		n[i] = topology_table_server(t, &s[i]);
	assert_int_equal(n[0], n[1]);
	assert_int_not_equal(n[0], n[2]);
	topology_table_drop(&t);
	topoterm_fini(&r.ldns);
	topoterm_fini(&r.server);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_compiled_form_is_the_walk_over_the_sorted_records),
		cmocka_unit_test(the_bits_that_decided_are_as_few_as_can_be),
		cmocka_unit_test(
		    candidates_that_no_record_tells_apart_are_of_one_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
