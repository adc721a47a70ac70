/* tests/unit/core/base/test_siphash.c - the values of its authors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/siphash.h"

/* Appendix A of the paper, and the first rows of the reference vectors: key 00
 * 01 ... 0f, message 00 01 ... of the row's length. */
static void
values_are_the_papers(void **state)
{
	static const struct {
		size_t		len;
		uint64_t	want;
	} rows[] = {
		{ 0, UINT64_C(0x726fdb47dd0e0e31) },
		{ 1, UINT64_C(0x74f839c593dc67fd) },
		{ 8, UINT64_C(0x93f5f5799a932462) },
		{ 15, UINT64_C(0xa129ca6149be45e5) },
	};
	uint8_t octets[SIPHASH_KEY];

	(void)state;
	for (uint8_t i = 0; i < SIPHASH_KEY; i++)
		octets[i] = i;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_true(siphash_24(octets, octets, rows[i].len) ==
		    rows[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_the_papers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
