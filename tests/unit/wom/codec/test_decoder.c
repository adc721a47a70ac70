/* tests/unit/wom/codec/test_decoder.c - nothing wrong is ever given out.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/rand.h"
#include "tests/unit/wom/codec/site.h"
#include "wom/codec/blockops.h"

#define ROOM	(8 * (size_t)HISTORY_BLOCK_MAX)
#define BLOCK	20000u

static struct site a, b;
static struct rand r;
static uint8_t plain[2 * BLOCK];
static const uint8_t *out;
static uint8_t wire[BLOCKHEAD_ENCODED_MAX(2 * BLOCK)];

static int
setup(void **state)
{
	(void)state;
	site_init(&a, ROOM);
	site_init(&b, ROOM);
	rand_seed_from(&r, 8);
	for (size_t i = 0; i < sizeof(plain); i++)
		plain[i] = (uint8_t)(i < BLOCK ? rand_u64(&r) : i / 100);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	site_fini(&a);
	site_fini(&b);
	return 0;
}

static enum decoder_result
decode(size_t n)
{
	size_t got;

	return decoder_block(b.decoder, wire, n, &out, &got);
}

/* A block of all kinds of operation: after a first that both know. */
static size_t
encode_mixed(void)
{
	(void)site_carry(&a, &b, plain, BLOCK);
	for (size_t i = 0; i < BLOCK; i += 2000)
		plain[i] ^= 0xff;
	return encoder_block(a.encoder, plain, 2 * BLOCK, wire);
}

/* zstd has more than one way to say some lengths: then it is the same block. */
static void
each_octet_of_it_counts(void **state)
{
	size_t n = encode_mixed(), kept = history_count(b.history), same = 0;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const uint8_t was = wire[i];

		wire[i] ^= (uint8_t)(1 + rand_below(&r, 255));
		/* Keeping it or not does not change it. */
		if (i != 1 && decode(n) == DECODER_OK) {
			assert_memory_equal(out, plain, 2 * BLOCK);
			same++;
		}
		wire[i] = was;
	}
	assert_in_range(same, 0, 2);
	assert_in_range(history_count(b.history), kept, kept + 1);
	assert_int_equal(decode(n), DECODER_OK);
	assert_memory_equal(out, plain, 2 * BLOCK);
}

static void
each_shorter_one_is_none(void **state)
{
	size_t n = encode_mixed();

	(void)state;
	for (size_t len = 0; len < n; len++)
		assert_int_equal(decode(len), DECODER_DAMAGED);
}

static void
what_is_missing_is_named(void **state)
{
	size_t n = encode_mixed(), count;
	struct blockid first;

	(void)state;
	site_forget(&b, ROOM);
	assert_int_equal(decode(n), DECODER_MISSING);
	memcpy(first.octets, wire + BLOCKHEAD_OCTETS, BLOCKID_OCTETS);
	assert_true(blockid_equal(decoder_missing(b.decoder, &count), &first));
	assert_int_equal(count, 1);
	assert_int_not_equal(history_find(a.history, &first), HISTORY_NONE);
}

/* An encoded block of these operations, without literals. */
static size_t
write_block(const struct blockop *ops, size_t count, uint32_t len)
{
	struct blockhead h = { .plain = len };
	struct blockops s = { 0 };
	uint8_t *at = wire + BLOCKHEAD_OCTETS;

	for (size_t i = 0; i < count; i++)
		at += blockops_write(&s, &ops[i], at);
	h.ops = h.packed_ops = (uint32_t)(at - wire) - BLOCKHEAD_OCTETS;
	blockhead_write(&h, wire);
	return (size_t)(at - wire);
}

