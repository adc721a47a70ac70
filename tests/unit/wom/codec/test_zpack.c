/* tests/unit/wom/codec/test_zpack.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/rand.h"
#include "wom/codec/zpack.h"

#define LEN	65536

static uint8_t text[LEN], noise[LEN], packed[LEN], again[LEN];

static int
setup(void **state)
{
	static const char words[] = "the state of a running machine ";
	struct zpack **z = (struct zpack **)(void *)state;
	struct rand r;

	rand_seed_from(&r, 5);
	for (size_t i = 0; i < LEN; i++) {
		text[i] = (uint8_t)words[(i + i / 997) % (sizeof(words) - 1)];
		noise[i] = (uint8_t)rand_u64(&r);
	}
	*z = zpack_new();
	return 0;
}

static int
teardown(void **state)
{
	struct zpack *z = *state;

	zpack_free(&z);
	return z != NULL;
}

static void
what_is_packed_comes_back_at_every_level(void **state)
{
	static const int levels[] = { ZPACK_LEVEL_MIN, -1, 1, 3,
	    ZPACK_LEVEL_MAX };

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		size_t n;

		zpack_set_level(*state, levels[i]);
		n = zpack_pack(*state, text, LEN, packed);
		assert_in_range(n, 1, LEN / 4);
		memset(again, 0, LEN);
		assert_true(zpack_unpack(*state, packed, n, again, LEN));
		assert_memory_equal(again, text, LEN);
		assert_false(zpack_unpack(*state, packed, n, again, LEN - 1));
		assert_false(zpack_unpack(*state, packed, n - 1, again, LEN));
	}
}

static void
noise_is_left_alone(void **state)
{
	assert_int_equal(zpack_pack(*state, noise, LEN, packed), 0);
	assert_int_equal(zpack_pack(*state, noise, 100, packed), 0);
	/* As much of it as may be: what comes behind is packed as ever. */
	assert_int_not_equal(zpack_pack(*state, text, LEN, packed), 0);
}

/* A page of text among others that are encrypted. */
static void
what_stands_in_noise_is_packed(void **state)
{
	size_t n;

	memcpy(noise + LEN / 3, text, LEN / 8);
	n = zpack_pack(*state, noise, LEN, packed);
	assert_in_range(n, LEN * 3 / 4, LEN * 15 / 16);
	assert_true(zpack_unpack(*state, packed, n, again, LEN));
	assert_memory_equal(again, noise, LEN);
}

static void
foreign_octets_give_nothing(void **state)
{
	assert_false(zpack_unpack(*state, noise, LEN, again, LEN));
	assert_false(zpack_unpack(*state, noise, 0, again, 1));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_is_packed_comes_back_at_every_level, setup, teardown),
		cmocka_unit_test_setup_teardown(noise_is_left_alone, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(what_stands_in_noise_is_packed,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(foreign_octets_give_nothing,
		    setup, teardown),
	};

	return cmocka_run_group_tests_name("zpack", tests, NULL, NULL);
}
