/* tests/unit/wom/codec/test_blockpack.c - a block that is packed later, anywhere, is
 * the same block.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rand.h"
#include "tests/unit/wom/codec/site.h"
#include "wom/codec/blockpack.h"
#include "wom/codec/zpack.h"

#define ROOM	(8 * (size_t)HISTORY_BLOCK_MAX)
#define BLOCK	(256u << 10)
#define LEAST	4096

/* Two that send the same, of which one packs at once, and somebody who hears either. */
struct bed {
	struct site at_once, later, far;
	struct zpack *helper;	/* another one than the encoder's */
	struct rand r;
	uint8_t	 plain[BLOCK];
	const uint8_t *out;
	uint8_t	 wire[BLOCKHEAD_ENCODED_MAX(BLOCK)],
		 raw[BLOCKHEAD_ENCODED_MAX(BLOCK)],
		 packed[BLOCKHEAD_ENCODED_MAX(BLOCK)];
};

static int
setup(void **state)
{
	struct bed *b = mem_zalloc(1, sizeof(*b));

	site_init(&b->at_once, ROOM);
	site_init(&b->later, ROOM);
	site_init(&b->far, ROOM);
	encoder_leave(b->later.encoder, LEAST);
	b->helper = zpack_new();
	rand_seed_from(&b->r, 11);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bed *b = *state;

	site_fini(&b->at_once);
	site_fini(&b->later);
	site_fini(&b->far);
	zpack_free(&b->helper);
	free(b);
	return 0;
}

/* Pages of noise, of runs, of text, of what was there before with a difference. */
static size_t
next_block(struct bed *b)
{
	size_t len = 1 + rand_below(&b->r, BLOCK);

	for (size_t at = 0; at < len; at += 4096) {
		size_t n = len - at < 4096 ? len - at : 4096;
		uint32_t kind = rand_below(&b->r, 6);

		if (kind == 0)
			memset(b->plain + at, (int)rand_below(&b->r, 256), n);
		else if (kind == 1)
			b->plain[at + rand_below(&b->r, (uint32_t)n)] ^= 1;
		else if (kind < 4)
			for (size_t i = 0; i < n; i++)
				b->plain[at + i] = (uint8_t)rand_below(&b->r,
				    kind == 2 ? 256 : 9);
	}
	return len;
}

/* What `later` makes of the block, packed by the helper; how many octets. */
static size_t
pack_later(struct bed *b, size_t len, int level)
{
	size_t n = encoder_block(b->later.encoder, b->plain, len, b->raw),
	    left = encoder_left(b->later.encoder), m;

	assert_true(left == 0 || left >= LEAST);
	zpack_set_level(b->helper, level);
	m = left == 0 ? 0 :
	    blockpack_literals(b->helper, b->raw, n, b->packed);
	if (m == 0) {
		memcpy(b->packed, b->raw, n);
		return n;
	}
	assert_in_range(m, 1, n - 1);
	encoder_packed(b->later.encoder, left, left - (n - m));
	return m;
}

/* But for what zstd makes of it, which depends a little on what it had before. */
static void
assert_says_the_same(const struct bed *b, size_t n, size_t m)
{
	struct blockhead x, y;
	size_t before;

	assert_true(blockhead_read(&x, b->wire, n));
	assert_true(blockhead_read(&y, b->packed, m));
	assert_int_equal(x.flags, y.flags);
	assert_int_equal(x.literals, y.literals);
	assert_int_equal(x.ops, y.ops);
	assert_int_equal(x.sources, y.sources);
	assert_memory_equal(&x.id, &y.id, sizeof(x.id));
	before = BLOCKHEAD_OCTETS + x.sources * BLOCKID_OCTETS;
	assert_memory_equal(b->wire + BLOCKHEAD_OCTETS,
	    b->packed + BLOCKHEAD_OCTETS, before - BLOCKHEAD_OCTETS);
}

static void
any_block_is_the_same_when_it_is_packed_later(void **state)
{
	struct bed *b = *state;
	uint64_t left = 0, sum = 0;

	for (unsigned i = 0; i < 300; i++) {
		int level = (int)rand_below(&b->r, 7) - 2;
		size_t len = next_block(b), n, m, got;

		encoder_set_level(b->at_once.encoder, level);
		encoder_set_level(b->later.encoder, level);
		n = encoder_block(b->at_once.encoder, b->plain, len, b->wire);
		m = pack_later(b, len, level);
		left += encoder_left(b->later.encoder) > 0;
		sum += m;
		assert_says_the_same(b, n, m);
		assert_int_equal(decoder_block(b->far.decoder, b->packed, m,
		    &b->out, &got), DECODER_OK);
		assert_int_equal(got, len);
		assert_memory_equal(b->out, b->plain, len);
	}
	assert_in_range(left, 100, 299);
	assert_int_equal(encoder_counts(b->later.encoder)->encoded, sum);
	assert_int_equal(encoder_counts(b->later.encoder)->copied,
	    encoder_counts(b->at_once.encoder)->copied);
	assert_in_range(encoder_counts(b->later.encoder)->packed,
	    encoder_counts(b->at_once.encoder)->packed * 99 / 100,
	    encoder_counts(b->at_once.encoder)->packed * 101 / 100);
}

/* As it is, a block is one that a peer understands. */
static void
what_was_left_decodes_without_being_packed(void **state)
{
	struct bed *b = *state;
	size_t n, got;

	memset(b->plain, 'x', BLOCK);
	for (size_t i = 0; i < BLOCK; i++)
		b->plain[i] = (uint8_t)rand_below(&b->r, 9);
	n = encoder_block(b->later.encoder, b->plain, BLOCK, b->raw);
	assert_int_equal(encoder_left(b->later.encoder), BLOCK);
	assert_in_range(n, BLOCK, BLOCKHEAD_ENCODED_MAX(BLOCK));
	assert_int_equal(decoder_block(b->far.decoder, b->raw, n, &b->out, &got),
	    DECODER_OK);
	assert_memory_equal(b->out, b->plain, BLOCK);
}

static void
noise_and_nothing_go_as_they_are(void **state)
{
	struct bed *b = *state;
	size_t n;

	for (size_t i = 0; i < BLOCK; i++)
		b->plain[i] = (uint8_t)rand_u64(&b->r);
	n = encoder_block(b->later.encoder, b->plain, BLOCK, b->raw);
	assert_int_equal(encoder_left(b->later.encoder), BLOCK);
	assert_int_equal(blockpack_literals(b->helper, b->raw, n, b->packed), 0);
	n = encoder_block(b->later.encoder, b->plain, BLOCK, b->raw);
	assert_int_equal(encoder_left(b->later.encoder), 0);
	assert_int_equal(blockpack_literals(b->helper, b->raw, n, b->packed), 0);
	/* Who wants nothing packed has nothing left to do. */
	encoder_allow(b->later.encoder, false, false);
	n = encoder_alone(b->later.encoder, b->plain, BLOCK, b->raw);
	assert_int_equal(encoder_left(b->later.encoder), 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	static const struct CMUnitTest tests[] = {
		TEST(any_block_is_the_same_when_it_is_packed_later),
		TEST(what_was_left_decodes_without_being_packed),
		TEST(noise_and_nothing_go_as_they_are),
	};

	return cmocka_run_group_tests_name("blockpack", tests, NULL, NULL);
}
