/* tests/unit/wom/codec/test_blockid.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "wom/codec/blockid.h"

static struct blockid_key *
key_of(uint8_t first)
{
	uint8_t secret[BLOCKID_SECRET] = { first };
	struct blockid_key *k = blockid_key_new(secret);

	assert_non_null(k);
	return k;
}

/* NIST's GCM test case 1: no octets, key and nonce zero. */
static void
it_is_gmac(void **state)
{
	static const uint8_t tag[] = { 0x58, 0xe2, 0xfc, 0xce, 0xfa, 0x7e,
	    0x30, 0x61, 0x36, 0x7f, 0x1d, 0x57, 0xa4, 0xe7, 0x45, 0x5a };
	struct blockid_key *k = key_of(0);
	struct blockid id = blockid_of(k, "", 0);

	(void)state;
	assert_memory_equal(id.octets, tag, sizeof(tag));
	blockid_key_free(&k);
	assert_null(k);
	blockid_key_free(&k);
}

static void
the_same_octets_have_the_same_name_under_the_same_key_alone(void **state)
{
	struct blockid_key *k = key_of(1), *same = key_of(1), *other = key_of(2);
	struct blockid id = blockid_of(k, "block", 5), second;

	(void)state;
	second = blockid_of(k, "block", 5);
	assert_true(blockid_equal(&id, &second));
	second = blockid_of(same, "block", 5);
	assert_true(blockid_equal(&id, &second));
	second = blockid_of(other, "block", 5);
	assert_false(blockid_equal(&id, &second));
	second = blockid_of(k, "blocj", 5);
	assert_false(blockid_equal(&id, &second));
	/* What is missing is no zero. */
	second = blockid_of(k, "block\0", 6);
	assert_false(blockid_equal(&id, &second));
	blockid_key_free(&k);
	blockid_key_free(&same);
	blockid_key_free(&other);
}

static void
the_same_octets_have_another_name_in_each_domain(void **state)
{
	static const uint8_t secret[BLOCKID_SECRET] = "a secret";
	struct blockid_key *k = blockid_key_new(secret);
	struct blockid common = blockid_of(k, "octets", 6), a, b;

	(void)state;
	a = blockid_in(k, 0, "octets", 6);
	assert_true(blockid_equal(&common, &a));
	a = blockid_in(k, 7, "octets", 6);
	b = blockid_in(k, UINT64_C(7) << 56, "octets", 6);
	assert_false(blockid_equal(&common, &a));
	assert_false(blockid_equal(&common, &b));
	assert_false(blockid_equal(&a, &b));
	blockid_key_enter(k, 7);
	b = blockid_of(k, "octets", 6);
	assert_true(blockid_equal(&a, &b));
	blockid_key_enter(k, 0);
	b = blockid_of(k, "octets", 6);
	assert_true(blockid_equal(&common, &b));
	blockid_key_free(&k);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_gmac),
		cmocka_unit_test(
		    the_same_octets_have_the_same_name_under_the_same_key_alone),
		cmocka_unit_test(
		    the_same_octets_have_another_name_in_each_domain),
	};

	return cmocka_run_group_tests_name("blockid", tests, NULL, NULL);
}
