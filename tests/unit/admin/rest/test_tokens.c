/* tests/unit/admin/rest/test_tokens.c - a token ends in time, and with the password it stood for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "admin/rest/tokens.h"
#include "core/base/err.h"

struct bed {
	struct clock	clock;
	struct users	users;
	struct tokens	tokens;
	char		text[TOKENS_TEXT_LEN + 1];
};

static void
bed_make(struct bed *b)
{
	struct user one = { .name = "op", .role = ROLES_OPERATOR };

	memset(b, 0, sizeof(*b));
	clock_fake_init(&b->clock, 1000 * CLOCK_S, 1700000000);
	users_put(&b->users, &one);
	assert_non_null(tokens_issue(&b->tokens, &b->users.list[0], &b->clock,
	    b->text, NULL));
}

static void
bed_clear(struct bed *b)
{
	tokens_fini(&b->tokens);
	users_fini(&b->users);
}

static struct token *
use(struct bed *b)
{
	return tokens_use(&b->tokens, &b->users, b->text, clock_mono(&b->clock));
}

static void
only_its_own_text_opens(void **state)
{
	struct bed b;

	(void)state;
	bed_make(&b);
	assert_string_equal(use(&b)->user, "op");
	b.text[7] = b.text[7] == '0' ? '1' : '0';
	assert_null(use(&b));
	bed_clear(&b);
}

static void
silence_ends_it_and_use_prolongs_it(void **state)
{
	struct bed b;

	(void)state;
	bed_make(&b);
	for (int i = 0; i < 3; i++) {
		clock_fake_advance(&b.clock, TOKENS_TIMEOUT_S * CLOCK_S);
		assert_non_null(use(&b));
	}
	clock_fake_advance(&b.clock, TOKENS_TIMEOUT_S * CLOCK_S + 1);
	assert_null(use(&b));
	bed_clear(&b);
}

static void
ten_hours_are_the_end(void **state)
{
	struct bed b;

	(void)state;
	bed_make(&b);
	for (int s = 0; s < TOKENS_TIMEOUT_MAX_S; s += TOKENS_TIMEOUT_S) {
		assert_non_null(use(&b));
		clock_fake_advance(&b.clock, TOKENS_TIMEOUT_S * CLOCK_S);
	}
	clock_fake_advance(&b.clock, 1);
	assert_null(use(&b));
	bed_clear(&b);
}

static void
to_ask_whether_it_lives_is_no_use_of_it(void **state)
{
	struct bed b;

	(void)state;
	bed_make(&b);
	for (int i = 0; i < 2; i++) {
		assert_true(tokens_check(&b.tokens, &b.users, b.text,
		    clock_mono(&b.clock)));
		clock_fake_advance(&b.clock, TOKENS_TIMEOUT_S * CLOCK_S / 2 + 1);
	}
	assert_false(tokens_check(&b.tokens, &b.users, b.text,
	    clock_mono(&b.clock)));
	bed_clear(&b);
	bed_make(&b);
	b.users.list[0].role = ROLES_GUEST;
	assert_false(tokens_check(&b.tokens, &b.users, b.text,
	    clock_mono(&b.clock)));
	bed_clear(&b);
}

static void
a_new_password_or_role_ends_it(void **state)
{
	struct bed b;

	(void)state;
	for (int what = 0; what < 3; what++) {
		bed_make(&b);
		if (what == 0)
			b.users.list[0].salt[0] ^= 1;
		else if (what == 1)
			b.users.list[0].role = ROLES_GUEST;
		else
			b.users.count = 0;
		assert_null(use(&b));
		bed_clear(&b);
	}
}

static void
a_user_has_a_hundred_at_most(void **state)
{
	struct err e = { 0 };
	struct bed b;

	(void)state;
	bed_make(&b);
	for (int i = 1; i < TOKENS_PER_USER; i++)
		assert_non_null(tokens_issue(&b.tokens, &b.users.list[0],
		    &b.clock, b.text, &e));
	assert_null(tokens_issue(&b.tokens, &b.users.list[0], &b.clock, b.text, &e));
	clock_fake_advance(&b.clock, TOKENS_TIMEOUT_S * CLOCK_S + 1);
	assert_non_null(tokens_issue(&b.tokens, &b.users.list[0], &b.clock,
	    b.text, &e));
	bed_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_its_own_text_opens),
		cmocka_unit_test(silence_ends_it_and_use_prolongs_it),
		cmocka_unit_test(ten_hours_are_the_end),
		cmocka_unit_test(to_ask_whether_it_lives_is_no_use_of_it),
		cmocka_unit_test(a_new_password_or_role_ends_it),
		cmocka_unit_test(a_user_has_a_hundred_at_most),
	};

	return cmocka_run_group_tests_name("tokens", tests, NULL, NULL);
}
