/* tests/unit/wom/flow/test_flowguess.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/rand.h"
#include "wom/flow/flowguess.h"

#define LEN	65536

static uint8_t noise[LEN], text[LEN];

static int
begin(void **state)
{
	static const char words[] = "the state of a stream is what it does ";
	struct rand r;

	(void)state;
	rand_seed_from(&r, 1);
	for (size_t i = 0; i < LEN; i += 8) {
		uint64_t v = rand_u64(&r);

		memcpy(noise + i, &v, 8);
	}
	for (size_t i = 0; i < LEN; i++)
		text[i] = (uint8_t)words[i % (sizeof(words) - 1)];
	return 0;
}

/* However long it is, and with every seed. */
static void
noise_is_told_from_all_else(void **state)
{
	uint8_t few[LEN];

	(void)state;
	for (size_t len = 1024; len <= LEN; len += 997)
		assert_true(flowguess_is_noise(noise, len));
	for (size_t at = 0; at + 1024 <= LEN; at += 512)
		assert_true(flowguess_is_noise(noise + at, 1024));
	assert_false(flowguess_is_noise(text, LEN));
	assert_false(flowguess_is_noise(noise, 1023));	/* too few to say */
	for (size_t i = 0; i < LEN; i++)
		few[i] = noise[i] & 0x7f;
	assert_false(flowguess_is_noise(few, LEN));
	/* A fifth of it is something else. */
	memcpy(few, noise, LEN);
	for (size_t i = 0; i < LEN; i += 4096)
		memset(few + i, 0, 820);
	assert_false(flowguess_is_noise(few, LEN));
}

static void
what_begins_like_tls_or_ssh_goes_by(void **state)
{
	static const struct { const char *octets; size_t len; bool passes; }
	step[] = {
		{ "\x16\x03\x01\x02\x00\x01\x00", 7, true },
		{ "\x16\x03\x03\x02\x00\x02\x00", 7, true },
		{ "\x16\x03\x03\x02\x00\x05\x00", 7, false },
		{ "\x16\x03\x09\x02\x00\x01\x00", 7, false },
		{ "\x16\x03\x01", 3, false },
		{ "SSH-2.0-x", 9, true },
		{ "SSL-2.0-x", 9, false },
		{ "GET / HTT", 9, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		struct flowguess g = { .begun = false };

		if (flowguess_passes(&g, (const uint8_t *)step[i].octets,
		    step[i].len, false) != step[i].passes)
			fail_msg("step %zu", i);
		/* What follows goes the same way, when it looks like it. */
		assert_int_equal(flowguess_passes(&g, noise, LEN, false),
		    step[i].passes);
		assert_false(flowguess_passes(&g, text, LEN, false));
		assert_int_equal(flowguess_passes(&g, noise, LEN, false),
		    step[i].passes);
	}
}

/* It may come once more, and cost nothing then. */
static void
noise_is_tried_as_long_as_there_is_time(void **state)
{
	struct flowguess g = { .begun = false };

	(void)state;
	for (int i = 0; i < 1000; i++) {
		assert_false(flowguess_passes(&g, noise, LEN, false));
		flowguess_tried(&g, LEN, LEN + 56);
	}
}

static void
the_thrifty_try_noise_less_and_less(void **state)
{
	struct flowguess g = { .begun = false };
	int tries = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		if (flowguess_passes(&g, noise, LEN, true))
			continue;
		flowguess_tried(&g, LEN, LEN + 56);
		tries++;
	}
	assert_in_range(tries, 12, 30);
	/* Until it looks like something. */
	assert_false(flowguess_passes(&g, text, LEN, true));
	flowguess_tried(&g, LEN, LEN / 10);
	assert_false(flowguess_passes(&g, noise, LEN, true));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(noise_is_told_from_all_else),
		cmocka_unit_test(what_begins_like_tls_or_ssh_goes_by),
		cmocka_unit_test(noise_is_tried_as_long_as_there_is_time),
		cmocka_unit_test(the_thrifty_try_noise_less_and_less),
	};

	return cmocka_run_group_tests_name("flowguess", tests, begin, NULL);
}
