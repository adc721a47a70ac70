/* tests/unit/core/base/test_hash.c - key, length and every bit count;
 * nothing more is read.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"

#define LEN_MAX	70

/* A block of exactly len octets on the heap, so that the address sanitizer
 * sees the first octet read behind it. */
static uint8_t *
exact(size_t len, uint8_t fill)
{
	uint8_t *p = malloc(len != 0 ? len : 1);

	assert_non_null(p);
	memset(p, fill, len);
	return p;
}

static void
reads_nothing_past_the_end(void **state)
{
	struct hash_key key;

	(void)state;
	hash_key_init(&key, 1);
	for (size_t len = 1; len <= LEN_MAX; len++) {
		uint8_t *p = exact(len, 'x');
		uint8_t room[LEN_MAX + 32];

		/* The same octets elsewhere, with other neighbours and at
		 * each alignment, give the same value. */
		for (size_t off = 0; off < 8; off++) {
			memset(room, (int)off, sizeof(room));
			memset(room + off, 'x', len);
			if (hash_octets(&key, p, len) !=
			    hash_octets(&key, room + off, len))
				fail_msg("length %zu, offset %zu", len, off);
		}
		free(p);
	}
	assert_true(hash_octets(&key, NULL, 0) == hash_octets(&key, "a", 0));
}

/* Zeros of each length, which differ in nothing else. */
static void
length_counts(void **state)
{
	uint64_t seen[LEN_MAX + 1];
	uint8_t zero[LEN_MAX] = { 0 };
	struct hash_key key;

	(void)state;
	hash_key_init(&key, 1);
	for (size_t len = 0; len <= LEN_MAX; len++) {
		seen[len] = hash_octets(&key, zero, len);
		for (size_t i = 0; i < len; i++)
			if (seen[i] == seen[len])
				fail_msg("lengths %zu and %zu agree", i, len);
	}
}

static unsigned
ones(uint64_t v)
{
	return (unsigned)__builtin_popcountll(v);
}

/* One flipped input bit flips each output bit with even odds: over all bits
 * of a length the mean stays near 32, and no single change does nothing. */
static void
each_bit_spreads(void **state)
{
	struct hash_key key;

	(void)state;
	hash_key_init(&key, 99);
	for (size_t len = 1; len <= LEN_MAX; len++) {
		uint8_t *p = exact(len, 0x61);
		uint64_t base = hash_octets(&key, p, len);
		unsigned sum = 0;

		for (size_t bit = 0; bit < len * 8; bit++) {
			unsigned n;

			p[bit / 8] ^= (uint8_t)(1u << bit % 8);
			n = ones(base ^ hash_octets(&key, p, len));
			p[bit / 8] ^= (uint8_t)(1u << bit % 8);
			if (n < 8 || n > 56)
				fail_msg("len %zu bit %zu: %u", len, bit, n);
			sum += n;
		}
		if (sum < len * 8 * 28 || sum > len * 8 * 36)
			fail_msg("len %zu: mean %u / %zu", len, sum, len * 8);
		free(p);
	}
}

static void
key_decides(void **state)
{
	struct hash_key a, b;
	unsigned equal = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 1000; seed++) {
		hash_key_init(&a, seed);
		hash_key_init(&b, seed + 1);
		assert_true(a.k[0] != a.k[1]);
		equal += hash_octets(&a, "name", 4) ==
		    hash_octets(&b, "name", 4);
	}
	assert_int_equal(equal, 0);
}

/* 65,536 names of one pattern into as many buckets by the low bits, then by
 * the high ones: a fair hash leaves 1/e of them empty, 24,109 +- 120. */
static void
low_and_high_bits_spread_names(void **state)
{
	static uint8_t low[65536], high[65536];
	unsigned empty[2] = { 0, 0 };
	struct hash_key key;

	(void)state;
	hash_key_init(&key, 5);
	for (unsigned i = 0; i < 65536; i++) {
		uint8_t n[] = "\4host\4" "0000\7example\3com";
		uint64_t h;

		for (unsigned d = 0, v = i; d < 4; d++, v /= 16)
			n[6 + d] = (uint8_t)("0123456789abcdef"[v % 16]);
		h = hash_octets(&key, n, sizeof(n));
		low[h & 0xffff] = 1;
		high[h >> 48] = 1;
	}
	for (unsigned i = 0; i < 65536; i++) {
		empty[0] += low[i] == 0;
		empty[1] += high[i] == 0;
	}
	for (int i = 0; i < 2; i++)
		if (empty[i] < 23400 || empty[i] > 24800)
			fail_msg("%s bits leave %u empty",
			    i == 0 ? "low" : "high", empty[i]);
}

static int
by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* 4555 and 45555: neither may the length make up for what the octets differ by. */
static void
short_texts_do_not_collide(void **state)
{
	static uint64_t seen[100000];
	struct hash_key key;
	char text[8];

	(void)state;
	for (uint64_t seed = 0; seed < 5; seed++) {
		hash_key_init(&key, seed);
		for (size_t i = 0; i < 100000; i++) {
			(void)snprintf(text, sizeof(text), "%zu", i);
			seen[i] = hash_octets(&key, text, strlen(text));
		}
		qsort(seen, 100000, sizeof(seen[0]), by_value);
		for (size_t i = 1; i < 100000; i++)
			assert_true(seen[i] != seen[i - 1]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_nothing_past_the_end),
		cmocka_unit_test(length_counts),
		cmocka_unit_test(short_texts_do_not_collide),
		cmocka_unit_test(each_bit_spreads),
		cmocka_unit_test(key_decides),
		cmocka_unit_test(low_and_high_bits_spread_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
