/* tests/unit/core/wire/test_wbuf.c - a writer never passes its room; lengths
 * are filled in later.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/wire/wbuf.h"

static void
numbers_are_in_network_order(void **state)
{
	static const uint8_t want[] = {
		0xfe, 0x12, 0x34, 0x89, 0xab, 0xcd, 0xef, 'o', 'k',
	};
	uint8_t out[sizeof(want)];
	struct wbuf w;

	(void)state;
	wbuf_init(&w, out, sizeof(out));
	wbuf_u8(&w, 0xfe);
	wbuf_u16(&w, 0x1234);
	wbuf_u32(&w, 0x89abcdefu);
	wbuf_octets(&w, "ok", 2);
	wbuf_octets(&w, NULL, 0);
	assert_false(w.bad);
	assert_int_equal(w.off, sizeof(want));
	assert_memory_equal(out, want, sizeof(want));
}

/* A block that ends where the room ends: the sanitizer watches the border. */
static void
overrun_writes_nothing_more(void **state)
{
	(void)state;
	for (size_t cap = 1; cap <= 12; cap++) {
		uint8_t *out = malloc(cap);
		struct wbuf w;

		assert_non_null(out);
		wbuf_init(&w, out, cap);
		while (!w.bad) {
			wbuf_u8(&w, 1);
			wbuf_u16(&w, 0x0101);
			wbuf_u32(&w, 0x01010101);
		}
		assert_true(w.off <= cap);
		wbuf_u8(&w, 2);
		wbuf_octets(&w, "22", 2);
		assert_null(wbuf_reserve(&w, 0));
		for (size_t i = 0; i < w.off; i++)
			assert_int_equal(out[i], 1);
		free(out);
	}
}

/* A number that does not fit whole is not begun. */
static void
number_is_whole_or_absent(void **state)
{
	uint8_t out[3] = { 9, 9, 9 };
	struct wbuf w;

	(void)state;
	wbuf_init(&w, out, 3);
	wbuf_u32(&w, 0x01020304);
	assert_true(w.bad);
	assert_int_equal(w.off, 0);
	wbuf_init(&w, out, 1);
	wbuf_u16(&w, 0x0102);
	assert_int_equal(w.off, 0);
	assert_int_equal(out[0] + out[1] + out[2], 27);
}

static void
reserve_cannot_wrap_around(void **state)
{
	uint8_t out[8];
	struct wbuf w;

	(void)state;
	wbuf_init(&w, out, sizeof(out));
	assert_ptr_equal(wbuf_reserve(&w, 8), out);
	assert_null(wbuf_reserve(&w, SIZE_MAX));
	assert_true(w.bad);
	assert_int_equal(w.off, 8);
}

static void
length_is_filled_in(void **state)
{
	static const uint8_t want[] = { 0, 5, 'a', 0, 2, 'b', 'c' };
	uint8_t out[sizeof(want)];
	size_t outer, inner;
	struct wbuf w;

	(void)state;
	wbuf_init(&w, out, sizeof(out));
	outer = wbuf_open16(&w);
	wbuf_u8(&w, 'a');
	inner = wbuf_open16(&w);
	wbuf_octets(&w, "bc", 2);
	wbuf_close16(&w, inner);
	wbuf_close16(&w, outer);
	assert_false(w.bad);
	assert_memory_equal(out, want, sizeof(want));
}

static void
length_must_fit_16_bits(void **state)
{
	static const struct { size_t len; bool bad; } row[] = {
		{ 0, false }, { 255, false }, { 256, false },
		{ 65535, false }, { 65536, true },
	};
	uint8_t *out = malloc(70000);

	(void)state;
	assert_non_null(out);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct wbuf w;
		size_t body;

		wbuf_init(&w, out, 70000);
		body = wbuf_open16(&w);
		(void)wbuf_reserve(&w, row[i].len);
		wbuf_close16(&w, body);
		assert_int_equal(w.bad, row[i].bad);
		if (!w.bad)
			assert_int_equal(out[0] << 8 | out[1], row[i].len);
	}
	free(out);
}

/* The length's own place did not fit: closing must not touch base[-2]. */
static void
close_after_overrun_is_harmless(void **state)
{
	uint8_t *out = malloc(1);
	struct wbuf w;
	size_t body;

	(void)state;
	assert_non_null(out);
	out[0] = 7;
	wbuf_init(&w, out, 1);
	body = wbuf_open16(&w);
	wbuf_close16(&w, body);
	assert_true(w.bad);
	assert_int_equal(out[0], 7);
	free(out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_in_network_order),
		cmocka_unit_test(overrun_writes_nothing_more),
		cmocka_unit_test(number_is_whole_or_absent),
		cmocka_unit_test(reserve_cannot_wrap_around),
		cmocka_unit_test(length_is_filled_in),
		cmocka_unit_test(length_must_fit_16_bits),
		cmocka_unit_test(close_after_overrun_is_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
