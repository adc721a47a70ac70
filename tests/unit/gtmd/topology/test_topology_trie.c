/* tests/unit/gtmd/topology/test_topology_trie.c - networks with marks, cut into pieces.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "core/base/rand.h"
#include "gtmd/topology/topology_trie.h"

#define NETWORKS	30

struct mark {
	struct addr_prefix prefix;
	unsigned	 layer;
	uint32_t	 mark;
};

/* Sets of marks that were told, each with the number it got. */
struct told {
	struct topology_marks v[2000];
	uint32_t	 count;
};

static bool
is_same(const struct topology_marks *a, const struct topology_marks *b)
{
	return a->subnet_count == b->subnet_count &&
	    memcmp(a->subnets, b->subnets, a->subnet_count *
	    sizeof(a->subnets[0])) == 0 &&
	    memcmp(a->layer + 1, b->layer + 1, sizeof(a->layer) -
	    sizeof(a->layer[0])) == 0;
}

static uint32_t
on_piece(void *arg, const struct topology_marks *m)
{
	struct told *t = arg;

	for (uint32_t i = 0; i < t->count; i++)
		if (is_same(&t->v[i], m))
			return i;
	assert_true(t->count < OBJ_COUNT(t->v));
	t->v[t->count] = *m;
	return t->count++;
}

/* The marks of an address, network by network, the widest first. */
static struct topology_marks
marks_of(const struct mark *all, const struct addr *a)
{
	struct topology_marks m = { .subnet_count = 0 };

	for (unsigned len = 0; len <= 32; len++)
		for (int i = 0; i < NETWORKS; i++) {
			if (all[i].prefix.len != len || all[i].mark == 0 ||
			    !addr_in_prefix(a, &all[i].prefix))
				continue;
			if (all[i].layer == 0)
				m.subnets[m.subnet_count++] = all[i].mark;
			else
				m.layer[all[i].layer] = all[i].mark;
		}
	return m;
}

/* A later mark on the same network in the same layer takes the place. */
static void
make(struct mark *all, int i, struct rand *r)
{
	all[i] = (struct mark){ .layer = rand_below(r, TOPOLOGY_TRIE_LAYERS),
	    .mark = (uint32_t)i + 1,
	    .prefix = { .addr.family = AF_INET,
	    .len = (uint8_t)rand_below(r, 33) } };
	for (unsigned b = 0; b < all[i].prefix.len; b++)
		if (rand_below(r, 8) == 0)
			all[i].prefix.addr.octets[b / 8] |=
			    (uint8_t)(0x80u >> b % 8);
	for (int k = 0; k < i; k++)
		if (all[k].layer == all[i].layer &&
		    all[k].prefix.len == all[i].prefix.len &&
		    memcmp(all[k].prefix.addr.octets,
		    all[i].prefix.addr.octets, 4) == 0)
			all[k].mark = 0;
}

static void
pieces_have_the_marks_of_the_networks_around_them(void **state)
{
	static struct told told;

	(void)state;
	for (uint64_t seed = 1; seed <= 6; seed++) {
		struct mark all[NETWORKS];
		struct topology_trie t;
		struct prefixmap *m;
		struct rand r;

		rand_seed_from(&r, seed);
		topology_trie_init(&t, 32);
		for (int i = 0; i < NETWORKS; i++) {
			make(all, i, &r);
			topology_trie_mark(&t, &all[i].prefix, all[i].layer,
			    all[i].mark);
		}
		told.count = 0;
		m = topology_trie_map(&t, on_piece, &told);
		for (int i = 0; i < 2000; i++) {
			struct addr a = all[rand_below(&r, NETWORKS)].prefix.addr;
			struct topology_marks want;

			a.octets[rand_below(&r, 4)] ^=
			    (uint8_t)(1u << rand_below(&r, 8));
			want = marks_of(all, &a);
			assert_true(is_same(&want, &told.v[prefixmap_find(m,
			    a.octets).number]));
		}
		prefixmap_drop(&m);
		topology_trie_fini(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    pieces_have_the_marks_of_the_networks_around_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
