/* tests/unit/core/wire/test_rbuf.c - a reader stops at the end and stays
 * stopped.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/wire/rbuf.h"

static void
numbers_are_in_network_order(void **state)
{
	static const uint8_t in[] = { 0xfe, 0x12, 0x34, 0x89, 0xab, 0xcd, 0xef };
	struct rbuf r;

	(void)state;
	rbuf_init(&r, in, sizeof(in));
	assert_int_equal(rbuf_u8(&r), 0xfe);
	assert_int_equal(rbuf_u16(&r), 0x1234);
	assert_int_equal(rbuf_left(&r), 4);
	assert_true(rbuf_u32(&r) == 0x89abcdefu);
	assert_int_equal(rbuf_left(&r), 0);
	assert_false(r.bad);
}

/* Each read at each length of a block that ends right there. */
static void
overrun_gives_zero_and_sticks(void **state)
{
	(void)state;
	for (size_t len = 1; len <= 5; len++)
		for (size_t want = 1; want <= 4; want *= 2) {
			uint8_t *in = malloc(len);
			struct rbuf r;
			uint32_t v;

			assert_non_null(in);
			memset(in, 0xff, len);
			rbuf_init(&r, in, len);
			v = want == 1 ? rbuf_u8(&r) :
			    want == 2 ? rbuf_u16(&r) : rbuf_u32(&r);
			assert_int_equal(r.bad, len < want);
			assert_true(r.off <= r.len);
			if ((v == 0) != (len < want))
				fail_msg("%zu of %zu gave %u", want, len, v);
			if (r.bad) {
				assert_int_equal(rbuf_u8(&r), 0);
				assert_false(rbuf_skip(&r, 0));
			}
			free(in);
		}
}

static void
skip_cannot_wrap_around(void **state)
{
	static const uint8_t in[8] = { 0 };
	struct rbuf r;

	(void)state;
	rbuf_init(&r, in, sizeof(in));
	assert_true(rbuf_skip(&r, 8));
	assert_true(rbuf_skip(&r, 0));
	assert_false(rbuf_skip(&r, SIZE_MAX));
	rbuf_init(&r, in, sizeof(in));
	assert_true(rbuf_skip(&r, 5));
	assert_false(rbuf_skip(&r, SIZE_MAX - 4));
	assert_int_equal(r.off, 5);
}

static void
empty_buffer_has_nothing(void **state)
{
	struct rbuf r;

	(void)state;
	rbuf_init(&r, NULL, 0);
	assert_int_equal(rbuf_left(&r), 0);
	assert_int_equal(rbuf_u8(&r), 0);
	assert_true(r.bad);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_in_network_order),
		cmocka_unit_test(overrun_gives_zero_and_sticks),
		cmocka_unit_test(skip_cannot_wrap_around),
		cmocka_unit_test(empty_buffer_has_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
