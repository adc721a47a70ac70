/* tests/unit/wom/codec/test_storecipher.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "wom/codec/history.h"
#include "wom/codec/storecipher.h"

static struct storecipher *cipher;
static uint8_t key[STORECIPHER_KEY], salt[STORECIPHER_SALT];

static int
setup(void **state)
{
	(void)state;
	for (uint8_t i = 0; i < sizeof(key); i++)
		key[i] = i;
	for (uint8_t i = 0; i < sizeof(salt); i++)
		salt[i] = (uint8_t)(100 + i);
	cipher = storecipher_new(key, salt);
	return cipher == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	storecipher_free(&cipher);
	assert_null(cipher);
	return 0;
}

/* As another implementation of HKDF and XTS has it: what is on a disk today can be
 * read by what comes later. */
static void
the_same_key_gives_the_same_for_ever(void **state)
{
	static const uint8_t sealed[2][40] = {
		{ 0xa7, 0xf1, 0xa5, 0xf3, 0x05, 0xc8, 0x29, 0x52, 0x4f, 0x1c,
		  0x53, 0x4b, 0x11, 0xb3, 0x62, 0xbb, 0xd8, 0xd4, 0x28, 0xa2,
		  0xb8, 0x74, 0xcb, 0x2a, 0x95, 0x6f, 0xc6, 0x49, 0xc8, 0x2a,
		  0x9c, 0x52, 0x68, 0x46, 0x31, 0x45, 0x7a, 0x13, 0x22, 0xf9 },
		{ 0x9d, 0x37, 0x83, 0x59, 0x1c, 0xd9, 0x99, 0x00, 0x33, 0xfd,
		  0xdc, 0x77, 0xa0, 0x07, 0x8c, 0xc8, 0x64, 0x7e, 0x60, 0x52,
		  0xa9, 0x72, 0x55, 0x27, 0xdc, 0xcd, 0x29, 0xf3, 0x7e, 0xb6,
		  0x27, 0xf0, 0x2e, 0x59, 0x45, 0x63, 0x96, 0x70, 0x9a, 0xeb },
	};
	static const uint8_t check[] = { 0xa2, 0x0b, 0x50, 0x21, 0xc6, 0x06,
	    0x78, 0x95, 0xe1, 0x96, 0xd6, 0x06, 0xb3, 0x3c, 0x90, 0x64 },
	    mark[] = { 0x8f, 0xa0, 0xd1, 0x5b, 0x0f, 0xbc, 0xeb, 0x03 };
	uint8_t plain[40], out[40];

	(void)state;
	for (uint8_t i = 0; i < sizeof(plain); i++)
		plain[i] = i;
	for (uint8_t kind = 0; kind < 2; kind++) {
		const struct storecipher_unit u = { kind, 7, 4096 };

		storecipher_seal(cipher, &u, plain, sizeof(plain), out);
		assert_memory_equal(out, sealed[kind], sizeof(out));
		storecipher_open(cipher, &u, out, sizeof(out), out);
		assert_memory_equal(out, plain, sizeof(out));
	}
	assert_memory_equal(storecipher_check_key(cipher), check,
	    STORECIPHER_CHECK);
	assert_memory_equal(storecipher_mark(cipher), mark, STORECIPHER_MARK);
}

/* The same octets, in another unit or under another key or salt: no 16 octets of
 * them alike. */
static void
nothing_alike_looks_alike(void **state)
{
	static const struct storecipher_unit units[] = {
		{ STORECIPHER_OCTETS, 1, 0 }, { STORECIPHER_OCTETS, 2, 0 },
		{ STORECIPHER_OCTETS, 1, 1 }, { STORECIPHER_OCTETS, 0, 1 },
		{ STORECIPHER_HEAD, 1, 0 }, { STORECIPHER_OCTETS, UINT64_MAX,
		  UINT64_MAX },
	};
	enum { UNITS = sizeof(units) / sizeof(units[0]), LEN = 512,
		ALL = UNITS + 2 };
	static uint8_t plain[LEN], out[ALL * LEN];
	struct storecipher *other;

	(void)state;
	for (size_t i = 0; i < UNITS; i++)
		storecipher_seal(cipher, &units[i], plain, LEN, out + i * LEN);
	key[31] ^= 0x80;
	other = storecipher_new(key, salt);
	storecipher_seal(other, &units[0], plain, LEN, out + UNITS * LEN);
	assert_memory_not_equal(storecipher_mark(other),
	    storecipher_mark(cipher), STORECIPHER_MARK);
	storecipher_free(&other);
	key[31] ^= 0x80;
	salt[0] ^= 1;
	other = storecipher_new(key, salt);
	storecipher_seal(other, &units[0], plain, LEN, out + (UNITS + 1) * LEN);
	storecipher_free(&other);
	for (size_t i = 0; i < sizeof(out); i += 16)
		for (size_t j = 0; j < i; j += 16)
			assert_memory_not_equal(out + i, out + j, 16);
}

static void
a_whole_block_comes_back_and_in_place(void **state)
{
	static uint8_t plain[HISTORY_BLOCK_MAX], out[HISTORY_BLOCK_MAX];
	const struct storecipher_unit u = { STORECIPHER_OCTETS, 3, 8192 };

	(void)state;
	for (size_t i = 0; i < sizeof(plain); i++)
		plain[i] = (uint8_t)(i * 7 ^ i >> 8);
	storecipher_seal(cipher, &u, plain, sizeof(plain), out);
	assert_memory_not_equal(out, plain, 16);
	storecipher_open(cipher, &u, out, sizeof(out), out);
	assert_memory_equal(out, plain, sizeof(out));
	/* A bit that changes takes its 16 octets along, and no others. */
	storecipher_seal(cipher, &u, plain, sizeof(plain), out);
	out[1000] ^= 4;
	storecipher_open(cipher, &u, out, sizeof(out), out);
	assert_memory_equal(out, plain, 992);
	assert_memory_not_equal(out + 992, plain + 992, 16);
	assert_memory_equal(out + 1008, plain + 1008, sizeof(out) - 1008);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    the_same_key_gives_the_same_for_ever, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_alike_looks_alike,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_whole_block_comes_back_and_in_place, setup, teardown),
	};

	return cmocka_run_group_tests_name("storecipher", tests, NULL, NULL);
}
