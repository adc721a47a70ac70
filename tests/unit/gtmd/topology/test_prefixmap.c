/* tests/unit/gtmd/topology/test_prefixmap.c - the map finds what the binary trie has,
 * and says how deep it lay. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/rand.h"
#include "gtmd/topology/prefixmap.h"

/* A binary trie that grows; a leaf is split where a path goes through it. */
struct trie {
	uint32_t	(*child)[2];
	size_t		 count, room;
	uint32_t	 root;
	unsigned	 bits;
};

static unsigned
bit_at(const uint8_t *octets, unsigned i)
{
	return octets[i / 8] >> (7 - i % 8) & 1;
}

static void
put(struct trie *t, const uint8_t *octets, unsigned len, uint32_t number)
{
	uint32_t ref = t->root, from = 0;

	for (unsigned i = 0; i < len; i++) {
		uint32_t node = ref;

		if (ref & PREFIXMAP_LEAF) {
			t->child = mem_grow(t->child, &t->room, t->count + 1,
			    sizeof(*t->child));
			node = (uint32_t)t->count++;
			t->child[node][0] = t->child[node][1] = ref;
			if (i == 0)
				t->root = node;
			else
				t->child[from][bit_at(octets, i - 1)] = node;
		}
		from = node;
		ref = t->child[node][bit_at(octets, i)];
	}
	if (len == 0)
		t->root = PREFIXMAP_LEAF | number;
	else
		t->child[from][bit_at(octets, len - 1)] =
		    PREFIXMAP_LEAF | number;
}

/* One bit at a time. */
static struct prefixmap_found
walk(const struct trie *t, const uint8_t *octets)
{
	uint32_t ref = t->root;
	unsigned i = 0;

	while ((ref & PREFIXMAP_LEAF) == 0)
		ref = t->child[ref][bit_at(octets, i++)];
	return (struct prefixmap_found){ ref & ~PREFIXMAP_LEAF, (uint8_t)i };
}

static void
expect_same(const struct trie *t, const struct prefixmap *m,
    const uint8_t *octets)
{
	struct prefixmap_found want = walk(t, octets);
	struct prefixmap_found got = prefixmap_find(m, octets);

	assert_int_equal(got.number, want.number);
	assert_int_equal(got.bits, want.bits);
}

/* Addresses near what was put are worth more than those far from all. */
static void
compare(unsigned bits, unsigned prefixes, unsigned longest, uint64_t seed)
{
	struct trie t = { .root = PREFIXMAP_LEAF, .bits = bits };
	uint8_t (*at)[16] = mem_zalloc(prefixes, sizeof(*at));
	struct prefixmap *m;
	struct rand r;

	rand_seed_from(&r, seed);
	for (unsigned i = 0; i < prefixes; i++) {
		for (int k = 0; k < 16; k++)
			at[i][k] = (uint8_t)rand_below(&r, i % 3 == 0 ? 4 : 256);
		put(&t, at[i], 1 + rand_below(&r, longest), i + 1);
	}
	m = prefixmap_new(&(struct prefixmap_tree){
	    (const uint32_t (*)[2])t.child, t.root, bits });
	for (unsigned i = 0; i < 20000; i++) {
		uint8_t octets[16];

		memcpy(octets, at[rand_below(&r, prefixes)], 16);
		if (i % 2 == 0)
			octets[rand_below(&r, 16)] ^=
			    (uint8_t)(1u << rand_below(&r, 8));
		expect_same(&t, m, octets);
	}
	prefixmap_drop(&m);
	free(t.child);
	free(at);
}

static void
an_ipv4_address_is_found_as_one_bit_at_a_time_finds_it(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++)
		compare(32, 1u << (seed + 2), 32, seed);
}

static void
an_ipv6_address_is_found_as_one_bit_at_a_time_finds_it(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++)
		compare(128, 1u << (seed + 2), seed % 2 ? 128 : 64, seed);
}

/* ---- one map made from another ---- */

/* Numbers 0, 1 and 2 become one more, 3 becomes 0. */
static uint32_t
next_number(void *arg, uint32_t number)
{
	(void)arg;
	return (number + 1) % 4;
}

static void
count_number(void *arg, uint32_t number, int by)
{
	int *places = arg;

	assert_true(number < 4);
	places[number] += by;
}

/* Every number within the network, by the binary trie; what is alike is one
 * leaf. Goes as deep as an address has bits. */
static uint32_t
remap_trie(struct trie *t, uint32_t ref, const struct addr_prefix *p,
    unsigned depth)
{
	uint32_t node, left, right;

	if (ref & PREFIXMAP_LEAF && depth >= p->len)
		return PREFIXMAP_LEAF | next_number(NULL,
		    ref & ~PREFIXMAP_LEAF);
	left = right = ref;
	if ((ref & PREFIXMAP_LEAF) == 0) {
		left = t->child[ref][0];
		right = t->child[ref][1];
	}
	if (depth >= p->len || bit_at(p->addr.octets, depth) == 0)
		left = remap_trie(t, left, p, depth + 1);
	if (depth >= p->len || bit_at(p->addr.octets, depth) == 1)
		right = remap_trie(t, right, p, depth + 1);
	if (left == right && left & PREFIXMAP_LEAF)
		return left;
	t->child = mem_grow(t->child, &t->room, t->count + 1,
	    sizeof(*t->child));
	node = (uint32_t)t->count++;
	t->child[node][0] = left;
	t->child[node][1] = right;
	return node;
}

