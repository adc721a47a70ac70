/* tests/unit/wom/discover/test_seekbook.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <cmocka.h>

#include "wom/discover/seekbook.h"

#define SECOND	UINT64_C(1000000000)

static const struct seekbook_rules rules = {
	.asked_max = 4, .backoff_ns = 5 * SECOND, .retries = 2
};

static struct addr
host(unsigned n)
{
	return (struct addr){ .family = AF_INET, .octets = { 10, 0,
	    (uint8_t)(n >> 8), (uint8_t)n } };
}

static struct seekbook *
book(void)
{
	struct seekbook *b = seekbook_new();

	seekbook_set(b, &rules);
	return b;
}

static void
waits_double_and_end(void **state)
{
	static const mono_ns want[] = { 1, 6, 16 };
	uint8_t token[ASKWIRE_TOKEN], first[ASKWIRE_TOKEN] = { 0 };
	struct seekbook *b = book();
	struct addr a = host(1), to;

	(void)state;
	assert_true(seekbook_want(b, &a, SECOND));
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(seekbook_due(b), want[i] * SECOND);
		assert_false(seekbook_next(b, want[i] * SECOND - 1, &to,
		    token));
		assert_true(seekbook_next(b, want[i] * SECOND, &to, token));
		assert_true(addr_equal(&to, &a));
		if (i == 0)
			memcpy(first, token, sizeof(first));
		assert_memory_equal(token, first, sizeof(first));
		assert_false(seekbook_next(b, want[i] * SECOND, &to, token));
	}
	/* Left alone, and not begun anew by a connection. */
	assert_false(seekbook_next(b, 36 * SECOND, &to, token));
	assert_int_equal(seekbook_due(b), UINT64_MAX);
	assert_false(seekbook_want(b, &a, 37 * SECOND));
	assert_true(seekbook_want(b, &a, (37 + SEEKBOOK_REST_S) * SECOND));
	seekbook_free(&b);
	seekbook_free(&b);
}

static void
only_its_token_answers_a_question(void **state)
{
	uint8_t token[ASKWIRE_TOKEN], other[ASKWIRE_TOKEN] = { 0 };
	struct seekbook *b = book();
	struct addr a = host(1), to;

	(void)state;
	(void)seekbook_want(b, &a, 0);
	assert_true(seekbook_next(b, 0, &to, token));
	assert_false(seekbook_answered(b, other, 1, &to));
	assert_true(seekbook_answered(b, token, 1, &to));
	assert_true(addr_equal(&to, &a));
	/* Once: a second answer to it is none. */
	assert_false(seekbook_answered(b, token, 2, &to));
	assert_int_equal(seekbook_asked(b), 0);
	assert_false(seekbook_want(b, &a, SECOND));
	seekbook_free(&b);
}

static void
not_more_are_asked_than_may_be(void **state)
{
	uint8_t token[ASKWIRE_TOKEN];
	struct seekbook *b = book();
	struct addr to;

	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		struct addr a = host(i);

		assert_int_equal(seekbook_want(b, &a, 0), i < rules.asked_max);
	}
	assert_int_equal(seekbook_asked(b), rules.asked_max);
	for (unsigned i = 0; i < rules.asked_max; i++)
		assert_true(seekbook_next(b, 0, &to, token));
	assert_false(seekbook_next(b, 0, &to, token));
	seekbook_clear(b);
	assert_int_equal(seekbook_asked(b), 0);
	seekbook_free(&b);
}

/* However many destinations there are, memory has an end. */
static void
those_that_rest_longest_are_forgotten_for_others(void **state)
{
	struct seekbook_rules r = { .asked_max = 1, .backoff_ns = 1 };
	uint8_t token[ASKWIRE_TOKEN];
	struct seekbook *b = seekbook_new();
	struct addr to, a;

	(void)state;
	seekbook_set(b, &r);
	for (unsigned i = 0; i <= SEEKBOOK_RESTING_MAX; i++) {
		a = host(i);
		assert_true(seekbook_want(b, &a, i));
		assert_true(seekbook_next(b, i, &to, token));
		assert_false(seekbook_next(b, i + 1, &to, token));
	}
	a = host(1);
	assert_false(seekbook_want(b, &a, SECOND));
	a = host(0);
	assert_true(seekbook_want(b, &a, SECOND));
	seekbook_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_double_and_end),
		cmocka_unit_test(only_its_token_answers_a_question),
		cmocka_unit_test(not_more_are_asked_than_may_be),
		cmocka_unit_test(
		    those_that_rest_longest_are_forgotten_for_others),
	};

	return cmocka_run_group_tests_name("seekbook", tests, NULL, NULL);
}
