/* tests/unit/wom/codec/test_bigmem.c - memory is there, zeroed, aligned, and goes
 * again. SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "wom/codec/bigmem.h"

static void
all_of_it_is_zero_and_ours_to_write(void **state)
{
	static const size_t sizes[] = { 1, 4096, 65537, 2 << 20, 5000000 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint8_t *p = bigmem_new(sizes[i]);
		void *mem = p;

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % (2 << 20), 0);
		for (size_t at = 0; at < sizes[i]; at++)
			assert_int_equal(p[at], 0);
		memset(p, 0xff, sizes[i]);
		bigmem_free(&mem, sizes[i]);
		assert_null(mem);
		/* Nothing is mapped there any more. */
		assert_int_equal(msync(p, 4096, MS_ASYNC), -1);
		assert_int_equal(errno, ENOMEM);
	}
}

static void
none_is_freed_and_too_much_is_none(void **state)
{
	void *none = NULL;

	(void)state;
	bigmem_free(&none, 1 << 20);
	assert_null(none);
	assert_null(bigmem_new(SIZE_MAX / 4));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_is_zero_and_ours_to_write),
		cmocka_unit_test(none_is_freed_and_too_much_is_none),
	};

	return cmocka_run_group_tests_name("bigmem", tests, NULL, NULL);
}
