/* tests/unit/zones/test_block.c - memory that grows and goes back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "zones/block.h"

static void
grows_zeroed_and_aligned(void **state)
{
	struct block b = { .base = NULL };
	size_t at, i, sum = 0;

	(void)state;
	assert_int_equal(block_add(&b, 3, 1), 0);
	assert_int_equal(block_add(&b, 4, 8), 8);
	memset(b.base, 1, b.len);
	for (i = 0; i < 100; i++) {
		at = block_add(&b, 10007, 64);
		assert_int_equal(at % 64, 0);
		for (size_t k = 0; k < 10007; k++)
			sum += b.base[at + k];
		memset(b.base + at, 1, 10007);
	}
	assert_int_equal(sum, 0);
	for (i = 8; i < 12; i++)	/* growing kept what was there */
		assert_int_equal(b.base[i], 1);
	block_fini(&b);
	assert_null(b.base);
}

static void
small_from_the_heap_large_mapped(void **state)
{
	static const size_t sizes[] = { 0, 1, 4096, 131071, 131072, 3 << 20 };
	size_t mapped, i, k, sum;
	uint8_t *p;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		p = block_alloc(sizes[i], &mapped);
		assert_int_equal(mapped == 0, sizes[i] < 131072);
		assert_true(mapped == 0 || mapped >= sizes[i]);
		assert_int_equal((uintptr_t)p % 64, 0);
		for (k = 0, sum = 0; k < sizes[i]; k++)
			sum += p[k];
		assert_int_equal(sum, 0);
		block_free(p, mapped);
	}
	block_free(NULL, 0);
}

static void
take_keeps_the_octets_and_trims(void **state)
{
	static const size_t sizes[] = { 100, 200000, 5 << 20 };
	struct block b = { .base = NULL };
	size_t mapped, i, k;
	uint8_t *p;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		block_expect(&b, 16 << 20);
		(void)block_add(&b, sizes[i], 1);
		for (k = 0; k < sizes[i]; k++)
			b.base[k] = (uint8_t)(k * 7);
		p = block_take(&b, &mapped);
		assert_null(b.base);
		assert_true(mapped < sizes[i] + 4096);
		for (k = 0; k < sizes[i]; k++)
			assert_int_equal(p[k], (uint8_t)(k * 7));
		block_free(p, mapped);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_zeroed_and_aligned),
		cmocka_unit_test(small_from_the_heap_large_mapped),
		cmocka_unit_test(take_keeps_the_octets_and_trims),
	};

	return cmocka_run_group_tests_name("zones/block", tests, NULL, NULL);
}
