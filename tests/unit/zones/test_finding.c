/* tests/unit/zones/test_finding.c - findings with place and measure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/zones/finding_lines.h"
#include "zones/finding.h"

static void
place_level_and_code_are_kept(void **state)
{
	struct diag d;
	struct finding f = { .diag = &d };

	(void)state;
	diag_init(&d);
	finding_at(&f, "a.zone", 7);
	finding_warn(&f, "%s", "careful");
	assert_int_equal(f.code, 0);
	assert_int_equal(finding_error(&f, ERR_RANGE, "%d is much", 9),
	    ERR_RANGE);
	assert_int_equal(finding_error(&f, ERR_PARSE, "x"), ERR_PARSE);
	assert_int_equal(f.code, ERR_RANGE);	/* the first one's */
	assert_int_equal(f.errors, 2);
	assert_int_equal(d.errors, 2);
	assert_int_equal(d.warnings, 1);
	assert_string_equal(d.entries[1].pos.file, "a.zone");
	assert_int_equal(d.entries[1].pos.line, 7);
	assert_string_equal(d.entries[1].text, "9 is much");
	diag_fini(&d);
}

/* Errors past the maximum are not told but still count: no zone comes out. */
static void
what_is_left_out_still_counts(void **state)
{
	struct diag d;
	struct finding f = { .diag = &d };
	int i;

	(void)state;
	diag_init(&d);
	for (i = 0; i < FINDING_MAX; i++)
		finding_warn(&f, "w");
	assert_int_equal(finding_error(&f, ERR_PARSE, "e"), ERR_PARSE);
	assert_int_equal(f.errors, 1);
	assert_int_equal(f.code, ERR_PARSE);
	assert_int_equal(d.count, FINDING_MAX + 1);
	diag_fini(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(place_level_and_code_are_kept),
		cmocka_unit_test(what_is_left_out_still_counts),
	};

	return cmocka_run_group_tests_name("zones/finding", tests, NULL, NULL);
}
