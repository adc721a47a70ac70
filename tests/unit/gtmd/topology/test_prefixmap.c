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
	prefixmap_free(&m);
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
	prefixmap_free(&m);
	prefixmap_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_ipv4_address_is_found_as_one_bit_at_a_time_finds_it),
		cmocka_unit_test(
		    an_ipv6_address_is_found_as_one_bit_at_a_time_finds_it),
		cmocka_unit_test(a_map_of_one_number_needs_no_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