static void
operations_stay_within_the_block_and_their_sources(void **state)
{
	static const struct blockop too_long[] = {
		{ .kind = BLOCKOP_RUN, .len = 600 },
		{ .kind = BLOCKOP_RUN, .len = 600 },
	}, too_short[] = {
		{ .kind = BLOCKOP_RUN, .len = 600 },
	}, no_literals[] = {
		{ .kind = BLOCKOP_LITERAL, .len = 1000 },
	}, no_source[] = {
		{ .kind = BLOCKOP_COPY, .len = 1000, .source = UINT32_MAX },
	};

	(void)state;
	assert_int_equal(decode(write_block(too_long, 2, 1000)),
	    DECODER_DAMAGED);
	assert_int_equal(decode(write_block(too_short, 1, 1000)),
	    DECODER_DAMAGED);
	assert_int_equal(decode(write_block(no_literals, 1, 1000)),
	    DECODER_DAMAGED);
	assert_int_equal(decode(write_block(no_source, 1, 1000)),
	    DECODER_DAMAGED);
}

/* Right by all its numbers, and yet not what its name says. */
static void
a_name_is_not_believed(void **state)
{
	static const struct blockop run[] = {
		{ .kind = BLOCKOP_RUN, .len = 8192, .octet = 1 },
	};
	size_t n = write_block(run, 1, 8192);

	(void)state;
	wire[1] = BLOCKHEAD_KEEP;
	assert_int_equal(decode(n), DECODER_DAMAGED);
	assert_int_equal(history_count(b.history), 0);
	memset(plain, 1, 8192);
	*(struct blockid *)(void *)(wire + 24) = blockid_of(b.key, plain, 8192);
	assert_int_equal(decode(n), DECODER_OK);
	assert_int_equal(history_count(b.history), 1);
}

/* Of a block of which the middle was known before both ends are found, each for itself. */
static void
what_was_new_is_found_on_the_way_back(void **state)
{
	static uint8_t both[2 * BLOCK];
	const size_t half = BLOCK / 2;
	size_t n;

	(void)state;
	(void)site_carry(&a, &b, plain, BLOCK);
	for (size_t i = 0; i < sizeof(both); i++)
		both[i] = (uint8_t)rand_u64(&r);
	memcpy(both + 15000, plain + 100, half);
	n = site_carry(&a, &b, both, sizeof(both));
	assert_in_range(n, sizeof(both) - half, sizeof(both) - half + 200);
	memcpy(plain, both + 28000, half);
	memcpy(plain + half, both + 2000, half);
	assert_in_range(site_carry(&b, &a, plain, BLOCK), 1, 1000);
}

/* The block that it is copied from stands where it will stand itself. */
static void
a_block_may_take_the_place_of_its_source(void **state)
{
	static uint8_t block[HISTORY_BLOCK_MAX], first[HISTORY_BLOCK_MAX];
	const size_t shift = 1000, len = sizeof(block);

	(void)state;
	site_forget(&a, ROOM / 2);
	site_forget(&b, ROOM / 2);
	for (int n = 0; n < 4; n++) {
		for (size_t i = 0; i < len; i++)
			block[i] = (uint8_t)rand_u64(&r);
		if (n == 0)
			memcpy(first, block, len);
		(void)site_carry(&a, &b, block, len);
	}
	memcpy(block + shift, first, len - shift);
	assert_in_range(site_carry(&a, &b, block, len), 1, shift + 200);
	assert_in_range(site_carry(&a, &b, block, len), 1, 100);
}

/* Packed, but nothing of it known. */
static void
what_is_all_literal_comes_as_it_was(void **state)
{
	(void)state;
	(void)site_carry(&a, &b, plain, BLOCK);
	for (size_t i = 0; i < BLOCK; i++)
		plain[i] = (uint8_t)rand_below(&r, 9);
	assert_in_range(site_carry(&a, &b, plain, BLOCK), BLOCK / 4, BLOCK / 2);
	assert_in_range(site_carry(&b, &a, plain, BLOCK), 1, 100);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_octet_of_it_counts, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(each_shorter_one_is_none,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_missing_is_named,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(
		    operations_stay_within_the_block_and_their_sources, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(a_name_is_not_believed, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    a_block_may_take_the_place_of_its_source, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    what_is_all_literal_comes_as_it_was, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    what_was_new_is_found_on_the_way_back, setup, teardown),
	};

	return cmocka_run_group_tests_name("decoder", tests, NULL, NULL);
}
