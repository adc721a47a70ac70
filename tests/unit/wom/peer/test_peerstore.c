/* tests/unit/wom/peer/test_peerstore.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <unistd.h>

#include "core/base/mem.h"
#include "wom/codec/decoder.h"
#include "wom/codec/encoder.h"
#include "wom/codec/history.h"
#include "wom/peer/peerstore.h"

#define LEN	((size_t)64 << 10)

static char folder[32], path[64];

static int
begin(void **state)
{
	(void)state;
	memcpy(folder, "/tmp/store-XXXXXX", sizeof("/tmp/store-XXXXXX"));
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/peer", folder);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(folder);
}

static struct peerstore *
open_store(const char *at, uint8_t secret)
{
	const struct peerstore_config c = { .path = at,
	    .octets = (size_t)16 << 20, .secret = { secret } };
	struct peerstore *s = peerstore_new(&c);

	assert_non_null(s);
	return s;
}

/* A block of its own for each seed. */
static void
fill(uint8_t *to, uint32_t seed)
{
	for (size_t i = 0; i < LEN; i++) {
		seed = seed * 1664525u + 1013904223u;
		to[i] = (uint8_t)(seed >> 24);
	}
}

/* The peer that has the same secret puts a block together; any other does not. */
static void
blocks_are_for_who_has_the_secret(void **state)
{
	struct peerstore *a = open_store(NULL, 1), *b = open_store(NULL, 1);
	struct peerstore *c = open_store(NULL, 2);
	uint8_t *plain = mem_zalloc(HISTORY_BLOCK_MAX, 1);
	const uint8_t *back;
	uint8_t *wire = mem_zalloc(BLOCKHEAD_ENCODED_MAX(LEN), 1);
	size_t n, len;

	(void)state;
	fill(plain, 1);
	n = encoder_block(peerstore_encoder(a), plain, LEN, wire);
	assert_int_equal(decoder_block(peerstore_decoder(b), wire, n, &back,
	    &len), DECODER_OK);
	assert_int_equal(len, LEN);
	assert_memory_equal(back, plain, LEN);
	assert_int_equal(decoder_block(peerstore_decoder(c), wire, n, &back,
	    &len), DECODER_DAMAGED);
	assert_int_equal(peerstore_cap(a), (size_t)16 << 20);
	free(plain);
	free(wire);
	peerstore_free(&a);
	peerstore_free(&b);
	peerstore_free(&c);
}

static void
keep_one(struct peerstore *s)
{
	uint8_t *plain = mem_zalloc(LEN, 1);
	uint8_t *wire = mem_zalloc(BLOCKHEAD_ENCODED_MAX(LEN), 1);

	fill(plain, 7);
	(void)encoder_block(peerstore_encoder(s), plain, LEN, wire);
	assert_int_equal(history_count(peerstore_history(s)), 1);
	free(plain);
	free(wire);
}

static void
a_file_outlives_it_for_the_same_secret(void **state)
{
	struct peerstore *s = open_store(path, 1);

	(void)state;
	keep_one(s);
	peerstore_free(&s);
	s = open_store(path, 1);
	assert_string_equal(peerstore_anew(s), "");
	assert_int_equal(history_count(peerstore_history(s)), 1);
	while (peerstore_check(s, 1 << 20))
		continue;
	assert_int_equal(history_count(peerstore_history(s)), 1);
	peerstore_free(&s);
	s = open_store(path, 2);
	assert_string_not_equal(peerstore_anew(s), "");
	assert_int_equal(history_count(peerstore_history(s)), 0);
	peerstore_free(&s);
}

static void
without_the_file_it_is_memory_and_says_so(void **state)
{
	struct peerstore *one = open_store(path, 1), *two = open_store(path, 1);

	(void)state;
	assert_string_not_equal(peerstore_anew(two), "");
	keep_one(two);
	assert_int_equal(history_count(peerstore_history(one)), 0);
	peerstore_free(&one);
	peerstore_free(&two);
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(blocks_are_for_who_has_the_secret),
		TEST(a_file_outlives_it_for_the_same_secret),
		TEST(without_the_file_it_is_memory_and_says_so),
	};

	return cmocka_run_group_tests_name("peerstore", tests, NULL, NULL);
}
