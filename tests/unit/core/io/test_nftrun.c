/* tests/unit/core/io/test_nftrun.c - what the kernel does is test_intercept's.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/err.h"
#include "core/io/nftrun.h"

static void
what_is_no_command_is_told_in_one_line(void **state)
{
	struct nftrun *r = nftrun_new();
	struct err e = { 0 };

	(void)state;
	assert_int_equal(nftrun_do(r, "add tibble inet womd\n", &e), ERR_IO);
	assert_non_null(strstr(e.text, "nftables: syntax error"));
	assert_null(strchr(e.text, '\n'));
	/* And again: nothing of the first is left. */
	assert_int_equal(nftrun_do(r, "frobnicate\n", &e), ERR_IO);
	assert_null(strstr(e.text, "tibble"));
	nftrun_free(&r);
	nftrun_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_command_is_told_in_one_line),
	};

	return cmocka_run_group_tests_name("nftrun", tests, NULL, NULL);
}
