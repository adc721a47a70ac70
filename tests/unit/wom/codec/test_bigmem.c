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

/* Is the page there? */
static bool
is_there(const uint8_t *p)
{
	unsigned char in = 0;

	assert_int_equal(mincore((void *)(uintptr_t)p, 4096, &in), 0);
	return (in & 1) != 0;
}

static void
what_is_touched_is_there_step_by_step(void **state)
{
	const size_t size = 9 << 20, step = 4 << 20;
	uint8_t *p = bigmem_new(size);
	void *mem = p;
	size_t at = 0;

	(void)state;
	assert_non_null(p);
	assert_false(is_there(p));
	assert_true(bigmem_touch(p, size, &at, step));
	assert_int_equal(at, step);
	assert_true(is_there(p) && is_there(p + step - 4096));
	assert_false(is_there(p + size - 4096));
	assert_true(bigmem_touch(p, size, &at, step));
	assert_false(bigmem_touch(p, size, &at, step));
	assert_false(bigmem_touch(p, size, &at, step));
	assert_int_equal(at, size);
	assert_true(is_there(p + size - 4096));
	assert_int_equal(p[size - 1], 0);
	bigmem_free(&mem, size);
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
		cmocka_unit_test(what_is_touched_is_there_step_by_step),
		cmocka_unit_test(none_is_freed_and_too_much_is_none),
	};

	return cmocka_run_group_tests_name("bigmem", tests, NULL, NULL);
}
