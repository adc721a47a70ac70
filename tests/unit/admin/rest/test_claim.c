/* tests/unit/admin/rest/test_claim.c - the token of a first start opens once, for an hour.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "admin/rest/claim.h"
#include "core/base/err.h"

#define HOUR	(CLAIM_LIFE_S * CLOCK_S)

static void
only_its_own_text_opens_it_for_an_hour(void **state)
{
	char text[CLAIM_TEXT_LEN + 1];
	struct claim c = { .open = false };
	struct err e;

	(void)state;
	assert_int_equal(claim_check(&c, "", 0, &e), ERR_CONFLICT);
	claim_open(&c, 7, text);
	assert_int_equal(strlen(text), CLAIM_TEXT_LEN);
	assert_int_equal(claim_check(&c, text, 7, &e), 0);
	assert_int_equal(claim_check(&c, text, 7 + HOUR, &e), 0);
	assert_int_equal(claim_check(&c, text, 8 + HOUR, &e), ERR_RANGE);
	text[63] = text[63] == '0' ? '1' : '0';
	assert_int_equal(claim_check(&c, text, 7, &e), ERR_DENIED);
	assert_int_equal(claim_check(&c, text, 8 + HOUR, &e), ERR_DENIED);
	text[63] = '\0';
	assert_int_equal(claim_check(&c, text, 7, &e), ERR_DENIED);
	assert_int_equal(claim_check(&c, "", 7, &e), ERR_DENIED);
}

static void
what_is_closed_stays_closed_and_the_next_is_another(void **state)
{
	char text[CLAIM_TEXT_LEN + 1], next[CLAIM_TEXT_LEN + 1];
	struct claim c;
	struct err e;

	(void)state;
	claim_open(&c, 0, text);
	claim_close(&c);
	assert_int_equal(claim_check(&c, text, 0, &e), ERR_CONFLICT);
	claim_open(&c, 0, next);
	assert_string_not_equal(text, next);
	assert_int_equal(claim_check(&c, text, 0, &e), ERR_DENIED);
	/* The token itself is nowhere in what is kept. */
	assert_null(memmem(&c, sizeof(c), next, 8));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_its_own_text_opens_it_for_an_hour),
		cmocka_unit_test(
		    what_is_closed_stays_closed_and_the_next_is_another),
	};

	return cmocka_run_group_tests_name("claim", tests, NULL, NULL);
}
