/* tests/unit/gtmd/path/test_pathdoor.c - who proves his address or comes again is let in,
 * a flood of made-up ones is not. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gtmd/path/pathdoor.h"

static void
proof_or_coming_again_opens(void **state)
{
	struct pathdoor *d = pathdoor_new();
	struct clientnet a = { 0, 1 }, b = { 0, 2 };

	(void)state;
	assert_true(pathdoor_knock(d, &a, true, 100));
	assert_false(pathdoor_knock(d, &b, false, 100));
	assert_false(pathdoor_knock(d, &b, false, 101));
	assert_true(pathdoor_knock(d, &b, false, 100 + PATHDOOR_AGAIN_S));
	/* He was let in and left: he begins anew. */
	assert_false(pathdoor_knock(d, &b, false, 103));
	assert_false(pathdoor_knock(d, &b, false, 103 + PATHDOOR_FORGET_S));
	pathdoor_free(&d);
	assert_null(d);
	pathdoor_free(&d);
}

/* Half as many as there is room for, between two knocks of a real one. */
static void
a_flood_neither_comes_in_nor_keeps_out(void **state)
{
	struct pathdoor *d = pathdoor_new();
	uint64_t in = 0, real = 0;

	(void)state;
	for (uint64_t i = 0; i < 100; i++)
		(void)pathdoor_knock(d, &(struct clientnet){ 1, i }, false,
		    100);
	for (uint64_t i = 0; i < PATHDOOR_GUESTS / 2; i++)
		in += pathdoor_knock(d, &(struct clientnet){ 2, i }, false,
		    105);
	for (uint64_t i = 0; i < 100; i++)
		real += pathdoor_knock(d, &(struct clientnet){ 1, i }, false,
		    110);
	assert_int_equal(in, 0);
	assert_in_range(real, 60, 100);
	pathdoor_free(&d);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(proof_or_coming_again_opens),
		cmocka_unit_test(a_flood_neither_comes_in_nor_keeps_out),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