static void
expect_counted(const struct prefixmap *m, const int *places)
{
	int all[4] = { 0 };

	prefixmap_each(m, count_number, all);
	for (int i = 0; i < 4; i++)
		assert_int_equal(places[i], all[i]);
}

/* Networks of few lengths about few addresses, so that they meet and what was
 * split becomes one again. */
static struct addr_prefix
make_network(struct rand *r, unsigned bits)
{
	static const uint8_t some[4] = { 0, 10, 128, 255 };
	struct addr_prefix p = { .addr.family = bits == 32 ? AF_INET :
	    AF_INET6 };

	p.len = (uint8_t)rand_below(r, bits + 1);
	for (unsigned i = 0; i < p.len; i++)
		if (some[(i / 8 + rand_below(r, 2)) % 4] >> (7 - i % 8) & 1)
			p.addr.octets[i / 8] |= (uint8_t)(0x80u >> i % 8);
	return p;
}

static void
remap_often(unsigned bits, uint64_t seed)
{
	struct trie t = { .root = PREFIXMAP_LEAF, .bits = bits };
	struct prefixmap *m, *next, *fresh;
	int places[4] = { 0 };
	struct rand r;

	rand_seed_from(&r, seed);
	m = prefixmap_new(&(struct prefixmap_tree){ NULL, t.root, bits });
	prefixmap_each(m, count_number, places);
	for (unsigned step = 0; step < 30; step++) {
		struct prefixmap_change c = { make_network(&r, bits),
		    next_number, count_number, places };

		t.root = remap_trie(&t, t.root, &c.prefix, 0);
		next = prefixmap_remap(m, &c);
		assert_non_null(next);
		prefixmap_drop(&m);
		m = next;
		fresh = prefixmap_new(&(struct prefixmap_tree){
		    (const uint32_t (*)[2])t.child, t.root, bits });
		assert_int_equal(prefixmap_size(m), prefixmap_size(fresh));
		prefixmap_drop(&fresh);
		expect_counted(m, places);
		for (int i = 0; i < 300; i++) {
			struct addr_prefix p = make_network(&r, bits);

			expect_same(&t, m, p.addr.octets);
		}
	}
	prefixmap_drop(&m);
	free(t.child);
}

static void
a_map_made_from_another_is_what_a_new_one_would_be(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		remap_often(32, seed);
		remap_often(128, seed);
	}
}

static uint32_t
same_number(void *arg, uint32_t number)
{
	(void)arg;
	return number;
}

static void
a_change_that_changes_nothing_makes_no_map(void **state)
{
	struct prefixmap *m = prefixmap_new(&(struct prefixmap_tree){
	    NULL, PREFIXMAP_LEAF | 1, 32 });
	int places[4] = { 0 };
	const struct prefixmap_change c = { { .addr.family = AF_INET,
	    .len = 20 }, same_number, count_number, places };

	(void)state;
	assert_null(prefixmap_remap(m, &c));
	assert_int_equal(places[1], 0);
	prefixmap_drop(&m);
}

/* Whoever still has the old one finds in it what was in it. */
static void
a_map_stays_as_it_was_for_those_who_have_it(void **state)
{
	const uint8_t octets[4] = { 10, 1, 2, 3 };
	struct prefixmap *m[40];
	int places[4] = { 0 };

	(void)state;
	m[0] = prefixmap_new(&(struct prefixmap_tree){ NULL,
	    PREFIXMAP_LEAF, 32 });
	for (uint8_t i = 1; i < 40; i++) {
		const struct prefixmap_change c = { { .addr = {
		    .family = AF_INET, .octets = { 10, 1, 2 } },
		    .len = (uint8_t)(i % 25) }, next_number, count_number,
		    places };

		m[i] = prefixmap_remap(m[i - 1], &c);
	}
	for (int i = 0; i < 40; i++)	/* the newest goes before some */
		if (i % 3 == 0)
			prefixmap_drop(&m[39 - i]);
	for (uint32_t i = 0; i < 40; i++)
		if (m[i] != NULL)
			assert_int_equal(prefixmap_find(m[i], octets).number,
			    i % 4);
	for (int i = 0; i < 40; i++)
		prefixmap_drop(&m[i]);
}

/* Nothing to tell apart: no bit is looked at. */
static void
a_map_of_one_number_needs_no_bit(void **state)
{
	const uint8_t octets[16] = { 192, 0, 2, 1 };
	struct prefixmap *m = prefixmap_new(&(struct prefixmap_tree){
	    NULL, PREFIXMAP_LEAF | 7, 128 });
	struct prefixmap_found got = prefixmap_find(m, octets);

	(void)state;
	assert_int_equal(got.number, 7);
	assert_int_equal(got.bits, 0);
	assert_true(prefixmap_size(m) < 256);
	prefixmap_drop(&m);
	prefixmap_drop(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_ipv4_address_is_found_as_one_bit_at_a_time_finds_it),
		cmocka_unit_test(
		    an_ipv6_address_is_found_as_one_bit_at_a_time_finds_it),
		cmocka_unit_test(
		    a_map_made_from_another_is_what_a_new_one_would_be),
		cmocka_unit_test(a_change_that_changes_nothing_makes_no_map),
		cmocka_unit_test(a_map_stays_as_it_was_for_those_who_have_it),
		cmocka_unit_test(a_map_of_one_number_needs_no_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
